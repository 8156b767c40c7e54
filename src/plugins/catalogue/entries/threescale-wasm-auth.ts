import type { JsonObject } from '#base/json.ts';
import type { CatalogueEntry } from '../entry.ts';
import { moduleNotIncluded } from '../published.ts';

const upstream: JsonObject = {
  type: 'object',
  title: 'Upstream',
  required: ['name', 'url'],
  properties: {
    name: {
      type: 'string',
      title: 'Cluster',
      description: 'Must exist in the proxy (ServiceEntry).',
      minLength: 1,
      examples: ['outbound|443||multitenant.3scale.net'],
    },
    url: { type: 'string', title: 'URL', format: 'uri', examples: ['https://myaccount-admin.3scale.net/'] },
    timeout: { type: 'integer', title: 'Timeout (ms)', minimum: 1, default: 1000 },
  },
};

const sources: JsonObject = {
  type: 'array',
  description: 'Where the credential is looked for, in order: query_string, header or filter with keys.',
  items: { type: 'object', title: 'Source', additionalProperties: true },
};

export const threescaleWasmAuth: CatalogueEntry = {
  name: 'threescale-wasm-auth',
  title: '3scale authorization',
  summary: 'Authorizes and reports API calls with Red Hat 3scale.',
  author: 'Red Hat 3scale',
  licence: 'Apache-2.0',
  language: 'rust',
  category: 'authorization',
  homepage: 'https://github.com/3scale/threescale-wasm-auth',
  type: 'HTTP',
  phase: 'AUTHZ',
  priority: 100,
  url: 'oci://registry.redhat.io/3scale-amp2/3scale-auth-wasm-rhel8:0.0.3',
  configSchema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    required: ['api', 'backend', 'services'],
    properties: {
      api: { const: 'v1', title: 'Version' },
      system: {
        type: 'object',
        title: 'Account Management API',
        description: 'Recommended, unless everything is configured here.',
        required: ['upstream', 'token'],
        properties: {
          name: { type: 'string', title: 'Name' },
          upstream,
          token: { type: 'string', title: 'Access token', writeOnly: true },
          ttl: { type: 'integer', title: 'Keep for (s)', minimum: 0, default: 600 },
        },
      },
      backend: {
        type: 'object',
        title: 'Service Management API',
        required: ['upstream'],
        properties: {
          name: { type: 'string', title: 'Name' },
          upstream,
          extensions: { type: 'array', title: 'Extensions', items: { type: 'string', title: 'Extension', examples: ['no_body'] } },
        },
      },
      services: {
        type: 'array',
        title: 'Services',
        items: {
          type: 'object',
          title: 'Service',
          required: ['id', 'authorities', 'credentials'],
          properties: {
            id: { type: 'string', title: 'Id', examples: ['2555417834789'] },
            token: { type: 'string', title: 'Service token', writeOnly: true },
            authorities: {
              type: 'array',
              title: 'Authorities',
              description: 'Shell patterns of hosts.',
              items: { type: 'string', title: 'Authority', examples: ['*.app'] },
            },
            credentials: {
              type: 'object',
              title: 'Credentials',
              minProperties: 1,
              properties: {
                user_key: { ...sources, title: 'User key' },
                app_id: { ...sources, title: 'Application id' },
                app_key: { ...sources, title: 'Application key' },
              },
            },
            mapping_rules: {
              type: 'array',
              title: 'Mapping rules',
              items: {
                type: 'object',
                title: 'Mapping rule',
                required: ['method', 'pattern', 'usages'],
                properties: {
                  method: { type: 'string', title: 'Method', examples: ['GET', 'any'] },
                  pattern: { type: 'string', title: 'Pattern', examples: ['/'] },
                  usages: {
                    type: 'array',
                    title: 'Usages',
                    items: {
                      type: 'object',
                      title: 'Usage',
                      required: ['name', 'delta'],
                      properties: {
                        name: { type: 'string', title: 'Metric', examples: ['hits'] },
                        delta: { type: 'integer', title: 'By', examples: [1] },
                      },
                    },
                  },
                  last: { type: 'boolean', title: 'Last', default: false },
                },
              },
            },
          },
        },
      },
    },
  },
  defaultConfig: {
    api: 'v1',
    backend: { upstream: { name: 'outbound|443||su1.3scale.net', url: 'https://su1.3scale.net', timeout: 5000 } },
    services: [
      {
        id: '2555417834789',
        authorities: ['*'],
        credentials: { user_key: [{ query_string: { keys: ['user_key'] } }, { header: { keys: ['x-api-key'] } }] },
        mapping_rules: [{ method: 'any', pattern: '/', usages: [{ name: 'hits', delta: 1 }] }],
      },
    ],
  },
  requests: [{ title: 'With a key', method: 'GET', path: '/get?user_key=abc', headers: [] }],
  documentation: `Calls 3scale for each request, unless it knows the answer. Clusters are named as Istio names them: outbound|port||host. ${moduleNotIncluded}`,
};
