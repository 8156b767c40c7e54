import type { JsonObject } from '#base/json.ts';
import type { CatalogueEntry } from '../entry.ts';
import { moduleNotIncluded } from '../published.ts';

const hook = (title: string): JsonObject => ({
  type: 'object',
  title,
  description: 'Kinds of properties to print in this callback: printRequestProperties, printConnectionProperties …',
  propertyNames: { title: 'Kind', type: 'string' },
  additionalProperties: { type: 'boolean', title: 'Print' },
});

export const printProperties: CatalogueEntry = {
  name: 'print-properties',
  title: 'Print properties',
  summary: 'Prints what the proxy knows about a request into its log.',
  author: 'boeboe',
  licence: 'NOASSERTION',
  language: 'tinygo',
  category: 'example',
  homepage: 'https://github.com/boeboe/envoy-wasm-plugins',
  type: 'HTTP',
  phase: 'UNSPECIFIED_PHASE',
  url: 'oci://docker.io/boeboe/envoy-wasm-plugins:print-properties-0.1',
  pluginName: 'print-properties',
  configSchema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: {
      onHttpRequestHeaders: hook('Request headers'),
      onHttpRequestBody: hook('Request body'),
      onHttpResponseHeaders: hook('Response headers'),
      onHttpResponseBody: hook('Response body'),
      onHttpStreamDone: hook('End of the stream'),
    },
  },
  defaultConfig: { onHttpRequestHeaders: { printRequestProperties: true } },
  requests: [{ title: 'Any request', method: 'GET', path: '/get', headers: [] }],
  documentation: `For finding out which properties a plugin can read at which moment. ${moduleNotIncluded}`,
};
