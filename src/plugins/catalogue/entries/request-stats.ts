import type { CatalogueEntry } from '../entry.ts';
import { sampleModule, sampleRegistry } from '../sample-module.ts';

export const requestStats: CatalogueEntry = {
  name: 'request-stats',
  title: 'Request stats',
  summary: 'Counts requests by status class, measures time and size of answers, and logs a summary now and then.',
  author: 'Filterloom',
  licence: 'Apache-2.0',
  language: 'rust',
  category: 'observability',
  type: 'HTTP',
  phase: 'STATS',
  url: `${sampleRegistry}/request-stats:1.0.0`,
  module: sampleModule('request-stats'),
  configSchema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Request stats',
    type: 'object',
    additionalProperties: false,
    properties: {
      statPrefix: {
        type: 'string',
        title: 'Prefix',
        description: 'Comes before every metric name; Envoy puts "wasmcustom." in front.',
        pattern: '^[A-Za-z0-9_]+(\\.[A-Za-z0-9_]+)*$',
        default: 'request_stats',
        examples: ['shop.checkout'],
      },
      tickMilliseconds: {
        type: 'integer',
        title: 'Summary every (ms)',
        description: 'How often the log says how many requests came and failed; 0: never.',
        minimum: 0,
        maximum: 4294967295,
        default: 10000,
      },
      slowMilliseconds: {
        type: 'integer',
        title: 'Slow from (ms)',
        description: 'Answers that take at least this long are counted and logged as a warning; 0: none.',
        minimum: 0,
        default: 1000,
      },
    },
  },
  defaultConfig: { statPrefix: 'request_stats', tickMilliseconds: 5000, slowMilliseconds: 500 },
  requests: [
    { title: 'A quick answer', method: 'GET', path: '/status/200', headers: [] },
    { title: 'A slow one is warned of', method: 'GET', path: '/delay/1', headers: [] },
    { title: 'A failure', method: 'GET', path: '/status/503', headers: [] },
  ],
  documentation: `Defines these metrics below \`wasmcustom.<prefix>.\`:

| metric | kind | meaning |
| --- | --- | --- |
| requests_total | counter | requests that reached this filter |
| in_flight | gauge | those not yet ended |
| responses_1xx … responses_5xx, responses_other | counter | ended streams by status; other: no answer |
| slow_total | counter | answers beyond the limit |
| duration_ms, response_bytes | histogram | time from the first byte to the end, size of the body |

- Counting happens in \`on_log\`, which comes for every stream, also when a filter before this one has answered.
- Ticks belong to the root context: each worker of the proxy logs its own summary.
- Istio's proxies show only metrics their \`sidecar.istio.io/statsInclusion…\` annotations let through.`,
};
