/** Who comes first: replies in place of replies, early answers, resets, time limits, pieces of bodies, connections nobody listens at any more. */
import { http, network, scenario } from './dsl.mjs';

const post = ({ headers = [], ...more }) => ({ headers: [[':method', 'POST'], ...headers], ...more });
const grpc = ['content-type', 'application/grpc'];
const bodies = [
  post({ body: { repeat: 'x', times: 20000 } }),
  post({
    bodyChunks: [
      { repeat: 'x', times: 700 },
      { repeat: 'x', times: 1700 },
    ],
  }),
];
const quiet = (name, description, input) => scenario(name, description, { timeoutMs: 700, ...input });
const upstreamRoute = (route) => [
  { name: 'v', domains: ['*'], routes: [{ name: 'n', match: { prefix: '/' }, route: { cluster: 'upstream', ...route } }] },
];
const callTimes = [
  { headers: [grpc] },
  { headers: [] },
  { headers: [grpc, ['grpc-timeout', '5S']] },
  { headers: [grpc, ['grpc-timeout', 'bad']] },
  { headers: [['grpc-timeout', '5S']] },
];
const shownTimeout = http('[request_headers]\nget_header_map_value 0 grpc-timeout');
const stopped = http('[request_headers]\nreturn 1');
const empty = http('[none]');

