/** Local replies, closing and resuming streams. */
import { http, scenario } from './dsl.mjs';

const post = { headers: [[':method', 'POST']], body: 'request' };
/** @type {readonly (readonly [string, Record<string, unknown>])[]} */
const inCallbacks = [
  ['request_headers', {}],
  ['request_body', post],
  ['request_trailers', { ...post, trailers: [['x', '1']] }],
  ['response_headers', {}],
  ['response_body', {}],
  ['response_trailers', {}],
];
const upstream = { headers: [['x-up', '1']], body: 'response', trailers: [['y', '1']] };
const grpcRequest = {
  headers: [
    [':method', 'POST'],
    ['content-type', 'application/grpc'],
    ['te', 'trailers'],
  ],
  body: 'x',
};

export const scenarios = [
  ...inCallbacks.map(([callback, request]) =>
    scenario(`reply-in-${callback.replaceAll('_', '-')}`, `A local reply out of ${callback}; the callback's own result does not count.`, {
      filters: [
        http('[response_headers]\nget_header_map_value 2 x-reply', { name: 'before' }),
        http(`[${callback}]\nsend_local_response 418 some\\sdetails a\\sbody x-reply:1|x-reply:2 -1\nreturn 0`),
        http('[response_headers]\nget_header_map_value 2 x-reply', { name: 'after' }),
      ],
      request,
      upstream,
      timeoutMs: 1000,
    }),
  ),
  ...inCallbacks.map(([callback, request]) =>
    scenario(`close-in-${callback.replaceAll('_', '-')}`, `close_stream out of ${callback}.`, {
      filters: [http(`[${callback}]\nclose_stream ${callback.startsWith('request') ? 0 : 1}\nreturn 0`)],
      request,
      upstream,
      timeoutMs: 1000,
    }),
  ),
  scenario('reply-twice', "Two local replies in one callback: the first is sent, details are the second's.", {
    filters: [http('[request_headers]\nsend_local_response 418 first one x-a:1\nsend_local_response 419 second other x-b:1')],
    request: {},
  }),
  scenario('reply-and-continue', 'A local reply and continue_stream in one callback.', {
    filters: [http('[request_headers]\nsend_local_response 418 details body ""\nreturn 1')],
    request: {},
  }),
  scenario('reply-then-close', 'A local reply, then close_stream.', {
    filters: [http('[request_headers]\nsend_local_response 418 details body ""\nclose_stream 0\nreturn 1')],
    request: {},
  }),
  scenario('reply-then-trap', 'A local reply, then a trap in the same callback: the reply of the failure wins.', {
    filters: [http('[request_headers]\nsend_local_response 418 details body x-a:1\ntrap')],
    request: {},
  }),
  scenario('reply-empty', 'No details, no body, no headers.', {
    filters: [http('[request_headers]\nsend_local_response 204 "" "" ""')],
    request: {},
  }),
  scenario('reply-body-only', 'A body without headers.', {
    filters: [http('[request_headers]\nsend_local_response 200 "" text ""')],
    request: {},
  }),
  scenario('reply-content-type', 'content-type and content-length given by the plugin.', {
    filters: [http('[request_headers]\nsend_local_response 200 "" {} content-type:application/json|content-length:99|server:me|date:now')],
    request: {},
  }),
  scenario('reply-content-type-without-body', 'content-type given, no body.', {
    filters: [http('[request_headers]\nsend_local_response 200 "" "" content-type:application/json')],
    request: {},
  }),
  scenario('reply-head', 'A reply with a body to HEAD.', {
    filters: [http('[request_headers]\nsend_local_response 200 "" text x-a:1')],
    request: { headers: [[':method', 'HEAD']] },
  }),
  scenario('reply-inline-headers', 'Headers of a reply, also those that Envoy joins.', {
    filters: [
      http(
        '[request_headers]\nsend_local_response 302 "" "" location:/a|Set-Cookie:a=1|set-cookie:b=2|cache-control:a|cache-control:b|:status:500',
      ),
    ],
    request: {},
  }),
  ...[0, 99, 100, 101, 199, 600, 999, 1000, 99999].map((code) =>
    scenario(`reply-code-${code}`, `A local reply with the status ${code}.`, {
      filters: [http(`[request_headers]\nsend_local_response ${code} "" body ""`)],
      request: {},
      timeoutMs: 1000,
    }),
  ),
  scenario('reply-304', 'A status without body gets one.', {
    filters: [http('[request_headers]\nsend_local_response 304 "" body ""')],
    request: {},
  }),
  scenario('reply-204-with-body', 'A status without body gets one.', {
    filters: [http('[request_headers]\nsend_local_response 204 "" body ""')],
    request: {},
  }),
  scenario('reply-details', 'Blanks, tabs and newlines in details.', {
    filters: [http('[request_headers]\nsend_local_response 403 a\\sb\\x09c\\nd\\s\\se "" ""')],
    request: {},
  }),
  scenario('reply-details-bytes', 'Other bytes in details.', {
    filters: [http('[request_headers]\nsend_local_response 403 {a}=\\x22b\\x22;c "" ""')],
    request: {},
  }),
  scenario('reply-body-bytes', 'Any bytes in the body.', {
    filters: [http('[request_headers]\nsend_local_response 200 "" \\0\\xff\\xfe\\n ""')],
    request: {},
  }),
  scenario('reply-bad-places', 'Pointers outside the memory: nothing is sent, the own result counts.', {
    filters: [
      http(`
        [request_headers]
        send_local_response 403 @0xfffffff0,100 "" ""
        send_local_response 403 "" @0xfffffff0,100 ""
        send_local_response 403 "" "" @0xfffffff0,100
        return 0
      `),
    ],
    request: {},
  }),
  scenario('reply-damaged-headers', 'A damaged header list is an empty one.', {
    filters: [http('[request_headers]\nsend_local_response 403 "" "" @16,5')],
    request: {},
  }),
  ...[
    ['none', 'body ""'],
    ['minus-one', 'body "" -1'],
    ['zero', 'body "" 0'],
    ['seven', 'a\\sbody x-a:1 7'],
    ['sixteen', 'body "" 16'],
    ['seventeen', 'body "" 17'],
    ['no-body', '"" "" 5'],
  ].map(([name, rest]) =>
    scenario(`reply-grpc-${name}`, 'A local reply to a gRPC request.', {
      filters: [http(`[request_headers]\nsend_local_response 403 details ${rest}`)],
      request: grpcRequest,
    }),
  ),
  scenario('reply-grpc-status-without-grpc', 'A gRPC status for a request that is not gRPC.', {
    filters: [http('[request_headers]\nsend_local_response 403 details body "" 7')],
    request: {},
  }),
  scenario('reply-from-tick', 'A local reply out of on_tick for a paused stream.', {
    filters: [
      http(
        '[request_headers]\nset_tick_period_milliseconds 60\nreturn 1\n[tick]\nset_effective_context $stream\nsend_local_response 418 "" late ""\nset_tick_period_milliseconds 0',
      ),
    ],
    request: {},
  }),
  scenario('reply-from-root', 'A local reply without a stream does nothing.', {
    filters: [
      http(
        '[configure]\nsend_local_response 418 "" body ""\nclose_stream 0\nclose_stream 1\ncontinue_stream 2\n[request_headers]\nlog 2 asked',
      ),
    ],
    request: {},
  }),
  scenario('reply-seen-by-itself', 'The plugin changes its own reply in the response callbacks.', {
    filters: [
      http(`
        [request_headers]
        send_local_response 403 "" text x-a:1
        [response_headers]
        remove_header_map_value 2 content-length
        replace_header_map_value 2 :status 401
        add_header_map_value 2 x-b 2
        [response_body]
        set_buffer_bytes 1 0 1000 changed
      `),
    ],
    request: {},
  }),
  scenario('reply-held-by-itself', 'The plugin holds its own reply until a tick.', {
    filters: [
      http(`
        [request_headers]
        send_local_response 403 "" text x-a:1
        [response_headers]
        set_tick_period_milliseconds 60
        return 1
        [tick]
        set_effective_context $stream
        continue_stream 1
        set_tick_period_milliseconds 0
      `),
    ],
    request: {},
  }),
  scenario('reply-early-body-comes', 'A reply to the headers while the body is still coming.', {
    filters: [http('[request_headers]\nsend_local_response 403 "" text ""\n[request_body]\nlog 2 body')],
    request: { headers: [[':method', 'POST']], bodyChunks: ['one', 'two', 'three'], chunkDelayMs: 50 },
  }),
  scenario('close-types', 'close_stream and continue_stream with types that do not fit.', {
    filters: [
      http(`
        [request_headers]
        continue_stream 3
        continue_stream 4
        continue_stream 0xffffffff
        close_stream 4
        close_stream 0xffffffff
        close_stream 2
        close_stream 3
        continue_stream 2
      `),
    ],
    request: {},
  }),
  scenario('close-response-in-request', 'close_stream(Response) out of a request callback.', {
    filters: [http('[request_headers]\nclose_stream 1\nreturn 1')],
    request: {},
    timeoutMs: 1000,
  }),
  scenario('close-request-in-response', 'close_stream(Request) out of a response callback.', {
    filters: [http('[response_headers]\nclose_stream 0\nreturn 1')],
    request: {},
    upstream: { body: 'x' },
    timeoutMs: 1000,
  }),
  scenario('close-after-headers', 'close_stream when response headers have left.', {
    filters: [http('[response_body]\nclose_stream 1\nreturn 0')],
    request: {},
    upstream: { bodyChunks: ['one', 'two'] },
    timeoutMs: 1000,
  }),
  scenario('close-from-tick', 'close_stream for a paused stream out of on_tick.', {
    filters: [
      http(
        '[request_headers]\nset_tick_period_milliseconds 60\nreturn 1\n[tick]\nset_effective_context $stream\nclose_stream 0\nset_tick_period_milliseconds 0',
      ),
    ],
    request: {},
    timeoutMs: 1000,
  }),
  scenario('stream-cancelled', 'The client resets while the plugin holds the request.', {
    filters: [
      http('[request_headers]\nreturn 1\n[log]\nget_header_map_value 0 :path\nget_header_map_value 2 :status\nget_header_map_pairs 2'),
    ],
    request: { cancelAfterMs: 80 },
  }),
  scenario('stream-upstream-reset', 'The upstream resets before headers, after headers.', {
    filters: [
      http(
        '[response_headers]\nget_header_map_value 2 :status\n[response_body]\nget_buffer_bytes 1 0 10\n[log]\nget_header_map_value 2 :status',
      ),
    ],
    steps: [
      { request: {}, upstream: { reset: true } },
      { request: {}, upstream: { body: 'part', resetAfterBody: true } },
    ],
  }),
  scenario('stream-parallel', 'Three requests at once: contexts do not mix.', {
    filters: [
      http(
        '[request_headers]\nget_header_map_value 0 x-n\n[response_headers]\nadd_header_map_value 2 x-ctx $ctx\n[log]\nget_header_map_value 0 x-n',
      ),
    ],
    steps: [{ request: [{ headers: [['x-n', '1']] }, { headers: [['x-n', '2']] }, { headers: [['x-n', '3']] }] }],
    upstream: { responses: [120, 40, 200].map((delayMs) => ({ body: 'x', delayMs })) },
  }),
  scenario('stream-never-seen', 'A request that an earlier filter answers: the plugin behind it never sees it.', {
    filters: [
      http('[request_headers]\nsend_local_response 403 "" "" ""', { name: 'first' }),
      http('[response_headers]\nlog 2 response\n[log]\nget_header_map_value 0 :path\nget_header_map_value 2 :status', { name: 'second' }),
    ],
    request: {},
  }),
  scenario('stream-paused-first-of-two', 'The first plugin pauses: the second does not hear of the request before.', {
    filters: [
      http(
        '[request_headers]\nset_tick_period_milliseconds 60\nreturn 1\n[tick]\nset_effective_context $stream\ncontinue_stream 0\nset_tick_period_milliseconds 0',
        { name: 'first', vmId: 'a' },
      ),
      http('[request_headers]\nlog 2 asked', { name: 'second', vmId: 'b' }),
    ],
    request: {},
  }),
];
