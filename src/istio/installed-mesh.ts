import { asObject, asString, isObject, type JsonObject } from '#base/json.ts';
import { parseYaml } from '#yaml/parse.ts';
import type { Resource } from './resource.ts';

/** What a normal installation sets beyond istiod's bare defaults (istio/istio `manifests/charts/istio-control/istio-discovery/templates/configmap.yaml`). */
const installed: JsonObject = { defaultProviders: { metrics: ['prometheus'] } };

const values = new WeakMap<Resource, JsonObject>();

/**
 * The mesh configuration among the resources: the ConfigMap `istio` (of a revision `istio-REVISION`), otherwise that of a normal
 * installation. The same resource gives the same object.
 */
export function installedMeshConfig(resources: readonly Resource[]): JsonObject {
  const maps = resources.filter((resource) => resource.kind === 'ConfigMap' && resource.group === '' && meshText(resource) !== undefined);
  const map = maps.find((resource) => resource.name === 'istio') ?? maps.find((resource) => resource.name.startsWith('istio-'));
  if (map === undefined) return installed;
  let value = values.get(map);
  if (value === undefined) {
    const parsed = parseYaml(meshText(map) ?? '', 'mesh').documents[0]?.value;
    value = isObject(parsed) ? parsed : installed;
    values.set(map, value);
  }
  return value;
}

function meshText(map: Resource): string | undefined {
  return asString(asObject(map.raw['data'])['mesh']);
}
