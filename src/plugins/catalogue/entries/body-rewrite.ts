import type { JsonObject } from '#base/json.ts';
import type { CatalogueEntry } from '../entry.ts';
import { sampleModule, sampleRegistry } from '../sample-module.ts';

const rules = (title: string): JsonObject => ({
  type: 'array',
  title,
  description: 'Applied one after the other.',
  default: [],
  items: {
    type: 'object',
    title: 'Rule',
    additionalProperties: false,
    required: ['find', 'replace'],
    properties: {
      find: { type: 'string', title: 'Find', description: 'Plain text, letter by letter.', minLength: 1, examples: ['banana'] },
      replace: { type: 'string', title: 'Replace by', examples: ['teapot'] },
    },
  },
});

export const bodyRewrite: CatalogueEntry = {
  name: 'body-rewrite',
  title: 'Body rewrite',
  summary: 'Replaces text in request and response bodies.',
  author: 'Filterloom',
  licence: 'Apache-2.0',
  language: 'rust',
  category: 'transformation',
  type: 'HTTP',
  phase: 'UNSPECIFIED_PHASE',
  url: `${sampleRegistry}/body-rewrite:1.0.0`,
  module: sampleModule('body-rewrite'),
  configSchema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Body rewrite',
    type: 'object',
    additionalProperties: false,
    properties: {
      request: rules('Requests'),
      response: rules('Responses'),
      contentTypes: {
        type: 'array',
        title: 'Content types',
        description: 'Beginnings of content-type, in any case. The empty text fits every body.',
        default: ['text/', 'application/json'],
        items: { type: 'string', title: 'Content type', examples: ['application/json', 'text/'] },
      },
    },
    anyOf: [
      { required: ['request'], properties: { request: { minItems: 1 } } },
      { required: ['response'], properties: { response: { minItems: 1 } } },
    ],
  },
  defaultConfig: {
    request: [{ find: 'banana', replace: 'teapot' }],
    response: [{ find: 'teapot', replace: 'TEAPOT' }],
  },
  requests: [
    {
      title: 'A JSON body there and back',
      method: 'POST',
      path: '/post',
      headers: [['content-type', 'application/json']],
      body: '{"fruit":"banana"}',
    },
  ],
  documentation: `Collects a body (\`Pause\` until its end), replaces, lets it go.

- \`content-length\` is removed: the headers have gone on before the new length is known.
- While there are rules for responses, requests carry \`accept-encoding: identity\`; a body that is compressed all the same is left alone.
- A body larger than the proxy's buffer is refused: 413 for requests, 500 for responses (\`per_connection_buffer_limit_bytes\`).
- An ETag of the upstream is not recomputed.`,
};
