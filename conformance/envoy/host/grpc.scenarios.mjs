/** gRPC calls: unary ones, streams, how they end, tokens. */
import { http, scenario } from './dsl.mjs';

/** One gRPC message: a byte 0, the length, the bytes. */
function frame(text) {
  const body = Buffer.from(text);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(body.length, 1);
  return { base64: Buffer.concat([head, body]).toString('base64') };
}
const grpcAnswers = `
  [grpc_receive_initial_metadata]
  get_header_map_pairs 4
  get_header_map_value 4 :status
  get_header_map_value 4 x-initial
  [grpc_receive]
  get_buffer_status 5
  get_buffer_bytes 5 0 100
  set_buffer_bytes 5 0 0 x
  get_status
  [grpc_receive_trailing_metadata]
  get_header_map_pairs 5
  get_header_map_value 5 x-trailing
  [grpc_close]
  get_status
  set_effective_context $stream
  continue_stream 0
`;
const ok = {
  headers: [
    ['content-type', 'application/grpc'],
    ['x-initial', 'i'],
  ],
  body: frame('answer'),
  trailers: [
    ['grpc-status', '0'],
    ['x-trailing', 't'],
  ],
};

/**
 * How a unary call may end otherwise.
 * @type {readonly (readonly [string, Record<string, unknown>])[]}
 */
const endings = [
  [
    'status',
    {
      headers: [
        ['content-type', 'application/grpc'],
        ['grpc-status', '7'],
        ['grpc-message', 'not%20you'],
      ],
    },
  ],
  [
    'status-in-trailers',
    {
      headers: [['content-type', 'application/grpc']],
      trailers: [
        ['grpc-status', '5'],
        ['grpc-message', 'nothing'],
      ],
    },
  ],
  ['http-error', { status: 503, headers: [['content-type', 'text/plain']], body: 'down' }],
  ['reset', { reset: true }],
  ['timeout', { hang: true }],
  ['refused', { unreachable: true }],
  ['no-hosts', { noHosts: true }],
  ['no-status', { headers: [['content-type', 'application/grpc']], body: frame('answer'), trailers: [['x', '1']] }],
  ['empty-message', { headers: [['content-type', 'application/grpc']], body: frame(''), trailers: [['grpc-status', '0']] }],
];

/** The one thing in an answer that depends on how fast the machine is. */
const serviceTime = [{ pattern: 'x-envoy-upstream-service-time\\\\x00\\d', replace: 'x-envoy-upstream-service-time\\x00{ms}' }];

