/** grpc_stats, grpc_http1_bridge and grpc_http1_reverse_bridge. */
import { get, http, perRoute, routes, scenario, show } from './lab.mjs';
import { frame, grpcAnswer } from './protobuf.mjs';

export const scenarios = [];
const save = (name, description, input) => scenarios.push(scenario(name, description, input));
const bytes = (text) => frame(Buffer.from(text));
const body = (text) => ({ base64: bytes(text).toString('base64') });
const grpc = (path, more = {}, headers = []) => ({
  headers: [[':method', 'POST'], [':path', path], ['content-type', 'application/grpc'], ...headers],
  body: body('question'),
  ...more,
});
const ok = grpcAnswer(Buffer.from('answer'));
const failed = (status, more = []) => ({
  status: 200,
  headers: [['content-type', 'application/grpc']],
  trailers: [['grpc-status', status], ...more],
});
const trailersOnly = {
  status: 200,
  headers: [
    ['content-type', 'application/grpc'],
    ['grpc-status', '7'],
    ['grpc-message', 'no'],
  ],
};

const stats = (config = {}) => http('grpc_stats', 'grpc_stats.v3.FilterConfig', config);
const calls = [
  { request: grpc('/lab.Shop/Get'), upstream: ok },
  { request: grpc('/lab.Shop/Get'), upstream: failed('5') },
  { request: grpc('/lab.Shop/Put'), upstream: trailersOnly },
  {
    request: grpc('/lab.Shop/Chat', {
      body: undefined,
      bodyChunks: [body('a'), body('b'), { base64: Buffer.concat([bytes('c'), bytes('d')]).toString('base64') }],
    }),
    upstream: { ...ok, body: { base64: Buffer.concat([bytes('x'), bytes('y')]).toString('base64') } },
  },
  { request: grpc('/no-method'), upstream: ok },
  { request: grpc('/a/b/c'), upstream: ok },
  { request: grpc('/lab.Shop/Get?x=1'), upstream: failed('99') },
  { request: grpc('/lab.Shop/Get'), upstream: failed('abc') },
  { request: get('/lab.Shop/Get'), upstream: ok },
  { request: grpc('/lab.Shop/Get'), upstream: { status: 503, body: 'no' } },
];
for (const [name, config] of [
  ['together', {}],
  ['all', { stats_for_all_methods: true }],
  ['listed', { individual_method_stats_allowlist: { services: [{ name: 'lab.Shop', method_names: ['Get'] }] } }],
  ['dots', { stats_for_all_methods: true, replace_dots_in_grpc_service_name: true }],
])
  save(`grpc-stats-${name}`, `Calls and messages are counted: ${name}.`, {
    filters: [stats(config)],
    steps: calls,
    stats: ['cluster.upstream.grpc.'],
  });
save('grpc-stats-state', 'Counts of messages in the filter state.', {
  filters: [show([], [['x-counts', '%FILTER_STATE(envoy.filters.http.grpc_stats:PLAIN)%']]), stats({ emit_filter_state: true })],
  steps: calls.slice(0, 4),
});
save('grpc-stats-bridge', 'Counted in front of a bridge.', {
  filters: [stats({ stats_for_all_methods: true }), http('grpc_web', 'grpc_web.v3.GrpcWeb')],
  request: [
    grpc('/lab.Shop/Get'),
    {
      ...grpc('/lab.Shop/Get'),
      headers: [
        [':method', 'POST'],
        [':path', '/lab.Shop/Get'],
        ['content-type', 'application/grpc-web'],
      ],
    },
  ],
  upstream: ok,
  stats: ['cluster.upstream.grpc.'],
});

const reverse = (config = {}) =>
  http('grpc_http1_reverse_bridge', 'grpc_http1_reverse_bridge.v3.FilterConfig', { content_type: 'application/x-protobuf', ...config });
