import { asArray, asNumber, asObject, asString, isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { message, unlessDefault } from '../proto-json.ts';
import type { Resource } from '../resource.ts';
import type { Snapshot } from '../snapshot.ts';
import { usableCipherSuites } from '../listeners/cipher-suites.ts';
import { decodeBase64, hasCertificate, isKeyPair } from './pem.ts';
import { configMapKind, isGranted, namespaceOf, referencedKind, secretKind } from './references.ts';

export interface ListenerTls {
  /** `ServerTLSSettings`. */
  readonly settings: JsonObject | undefined;
  /** A certificate that cannot be used, in words. */
  readonly problem: string | undefined;
}

const builtInCertificate = 'builtin://';

/** The TLS part of a listener (istio/istio `pilot/pkg/config/kube/gateway/conversion.go buildTLS`). */
export function listenerTls(snapshot: Snapshot, owner: Resource, listener: JsonObject, gatewaySpec: JsonObject): ListenerTls {
  const tls = listener['tls'];
  if (!isObject(tls)) return { settings: undefined, problem: undefined };
  const options = asObject(tls['options']);
  const cipherSuites = ciphers(options['gateway.istio.io/tls-cipher-suites']);
  if ((asString(tls['mode']) ?? 'Terminate') !== 'Terminate') {
    return {
      settings: message({ mode: isAutoPassthrough(owner, listener) ? 'AUTO_PASSTHROUGH' : 'PASSTHROUGH', cipherSuites }),
      problem: undefined,
    };
  }
  const wanted = options['gateway.istio.io/tls-terminate-mode'];
  if (wanted === 'ISTIO_SIMPLE') return { settings: { mode: 'SIMPLE', credentialName: builtInCertificate }, problem: undefined };
  if (wanted === 'ISTIO_MUTUAL') return { settings: { mode: 'ISTIO_MUTUAL' }, problem: undefined };
  const mode = wanted === 'MUTUAL' || wanted === 'OPTIONAL_MUTUAL' ? wanted : 'SIMPLE';
  const references = asArray(tls['certificateRefs']).map(asObject);
  if (references.length > 2) return { settings: { mode }, problem: 'at most two certificates' };
  const names = references.map((reference) => certificate(snapshot, owner, reference));
  const problem = names.find((name) => name.problem !== undefined)?.problem;
  const valid = names.filter((name) => name.problem === undefined);
  // a listener without any certificate is not refused for that
  if (valid.length === 0) return { settings: { mode }, problem };
  const credentials: JsonObject =
    valid.length === 1 ? { credentialName: names[0]?.name ?? '' } : { credentialNames: names.map((name) => name.name) };
  const client = clientValidation(snapshot, owner, listener, gatewaySpec, wanted);
  return { settings: message({ mode, ...credentials, ...client.settings, cipherSuites }), problem: client.problem };
}

interface Credential {
  readonly name: string;
  readonly problem: string | undefined;
}

/** The certificate of a reference as istiod names it for Envoy (`buildSecretReference`). */
function certificate(snapshot: Snapshot, owner: Resource, reference: JsonObject): Credential {
  const unusable = (problem: string): Credential => ({ name: '', problem });
  if (referencedKind(reference, secretKind) !== secretKind) return unusable('only a Secret can be a certificate');
  const name = asString(reference['name']) ?? '';
  const namespace = namespaceOf(reference['namespace'], owner.namespace);
  if (!hasKeyPair(snapshot, namespace, name)) return unusable(`no certificate in Secret ${namespace}/${name}`);
  if (!mayRead(snapshot, owner, secretKind, namespace, name)) return unusable(`no ReferenceGrant for Secret ${namespace}/${name}`);
  return { name: `kubernetes-gateway://${namespace}/${name}`, problem: undefined };
}

function mayRead(snapshot: Snapshot, owner: Resource, kind: string, namespace: string, name: string): boolean {
  if (namespace === owner.namespace) return true;
  return isGranted(snapshot, { kind: `${owner.group}/${owner.kind}`, namespace: owner.namespace }, { kind, namespace, name });
}

function hasKeyPair(snapshot: Snapshot, namespace: string, name: string): boolean {
  const secret = find(snapshot, 'Secret', namespace, name);
  if (secret === undefined) return snapshot.cluster === 'completed';
  const [generic, tls] = [
    ['cert', 'key'],
    ['tls.crt', 'tls.key'],
  ].map(([certificateKey = '', privateKey = '']) => [secretText(secret, certificateKey), secretText(secret, privateKey)] as const);
  const pair = [generic, tls].find((each) => each !== undefined && each[0] !== '' && each[1] !== '');
  return pair !== undefined && isKeyPair(pair[0], pair[1]);
}

/** Who clients must be known by: the front end validation of the Gateway. */
function clientValidation(
  snapshot: Snapshot,
  owner: Resource,
  listener: JsonObject,
  gatewaySpec: JsonObject,
  wanted: JsonValue | undefined,
): { readonly settings: JsonObject; readonly problem: string | undefined } {
  const frontend = asObject(asObject(gatewaySpec['tls'])['frontend']);
  const port = asArray(frontend['perPort'])
    .map(asObject)
    .find((entry) => asNumber(entry['port']) === asNumber(listener['port']));
  const validation = asObject(asObject(port === undefined ? frontend['default'] : port['tls'])['validation']);
  const references = asArray(validation['caCertificateRefs']).map(asObject);
  const [reference] = references;
  if (reference === undefined) return { settings: {}, problem: undefined };
  if (references.length > 1) return { settings: {}, problem: 'only one CA certificate' };
  const authority = certificateAuthority(snapshot, owner, reference);
  if (authority.problem !== undefined) return { settings: {}, problem: authority.problem };
  const optional = wanted === 'OPTIONAL_MUTUAL' || (wanted !== 'MUTUAL' && validation['mode'] === 'AllowInsecureFallback');
  return {
    settings: {
      mode: optional ? 'OPTIONAL_MUTUAL' : 'MUTUAL',
      insecureSkipVerify: optional && wanted !== 'OPTIONAL_MUTUAL',
      caCertCredentialName: authority.name,
    },
    problem: undefined,
  };
}

/** `buildCaCertificateReference`. */
function certificateAuthority(snapshot: Snapshot, owner: Resource, reference: JsonObject): Credential {
  const kind = referencedKind(reference, '/');
  const name = asString(reference['name']) ?? '';
  const namespace = namespaceOf(reference['namespace'], owner.namespace);
  if (kind !== secretKind && kind !== configMapKind) return { name: '', problem: 'only a Secret or ConfigMap can be a CA certificate' };
  const object = find(snapshot, kind.slice(1), namespace, name);
  const text = object === undefined ? '' : ['cacert', 'ca.crt'].map((key) => secretText(object, key)).find((each) => each !== '');
  const isThere = object === undefined ? snapshot.cluster === 'completed' : hasCertificate(text ?? '');
  if (!isThere) return { name: '', problem: `no CA certificate in ${kind.slice(1)} ${namespace}/${name}` };
  if (!mayRead(snapshot, owner, kind, namespace, `${name}-cacert`))
    return { name: '', problem: `no ReferenceGrant for ${namespace}/${name}` };
  return { name: `${kind === secretKind ? 'kubernetes-gateway' : 'configmap'}://${namespace}/${name}-cacert`, problem: undefined };
}

function find(snapshot: Snapshot, kind: string, namespace: string, name: string): Resource | undefined {
  return snapshot.listIn('', kind, namespace).find((resource) => resource.name === name);
}

/** A value of a Secret (base64) or ConfigMap. */
function secretText(resource: Resource, key: string): string {
  const text = asString(asObject(resource.raw['data'])[key]) ?? '';
  return resource.kind === 'Secret' ? (decodeBase64(text) ?? '') : text;
}

/** Does the listener route by the SNI that Istio's own clients send? (`pilot/pkg/serviceregistry/kube/conversion.go IsAutoPassthrough`) */
function isAutoPassthrough(owner: Resource, listener: JsonObject): boolean {
  const mode = asObject(asObject(listener['tls'])['options'])['gateway.istio.io/listener-protocol'];
  if (mode === 'auto-passthrough') return true;
  if (owner.labels['topology.istio.io/network'] === undefined) return false;
  return (owner.labels['networking.istio.io/gatewayPort'] ?? '15443') === String(asNumber(listener['port']) ?? 0);
}

function ciphers(value: JsonValue | undefined): readonly string[] | undefined {
  const text = asString(value) ?? '';
  return text === '' ? undefined : unlessDefault(usableCipherSuites(text.split(',').map((each) => each.trim())));
}
