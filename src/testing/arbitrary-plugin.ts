import fc from 'fast-check';
import type { JsonObject, JsonValue } from '#base/json.ts';
import type { Resource } from '#istio/resource.ts';

const name = fc.stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/);

const url = fc.oneof(
  name.map((text) => `oci://registry.example/${text}:1.0`),
  name.map((text) => `registry.example/${text}:v2`),
  name.map((text) => `https://files.example/${text}.wasm`),
  name.map((text) => `file:///etc/modules/${text}.wasm`),
);

/** JSON as a Struct can hold it. */
const config: fc.Arbitrary<JsonObject> = fc.dictionary(
  fc.string({ maxLength: 6, unit: 'binary' }).filter((key) => key !== '__proto__'),
  fc.jsonValue({ maxDepth: 3, noUnicodeString: false }).map((value): JsonValue => JSON.parse(JSON.stringify(value))),
  { maxKeys: 4 },
);

const variable = fc.oneof(
  fc.record({ name: fc.stringMatching(/^[A-Z][A-Z_]{0,8}$/), value: fc.string({ maxLength: 8 }) }),
  fc.record({ name: fc.stringMatching(/^[A-Z][A-Z_]{0,8}$/), valueFrom: fc.constant('HOST') }),
);

const match = fc.record(
  {
    mode: fc.constantFrom('CLIENT', 'SERVER', 'CLIENT_AND_SERVER'),
    ports: fc
      .uniqueArray(fc.integer({ min: 1, max: 65_535 }), { minLength: 1, maxLength: 3 })
      .map((ports) => ports.map((number) => ({ number }))),
  },
  { requiredKeys: [] },
);

/** A spec of a WasmPlugin that every Istio from 1.27 on takes. */
export const wasmPluginSpec: fc.Arbitrary<JsonObject> = fc
  .record(
    {
      url,
      sha256: fc.stringMatching(/^[a-f0-9]{64}$/),
      imagePullPolicy: fc.constantFrom('IfNotPresent', 'Always'),
      pluginName: name,
      pluginConfig: config,
      failStrategy: fc.constantFrom('FAIL_CLOSE', 'FAIL_OPEN', 'FAIL_RELOAD'),
      vmConfig: fc.record({ env: fc.uniqueArray(variable, { minLength: 1, maxLength: 3, selector: (item) => item.name }) }),
      type: fc.constantFrom('HTTP', 'NETWORK'),
      phase: fc.constantFrom('AUTHN', 'AUTHZ', 'STATS'),
      priority: fc.integer({ min: -2_147_483_648, max: 2_147_483_647 }),
      match: fc.array(match, { minLength: 1, maxLength: 2 }),
      selector: fc.constantFrom({ matchLabels: { app: 'cart' } }, { matchLabels: { app: 'cart', version: 'v1' } }),
    },
    { requiredKeys: ['url'] },
  )
  .map((spec): JsonObject => JSON.parse(JSON.stringify(spec)));

/** A WasmPlugin as read from a text. */
export function wasmPlugin(spec: JsonObject, pluginName = 'auth'): Resource {
  const raw = { apiVersion: 'extensions.istio.io/v1alpha1', kind: 'WasmPlugin', metadata: { name: pluginName, namespace: 'shop' }, spec };
  return {
    kind: 'WasmPlugin',
    apiVersion: raw.apiVersion,
    group: 'extensions.istio.io',
    namespace: 'shop',
    name: pluginName,
    labels: {},
    annotations: {},
    resourceVersion: '1',
    spec,
    raw,
  };
}
