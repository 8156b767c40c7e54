import { asArray, asString, isObject, type JsonObject } from '#base/json.ts';
import { message, typed, unlessDefault } from '../proto-json.ts';
import { reason } from '../reasons.ts';
import type { ProxyView } from '../registry/proxy-view.ts';
import { lookUpProviderService } from '../registry/service-registry.ts';
import { refOf, type Service } from '../registry/service.ts';
import { compareText } from '../resource-order.ts';
import type { Resource } from '../resource.ts';
import { strings } from '../collections.ts';
import type { Snapshot } from '../snapshot.ts';
import { attach } from './attachment.ts';
import type { PolicyFilter } from './policy-filter.ts';

/**
 * The key set istiod serves when it could not fetch one: its private half was thrown away, so no token passes
 * (istio/istio `pilot/pkg/model/jwks_resolver.go PublicOnlyJwks`).
 */
const unreachableKeys = JSON.stringify(
  {
    keys: [
      {
        kty: 'RSA',
        e: 'AQAB',
        n: '0xObjM0UvS_oaazjpEYlAbwctEJ4L8pH3OuTb7qth7gUwqet-EzQB4dgFdvSdMgrLnSncQGRjpEYz3F3viIbH-3EN3TxSlPNviHxeOdyiBVfumN8dMxbLvVJUpfNOnvmMxJcl-8NNjAwcOjk4otSALaYgYYyOPyvKtgVdrQr-FoubWX4yrjxW-MJ2-7OBeepUUNOsVwGV23YX03sVkkyvY3otRflkBcY3_HKpBxJl9wk2GyOShN4_PNUF9-vwfnvOXMbCDX-w4PTef4geeb_GiT40YCKHTKMSPVanGRn5GExIWmki-mmqh94-mPTJyBR74ShspL3BxPZitDL574T1w',
      },
    ],
  },
  null,
  2,
);

/** The RequestAuthentications of a proxy (`pilot/pkg/model/authentication.go GetJwtPoliciesForWorkload`). */
export function requestAuthenticationsOf(proxy: ProxyView, snapshot: Snapshot, service?: Service): readonly Resource[] {
  const services = service === undefined ? [] : [service];
  const namespaces = new Set([proxy.namespace, snapshot.mesh.rootNamespace, ...services.map((s) => s.namespace)]);
  return [...namespaces]
    .flatMap((namespace) => snapshot.listIn('security.istio.io', 'RequestAuthentication', namespace))
    .filter((policy) => attach(policy, proxy, snapshot, { services }).attached);
}

/** The `jwt_authn` filter of a proxy, when any rule applies (istio/istio `pilot/pkg/security/authn/policy_applier.go convertToEnvoyJwtConfig`). */
export function jwtFilter(proxy: ProxyView, snapshot: Snapshot, service?: Service): PolicyFilter | undefined {
  const policies = requestAuthenticationsOf(proxy, snapshot, service);
  const rules = policies
    .flatMap((policy) => asArray(policy.spec['jwtRules']).filter(isObject))
    .sort((a, b) => compareText(asString(a['issuer']) ?? '', asString(b['issuer']) ?? ''));
  if (rules.length === 0) return undefined;
  const clearRouteCache = proxy.type !== 'sidecar';
  const names = rules.map((_, i) => `origins-${i}`);
  const optional = names.map((providerName) => ({ requiresAny: { requirements: [{ providerName }, { allowMissing: {} }] } }));
  const [only] = optional;
  const requires =
    optional.length === 1 && only !== undefined
      ? only
      : {
          requiresAny: { requirements: [...names.map((providerName) => ({ providerName })), { requiresAll: { requirements: optional } }] },
        };
  return {
    name: 'envoy.filters.http.jwt_authn',
    config: typed('envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication', {
      providers: Object.fromEntries(rules.map((rule, i) => [names[i] ?? '', jwtProvider(rule, clearRouteCache, snapshot)])),
      rules: [{ match: { prefix: '/' }, requires }],
      bypassCorsPreflight: true,
    }),
    contributors: policies.map(refOf),
    reasons: [reason('jwt')],
  };
}

/** Since 1.28 a rule can name more of them (`pilot/pkg/security/authn/policy_applier.go buildSpaceDelimitedClaims`). */
function spaceDelimitedClaims(rule: JsonObject, snapshot: Snapshot): readonly string[] {
  if (snapshot.minor.minor < 28) return ['scope', 'permission'];
  return [...new Set([...strings(rule['spaceDelimitedClaims']), 'permission', 'scope'])].sort(compareText);
}

function jwtProvider(rule: JsonObject, clearRouteCache: boolean, snapshot: Snapshot): JsonObject {
  return message({
    issuer: unlessDefault(asString(rule['issuer'])),
    audiences: unlessDefault(asArray(rule['audiences'])),
    forward: unlessDefault(rule['forwardOriginalToken']),
    forwardPayloadHeader: unlessDefault(asString(rule['outputPayloadToHeader'])),
    payloadInMetadata: 'payload',
    normalizePayloadInMetadata: { spaceDelimitedClaims: spaceDelimitedClaims(rule, snapshot) },
    clearRouteCache: unlessDefault(clearRouteCache),
    claimToHeaders: unlessDefault(
      asArray(rule['outputClaimToHeaders'])
        .filter(isObject)
        .map((entry) => message({ headerName: unlessDefault(entry['header']), claimName: unlessDefault(entry['claim']) })),
    ),
    fromHeaders: unlessDefault(
      asArray(rule['fromHeaders'])
        .filter(isObject)
        .map((entry) => message({ name: unlessDefault(entry['name']), valuePrefix: unlessDefault(entry['prefix']) })),
    ),
    fromParams: unlessDefault(asArray(rule['fromParams'])),
    fromCookies: unlessDefault(asArray(rule['fromCookies'])),
    ...keySource(rule, snapshot),
  });
}

/** Inline keys, keys that Envoy fetches, or the stand-in for keys istiod could not fetch. */
function keySource(rule: JsonObject, snapshot: Snapshot): JsonObject {
  const uri = asString(rule['jwksUri']) ?? '';
  const mode = snapshot.features.jwksFetchMode;
  if (mode !== 'istiod' && uri !== '') {
    const target = /^(https?):\/\/([^/:?#]+)(?::(\d+))?/.exec(uri);
    const port = target?.[3] ?? (target?.[1] === 'https' ? '443' : '80');
    const host = target?.[2] ?? '';
    const known = lookUpProviderService(snapshot, host);
    if (known !== undefined || mode === 'envoy') {
      return {
        remoteJwks: {
          httpUri: { uri, cluster: `outbound|${port}||${host}`, timeout: asString(rule['timeout']) ?? '5s' },
          cacheDuration: '300s',
        },
      };
    }
  }
  const inline = mode === 'istiod' || uri === '' ? (asString(rule['jwks']) ?? '') : '';
  return { localJwks: { inlineString: inline === '' ? unreachableKeys : inline } };
}
