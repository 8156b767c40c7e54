import type { CatalogueEntry } from '../entry.ts';
import { moduleNotIncluded } from '../published.ts';

export const envoyExample: CatalogueEntry = {
  name: 'envoy-wasm-cc',
  title: 'Envoy’s C++ example',
  summary: 'The module of Envoy’s Wasm sandbox and of Envoy Gateway’s documentation: adds a header and changes the body.',
  author: 'Envoy',
  licence: 'Apache-2.0',
  language: 'cpp',
  category: 'example',
  homepage: 'https://github.com/envoyproxy/examples/tree/main/wasm-cc',
  type: 'HTTP',
  phase: 'UNSPECIFIED_PHASE',
  url: 'https://raw.githubusercontent.com/envoyproxy/examples/main/wasm-cc/lib/envoy_filter_http_wasm_example.wasm',
  pluginName: 'my_root_id',
  configSchema: { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object', additionalProperties: false, properties: {} },
  defaultConfig: {},
  requests: [{ title: 'See the header added', method: 'GET', path: '/get', headers: [] }],
  documentation: `Takes no configuration. The plugin name (root id) must be my_root_id: with another one the module does nothing, silently. ${moduleNotIncluded}`,
};
