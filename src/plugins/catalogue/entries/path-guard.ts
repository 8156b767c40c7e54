import type { CatalogueEntry } from '../entry.ts';
import { requestHeaderName } from '../header-schemas.ts';
import { sampleModule, sampleRegistry } from '../sample-module.ts';

export const pathGuard: CatalogueEntry = {
  name: 'path-guard',
  title: 'Path guard',
  summary: 'Refuses requests whose path, or another header, fits a regular expression.',
  author: 'Filterloom',
  licence: 'Apache-2.0',
  language: 'cpp',
  category: 'security',
  type: 'HTTP',
  phase: 'AUTHZ',
  url: `${sampleRegistry}/path-guard:1.0.0`,
  module: sampleModule('path-guard'),
  configSchema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Path guard',
    type: 'object',
    additionalProperties: false,
    properties: {
      rules: {
        type: 'array',
        title: 'Rules',
        description: 'The first rule that fits answers; without one the request goes on.',
        default: [],
        items: {
          type: 'object',
          title: 'Rule',
          additionalProperties: false,
          required: ['pattern'],
          properties: {
            pattern: {
              type: 'string',
              title: 'Pattern',
              description: 'POSIX extended regular expression; it cannot begin with a repetition.',
              pattern: '^[^*+?{]',
              minLength: 1,
              examples: ['^/admin(/|$)'],
            },
            header: { ...requestHeaderName, title: 'Header', description: 'The request header looked at.', default: ':path' },
            status: { type: 'integer', title: 'Status', minimum: 200, maximum: 599, default: 403 },
            body: { type: 'string', title: 'Body', format: 'textarea', default: 'Forbidden' },
          },
        },
      },
    },
  },
  defaultConfig: {
    rules: [{ pattern: '^/admin(/|$)' }, { header: 'user-agent', pattern: '(sqlmap|nikto)/[0-9]', status: 429, body: 'Not today.' }],
  },
  requests: [
    { title: 'Refused by path', method: 'GET', path: '/admin/users', headers: [] },
    { title: 'Refused by user agent', method: 'GET', path: '/get', headers: [['user-agent', 'sqlmap/1.8']] },
    { title: 'Allowed', method: 'GET', path: '/get', headers: [] },
  ],
  documentation: `Written in C++ without an SDK, with the POSIX regular expressions of wasi-libc.

- Patterns see the path as the proxy has it, query included; escapes such as %2F are not undone.
- The response code details are \`path_guard\`, so access logs tell these refusals apart.
- gRPC clients get the status that belongs to the HTTP status (403: PERMISSION_DENIED).`,
};
