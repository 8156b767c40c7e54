import type { JsonObject } from '#base/json.ts';
import { asArray, asNumber, asObject } from '#base/json.ts';
import crds from '#istio/validation/generated/crds.json';
import type { Resource } from '#istio/resource.ts';
import type { CatalogueEntry } from '#plugins/catalogue/entry.ts';
import { schemaOf } from './plugin-diagnostics.ts';

/** The schema of a resource for hover and completion: its CRD's, with the plugin's own schema where `pluginConfig` stands. */
export function resourceSchema(resource: Resource, catalogue: readonly CatalogueEntry[]): JsonObject {
  const spec = specSchema(resource);
  const config = schemaOf(resource, catalogue);
  const isExtension = resource.kind === 'TrafficExtension';
  const withConfig =
    config === undefined
      ? spec
      : isExtension
        ? inside(spec, 'wasm', (wasm) => inside(wasm, 'pluginConfig', () => config))
        : inside(spec, 'pluginConfig', () => config);
  const texts = { type: 'object', additionalProperties: { type: 'string' } };
  return {
    type: 'object',
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: {
        type: 'object',
        properties: { name: { type: 'string' }, namespace: { type: 'string' }, labels: texts, annotations: texts },
      },
      spec: withConfig,
    },
  };
}

/** The generated file as plain data. */
const data: JsonObject = crds;

/** The newest schema of the kind (istio/istio `manifests/charts/base/files/crd-all.gen.yaml`). */
function specSchema({ kind, apiVersion }: Resource): JsonObject {
  const versions = asObject(asObject(asObject(data['kinds'])[kind])['versions']);
  const version = apiVersion.slice(apiVersion.lastIndexOf('/') + 1);
  const newest = asArray(asArray(versions[version] ?? Object.values(versions)[0]).at(-1))[1];
  const schema = asArray(data['schemas'])[asNumber(newest) ?? -1];
  const spec = asObject(asObject(asObject(schema)['properties'])['spec']);
  return Object.keys(spec).length === 0 ? { type: 'object' } : spec;
}

function inside(schema: JsonObject, key: string, change: (inner: JsonObject) => JsonObject): JsonObject {
  const properties = asObject(schema['properties']);
  return { ...schema, properties: { ...properties, [key]: change(asObject(properties[key])) } };
}
