import type { JsonObject } from '#base/json.ts';
import type { CatalogueEntry } from '../entry.ts';
import { moduleNotIncluded } from '../published.ts';

const count = (title: string, description: string): JsonObject => ({ type: 'integer', title, description, minimum: 1, examples: [10] });

export const istioLocalRateLimit: CatalogueEntry = {
  name: 'istio-local-rate-limit',
  title: 'Local rate limit (Istio ecosystem)',
  summary: 'One token bucket for all requests of a proxy.',
  author: 'Istio ecosystem',
  licence: 'Apache-2.0',
  language: 'cpp',
  category: 'traffic',
  homepage: 'https://github.com/istio-ecosystem/wasm-extensions/tree/master/extensions/local_rate_limit',
  type: 'HTTP',
  phase: 'UNSPECIFIED_PHASE',
  url: 'oci://ghcr.io/istio-ecosystem/wasm-extensions/local_rate_limit:1.12.0',
  configSchema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    required: ['max_tokens', 'tokens_per_refill', 'refill_interval_sec'],
    properties: {
      max_tokens: count('Bucket size', 'How many requests may come at once.'),
      tokens_per_refill: count('Refill', 'How many tokens come with each refill.'),
      refill_interval_sec: count('Refill every (s)', 'Seconds between refills.'),
    },
  },
  defaultConfig: { max_tokens: 10, tokens_per_refill: 10, refill_interval_sec: 60 },
  requests: [{ title: 'One of several', method: 'GET', path: '/get', headers: [] }],
  documentation: `Answers 429 when the bucket is empty. All workers of a proxy share the bucket, all proxies together do not. Envoy has a local rate limit filter of its own, which can do more. ${moduleNotIncluded}`,
};
