import { asObject, asString, isObject, type JsonObject } from '#base/json.ts';
import { parseYaml } from '#yaml/parse.ts';
import type { Resource } from './resource.ts';

/** What a normal installation sets beyond istiod's bare defaults (istio/istio `manifests/charts/istio-control/istio-discovery/templates/configmap.yaml`). */
const installed: JsonObject = { defaultProviders: { metrics: ['prometheus'] } };

const values = new WeakMap<Resource, JsonObject>();

/** The mesh configuration among the resources: the ConfigMap `istio`, otherwise that of a normal installation. */
export function meshConfigOf(resources: readonly Resource[]): JsonObject {
  const map = resources.find((resource) => resource.kind === 'ConfigMap' && resource.group === '' && resource.name === 'istio');
  if (map === undefined) return installed;
  let value = values.get(map);
  if (value === undefined) {
    const text = asString(asObject(map.raw['data'])['mesh']) ?? '';
    const parsed = parseYaml(text, 'mesh').documents[0]?.value;
    value = isObject(parsed) ? parsed : installed;
    values.set(map, value);
  }
  return value;
}
