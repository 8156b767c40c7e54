/** mongo_proxy: every message, queries by collection and call site, commands, delays, what cannot be decoded. */
import { any, scenario } from './lab.mjs';

export const scenarios = [];
const mongo = (config = {}) => [
  {
    name: 'envoy.filters.network.mongo_proxy',
    typed_config: any('envoy.extensions.filters.network.mongo_proxy.v3.MongoProxy', { stat_prefix: 'db', ...config }),
  },
];
const save = (name, description, input) =>
  scenarios.push(scenario(`mongo-${name}`, description, { topic: 'l4', stats: ['mongo.db.'], ...input }));

const bytes = (write, size) => {
  const buffer = Buffer.alloc(size);
  write(buffer);
  return buffer;
};
const int = (n) => bytes((b) => b.writeInt32LE(n), 4);
const long = (n) => bytes((b) => b.writeBigInt64LE(BigInt(n)), 8);
const zero = Buffer.of(0);
const cstring = (s) => Buffer.concat([Buffer.from(s), zero]);
const string = (s) => Buffer.concat([int(s.length + 1), cstring(s)]);
const field = (type, key, ...value) => Buffer.concat([Buffer.of(type), cstring(key), ...value]);
const doc = (...fields) => {
  const all = Buffer.concat(fields);
  return Buffer.concat([int(all.length + 5), all, zero]);
};
const str = (key, value) => field(2, key, string(value));
const sub = (key, ...fields) => field(3, key, doc(...fields));
const num = (key, value) => field(16, key, int(value));
const message = (id, to, op, ...parts) => {
  const body = Buffer.concat(parts);
  return { hex: Buffer.concat([int(body.length + 16), int(id), int(to), int(op), body]).toString('hex') };
};
const query = (id, collection, document, flags = 0, ...more) => ({
  client: message(id, 0, 2004, int(flags), cstring(collection), int(0), int(-1), document, ...more),
});
const reply = (to, flags = 0, cursor = 0, ...documents) => ({
  upstream: message(99, to, 1, int(flags), long(cursor), int(0), int(documents.length), ...documents),
});

save('messages', 'Every kind of message once.', {
  networkFilters: mongo(),
  conversation: [
    { client: message(1, 0, 2002, int(0), cstring('db.a'), doc(str('a', 'b')), doc(num('x', 1))) },
    { client: message(2, 0, 2005, int(0), cstring('db.a'), int(1), long(7)) },
    { client: message(3, 0, 2007, int(0), int(2), long(1), long(2)) },
    { client: message(4, 0, 2010, cstring('db'), cstring('find'), doc(), doc(num('a', 1))) },
    { upstream: message(5, 4, 2011, doc(), doc(num('ok', 1))) },
    query(6, 'db.a', doc(), 0x72),
    reply(6, 3, 5, doc(num('a', 1)), doc()),
  ],
});
save('queries', 'Queries by collection: for one key, for several, for all; a call site in the comment; a longest time.', {
  networkFilters: mongo(),
  conversation: [
    query(1, 'db.one', doc(num('_id', 1))),
    query(2, 'db.many', doc(sub('_id', str('$in', 'x')))),
    query(3, 'db.all', doc(num('a', 1))),
    query(4, 'db.sub.name', doc(sub('$query', num('_id', 1)), num('$maxTimeMS', 5))),
    query(5, 'db.site', doc(num('_id', 1), str('$comment', '{"callingFunction": "getByMongoId"}'))),
    query(6, 'db.site', doc(str('$comment', 'no JSON'), num('maxTimeMS', 0))),
    reply(1, 0, 0, doc(num('a', 1))),
    reply(5, 0, 0, doc(num('a', 1))),
    reply(77),
  ],
});
save('commands', 'Commands by name, known ones, others, and find, which is a query.', {
  networkFilters: mongo({ commands: ['insert', 'ping'] }),
  conversation: [
    query(1, 'db.$cmd', doc(str('insert', 'x'))),
    reply(1, 0, 0, doc(num('ok', 1))),
    query(2, 'db.$cmd', doc(sub('$query', num('ping', 1)))),
    query(3, 'db.$cmd', doc(str('find', 'fruit'), sub('filter', num('_id', 1)), str('comment', '{"callingFunction": "f"}'))),
    query(4, 'db.$cmd', doc(num('other', 1))),
    query(5, 'db.$cmd', doc(num('ismaster', 1))),
    reply(4),
  ],
});
save('default-commands', 'The commands that are known without being named.', {
  networkFilters: mongo(),
  conversation: ['delete', 'insert', 'update', 'find', 'aggregate'].map((name, i) => query(i + 1, 'db.$cmd', doc(str(name, 'fruit')))),
});
save('values', 'Documents with every type of value.', {
  networkFilters: mongo({ emit_dynamic_metadata: true }),
  conversation: [
    query(
      1,
      'db.types',
      doc(
        field(
          1,
          'double',
          bytes((b) => b.writeDoubleLE(1.5), 8),
        ),
        str('string', 'text'),
        sub('document', num('n', 1)),
        field(4, 'array', doc(num('0', 1))),
        field(5, 'binary', int(2), Buffer.of(0), Buffer.of(1, 2)),
        field(7, 'id', Buffer.alloc(12)),
        field(8, 'boolean', Buffer.of(1)),
        field(9, 'date', long(5)),
        field(10, 'null'),
        field(11, 'regex', cstring('a'), cstring('i')),
        field(14, 'symbol', string('s')),
        num('int', 7),
        field(17, 'timestamp', long(6)),
        field(18, 'long', long(7)),
      ),
      0,
      doc(num('fields', 1)),
    ),
  ],
});
for (const [name, step] of [
  ['op', { client: message(1, 0, 2013, int(0)) }],
  ['collection', query(1, 'nodot', doc())],
  ['type', query(1, 'db.a', doc(field(255, 'minkey')))],
  ['command', query(1, 'db.$cmd', doc())],
  ['length', query(1, 'db.a', Buffer.concat([int(100), zero]))],
  ['answer', { upstream: message(1, 0, 1, int(0)) }],
])
  save(`broken-${name}`, 'What cannot be decoded passes; nothing is counted from there on.', {
    networkFilters: mongo(),
    conversation: [query(7, 'db.a', doc()), step, query(8, 'db.a', doc())],
    stats: ['mongo.db.decoding_error', 'mongo.db.op_query', 'mongo.db.collection'],
  });
