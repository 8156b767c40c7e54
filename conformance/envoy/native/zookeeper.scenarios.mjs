/** zookeeper_proxy: requests, answers, watches, latency thresholds, what cannot be decoded. */
import { any, scenario } from './lab.mjs';

export const scenarios = [];
const zookeeper = (config = {}) => [
  {
    name: 'envoy.filters.network.zookeeper_proxy',
    typed_config: any('envoy.extensions.filters.network.zookeeper_proxy.v3.ZooKeeperProxy', { stat_prefix: 'zk', ...config }),
  },
];
const save = (name, description, input) =>
  scenarios.push(scenario(`zookeeper-${name}`, description, { topic: 'l4', stats: ['zk.zookeeper.'], ...input }));

const int = (n) => (n >>> 0).toString(16).padStart(8, '0');
const long = (n) => BigInt.asUintN(64, BigInt(n)).toString(16).padStart(16, '0');
const text = (s) => int(s.length) + Buffer.from(s).toString('hex');
const bool = (b) => (b ? '01' : '00');
const packet = (...parts) => int(parts.join('').length / 2) + parts.join('');
const request = (xid, opcode, ...parts) => ({ client: { hex: packet(int(xid), int(opcode), ...parts) } });
const reply = (xid, zxid = 1, error = 0, ...parts) => ({ upstream: { hex: packet(int(xid), long(zxid), int(error), ...parts) } });
const acls = (count) => int(count) + `${int(31)}${text('world')}${text('anyone')}`.repeat(count);
const connect = (readonly) => ({
  client: {
    hex: packet(int(0), long(0), int(30000), long(0), text('0123456789abcdef'), ...(readonly === undefined ? [] : [bool(readonly)])),
  },
});
const connected = { upstream: { hex: packet(int(0), int(30000), long(4660), text('0123456789abcdef'), bool(false)) } };
const auth = (scheme) => request(-4, 100, int(0), text(scheme), text('u:p'));
const create = (opcode, more = '') => request(1, opcode, text('/a'), text('v'), acls(1), int(1), more);
const multiHeader = (opcode, done) => int(opcode) + bool(done) + int(-1);

save('session', 'A session: connect, authenticate, ping, watches set again, close.', {
  networkFilters: zookeeper(),
  conversation: [
    connect(),
    connected,
    auth('digest'),
    reply(-4),
    auth('world'),
    auth('strange'),
    request(-2, 11),
    reply(-2),
    request(-8, 101, long(5), int(1), text('/a'), int(0), int(0)),
    reply(-8),
    request(9, -11),
    reply(9),
  ],
});
save('read-only', 'A client that also takes a read-only server.', {
  networkFilters: zookeeper(),
  conversation: [connect(true), connected, connect(false), connected],
});
save('data', 'Every request for data and its answer.', {
  networkFilters: zookeeper(),
  conversation: [
    request(1, 4, text('/a'), bool(true)),
    reply(1, 2, 0, text('value')),
    create(1),
    reply(1),
    create(15),
    reply(1),
    create(19),
    reply(1),
    create(21, long(5)),
    reply(1),
    request(2, 5, text('/a'), text('v'), int(3)),
    reply(2),
    request(3, 8, text('/a'), bool(false)),
    reply(3),
    request(4, 12, text('/a'), bool(true)),
    reply(4),
    request(5, 2, text('/a'), int(-1)),
    reply(5, 1, -101),
    request(6, 3, text('/a'), bool(false)),
    reply(6),
    request(7, 6, text('/a')),
    reply(7),
    request(8, 7, text('/a'), acls(2), int(1)),
    reply(8),
    request(9, 9, text('/a')),
    reply(9),
    request(10, 13, text('/a'), int(1)),
    reply(10),
  ],
});
save('administration', 'Reconfiguration and watches.', {
  networkFilters: zookeeper(),
  conversation: [
    request(1, 16, text('a'), text(''), text('b'), long(1)),
    reply(1),
    request(2, 101, long(1), int(1), text('/a'), int(1), text('/b'), int(0)),
    reply(2),
    request(3, 105, long(1), int(1), text('/a'), int(0), int(0), int(1), text('/p'), int(0)),
    reply(3),
    request(4, 106, text('/a'), int(0)),
    reply(4),
    request(5, 17, text('/a'), int(1)),
    reply(5),
    request(6, 18, text('/a'), int(2)),
    reply(6),
    request(7, 103, text('/a')),
    reply(7),
    request(8, 104, text('/a')),
    reply(8),
    { upstream: { hex: packet(int(-1), long(-1), int(0), int(1), int(3), text('/a')) } },
  ],
});
save('multi', 'Several operations in one request, also one that may not be among them.', {
  networkFilters: zookeeper(),
  conversation: [
    request(
      1,
      14,
      multiHeader(1, false),
      text('/a'),
      text('v'),
      acls(1),
      int(0),
      multiHeader(5, false),
      text('/a'),
      text('v'),
      int(1),
      multiHeader(13, false),
      text('/a'),
      int(1),
      multiHeader(2, false),
      text('/a'),
      int(1),
      multiHeader(-1, true),
    ),
    reply(1),
    request(2, 14, multiHeader(4, false), text('/a'), bool(false), multiHeader(-1, true)),
  ],
});
for (const [name, opcode, ...fields] of [
  ['create2', 15, text('/a'), text('v'), acls(1), int(0)],
  ['container', 19, text('/a'), text('v'), acls(1), int(4)],
  ['exists', 3, text('/a'), bool(false)],
  ['children', 8, text('/a'), bool(false)],
  ['children2', 12, text('/a'), bool(false)],
])
  save(`multi-${name}`, 'May this be one of several operations?', {
    networkFilters: zookeeper(),
    conversation: [request(1, 14, multiHeader(opcode, false), ...fields, multiHeader(-1, true))],
  });
