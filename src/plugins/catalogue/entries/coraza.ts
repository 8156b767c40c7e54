import type { CatalogueEntry } from '../entry.ts';
import { moduleNotIncluded } from '../published.ts';

export const coraza: CatalogueEntry = {
  name: 'coraza',
  title: 'Coraza WAF',
  summary: 'A web application firewall with the OWASP Core Rule Set inside.',
  author: 'OWASP Coraza',
  licence: 'Apache-2.0',
  language: 'tinygo',
  category: 'security',
  homepage: 'https://github.com/corazawaf/coraza-proxy-wasm',
  type: 'HTTP',
  phase: 'AUTHN',
  url: 'oci://ghcr.io/corazawaf/coraza-proxy-wasm:0.6.0',
  configSchema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: {
      directives_map: {
        type: 'object',
        title: 'Rule sets',
        description: 'Named lists of SecLang directives.',
        minProperties: 1,
        propertyNames: { title: 'Rule set', type: 'string', minLength: 1 },
        additionalProperties: {
          type: 'array',
          title: 'Directives',
          items: {
            type: 'string',
            title: 'Directive',
            format: 'textarea',
            examples: ['Include @recommended-conf', 'SecRuleEngine On', 'Include @owasp_crs/*.conf'],
          },
        },
      },
      default_directives: {
        type: 'string',
        title: 'Default rule set',
        description: 'The set for authorities without one of their own.',
        examples: ['default'],
      },
      per_authority_directives: {
        type: 'object',
        title: 'Rule sets by authority',
        propertyNames: { title: 'Authority', type: 'string' },
        additionalProperties: { type: 'string', title: 'Rule set', examples: ['default'] },
      },
      metric_labels: {
        type: 'object',
        title: 'Metric labels',
        propertyNames: { title: 'Label', type: 'string' },
        additionalProperties: { type: 'string', title: 'Value', examples: ['edge'] },
      },
      rules: {
        type: 'array',
        title: 'Rules',
        description: 'The old way, one list for all.',
        deprecated: true,
        items: { type: 'string', title: 'Directive' },
      },
    },
    anyOf: [
      { required: ['directives_map', 'default_directives'] },
      { required: ['directives_map', 'per_authority_directives'] },
      { required: ['rules'] },
    ],
  },
  defaultConfig: {
    directives_map: { default: ['Include @recommended-conf', 'SecRuleEngine On', 'Include @crs-setup-conf', 'Include @owasp_crs/*.conf'] },
    default_directives: 'default',
  },
  requests: [
    { title: 'Harmless', method: 'GET', path: '/get', headers: [] },
    { title: 'An attack', method: 'GET', path: '/anything?arg=<script>alert(0)</script>', headers: [] },
  ],
  documentation: `Rule sets without **default rule set** or **rule sets by authority** protect nothing: the plugin logs a warning and lets everything through. A default rule set that is not in the map makes it refuse its configuration. Request bodies are held back until they are inspected. ${moduleNotIncluded}`,
};
