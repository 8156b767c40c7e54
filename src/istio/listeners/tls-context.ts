import { asArray, asObject, asString, isObject, type JsonObject } from '#base/json.ts';
import { message, typed, unlessDefault } from '../proto-json.ts';
import { strings } from '../collections.ts';
import type { ProxyView } from '../registry/proxy-view.ts';
import type { Snapshot } from '../snapshot.ts';
import { usableCipherSuites } from './cipher-suites.ts';
import { certificateSecret, credentialSecret, rootSecret, workloadCertificate, workloadRoot } from './secrets.ts';

/** ALPN lists of istiod (istio/istio `pilot/pkg/networking/util/util.go`). */
export const alpn = {
  http: ['h2', 'http/1.1'],
  http3: ['h3'],
  downstreamWithMx: ['istio-peer-exchange', 'h2', 'http/1.1'],
  downstream: ['h2', 'http/1.1'],
} as const;

const meshCiphers = [
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'AES256-GCM-SHA384',
  'AES128-GCM-SHA256',
] as const;

/** A transport socket of Envoy around a `DownstreamTlsContext`. */
export function tlsTransportSocket(context: JsonObject | undefined, name = 'envoy.transport_sockets.tls'): JsonObject | undefined {
  if (context === undefined) return undefined;
  return { name, typedConfig: typed('envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext', context) };
}

/** The transport socket of HTTP/3. */
export function quicTransportSocket(context: JsonObject): JsonObject {
  return {
    name: 'envoy.transport_sockets.quic',
    typedConfig: typed('envoy.extensions.transport_sockets.quic.v3.QuicDownstreamTransport', { downstreamTlsContext: context }),
  };
}

/** Inbound mutual TLS between workloads (istio/istio `pilot/pkg/security/authn/utils/utils.go BuildInboundTLS`). */
export function meshTlsContext(proxy: ProxyView, snapshot: Snapshot, protocol: 'http' | 'tcp'): JsonObject {
  const meshTls = asObject(snapshot.mesh.raw['meshMTLS']);
  const ciphers = asArray(meshTls['cipherSuites']);
  const withMx = snapshot.features.on('PILOT_ENABLE_METADATA_EXCHANGE') && !snapshot.features.on('PILOT_DISABLE_MX_ALPN');
  return {
    commonTlsContext: {
      alpnProtocols: protocol === 'tcp' && withMx ? [...alpn.downstreamWithMx] : [...alpn.http],
      tlsParams: {
        cipherSuites: ciphers.length > 0 ? ciphers : [...meshCiphers],
        tlsMinimumProtocolVersion: meshTls['minProtocolVersion'] === 'TLSV1_3' ? 'TLSv1_3' : 'TLSv1_2',
        tlsMaximumProtocolVersion: 'TLSv1_3',
      },
      tlsCertificateSdsSecretConfigs: [workloadCertificate(proxy)],
      combinedValidationContext: {
        defaultValidationContext: message({ matchSubjectAltNames: unlessDefault(trustDomainMatchers(snapshot)) }),
        validationContextSdsSecretConfig: workloadRoot(proxy),
      },
    },
    requireClientCertificate: true,
  };
}

/** The tunnel's mutual TLS (`listener_waypoint.go buildCommonConnectTLSContext`). */
export function hboneTlsContext(proxy: ProxyView, snapshot: Snapshot): JsonObject {
  const matchers = trustDomainMatchers(snapshot).map((matcher) => ({ sanType: 'URI', matcher }));
  return {
    commonTlsContext: {
      alpnProtocols: ['h2'],
      tlsParams: { tlsMinimumProtocolVersion: 'TLSv1_3', tlsMaximumProtocolVersion: 'TLSv1_3' },
      tlsCertificateSdsSecretConfigs: [workloadCertificate(proxy)],
      combinedValidationContext: {
        defaultValidationContext: message({ matchTypedSubjectAltNames: unlessDefault(matchers) }),
        validationContextSdsSecretConfig: workloadRoot(proxy),
      },
    },
    requireClientCertificate: true,
  };
}

/** Peers must come from one of our trust domains, unless that check is switched off. */
export function trustDomainMatchers(snapshot: Snapshot): readonly JsonObject[] {
  if (snapshot.features.on('PILOT_SKIP_VALIDATE_TRUST_DOMAIN')) return [];
  const { mesh } = snapshot;
  const fromCas = asArray(mesh.raw['caCertificates']).flatMap((ca) => asArray(asObject(ca)['trustDomains']));
  const domains = new Set([mesh.trustDomain, ...mesh.trustDomainAliases, ...fromCas.filter((d) => typeof d === 'string')]);
  domains.delete('');
  return [...domains].map((domain) => ({ prefix: `spiffe://${domain}/` }));
}

