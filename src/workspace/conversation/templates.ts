import type { JsonObject } from '#base/json.ts';

/** A conversation to begin with. Its title is a text of the user interface, by `id`. */
export interface ConversationTemplate {
  readonly id: TemplateId;
  readonly steps: readonly JsonObject[];
}

export type TemplateId =
  | 'question'
  | 'pieces'
  | 'halfClose'
  | 'clientReset'
  | 'upstreamReset'
  | 'http'
  | 'redis'
  | 'mysql'
  | 'thrift'
  | 'dubbo'
  | 'mongo'
  | 'zookeeper'
  | 'tls';

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

/** Framed binary Thrift: a call of `echo`, its result. The proxy numbers calls towards the server anew, from 0. */
const thrift = {
  call: '0000001a80010001000000046563686f000000070b000100000002686900',
  reply: '0000001a80010002000000046563686f000000000b000000000002686900',
};

/** Dubbo 2 with Hessian: `org.demo.Echo.say("hi")` and a text as its value. */
const dubbo = {
  call: 'dabbc20000000000000000010000003605322e302e320d6f72672e64656d6f2e4563686f05302e302e3003736179124c6a6176612f6c616e672f537472696e673b026869485a',
  answer: 'dabb0214000000000000000100000007910568656c6c6f',
};

/** MongoDB's old messages: an insert into `shop.fruit`, a query, its reply. */
const mongo = {
  insert: '330000000100000000000000d20700000000000073686f702e66727569740014000000026e616d650005000000706561720000',
  query: '3b0000000200000000000000d40700000000000073686f702e66727569740000000000ffffffff14000000026e616d650005000000706561720000',
  reply: '38000000090000000200000001000000000000000000000000000000000000000100000014000000026e616d650005000000706561720000',
};

/** ZooKeeper: a session, a node is made and read, a ping. */
const zookeeper = {
  connect: '0000002d000000000000000000000000000075300000000000000000000000100000000000000000000000000000000000',
  connected: '0000002500000000000075300000000000001234000000100000000000000000000000000000000000',
  create: '000000320000000100000001000000022f610000000176000000010000001f00000005776f726c6400000006616e796f6e6500000000',
  created: '0000001600000001000000000000000500000000000000022f61',
  read: '0000000f0000000200000004000000022f6100',
  missing: '00000014000000020000000000000005ffffff9b00000000',
  ping: '00000008fffffffe0000000b',
};

const hexSteps = (...steps: readonly (readonly ['client' | 'upstream', string])[]): readonly JsonObject[] =>
  steps.map(([side, hex]) => ({ [side]: { hex } }));

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
  { id: 'thrift', steps: hexSteps(['client', thrift.call], ['upstream', thrift.reply]) },
  { id: 'dubbo', steps: hexSteps(['client', dubbo.call], ['upstream', dubbo.answer]) },
  { id: 'mongo', steps: hexSteps(['client', mongo.insert], ['client', mongo.query], ['upstream', mongo.reply]) },
  {
    id: 'zookeeper',
    steps: hexSteps(
      ['client', zookeeper.connect],
      ['upstream', zookeeper.connected],
      ['client', zookeeper.create],
      ['upstream', zookeeper.created],
      ['client', zookeeper.read],
      ['upstream', zookeeper.missing],
      ['client', zookeeper.ping],
    ),
  },
  { id: 'tls', steps: [{ client: { clientHello: { sni: 'shop.example', alpn: ['h2', 'http/1.1'] } } }] },
];
