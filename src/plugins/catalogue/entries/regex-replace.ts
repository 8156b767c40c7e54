import type { CatalogueEntry } from '../entry.ts';
import { sampleModule, sampleRegistry } from '../sample-module.ts';
import { headerName, headerValue, requestHeaderName } from '../header-schemas.ts';

export const regexReplace: CatalogueEntry = {
  name: 'regex-replace',
  title: 'Regex replace',
  summary: 'Rewrites the path, or other request headers, with a regular expression and adds response headers.',
  author: 'Filterloom',
  licence: 'Apache-2.0',
  language: 'rust',
  category: 'transformation',
  type: 'HTTP',
  phase: 'AUTHN',
  priority: 10,
  url: `${sampleRegistry}/regex-replace:1.0.0`,
  module: sampleModule('regex-replace'),
  configSchema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Regex replace',
    type: 'object',
    additionalProperties: false,
    required: ['pattern', 'replacement'],
    properties: {
      pattern: {
        type: 'string',
        title: 'Pattern',
        description:
          'Regular expression in the syntax of the Rust crate regex-lite: no look-around, no back references. Every match is replaced.',
        format: 'regex',
        minLength: 1,
        examples: ['banana/([0-9]*)'],
      },
      replacement: {
        type: 'string',
        title: 'Replacement',
        description: 'What each match becomes. $1 or ${name} inserts a group; put a number in braces when a letter follows: ${1}a.',
        examples: ['status/$1'],
      },
      headers: {
        type: 'array',
        title: 'Request headers',
        description: 'The request headers to rewrite, pseudo headers included.',
        default: [':path'],
        uniqueItems: true,
        items: requestHeaderName,
      },
      responseHeaders: {
        type: 'object',
        title: 'Response headers',
        description: 'Headers to add to every response, local replies of other filters included.',
        default: {},
        propertyNames: headerName,
        additionalProperties: headerValue,
        examples: [{ 'who-am-i': 'wasm-extension' }],
      },
      echoConfigHeader: {
        ...headerName,
        title: 'Configuration echo',
        description: 'A response header that shows the configuration the plugin has read, as JSON. For demonstrations, not for production.',
        examples: ['plugin-config'],
      },
    },
  },
  defaultConfig: {
    pattern: 'banana/([0-9]*)',
    replacement: 'status/$1',
    responseHeaders: {
      'who-am-i': 'wasm-extension',
      'injected-by': 'istio-api!',
      site: 'filterloom.example',
      author: 'Filterloom',
    },
    echoConfigHeader: 'plugin-config',
  },
  requests: [
    { title: 'A banana becomes a teapot', method: 'GET', path: '/banana/418', headers: [] },
    { title: 'No match, no change', method: 'GET', path: '/get', headers: [] },
  ],
  documentation: `Replaces every match of **pattern** in the chosen request headers by **replacement**, then adds **response headers**.

- The route is chosen after the rewrite: Envoy looks again when a plugin of this ABI version has changed the request headers.
- A header that is not there, or that is not UTF-8, is left alone. Of a repeated header the first value is rewritten and the others go.
- A replacement that leaves the path empty makes Envoy answer 404.
- Unknown fields, a bad pattern and values with line breaks are refused: \`on_configure\` returns false and Envoy rejects the listener.
- Logs each change at info, what stays at debug.`,
};