const plain = (status, text, headers = []) => ({ status, headers: [['content-type', 'application/x-protobuf'], ...headers], body: text });
const answers = [
  plain(200, 'reply'),
  plain(200, 'reply', [['content-length', '5']]),
  plain(404, 'missing'),
  plain(200, ''),
  { ...plain(200, 'r'), bodyChunks: ['ab', 'cd'], body: undefined },
  { ...plain(200, 'r'), trailers: [['x-t', '1']] },
  { status: 200, headers: [['content-type', 'text/plain']], body: 'x' },
  { status: 500, body: 'x' },
  plain(200, 'reply', [['x-size', '5']]),
  plain(200, 'reply', [['x-size', '6']]),
];
for (const [name, config] of [
  ['plain', {}],
  ['frames', { withhold_grpc_frames: true }],
  ['size', { withhold_grpc_frames: true, response_size_header: 'X-Size' }],
])
  save(`grpc-reverse-bridge-${name}`, `Servers without gRPC: ${name}.`, {
    filters: [reverse(config)],
    steps: answers.map((upstream) => ({ request: grpc('/lab.Shop/Get', {}, [['content-length', '13']]), upstream })),
  });
save('grpc-reverse-bridge-requests', 'Which requests are bridged.', {
  filters: [reverse({ withhold_grpc_frames: true })],
  routes: routes([
    ['off', '/off', perRoute('grpc_http1_reverse_bridge', 'grpc_http1_reverse_bridge.v3.FilterConfigPerRoute', { disabled: true })],
    ['on', '/'],
  ]),
  request: [
    grpc('/off'),
    {
      headers: [
        [':method', 'POST'],
        ['content-type', 'application/grpc'],
      ],
    },
    grpc('/small', { body: 'abc' }),
    get('/other', [], { body: 'abcdefgh' }),
    grpc('/chunks', { body: undefined, bodyChunks: [{ base64: bytes('abc').subarray(0, 6).toString('base64') }, 'rest'] }),
    {
      ...grpc('/proto'),
      headers: [
        [':method', 'POST'],
        [':path', '/'],
        ['content-type', 'application/grpc+proto'],
      ],
    },
  ],
  upstream: plain(200, 'reply'),
});

const bridge = (config = {}) => http('grpc_http1_bridge', 'grpc_http1_bridge.v3.Config', config);
save('grpc-bridge-http2', 'Clients of HTTP/2 get what the server sends.', {
  filters: [bridge()],
  steps: [
    { request: grpc('/lab.Shop/Get'), upstream: ok },
    { request: grpc('/lab.Shop/Get'), upstream: failed('5', [['grpc-message', 'none']]) },
  ],
});
const proto = (path, more = {}) => ({
  headers: [
    [':method', 'POST'],
    [':path', path],
    ['content-type', 'application/x-protobuf'],
  ],
  body: 'message',
  ...more,
});
save('grpc-bridge-upgrade', 'A bare protobuf message becomes a gRPC request.', {
  filters: [bridge({ upgrade_protobuf_to_grpc: true, ignore_query_parameters: true })],
  request: [
    proto('/lab.Shop/Get?a=1'),
    proto('/x', { body: undefined, bodyChunks: ['ab', 'cd'] }),
    proto('/x', { body: undefined }),
    grpc('/x?a=1'),
  ],
  upstream: ok,
});
const http1 = (type, text, path = '/lab.Shop/Get') =>
  `POST ${path} HTTP/1.1\r\nhost: example.com\r\ncontent-type: ${type}\r\ncontent-length: ${text.length}\r\n\r\n${text}`;
for (const [name, config, type, text] of [
  ['grpc', {}, 'application/grpc', bytes('question').toString('latin1')],
  ['protobuf', { upgrade_protobuf_to_grpc: true, ignore_query_parameters: true }, 'application/x-protobuf', 'question'],
])
  for (const [what, upstream] of [
    ['ok', ok],
    ['failed', failed('5', [['grpc-message', 'none']])],
    ['trailers-only', trailersOnly],
  ].slice(name === 'grpc' ? 1 : 0))
    save(`grpc-bridge-http1-${name}-${what}`, `A client of HTTP/1.1 with ${name}: ${what}.`, {
      filters: [bridge(config)],
      clusters: { upstream: { ...upstream, http: true } },
      conversation: [{ client: http1(type, text, '/lab.Shop/Get?a=1') }],
      // The date differs from run to run, and with it nothing else.
      normalise: [{ pattern: 'date: [^\\r]*', replace: 'date: {date}' }],
    });