save('pieces', 'Messages in pieces and several in one segment.', {
  networkFilters: mongo(),
  conversation: [
    { client: { hex: query(1, 'db.a', doc()).client.hex.slice(0, 30) } },
    { client: { hex: query(1, 'db.a', doc()).client.hex.slice(30) + query(2, 'db.a', doc()).client.hex } },
    { upstream: { hex: reply(1).upstream.hex + reply(2).upstream.hex.slice(0, 6) } },
    { upstream: { hex: reply(2).upstream.hex.slice(6) } },
  ],
});
save('delay', 'Messages are held back for a while.', {
  networkFilters: mongo({ delay: { fixed_delay: '0.3s', percentage: { numerator: 100 } } }),
  conversation: [query(1, 'db.a', doc()), query(2, 'db.a', doc()), { waitMs: 400 }, reply(1), query(3, 'db.a', doc()), { waitMs: 400 }],
});
save('client-leaves', 'The client ends while a query waits for its answer, and the server does.', {
  networkFilters: mongo(),
  connections: [
    { conversation: [query(1, 'db.a', doc()), { closeClient: true }] },
    { conversation: [query(1, 'db.a', doc()), { closeUpstream: true }] },
  ],
  stats: ['mongo.db.cx_', 'mongo.db.op_query'],
});
save('metadata', 'Operations as metadata, for a rule behind.', {
  networkFilters: [
    ...mongo({ emit_dynamic_metadata: true }),
    {
      name: 'envoy.filters.network.rbac',
      typed_config: any('envoy.extensions.filters.network.rbac.v3.RBAC', {
        stat_prefix: 'rb.',
        enforcement_type: 'CONTINUOUS',
        rules: {
          action: 'DENY',
          policies: {
            'no-insert': {
              permissions: [
                {
                  metadata: {
                    filter: 'envoy.filters.network.mongo_proxy',
                    path: [{ key: 'db.secret' }],
                    value: { list_match: { one_of: { string_match: { exact: 'insert' } } } },
                  },
                },
              ],
              principals: [{ any: true }],
            },
          },
        },
      }),
    },
  ],
  conversation: [
    query(1, 'db.secret', doc()),
    { client: message(1, 0, 2002, int(0), cstring('db.other'), doc()) },
    { client: message(2, 0, 2002, int(0), cstring('db.secret'), doc()) },
  ],
  stats: ['rb.rbac', 'mongo.db.op_insert'],
});