export const scenarios = [
  scenario('grpc-call', 'A unary call and its answer.', {
    filters: [
      http(
        `[request_headers]\ngrpc_call grpc pkg.Service Method x-md:1|X-Upper:2 message 1000\nreturn 1\n${grpcAnswers}\n[grpc_receive]\nset_effective_context $stream\ncontinue_stream 0`,
      ),
    ],
    request: {},
    clusters: { grpc: ok },
  }),
  scenario('grpc-call-service-message', 'The target as a GrpcService message.', {
    filters: [
      http(
        `[request_headers]\ngrpc_call \\x0a\\x06\\x0a\\x04grpc pkg.Service Method "" message 1000\nreturn 1\n${grpcAnswers}\n[grpc_receive]\nset_effective_context $stream\ncontinue_stream 0`,
      ),
    ],
    request: {},
    clusters: { grpc: ok },
  }),
  ...endings.map(([name, responder]) =>
    scenario(`grpc-call-${name}`, `A unary call that ends in another way: ${name}.`, {
      filters: [
        http(
          `[request_headers]\ngrpc_call grpc pkg.Service Method "" message 200\nreturn 1\n${grpcAnswers}\n[grpc_receive]\nset_effective_context $stream\ncontinue_stream 0`,
        ),
      ],
      request: {},
      clusters: { grpc: responder },
      timeoutMs: 1500,
    }),
  ),
  scenario('grpc-statuses', 'What refuses gRPC calls and tokens.', {
    filters: [
      http(`
        [request_headers]
        grpc_call none s m "" x 100
        grpc_stream none s m ""
        grpc_call @0xfffffff0,100 s m "" x 100
        grpc_call grpc @0xfffffff0,100 m "" x 100
        grpc_call grpc s @0xfffffff0,100 "" x 100
        grpc_call grpc s m @0xfffffff0,100 x 100
        grpc_call grpc s m "" @0xfffffff0,100 100
        grpc_stream @0xfffffff0,100 s m ""
        grpc_stream grpc s m @0xfffffff0,100
        grpc_send 4 x 1
        grpc_send 5 x 1
        grpc_send 6 x 1
        grpc_send 600002 x 1
        grpc_send 6 @0xfffffff0,100 1
        grpc_close 4
        grpc_close 401
        grpc_close 402
        grpc_close 403
        grpc_cancel 4
        grpc_cancel 401
        grpc_cancel 402
        grpc_cancel 403
        get_header_map_pairs 4
        get_header_map_value 5 x
        get_buffer_status 5
      `),
    ],
    request: {},
    clusters: { grpc: ok },
  }),
  scenario('grpc-call-cancel', 'A unary call given up.', {
    isolate: true,
    filters: [
      http(
        '[request_headers]\nlet t = grpc_call grpc pkg.Service Method "" message 1000\ngrpc_cancel $t\ngrpc_cancel $t\n[grpc_close]\nlog 2 closed',
      ),
    ],
    steps: [{ request: {} }, { waitMs: 200 }],
    clusters: { grpc: { hang: true } },
  }),
  scenario('grpc-call-close', 'A unary call closed.', {
    isolate: true,
    filters: [
      http(
        '[request_headers]\nlet t = grpc_call grpc pkg.Service Method "" message 1000\ngrpc_close $t\ngrpc_send $t x 1\n[grpc_close]\nlog 2 closed',
      ),
    ],
    steps: [{ request: {} }, { waitMs: 200 }],
    clusters: { grpc: { hang: true } },
  }),
  scenario('grpc-stream', 'A stream: two messages there, one back, metadata, close.', {
    normalise: serviceTime,
    filters: [
      http(`
        [request_headers]
        let t = grpc_stream grpc pkg.Service Stream x-md:1
        grpc_send $t one 0
        grpc_send $t two 1
        return 1
        ${grpcAnswers}
      `),
    ],
    request: {},
    clusters: { grpc: ok },
  }),
  scenario('grpc-stream-two-answers', 'Two messages in one body.', {
    normalise: serviceTime,
    filters: [http(`[request_headers]\nlet t = grpc_stream grpc pkg.Service Stream ""\ngrpc_send $t one 1\nreturn 1\n${grpcAnswers}`)],
    request: {},
    clusters: {
      grpc: {
        headers: [['content-type', 'application/grpc']],
        body: {
          base64: Buffer.concat([Buffer.from(frame('first').base64, 'base64'), Buffer.from(frame('second').base64, 'base64')]).toString(
            'base64',
          ),
        },
        trailers: [['grpc-status', '0']],
      },
    },
  }),
  scenario('grpc-stream-close', 'A stream finished by grpc_close.', {
    normalise: serviceTime,
    filters: [
      http(
        `[request_headers]\nlet t = grpc_stream grpc pkg.Service Stream ""\ngrpc_send $t one 0\ngrpc_close $t\ngrpc_close $t\nreturn 1\n${grpcAnswers}`,
      ),
    ],
    request: {},
    clusters: { grpc: ok },
  }),
  scenario('grpc-stream-cancel', 'A stream given up.', {
    isolate: true,
    filters: [
      http(
        '[request_headers]\nlet t = grpc_stream grpc pkg.Service Stream ""\ngrpc_send $t one 0\ngrpc_cancel $t\ngrpc_send $t two 0\n[grpc_close]\nlog 2 closed',
      ),
    ],
    steps: [{ request: {} }, { waitMs: 200 }],
    clusters: { grpc: ok },
  }),
  scenario('grpc-stream-status', 'A stream that is refused by its status.', {
    normalise: serviceTime,
    filters: [http(`[request_headers]\nlet t = grpc_stream grpc pkg.Service Stream ""\ngrpc_send $t one 1\nreturn 1\n${grpcAnswers}`)],
    request: {},
    clusters: {
      grpc: {
        headers: [
          ['content-type', 'application/grpc'],
          ['grpc-status', '12'],
          ['grpc-message', 'unknown'],
        ],
      },
    },
  }),
];