save('bytes', 'Bytes counted for every kind of request.', {
  networkFilters: zookeeper({ enable_per_opcode_request_bytes_metrics: true, enable_per_opcode_response_bytes_metrics: true }),
  conversation: [connect(), connected, request(1, 4, text('/a'), bool(true)), reply(1, 2, 0, text('value')), request(-2, 11), reply(-2)],
});
save('decoder-errors', 'Errors counted for every kind of request.', {
  networkFilters: zookeeper({ enable_per_opcode_decoder_error_metrics: true }),
  conversation: [
    request(1, 4, text('/a')),
    request(2, 99, text('/a')),
    request(3, 4),
    reply(77),
    reply(-2),
    { client: { hex: packet('0000') } },
    request(4, 1, text('/a')),
    request(-4, 100, int(0), int(1)),
    request(-8, 101, int(0)),
    request(5, 14, multiHeader(1, false), text('/a')),
    { client: { hex: packet(int(0), long(0)) } },
    request(-2, 11, '616263'),
    connect(),
    { upstream: { hex: packet(int(0), long(0), int(0)) } },
  ],
});
save('latency', 'Answers are fast or slow by thresholds.', {
  networkFilters: zookeeper({
    enable_latency_threshold_metrics: true,
    default_latency_threshold: '0.02s',
    latency_threshold_overrides: [
      { opcode: 'GetData', threshold: '5s' },
      { opcode: 'Connect', threshold: '0.01s' },
    ],
  }),
  conversation: [connect(), connected, request(1, 4, text('/a'), bool(true)), reply(1), request(2, 3, text('/a'), bool(true)), reply(2)],
});
save('pieces', 'Packets in pieces and several in one segment.', {
  networkFilters: zookeeper(),
  conversation: [
    { client: { hex: request(1, 4, text('/a'), bool(true)).client.hex.slice(0, 20) } },
    { client: { hex: request(1, 4, text('/a'), bool(true)).client.hex.slice(20) } },
    { client: { hex: request(2, 3, text('/a'), bool(true)).client.hex + request(3, 9, text('/b')).client.hex + int(9) } },
    { client: { hex: `${int(-2)}${int(11)}00` } },
    { upstream: { hex: reply(1).upstream.hex + reply(2).upstream.hex.slice(0, 12) } },
    { upstream: { hex: reply(2).upstream.hex.slice(12) } },
  ],
});
save('too-big', 'A packet longer than allowed.', {
  networkFilters: zookeeper({ max_packet_bytes: 32 }),
  conversation: [
    request(1, 4, text(`/${'a'.repeat(40)}`), bool(true)),
    request(2, 4, text('/a'), bool(true)),
    { client: 'GET / HTTP/1.1\r\n\r\n' },
  ],
});
