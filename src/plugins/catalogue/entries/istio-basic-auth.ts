import type { CatalogueEntry } from '../entry.ts';
import { moduleNotIncluded } from '../published.ts';

export const istioBasicAuth: CatalogueEntry = {
  name: 'istio-basic-auth',
  title: 'Basic auth (Istio ecosystem)',
  summary: 'The plugin of Istio’s own documentation: user names and passwords by path and method.',
  author: 'Istio ecosystem',
  licence: 'Apache-2.0',
  language: 'cpp',
  category: 'authentication',
  homepage: 'https://github.com/istio-ecosystem/wasm-extensions/tree/master/extensions/basic_auth',
  type: 'HTTP',
  phase: 'AUTHN',
  url: 'oci://ghcr.io/istio-ecosystem/wasm-extensions/basic_auth:1.12.0',
  configSchema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    required: ['basic_auth_rules'],
    properties: {
      basic_auth_rules: {
        type: 'array',
        title: 'Rules',
        items: {
          type: 'object',
          title: 'Rule',
          required: ['request_methods', 'credentials'],
          properties: {
            prefix: { type: 'string', title: 'Path prefix', examples: ['/productpage'] },
            exact: { type: 'string', title: 'Exact path' },
            suffix: { type: 'string', title: 'Path suffix' },
            request_methods: {
              type: 'array',
              title: 'Methods',
              minItems: 1,
              items: { type: 'string', title: 'Method', enum: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] },
            },
            credentials: {
              type: 'array',
              title: 'Credentials',
              minItems: 1,
              items: {
                type: 'string',
                title: 'Credential',
                description: 'name:password, or the same in base64.',
                writeOnly: true,
                pattern: '^(?:[^:]+:.*|[A-Za-z0-9+/]+={0,2})$',
                examples: ['ok:test', 'YWRtaW4zOmFkbWluMw=='],
              },
            },
          },
          oneOf: [{ required: ['prefix'] }, { required: ['exact'] }, { required: ['suffix'] }],
        },
      },
      realm: { type: 'string', title: 'Realm', description: 'What the browser shows when it asks for the password.' },
    },
  },
  defaultConfig: { basic_auth_rules: [{ prefix: '/productpage', request_methods: ['GET', 'POST'], credentials: ['ok:test'] }] },
  requests: [
    { title: 'Without credentials', method: 'GET', path: '/productpage', headers: [] },
    { title: 'With credentials', method: 'GET', path: '/productpage', headers: [['authorization', 'Basic b2s6dGVzdA==']] },
  ],
  documentation: `Refuses requests that fit a rule without one of its credentials. A rule has exactly one of prefix, exact and suffix. ${moduleNotIncluded}`,
};
