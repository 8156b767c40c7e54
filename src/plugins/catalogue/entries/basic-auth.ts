import type { CatalogueEntry } from '../entry.ts';
import { sampleModule, sampleRegistry } from '../sample-module.ts';

export const basicAuth: CatalogueEntry = {
  name: 'basic-auth',
  title: 'Basic auth',
  summary: 'Asks for a user name and a password (RFC 7617) where its rules say so.',
  author: 'Filterloom',
  licence: 'Apache-2.0',
  language: 'rust',
  category: 'authentication',
  type: 'HTTP',
  phase: 'AUTHN',
  url: `${sampleRegistry}/basic-auth:1.0.0`,
  module: sampleModule('basic-auth'),
  configSchema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Basic auth',
    type: 'object',
    additionalProperties: false,
    required: ['users'],
    properties: {
      realm: {
        type: 'string',
        title: 'Realm',
        description: 'What the browser shows when it asks for the password.',
        default: 'restricted',
        pattern: '^\\P{Cc}*$',
      },
      users: {
        type: 'array',
        title: 'Users',
        minItems: 1,
        items: {
          type: 'object',
          title: 'User',
          additionalProperties: false,
          required: ['name', 'password'],
          properties: {
            name: {
              type: 'string',
              title: 'Name',
              description: 'No colon: it ends the name (RFC 7617).',
              pattern: '^[^:\\p{Cc}]+$',
              examples: ['ok'],
            },
            password: { type: 'string', title: 'Password', writeOnly: true, examples: ['test'] },
          },
        },
      },
      protect: {
        type: 'array',
        title: 'Protected requests',
        description:
          'A request that fits one of the rules needs credentials. Without this list every request does; with an empty list none.',
        default: [{ prefix: '/' }],
        items: {
          type: 'object',
          title: 'Rule',
          additionalProperties: false,
          properties: {
            prefix: {
              type: 'string',
              title: 'Path prefix',
              description: 'Compared letter by letter: "/api" covers "/apis", too.',
              pattern: '^/',
              default: '/',
              examples: ['/productpage'],
            },
            hosts: {
              type: 'array',
              title: 'Hosts',
              description: 'Any case, without port; "*.example.com" stands for every subdomain. Empty: all hosts.',
              default: [],
              items: { type: 'string', title: 'Host', pattern: '^(?:\\*|(?:\\*\\.)?[^*/\\s]+)$', examples: ['*.example.com'] },
            },
            methods: {
              type: 'array',
              title: 'Methods',
              description: 'Empty: all methods.',
              default: [],
              uniqueItems: true,
              items: {
                type: 'string',
                title: 'Method',
                pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$",
                examples: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
              },
            },
          },
        },
      },
      removeAuthorization: {
        type: 'boolean',
        title: 'Remove authorization',
        description: 'Takes the credentials out of the request before it goes on.',
        default: false,
      },
      userHeader: {
        type: 'string',
        title: 'User header',
        description: 'A request header that tells the application who the user is. Whatever the client sends in it is removed.',
        pattern: '^[A-Za-z0-9_-]+$',
        examples: ['x-auth-user'],
      },
    },
  },
  defaultConfig: {
    realm: 'bookinfo',
    users: [{ name: 'ok', password: 'test' }],
    protect: [{ prefix: '/productpage' }],
  },
  requests: [
    { title: 'Without credentials: 401', method: 'GET', path: '/productpage', headers: [] },
    { title: 'With credentials', method: 'GET', path: '/productpage', headers: [['authorization', 'Basic b2s6dGVzdA==']] },
    { title: 'Not protected', method: 'GET', path: '/', headers: [] },
  ],
  documentation: `Answers **401** with \`www-authenticate\` to requests that fit a rule and bring no valid credentials.

- Prefixes are compared with the path as the proxy has it. Istio normalises paths before plugins see them; a bare Envoy only does with \`normalize_path\`.
- gRPC clients see status 16 (UNAUTHENTICATED) instead.
- Passwords stand in clear text in the resource. For real use keep them in a Secret and hand them over by \`vmConfig.env\`, or use an identity provider.
- An empty list of users, a name twice, a colon in a name and unknown fields are refused: \`on_configure\` returns false and Envoy rejects the listener.`,
};
