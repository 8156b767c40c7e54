import type { CatalogueEntry } from '../entry.ts';
import { moduleNotIncluded } from '../published.ts';

export const sablier: CatalogueEntry = {
  name: 'sablier',
  title: 'Sablier',
  summary: 'Starts workloads when the first request comes and shows a page until they are ready.',
  author: 'Sablier',
  licence: 'AGPL-3.0-only',
  language: 'go',
  category: 'traffic',
  homepage: 'https://github.com/sablierapp/sablier-proxywasm-plugin',
  type: 'HTTP',
  phase: 'UNSPECIFIED_PHASE',
  url: 'https://github.com/sablierapp/sablier-proxywasm-plugin/releases/download/v1.1.0/sablier-proxywasm-plugin.wasm',
  configSchema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    required: ['sablier_url', 'group'],
    properties: {
      sablier_url: {
        type: 'string',
        title: 'Sablier',
        description: 'Host and port of the Sablier service; it must exist as a cluster.',
        minLength: 1,
        examples: ['sablier:10000'],
      },
      group: { type: 'string', title: 'Group', description: 'The workloads to start.', minLength: 1, examples: ['my-group'] },
      session_duration: {
        type: 'string',
        title: 'Session length',
        description: 'After so long without requests they are stopped.',
        pattern: '^([0-9]+(ms|s|m|h))+$',
        examples: ['1m'],
      },
      dynamic: {
        type: 'object',
        title: 'Waiting page',
        properties: {
          display_name: { type: 'string', title: 'Name shown' },
          theme: { type: 'string', title: 'Theme', examples: ['hacker-terminal'] },
        },
      },
    },
  },
  defaultConfig: {
    sablier_url: 'sablier:10000',
    group: 'my-group',
    session_duration: '1m',
    dynamic: { display_name: 'My group', theme: 'hacker-terminal' },
  },
  requests: [{ title: 'The first request', method: 'GET', path: '/', headers: [] }],
  documentation: `Asks the Sablier service whether the workloads of the group are ready, and answers with a waiting page while they are not. ${moduleNotIncluded}`,
};