export const scenarios = [
  quiet(
    'reply-in-place-of-reply',
    'A plugin answers in the response headers of a local reply: the first filter still gets the body of the first reply.',
    {
      filters: [
        http('[request_body end]\nsend_local_response 403 "" body x-a:1\n[response_headers]\nget_header_map_value 2 :status', {
          name: 'a',
        }),
        http('[response_headers]\nsend_local_response 404 "" other x-b:1', { name: 'b', guest: 'rust/probe-0.2.0' }),
        http('[response_headers]\nreturn 0', { name: 'c' }),
      ],
      request: [post({ body: 'b' }), post({ bodyChunks: ['b', 'c'], trailers: [['t', '1']] })],
    },
  ),
  quiet('reply-in-body-of-reply', 'A reply in the body of a local reply: only a reset reaches the client.', {
    filters: [
      http('[request_headers]\nsend_local_response 403 "" body x-a:1', { name: 'a' }),
      http('[response_body]\nsend_local_response 404 "" other x-b:1', { name: 'b' }),
    ],
    request: [{}, post({ body: 'b' }), { headers: [grpc] }],
  }),
  quiet('reply-in-body-of-answer', 'A reply in the body of an answer: the headers have gone already.', {
    filters: [
      http('[response_body]\nsend_local_response 404 "" other x-b:1', { name: 'b' }),
      http('[response_headers]\nreturn 0', { name: 'a' }),
    ],
    request: [{}, { headers: [grpc] }],
    upstream: { body: 'answer' },
  }),
  quiet('close-in-reply', 'close_stream in the headers of a local reply: the code is that of the reply.', {
    filters: [
      http('[request_headers]\nsend_local_response 403 why body x-a:1', { name: 'a' }),
      http('[response_headers]\nclose_stream 1', { name: 'b' }),
    ],
    request: [{}, post({ headers: [['expect', '100-continue']], body: 'b' }), { headers: [grpc] }],
  }),
  quiet('early-answers', 'Upstreams that answer at the headers.', {
    filters: [empty],
    request: [{}, post({ body: 'a' }), post({ bodyChunks: ['a', 'b', 'c'] })],
    upstream: { early: true, body: 'answer' },
  }),
  quiet('lengths-wrong', 'A content-length that a plugin changed: the upstream refuses the frame that goes beyond it, or the end.', {
    filters: ['0', '3', '20'].map((length) =>
      http(`[request_headers #${{ 0: 1, 3: 2, 20: 3 }[length]}]\nreplace_header_map_value 0 content-length ${length}`, {
        name: `l${length}`,
        vmId: `l${length}`,
      }),
    ),
    request: [post({ body: 'nine byte' }), post({ bodyChunks: ['ab', 'cdefg', 'hi'] }), post({ body: 'nine byte' })],
  }),
  quiet('cookies-empty', 'Cookies are put together again: empty ones at the front vanish.', {
    filters: [http('[request_headers]\nget_header_map_pairs 0')],
    request: [
      ['', ''],
      ['', 'a=1'],
      ['a=1', ''],
      ['a=1', 'b=2', ''],
    ].map((list) => ({ headers: [['x-a', '1'], ...list.map((value) => ['cookie', value]), ['x-b', '2']] })),
  }),
  quiet('pieces-of-listener', 'per_connection_buffer_limit_bytes of the listener: bodies come in pieces of it.', {
    listener: { per_connection_buffer_limit_bytes: 1000 },
    filters: [empty],
    request: bodies,
  }),
  quiet('pieces-of-cluster', 'per_connection_buffer_limit_bytes of a cluster.', {
    upstream: { body: { repeat: 'x', times: 20000 }, clusterConfig: { per_connection_buffer_limit_bytes: 1000 } },
    filters: [empty],
    request: {},
  }),
  quiet('pieces-held', 'Small pieces, held until the end.', {
    listener: { per_connection_buffer_limit_bytes: 5000 },
    filters: [http('[request_body]\nreturn 1\n[request_body end]\nreturn 0')],
    request: bodies,
  }),
  quiet('grpc-timeout-of-route', 'max_stream_duration of a route becomes the grpc-timeout of calls.', {
    routes: upstreamRoute({ max_stream_duration: { max_stream_duration: '0.5s' } }),
    filters: [shownTimeout],
    request: callTimes,
  }),
  quiet('grpc-timeout-unlimited', 'A route without limit leaves the grpc-timeout.', {
    routes: upstreamRoute({ max_stream_duration: { max_stream_duration: '0s' } }),
    filters: [shownTimeout],
    request: callTimes,
  }),
  quiet('grpc-timeout-lifted', 'A route without limit below a limit of the connection manager.', {
    routes: upstreamRoute({ max_stream_duration: { max_stream_duration: '0s' } }),
    connectionManager: { common_http_protocol_options: { max_stream_duration: '2s' } },
    filters: [shownTimeout],
    request: callTimes,
  }),
  quiet('grpc-timeout-capped', 'Cap and offset of the grpc-timeout.', {
    routes: upstreamRoute({
      max_stream_duration: { grpc_timeout_header_max: '2s', max_stream_duration: '1s', grpc_timeout_header_offset: '0.05s' },
    }),
    filters: [shownTimeout],
    request: callTimes,
  }),
  quiet('request-timeout-stopped', 'request_timeout runs on where a plugin holds a request that has arrived.', {
    connectionManager: { request_timeout: '0.15s' },
    filters: [stopped],
    request: [{}, post({ body: 'a' }), post({ body: 'a', bodyDelayMs: 300 })],
  }),
  quiet('request-timeout-stopped-body', 'request_timeout and held bodies and trailers.', {
    connectionManager: { request_timeout: '0.15s' },
    filters: [http('[request_body]\nreturn 1\n[request_trailers]\nreturn 1')],
    request: [post({ body: 'a' }), post({ body: 'a', trailers: [['x', '1']] })],
  }),
  quiet('tcp-writes-in-vain', 'Writes to a connection Envoy has closed: the second one meets a reset.', {
    networkFilters: [network('[downstream_data]\nclose_stream 2')],
    conversation: [
      { client: 'a' },
      { client: 'b' },
      { client: 'c' },
      { client: 'd' },
      { upstream: 'x' },
      { upstream: 'y' },
      { upstream: 'z' },
    ],
  }),
  quiet('tcp-reset-after-end', 'The reset of an upstream that has ended before is noticed by a write.', {
    networkFilters: [network('[upstream_data]\nlog 2 data')],
    conversation: [{ closeUpstream: 'half' }, { closeUpstream: 'reset' }, { client: 'x' }],
  }),
  quiet('tcp-client-gone', 'Answers to a client that has left: the second write ends the connection.', {
    networkFilters: [network('[upstream_data]\nlog 2 data')],
    conversation: [{ client: 'q' }, { closeClient: true }, { upstream: 'a' }, { upstream: 'b' }, { upstream: 'c' }],
  }),
  quiet('tcp-direct-response', 'A direct response passes the write filters with the end of the stream.', {
    networkFilters: [
      network(
        '[upstream_data]\nget_buffer_bytes 3 0 10\n[upstream_connection_close]\nlog 2 closed\n[new_connection]\nget_property upstream\\0transport_failure_reason',
      ),
      {
        name: 'd',
        typed_config: {
          '@type': 'type.googleapis.com/envoy.extensions.filters.network.direct_response.v3.Config',
          response: { inline_string: 'direct' },
        },
      },
    ],
    conversation: [{ waitMs: 10 }],
  }),
  quiet('tcp-echo-held', 'What a write filter holds of an echo stays unread; the end of the client closes.', {
    networkFilters: [
      network('[upstream_data #1]\nreturn 1\n[upstream_connection_close]\nlog 2 closed'),
      { name: 'e', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.network.echo.v3.Echo' } },
    ],
    connections: [{ conversation: [{ client: 'one' }] }, { conversation: [{ client: 'one' }, { client: 'two' }, { closeClient: 'half' }] }],
  }),
  quiet('tcp-ends-with-listener', 'Connections left at the end of the listener: the newest is closed first.', {
    networkFilters: [network('[new_connection]\nreturn 1', {})],
    connections: [
      { conversation: [{ client: 'a' }], keepOpen: true },
      { conversation: [{ client: 'b' }], keepOpen: true },
    ],
  }),
];
