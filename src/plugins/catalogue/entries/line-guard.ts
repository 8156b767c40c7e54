import type { CatalogueEntry } from '../entry.ts';
import { sampleModule, sampleRegistry } from '../sample-module.ts';

export const lineGuard: CatalogueEntry = {
  name: 'line-guard',
  title: 'Line guard',
  summary: 'Guards a TCP service that speaks in lines: denies commands, masks answers.',
  author: 'Filterloom',
  licence: 'Apache-2.0',
  language: 'rust',
  category: 'security',
  type: 'NETWORK',
  phase: 'UNSPECIFIED_PHASE',
  url: `${sampleRegistry}/line-guard:1.0.0`,
  module: sampleModule('line-guard'),
  configSchema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Line guard',
    type: 'object',
    additionalProperties: false,
    properties: {
      deny: {
        type: 'array',
        title: 'Denied commands',
        description: 'First words of lines, in any case. One of them closes the connection.',
        default: [],
        items: { type: 'string', title: 'Command', pattern: '^[!-~]+$', examples: ['DROP', 'SHUTDOWN'] },
      },
      mask: {
        type: 'array',
        title: 'Masked answers',
        description: 'Applied one after the other to what the service answers.',
        default: [],
        items: {
          type: 'object',
          title: 'Mask',
          additionalProperties: false,
          required: ['find', 'replace'],
          properties: {
            find: { type: 'string', title: 'Find', description: 'Plain text, letter by letter.', minLength: 1, examples: ['4111-1111'] },
            replace: { type: 'string', title: 'Replace by', examples: ['****-****'] },
          },
        },
      },
      maxLine: {
        type: 'integer',
        title: 'Longest line',
        description: 'Bytes that may wait for the end of their line; more close the connection.',
        minimum: 1,
        maximum: 1_048_576,
        default: 8192,
      },
    },
    anyOf: [
      { required: ['deny'], properties: { deny: { minItems: 1 } } },
      { required: ['mask'], properties: { mask: { minItems: 1 } } },
    ],
  },
  defaultConfig: { deny: ['DROP', 'SHUTDOWN'], mask: [{ find: '4111-1111', replace: '****-****' }] },
  requests: [],
  conversations: [
    {
      title: 'A query and a masked answer, then a denied command',
      steps: [
        { client: 'GET card' },
        { client: ' 7\n' },
        { upstream: 'card 7: 4111-1111\n' },
        { client: 'drop card 7\n' },
      ],
    },
  ],
  documentation: `A network filter: it sees the bytes of a connection, whatever protocol they are.

- A piece without the end of its line waits (\`Pause\`): Envoy keeps the bytes and calls again with more.
- A denied command closes the client's connection at once; bytes not yet passed on are lost.
- Answers are masked piece by piece: a text cut by a TCP segment is not found.
- On a port Istio takes for HTTP a network plugin stands before the connection manager and sees the bytes of HTTP.`,
};
