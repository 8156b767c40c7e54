import { asObject, asString, asStringMap, type JsonObject } from '#base/json.ts';
import type { DumpNode } from './dump.ts';

/** The node of a bootstrap: `sidecar~10.0.0.1~pod.namespace~namespace.svc.cluster.local`, and Istio's metadata. */
export function nodeOf(bootstrap: JsonObject): DumpNode | undefined {
  const { id, cluster, metadata: given } = asObject(bootstrap['node']);
  if (id === undefined && cluster === undefined) return undefined;
  const metadata = asObject(given);
  const [type, , name] = (asString(id) ?? '').split('~');
  const [pod, namespace] = (name ?? '').split('.');
  return {
    id: asString(id) ?? '',
    cluster: asString(cluster) ?? '',
    type: name === undefined ? undefined : type,
    name: asString(metadata['NAME']) ?? (pod || undefined),
    namespace: asString(metadata['NAMESPACE']) ?? namespace,
    istioVersion: asString(metadata['ISTIO_VERSION']),
    labels: asStringMap(metadata['LABELS']),
    metadata,
  };
}
