import { base64ToBytes, bytesToUtf8 } from '#base/bytes.ts';
import { asString, asStringMap } from '#base/json.ts';
import type { Resource } from '../resource.ts';

const KUBERNETES = 'kubernetes://';
const GATEWAY = 'kubernetes-gateway://';
const CONFIG_MAP = 'configmap://';

/**
 * The name under which istiod looks up a plugin's pull secret: always in the plugin's namespace, whatever the user wrote (istio/istio
 * pilot/pkg/model/extensions.go convertToTrafficExtensionWrapper over credentials/resource.go ParseResourceName). `undefined` when
 * there is none, or the text cannot be read as a secret's name.
 */
export function pullSecretName(written: string | undefined, namespace: string): string | undefined {
  if (written === undefined || written === '' || written.startsWith('builtin://')) return undefined;
  if (written.startsWith('invalid://')) return `invalid://${namespace}/`;
  const typed = [GATEWAY, CONFIG_MAP].find((type) => written.startsWith(type));
  const parts = (typed === undefined ? stripped(written) : written.slice(typed.length)).split('/');
  if (typed === undefined) return `${KUBERNETES}${namespace}/${parts[1] ?? parts[0] ?? ''}`;
  const [from = '', name = ''] = parts;
  return from === '' || name === '' ? undefined : `${typed}${namespace}/${name}`;
}

function stripped(written: string): string {
  return written.startsWith(KUBERNETES) ? written.slice(KUBERNETES.length) : written;
}

/**
 * The docker config behind `kubernetes://namespace/name`, when there is a Secret of type `kubernetes.io/dockerconfigjson` with that
 * key (istio/istio pilot/pkg/credentials/kube/secrets.go GetDockerCredential, pilot/pkg/xds/ecds.go parseSecretName).
 */
export function dockerConfig(resourceName: string, resources: readonly Resource[]): string | undefined {
  if (!resourceName.startsWith(KUBERNETES)) return undefined;
  const parts = resourceName.slice(KUBERNETES.length).split('/');
  if (parts.length !== 2) return undefined;
  const secret = resources.find((one) => one.group === '' && one.kind === 'Secret' && one.namespace === parts[0] && one.name === parts[1]);
  if (secret === undefined || asString(secret.raw['type']) !== 'kubernetes.io/dockerconfigjson') return undefined;
  const plain = asStringMap(secret.raw['stringData'])['.dockerconfigjson'];
  if (plain !== undefined) return plain;
  const encoded = asStringMap(secret.raw['data'])['.dockerconfigjson'];
  const bytes = encoded === undefined ? undefined : base64ToBytes(encoded);
  return bytes === undefined ? undefined : bytesToUtf8(bytes);
}
