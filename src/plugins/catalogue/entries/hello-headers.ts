import type { JsonObject } from '#base/json.ts';
import type { CatalogueEntry } from '../entry.ts';
import { headerValue, requestHeaderName } from '../header-schemas.ts';
import { sampleModule, sampleRegistry } from '../sample-module.ts';

const headers = (title: string, description: string): JsonObject => ({
  type: 'object',
  title,
  description,
  default: {},
  propertyNames: requestHeaderName,
  additionalProperties: headerValue,
});

const changes = (title: string): JsonObject => ({
  type: 'object',
  title,
  description: 'First headers are removed, then set, then added.',
  additionalProperties: false,
  properties: {
    remove: { type: 'array', title: 'Remove', description: 'Names of headers to take out.', default: [], items: requestHeaderName },
    set: headers('Set', 'Headers that get this one value, whatever was there.'),
    add: headers('Add', 'Headers that get one more value.'),
  },
});

export const helloHeaders: CatalogueEntry = {
  name: 'hello-headers',
  title: 'Hello headers',
  summary: 'Removes, sets and adds request and response headers.',
  author: 'Filterloom',
  licence: 'Apache-2.0',
  language: 'assemblyscript',
  category: 'transformation',
  type: 'HTTP',
  phase: 'UNSPECIFIED_PHASE',
  url: `${sampleRegistry}/hello-headers:1.0.0`,
  module: sampleModule('hello-headers'),
  configSchema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Hello headers',
    type: 'object',
    additionalProperties: false,
    properties: { request: changes('Request'), response: changes('Response') },
  },
  defaultConfig: {
    request: { set: { 'x-hello': 'from the plugin' } },
    response: { set: { 'x-hello': 'world' }, remove: ['server'] },
  },
  requests: [{ title: 'See both headers', method: 'GET', path: '/headers', headers: [['x-hello', 'from the client']] }],
  documentation: `The smallest useful plugin: 21 KB of AssemblyScript without an SDK, so it reads well as a first example.

- Names that Envoy keeps once (accept, user-agent, cache-control …) are joined with a comma when a value is added; others appear twice.
- Pseudo headers can be set: \`:path\` chooses another route, \`:status\` changes the answer.
- An empty configuration changes nothing. Text that is no JSON and unknown keys are refused.`,
};