/** TLS that a gateway server (or a Sidecar ingress) ends (istio/istio `pilot/pkg/networking/core/listener.go BuildListenerTLSContext`). */
export function serverTlsContext(
  tls: JsonObject,
  proxy: ProxyView,
  snapshot: Snapshot,
  options: { readonly tcpTermination: boolean; readonly quic?: boolean },
): JsonObject {
  const mode = asString(tls['mode']) ?? 'PASSTHROUGH';
  const requireClient = (mode === 'MUTUAL' || mode === 'ISTIO_MUTUAL') && options.quic !== true;
  const validateClient = requireClient || mode === 'OPTIONAL_MUTUAL';
  const alpnProtocols =
    options.quic === true
      ? alpn.http3
      : mode === 'ISTIO_MUTUAL' && options.tcpTermination && !snapshot.features.on('PILOT_DISABLE_MX_ALPN')
        ? alpn.downstreamWithMx
        : alpn.http;
  const names = credentialNames(tls);
  const secrets =
    mode === 'ISTIO_MUTUAL'
      ? secretsOf([workloadCertificate(proxy)], workloadRoot(proxy), tls, validateClient)
      : names.length > 0
        ? credentials(names, tls, mode, proxy, snapshot)
        : files(tls, validateClient, proxy);
  const simple = mode === 'SIMPLE' || mode === 'MUTUAL' || mode === 'OPTIONAL_MUTUAL';
  const params = simple ? tlsParams(tls, asObject(snapshot.mesh.raw['tlsDefaults'])) : {};
  return {
    commonTlsContext: message({
      alpnProtocols: [...alpnProtocols],
      ...secrets,
      tlsParams: Object.keys(params).length > 0 ? params : undefined,
    }),
    requireClientCertificate: requireClient,
  };
}

function credentialNames(tls: JsonObject): readonly string[] {
  const many = asArray(tls['credentialNames']).filter((name) => typeof name === 'string');
  if (many.length > 0) return many;
  const one = asString(tls['credentialName']);
  return one === undefined || one === '' ? [] : [one];
}

function exactMatchers(value: JsonObject[string]): readonly JsonObject[] | undefined {
  return unlessDefault(asArray(value).map((exact) => ({ exact })));
}

/** Certificates as files: the resource name tells the agent which. */
function files(tls: JsonObject, validateClient: boolean, proxy: ProxyView): JsonObject {
  const pairs = asArray(tls['tlsCertificates']).filter(isObject);
  const own = (pairs.length > 0 ? pairs : [tls]).map((pair) =>
    certificateSecret(proxy, asString(pair['serverCertificate']) ?? '', asString(pair['privateKey']) ?? ''),
  );
  return secretsOf(own, rootSecret(proxy, asString(tls['caCertificates']) ?? ''), tls, validateClient);
}

function secretsOf(own: readonly JsonObject[], root: JsonObject, tls: JsonObject, validateClient: boolean): JsonObject {
  const crl = asString(tls['caCrl']);
  return message({
    tlsCertificateSdsSecretConfigs: own,
    combinedValidationContext: validateClient
      ? {
          defaultValidationContext: message({
            matchSubjectAltNames: exactMatchers(tls['subjectAltNames']),
            crl: crl === undefined || crl === '' ? undefined : { filename: crl },
            trustChainVerification: tls['insecureSkipVerify'] === true ? 'ACCEPT_UNTRUSTED' : undefined,
          }),
          validationContextSdsSecretConfig: root,
        }
      : undefined,
  });
}

/** Certificates that istiod itself serves from Secrets (`ApplyCredentialSDSToServerCommonTLSContext`). */
function credentials(names: readonly string[], tls: JsonObject, mode: string, proxy: ProxyView, snapshot: Snapshot): JsonObject {
  const own = names.map((name) => credentialSecret(name, proxy, snapshot));
  const ca = asString(tls['caCertCredentialName']) ?? `${names[0] ?? ''}-cacert`;
  const alternatives = exactMatchers(tls['subjectAltNames']);
  if (mode === 'MUTUAL' || mode === 'OPTIONAL_MUTUAL') {
    return {
      tlsCertificateSdsSecretConfigs: own,
      combinedValidationContext: {
        defaultValidationContext: message({
          matchSubjectAltNames: alternatives,
          verifyCertificateSpki: unlessDefault(asArray(tls['verifyCertificateSpki'])),
          verifyCertificateHash: unlessDefault(asArray(tls['verifyCertificateHash'])),
          trustChainVerification: tls['insecureSkipVerify'] === true ? 'ACCEPT_UNTRUSTED' : undefined,
        }),
        validationContextSdsSecretConfig: credentialSecret(ca, proxy, snapshot),
      },
    };
  }
  return message({
    tlsCertificateSdsSecretConfigs: own,
    validationContext: alternatives === undefined ? undefined : { matchSubjectAltNames: alternatives },
  });
}

const versions: Readonly<Record<string, string>> = { TLSV1_0: 'TLSv1_0', TLSV1_1: 'TLSv1_1', TLSV1_2: 'TLSv1_2', TLSV1_3: 'TLSv1_3' };

function tlsParams(tls: JsonObject, defaults: JsonObject): JsonObject {
  const suites = usableCipherSuites(strings(tls['cipherSuites']));
  const minimum = asString(tls['minProtocolVersion']) ?? '';
  const fallback = asString(defaults['minProtocolVersion']) ?? '';
  return message({
    ecdhCurves: unlessDefault(asArray(defaults['ecdhCurves'])),
    cipherSuites: unlessDefault(suites.length > 0 ? suites : asArray(defaults['cipherSuites'])),
    tlsMinimumProtocolVersion:
      versions[minimum] ?? (fallback === 'TLSV1_3' ? 'TLSv1_3' : fallback === '' || fallback === 'TLS_AUTO' ? undefined : 'TLSv1_2'),
    tlsMaximumProtocolVersion: versions[asString(tls['maxProtocolVersion']) ?? ''],
  });
}
