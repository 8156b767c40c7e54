/** Calls to other clusters: HTTP and gRPC, answers, failures, tokens. */
import { http, scenario } from './dsl.mjs';

const basic = ':method:GET|:path:/x|:authority:a.example';
const held = 'return 1';
const answer = `
  [http_call_response]
  get_header_map_pairs 6
  get_header_map_value 6 :status
  get_header_map_value 6 x-none
  get_header_map_size 6
  add_header_map_value 6 a b
  get_buffer_status 4
  get_buffer_bytes 4 0 100
  get_buffer_bytes 4 2 2
  set_buffer_bytes 4 0 0 x
  get_header_map_pairs 7
  get_status
  set_effective_context $stream
  get_header_map_value 6 :status
  get_buffer_bytes 4 0 100
  get_header_map_value 0 :path
  continue_stream 0
`;
const goOn = '[http_call_response]\nget_header_map_value 6 :status\nget_status\nset_effective_context $stream\ncontinue_stream 0';

export const scenarios = [
  scenario('http-call', 'A call, its answer, what can be read of it.', {
    filters: [http(`[request_headers]\nhttp_call auth ${basic} "" "" 1000\n${held}\n${answer}`)],
    request: {},
    clusters: { auth: { status: 201, headers: [['x-answer', '1']], body: 'answer body' } },
    normalise: [{ pattern: 'x-envoy-upstream-service-time\\\\x00\\d+', replace: 'x-envoy-upstream-service-time\\x00{ms}' }],
  }),
  scenario('http-call-request', 'What the other cluster gets: headers of any case, body, trailers.', {
    filters: [
      http(
        `[request_headers]\nhttp_call auth :method:POST|:path:/x|:authority:a|X-Upper:1|x-two:a|x-two:b|content-length:99|host:h body\\sbytes x-t:1|X-T2:2 1000\n${held}\n${goOn}`,
      ),
    ],
    request: {},
    clusters: { auth: { status: 200, trailers: [['x-rt', '1']] } },
  }),
  scenario('http-call-statuses', 'What refuses a call at once.', {
    filters: [
      http(`
        [request_headers]
        http_call none ${basic} "" "" 1000
        http_call "" ${basic} "" "" 1000
        http_call auth :path:/x|:authority:a "" "" 1000
        http_call auth :method:GET|:authority:a "" "" 1000
        http_call auth :method:GET|:path:/x "" "" 1000
        http_call auth :method:GET|:path:/x|host:a "" "" -1
        http_call auth "" "" "" 1000
        http_call auth ${basic} "" "" -1
        http_call @0xfffffff0,100 ${basic} "" "" 1000
        http_call auth @0xfffffff0,100 "" "" 1000
        http_call auth ${basic} @0xfffffff0,100 "" 1000
        http_call auth ${basic} "" @0xfffffff0,100 1000
        http_call auth ${basic} "" "" 1000 @0xffffffff
        get_header_map_pairs 6
        get_header_map_value 6 :status
        get_buffer_status 4
      `),
    ],
    request: {},
    clusters: { auth: { status: 200 } },
  }),
  scenario('http-call-empty-pseudo', 'Pseudo headers may be empty.', {
    filters: [http(`[request_headers]\nhttp_call auth :method:GET|:path:|:authority: "" "" 500\n${held}\n${goOn}`)],
    request: {},
    clusters: { auth: { status: 200 } },
  }),
  scenario('http-call-timeout', 'A cluster that does not answer in time: 504.', {
    filters: [http(`[request_headers]\nhttp_call auth ${basic} "" "" 100\n${held}\n${answer}`)],
    request: {},
    clusters: { auth: { hang: true } },
  }),
  scenario('http-call-reset', 'A cluster that resets.', {
    filters: [http(`[request_headers]\nhttp_call auth ${basic} "" "" 1000\n${held}\n${goOn}`)],
    request: {},
    clusters: { auth: { reset: true } },
  }),
  scenario('http-call-reset-in-body', 'A cluster that resets after its headers.', {
    filters: [http(`[request_headers]\nhttp_call auth ${basic} "" "" 1000\n${held}\n${goOn}`)],
    request: {},
    clusters: { auth: { body: 'part', resetAfterBody: true } },
  }),
  scenario('http-call-refused', 'A cluster nobody listens for.', {
    filters: [http(`[request_headers]\nhttp_call auth ${basic} "" "" 1000\n${held}\n${goOn}`)],
    request: {},
    clusters: { auth: { unreachable: true } },
  }),
  scenario('http-call-no-hosts', 'A cluster without hosts: the call is refused, nothing is answered.', {
    filters: [http(`[request_headers]\nhttp_call auth ${basic} "" "" 1000\n[http_call_response]\nlog 2 answered`)],
    request: {},
    clusters: { auth: { noHosts: true } },
  }),
  scenario('http-call-trailers', 'An answer with trailers, without body.', {
    filters: [
      http(
        `[request_headers]\nhttp_call auth ${basic} "" "" 1000\n${held}\n[http_call_response]\nget_header_map_pairs 7\nget_header_map_value 7 x-t\nget_header_map_size 7\nget_buffer_status 4\nset_effective_context $stream\ncontinue_stream 0`,
      ),
    ],
    request: {},
    clusters: {
      auth: {
        status: 200,
        trailers: [
          ['x-t', '1'],
          ['x-u', '2'],
        ],
      },
    },
  }),
  scenario('http-call-several', 'Three calls at once: tokens, order of answers.', {
    filters: [
      http(`
        [request_headers]
        http_call slow ${basic} "" "" 1000
        http_call fast ${basic} "" "" 1000
        http_call auth ${basic} "" "" 50
        ${held}
        [http_call_response]
        log 2 token\\sin\\sarguments
        get_header_map_value 6 x-who
        [http_call_response #3]
        set_effective_context $stream
        continue_stream 0
      `),
    ],
    request: {},
    clusters: {
      slow: { delayMs: 200, headers: [['x-who', 'slow']] },
      fast: { delayMs: 20, headers: [['x-who', 'fast']] },
      auth: { hang: true },
    },
  }),
  scenario('http-call-again', 'A call out of the answer of a call.', {
    filters: [
      http(`
        [request_headers]
        http_call auth ${basic} "" "" 1000
        ${held}
        [http_call_response #1]
        http_call auth :method:GET|:path:/second|:authority:a "" "" 1000
        get_header_map_value 6 :status
        [http_call_response #2]
        set_effective_context $stream
        continue_stream 0
      `),
    ],
    request: {},
    clusters: { auth: { status: 200 } },
  }),
  scenario('http-call-at-start', 'A call out of on_configure; the answer comes to the root context.', {
    filters: [
      http(
        `[request_headers #1]\nlog 2 first\n[tick]\nhttp_call auth ${basic} "" "" 1000\nset_tick_period_milliseconds 0\n[request_headers]\nset_tick_period_milliseconds 30\n[http_call_response]\nget_header_map_value 6 :status\nget_header_map_value 0 :path`,
      ),
    ],
    steps: [{ request: {} }, { waitMs: 300 }],
    clusters: { auth: { status: 200 } },
  }),
  scenario('http-call-stream-gone', 'The stream is over when the answer comes.', {
    filters: [
      http(
        `[request_headers]\nhttp_call auth ${basic} "" "" 2000\n[http_call_response]\nset_effective_context $stream\nget_header_map_value 0 :path\nget_header_map_value 6 :status`,
      ),
    ],
    steps: [{ request: {} }, { waitMs: 400 }],
    clusters: { auth: { status: 200, delayMs: 200 } },
  }),
  scenario('http-call-in-response', 'A call out of the response callback; the response waits.', {
    filters: [
      http(
        `[response_headers]\nhttp_call auth ${basic} "" "" 1000\nreturn 1\n[http_call_response]\nset_effective_context $stream\nadd_header_map_value 2 x-asked yes\ncontinue_stream 1`,
      ),
    ],
    request: {},
    upstream: { body: 'text' },
    clusters: { auth: { status: 200 } },
  }),
  scenario('http-call-in-body', 'A call for a held body; the body waits.', {
    filters: [
      http(
        `[request_body end]\nhttp_call auth ${basic} "" "" 1000\nreturn 1\n[http_call_response]\nset_effective_context $stream\nget_buffer_bytes 0 0 100\nset_buffer_bytes 0 0 100 changed\ncontinue_stream 0`,
      ),
    ],
    request: { headers: [[':method', 'POST']], body: 'held' },
    clusters: { auth: { status: 200 } },
  }),
  scenario('http-call-reply', 'A local reply out of the answer.', {
    filters: [
      http(
        `[request_headers]\nhttp_call auth ${basic} "" "" 1000\n${held}\n[http_call_response]\nset_effective_context $stream\nsend_local_response 403 denied no x-a:1`,
      ),
    ],
    request: {},
    clusters: { auth: { status: 401 } },
  }),
  scenario('http-call-cancelled-client', 'The client resets while the call is on its way.', {
    filters: [
      http(
        `[request_headers]\nhttp_call auth ${basic} "" "" 2000\n${held}\n[http_call_response]\nset_effective_context $stream\nget_header_map_value 6 :status`,
      ),
    ],
    steps: [{ request: { cancelAfterMs: 60 } }, { waitMs: 400 }],
    clusters: { auth: { status: 200, delayMs: 200 } },
  }),
  scenario('http-call-trap', 'A trap in the answer: the held stream stays until its own timeout.', {
    filters: [http(`[request_headers]\nhttp_call auth ${basic} "" "" 1000\n${held}\n[http_call_response]\ntrap`)],
    steps: [{ request: { timeoutMs: 500 } }, { request: {} }],
    clusters: { auth: { status: 200 } },
  }),
  scenario('http-call-two-streams', 'Two streams with calls of their own; answers in the other order.', {
    filters: [
      http(`
        [request_headers #1]
        http_call slow ${basic} "" "" 1000
        return 1
        [request_headers #2]
        http_call fast ${basic} "" "" 1000
        return 1
        [http_call_response #1]
        set_effective_context 3
        get_header_map_value 0 :path
        continue_stream 0
        [http_call_response #2]
        set_effective_context 2
        get_header_map_value 0 :path
        continue_stream 0
      `),
    ],
    steps: [{ request: [{ headers: [[':path', '/one']] }, { headers: [[':path', '/two']] }] }],
    clusters: { slow: { delayMs: 200 }, fast: { delayMs: 60 } },
    upstream: { body: 'x' },
  }),
  scenario('http-call-large', 'A large answer.', {
    filters: [
      http(
        `[request_headers]\nhttp_call auth ${basic} "" "" 1000\n${held}\n[http_call_response]\nget_buffer_status 4\nset_effective_context $stream\ncontinue_stream 0`,
      ),
    ],
    request: {},
    clusters: { auth: { body: { repeat: 'x', times: 300000 } } },
  }),
  scenario('dns', 'An address as a name.', {
    filters: [
      http(
        '[request_headers]\nresolve_dns 127.0.0.1\nresolve_dns @0xfffffff0,100\nresolve_dns a @0xffffffff\nreturn 1\n[resolve_dns]\nget_buffer_bytes 8 0 100\nset_effective_context $stream\ncontinue_stream 0',
      ),
    ],
    request: {},
    timeoutMs: 2000,
  }),
];
