import type { CatalogueEntry } from '../entry.ts';
import { istioCluster, moduleNotIncluded } from '../published.ts';

export const istioOpenPolicyAgent: CatalogueEntry = {
  name: 'istio-open-policy-agent',
  title: 'Open Policy Agent (Istio ecosystem)',
  summary: 'Asks an OPA service whether a request may go on.',
  author: 'Istio ecosystem',
  licence: 'Apache-2.0',
  language: 'cpp',
  category: 'authorization',
  homepage: 'https://github.com/istio-ecosystem/wasm-extensions/tree/master/extensions/open_policy_agent',
  type: 'HTTP',
  phase: 'AUTHZ',
  url: 'oci://ghcr.io/istio-ecosystem/wasm-extensions/open_policy_agent:1.12.0',
  configSchema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    required: ['opa_service_host', 'opa_cluster_name'],
    properties: {
      opa_service_host: {
        type: 'string',
        title: 'OPA host',
        description: 'The host header of the question.',
        format: 'hostname',
        examples: ['opa.default.svc.cluster.local'],
      },
      opa_cluster_name: { ...istioCluster, title: 'OPA cluster', description: 'The cluster asked; it must exist in the proxy.' },
      cache_valid_for_sec: {
        type: 'string',
        title: 'Cache for (s)',
        description: 'How long an answer is remembered, in seconds, as text.',
        pattern: '^[0-9]+$',
        examples: ['30'],
      },
    },
  },
  defaultConfig: {
    opa_service_host: 'opa.default.svc.cluster.local',
    opa_cluster_name: 'outbound|8181||opa.default.svc.cluster.local',
    cache_valid_for_sec: '30',
  },
  requests: [{ title: 'A request to judge', method: 'GET', path: '/headers', headers: [] }],
  documentation: `Sends method, path, source principal and destination workload to OPA over HTTP; the answer is remembered. A demonstration, by its own words. The number of seconds is written in quotes. ${moduleNotIncluded}`,
};
