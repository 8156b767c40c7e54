import type { JsonObject } from '#base/json.ts';
import type { CatalogueEntry } from '../entry.ts';
import { moduleNotIncluded } from '../published.ts';

const predicates = (title: string): JsonObject => ({
  type: 'array',
  title,
  description: 'CEL expressions; all must hold.',
  default: [],
  items: { type: 'string', title: 'Predicate', examples: ["request.method == 'GET'"] },
});

const keyAndValue = (value: string, example: string): JsonObject => ({
  type: 'object',
  required: ['key', 'value'],
  properties: {
    key: { type: 'string', title: 'Key', examples: ['user'] },
    value: { type: 'string', title: value, examples: [example] },
  },
});

export const kuadrantWasmShim: CatalogueEntry = {
  name: 'kuadrant-wasm-shim',
  title: 'Kuadrant wasm-shim',
  summary: 'Asks Authorino and Limitador over gRPC: authorization and rate limits by route.',
  author: 'Kuadrant',
  licence: 'Apache-2.0',
  language: 'rust',
  category: 'traffic',
  homepage: 'https://github.com/Kuadrant/wasm-shim',
  type: 'HTTP',
  phase: 'STATS',
  url: 'oci://quay.io/kuadrant/wasm-shim:latest',
  configSchema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    required: ['services', 'actionSets'],
    properties: {
      services: {
        type: 'object',
        title: 'Services',
        propertyNames: { title: 'Service', type: 'string' },
        additionalProperties: {
          type: 'object',
          title: 'Service',
          required: ['type', 'endpoint', 'failureMode'],
          properties: {
            type: { type: 'string', title: 'Kind', examples: ['auth', 'ratelimit'] },
            endpoint: {
              type: 'string',
              title: 'Cluster',
              description: 'Must exist in the proxy.',
              minLength: 1,
              examples: ['ratelimit-cluster'],
            },
            failureMode: { enum: ['deny', 'allow'], title: 'When it fails' },
            timeout: { type: 'string', title: 'Timeout', pattern: '^([0-9]+(\\.[0-9]+)?(ns|us|µs|ms|s|m|h))+$', examples: ['100ms'] },
          },
        },
      },
      actionSets: {
        type: 'array',
        title: 'Action sets',
        items: {
          type: 'object',
          title: 'Action set',
          required: ['name', 'routeRuleConditions', 'actions'],
          properties: {
            name: { type: 'string', title: 'Name' },
            routeRuleConditions: {
              type: 'object',
              title: 'Applies to',
              required: ['hostnames'],
              properties: {
                hostnames: { type: 'array', title: 'Hosts', items: { type: 'string', title: 'Host', examples: ['*.toystore.com'] } },
                predicates: predicates('Conditions'),
              },
            },
            actions: {
              type: 'array',
              title: 'Actions',
              items: {
                type: 'object',
                title: 'Action',
                required: ['service', 'scope'],
                properties: {
                  service: { type: 'string', title: 'Service', examples: ['ratelimit-service'] },
                  scope: { type: 'string', title: 'Scope', examples: ['default/toystore'] },
                  predicates: predicates('Conditions'),
                  conditionalData: {
                    type: 'array',
                    title: 'Data',
                    items: {
                      type: 'object',
                      title: 'Data',
                      properties: {
                        predicates: predicates('Conditions'),
                        data: {
                          type: 'array',
                          title: 'Entries',
                          items: {
                            title: 'Entry',
                            oneOf: [
                              {
                                type: 'object',
                                title: 'Expression',
                                required: ['expression'],
                                properties: {
                                  expression: { ...keyAndValue('CEL expression', "request.headers['x-user']"), title: 'Expression' },
                                },
                              },
                              {
                                type: 'object',
                                title: 'Fixed',
                                required: ['static'],
                                properties: { static: { ...keyAndValue('Value', '1'), title: 'Fixed' } },
                              },
                            ],
                          },
                        },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
  defaultConfig: {
    services: { 'ratelimit-service': { type: 'ratelimit', endpoint: 'ratelimit-cluster', failureMode: 'allow', timeout: '100ms' } },
    actionSets: [
      {
        name: 'toystore',
        routeRuleConditions: { hostnames: ['*.toystore.com'], predicates: ["request.url_path.startsWith('/get')"] },
        actions: [
          {
            service: 'ratelimit-service',
            scope: 'default/toystore',
            conditionalData: [{ data: [{ expression: { key: 'user', value: "request.headers['x-user']" } }] }],
          },
        ],
      },
    ],
  },
  requests: [{ title: 'A request to count', method: 'GET', path: '/get', headers: [['x-user', 'alice']] }],
  documentation: `Usually written by the Kuadrant operator, not by hand. The clusters it names must exist in the proxy. It pauses in the headers callback, which holds the body back too unless \`allow_on_headers_stop_iteration\` is set: only an EnvoyFilter can. ${moduleNotIncluded}`,
};
