import type { CatalogueEntry } from '../entry.ts';
import { moduleNotIncluded } from '../published.ts';

export const attributegen: CatalogueEntry = {
  name: 'attributegen',
  title: 'Attribute generation (Istio)',
  summary: 'Classifies requests and responses into attributes, which Istio’s metrics can carry as dimensions.',
  author: 'Istio',
  licence: 'Apache-2.0',
  language: 'cpp',
  category: 'observability',
  homepage: 'https://istio.io/latest/docs/tasks/observability/metrics/classify-metrics/',
  type: 'HTTP',
  phase: 'AUTHN',
  url: 'https://storage.googleapis.com/istio-build/proxy/attributegen-359dcd3a19f109c50e97517fe6b1e2676e870c4d.wasm',
  configSchema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    required: ['attributes'],
    properties: {
      debug: { type: 'boolean', title: 'Debug', description: 'Counts how often each attribute was made.', default: false },
      attributes: {
        type: 'array',
        title: 'Attributes',
        items: {
          type: 'object',
          title: 'Attribute',
          required: ['output_attribute', 'match'],
          properties: {
            output_attribute: {
              type: 'string',
              title: 'Attribute',
              description: 'The name metrics refer to.',
              minLength: 1,
              examples: ['istio_operationId'],
            },
            match: {
              type: 'array',
              title: 'Values',
              description: 'The first condition that holds gives the value.',
              items: {
                type: 'object',
                title: 'Value',
                required: ['value'],
                properties: {
                  value: { type: 'string', title: 'Value', examples: ['ListReviews'] },
                  condition: {
                    type: 'string',
                    title: 'Condition',
                    description: 'A CEL expression over Envoy’s attributes; without one the value always holds.',
                    format: 'textarea',
                    examples: ["request.url_path == '/reviews' && request.method == 'GET'"],
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
    attributes: [
      {
        output_attribute: 'istio_operationId',
        match: [
          { value: 'ListReviews', condition: "request.url_path == '/reviews' && request.method == 'GET'" },
          { value: 'GetReview', condition: "request.url_path.matches('^/reviews/[[:alnum:]]*$') && request.method == 'GET'" },
        ],
      },
    ],
  },
  requests: [{ title: 'A request to classify', method: 'GET', path: '/reviews', headers: [] }],
  documentation: `Must run before Istio's metrics filter and needs a Telemetry resource that adds the attribute as a tag. ${moduleNotIncluded}`,
};
