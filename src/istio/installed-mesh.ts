import type { JsonObject } from '#base/json.ts';
import { asObject, asString, isObject } from '#base/json.ts';
import type { Resource } from './resource.ts';
import { parseYaml } from '#yaml/parse.ts';

/** What a normal installation sets beyond istiod's bare defaults (istio/istio manifests/charts/istio-control/istio-discovery/templates/configmap.yaml). */
const installed: JsonObject = { defaultProviders: { metrics: ['prometheus'] } };

/** The mesh configuration of the workspace: its ConfigMap `istio`, otherwise that of a normal installation. */
export function installedMeshConfig(resources: readonly Resource[]): JsonObject {
  const map = resources.find((item) => item.kind === 'ConfigMap' && item.name === 'istio');
  const text = asString(asObject(map?.raw['data'])['mesh']);
  if (text === undefined) return installed;
  const value = parseYaml(text, 'mesh').documents[0]?.value;
  return isObject(value) ? value : installed;
}
