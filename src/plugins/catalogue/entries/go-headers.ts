import type { JsonObject } from '#base/json.ts';
import type { CatalogueEntry } from '../entry.ts';
import { requestHeaderName } from '../header-schemas.ts';
import { sampleModule, sampleRegistry } from '../sample-module.ts';

const settings = (title: string): JsonObject => ({
  type: 'object',
  title,
  description: 'Header names and their values. %{method}, %{path}, %{host} and %{header:NAME} stand for parts of the request, %%{ for %{.',
  default: {},
  propertyNames: requestHeaderName,
  additionalProperties: {
    type: 'string',
    title: 'Value',
    pattern: '^(?:[^%\\r\\n\\0]|%\\{(?:method|path|host|header:[^}\\r\\n\\0]+)\\}|%%+\\{|%+[^%{\\r\\n\\0])*%*$',
    examples: ['%{method} %{path}'],
  },
});

export const goHeaders: CatalogueEntry = {
  name: 'go-headers',
  title: 'Go headers',
  summary: 'Sets request and response headers to values made from the request.',
  author: 'Filterloom',
  licence: 'Apache-2.0',
  language: 'go',
  category: 'transformation',
  type: 'HTTP',
  phase: 'UNSPECIFIED_PHASE',
  url: `${sampleRegistry}/go-headers:1.0.0`,
  module: sampleModule('go-headers'),
  configSchema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Go headers',
    type: 'object',
    additionalProperties: false,
    properties: { requestHeaders: settings('Request headers'), responseHeaders: settings('Response headers') },
  },
  defaultConfig: {
    requestHeaders: { 'x-original': '%{method} %{host}%{path}' },
    responseHeaders: { 'x-request-path': '%{path}' },
  },
  requests: [{ title: 'See the headers made', method: 'GET', path: '/headers?q=1', headers: [] }],
  documentation: `Written in Go with the ordinary compiler (\`GOOS=wasip1 -buildmode=c-shared\`) and without an SDK.

- The module has 3.3 MB, as the Go runtime comes along: Envoy compiles for more than a second before it is ready. It needs Envoy 1.33 or newer.
- Headers are set in the order of their names. A placeholder sees what was set before it.
- Values for the response are remembered while the request passes: later the request headers cannot be read any more.`,
};
