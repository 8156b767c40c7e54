import type { JsonObject } from '#base/json.ts';

/** A conversation to begin with. Its title is a text of the user interface, by `id`. */
export interface ConversationTemplate {
  readonly id: TemplateId;
  readonly steps: readonly JsonObject[];
}

export type TemplateId = 'question' | 'pieces' | 'halfClose' | 'clientReset' | 'upstreamReset' | 'http' | 'redis' | 'mysql' | 'tls';

/** MySQL's protocol 10: the server greets, the client logs in without password, one query gives one row. */
const mysql = {
  greeting:
    '4a0000000a382e302e33360007000000616263646566676800ffffff0200ffdf1500000000000000000000696a6b6c6d6e6f7071727374006d7973716c5f6e61746976655f70617373776f726400',
  login:
    '400000018da2080000000001ff0000000000000000000000000000000000000000000000617070000073686f70006d7973716c5f6e61746976655f70617373776f726400',
  ok: '0700000200000002000000',
  query: '160000000353454c4543542069642046524f4d206f7264657273',
  answer:
    '01000001012a000002036465660473686f70066f7264657273066f72646572730269640269640c3f000b00000003000000000005000003fe0000020002000004013705000005fe00000200',
};

export const templates: readonly ConversationTemplate[] = [
  { id: 'question', steps: [{ client: 'question\n' }, { upstream: 'answer\n' }, { closeClient: true }] },
  { id: 'pieces', steps: [{ client: 'one line ' }, { waitMs: 100 }, { client: 'in two pieces\n' }, { upstream: 'answer\n' }] },
  { id: 'halfClose', steps: [{ client: 'question\n' }, { closeClient: 'half' }, { upstream: 'late answer\n' }, { closeUpstream: true }] },
  { id: 'clientReset', steps: [{ client: 'question\n' }, { closeClient: 'reset' }] },
  { id: 'upstreamReset', steps: [{ client: 'question\n' }, { closeUpstream: 'reset' }] },
  { id: 'http', steps: [{ client: 'GET /headers HTTP/1.1\r\nhost: example.com\r\n\r\n' }] },
  {
    id: 'redis',
    steps: [
      { client: { redis: ['SET', 'fruit', 'banana'] } },
      { upstream: '+OK\r\n' },
      { client: { redis: ['GET', 'fruit'] } },
      { upstream: '$6\r\nbanana\r\n' },
    ],
  },
  {
    id: 'mysql',
    steps: [
      { upstream: { hex: mysql.greeting } },
      { client: { hex: mysql.login } },
      { upstream: { hex: mysql.ok } },
      { client: { hex: mysql.query } },
      { upstream: { hex: mysql.answer } },
      { closeClient: true },
    ],
  },
  { id: 'tls', steps: [{ client: { clientHello: { sni: 'shop.example', alpn: ['h2', 'http/1.1'] } } }] },
];
