/** What the results of headers and trailers callbacks do to a stream. */
import { http, scenario } from './dsl.mjs';

const post = { headers: [[':method', 'POST']] };
const three = { ...post, bodyChunks: ['one', 'two', 'three'] };
const all = '0 1000';

export const scenarios = [
  ...[0, 1, 2, 3, 4, 99].map((result) =>
    scenario(`body-result-${result}`, `Request body callback gives ${result} except at the end.`, {
      filters: [http(`[request_body]\nget_buffer_bytes 0 ${all}\nreturn ${result}\n[request_body end]\nreturn 0`)],
      request: three,
      timeoutMs: 1200,
    }),
  ),
  ...[0, 1, 2].map((result) =>
    scenario(`trailers-result-${result}`, `Request trailers callback gives ${result}.`, {
      filters: [http(`[request_trailers]\nreturn ${result}`)],
      request: { ...post, body: 'b', trailers: [['x', '1']] },
      timeoutMs: 800,
    }),
  ),
  scenario('trailers-hold-until-tick', 'Request trailers held until a tick.', {
    filters: [
      http(`
        [request_trailers]
        set_tick_period_milliseconds 80
        return 1
        [tick]
        set_effective_context $stream
        get_header_map_pairs 1
        add_header_map_value 1 x-late 1
        continue_stream 0
        set_tick_period_milliseconds 0
      `),
    ],
    request: { ...post, body: 'b', trailers: [['x', '1']] },
  }),
  scenario('trailers-hold-response', 'Response trailers held until a tick.', {
    filters: [
      http(`
        [response_trailers]
        set_tick_period_milliseconds 80
        return 1
        [tick]
        set_effective_context $stream
        add_header_map_value 3 x-late 1
        continue_stream 1
        set_tick_period_milliseconds 0
      `),
    ],
    request: {},
    upstream: { body: 'b', trailers: [['x', '1']] },
  }),
  ...[0, 1, 2, 3, 4, 5, 0xffffffff].map((result) =>
    scenario(`headers-result-${result}`, `Request headers callback gives ${result}; the body follows, a tick goes on.`, {
      filters: [
        http(`
          [request_headers]
          set_tick_period_milliseconds 150
          return ${result}
          [request_body]
          get_buffer_bytes 0 ${all}
          [tick]
          ${result === 0 || result === 2 ? '' : 'set_effective_context $stream\ncontinue_stream 0'}
          set_tick_period_milliseconds 0
        `),
      ],
      request: { ...post, bodyChunks: ['one', 'two'] },
      timeoutMs: 1500,
    }),
  ),
  ...[0, 1, 2, 3, 4].map((result) =>
    scenario(`headers-result-response-${result}`, `Response headers callback gives ${result}; the body follows, a tick goes on.`, {
      filters: [
        http(`
          [response_headers]
          set_tick_period_milliseconds 150
          return ${result}
          [response_body]
          get_buffer_bytes 1 ${all}
          [tick]
          ${result === 0 || result === 2 ? '' : 'set_effective_context $stream\ncontinue_stream 1'}
          set_tick_period_milliseconds 0
        `),
      ],
      request: {},
      upstream: { bodyChunks: ['one', 'two'] },
      timeoutMs: 1500,
    }),
  ),
  ...[1, 3, 4].map((result) =>
    scenario(`headers-result-${result}-no-body`, `Request headers callback gives ${result} for a request without body.`, {
      filters: [
        http(`
          [request_headers]
          set_tick_period_milliseconds 80
          return ${result}
          [tick]
          set_effective_context $stream
          continue_stream 0
          set_tick_period_milliseconds 0
        `),
      ],
      request: {},
    }),
  ),
  scenario('headers-stop-allowed', 'allow_on_headers_stop_iteration: the body callbacks go on while headers are held.', {
    filters: [
      http(
        `
        [request_headers]
        return 1
        [request_body]
        get_buffer_bytes 0 ${all}
        get_header_map_value 0 :path
        return 1
        [request_body end]
        add_header_map_value 0 x-late yes
        return 0
        [response_headers]
        return 1
        [response_body]
        return 1
        [response_body end]
        add_header_map_value 2 x-late yes
        return 0
        `,
        { allow_on_headers_stop_iteration: true },
      ),
    ],
    request: three,
    upstream: { bodyChunks: ['a', 'b'] },
  }),
  scenario('headers-stop-allowed-then-continue', 'allow_on_headers_stop_iteration: a body callback that continues lets headers go first.', {
    filters: [
      http(`[request_headers]\nreturn 1\n[request_body]\nget_buffer_bytes 0 ${all}\nreturn 0`, { allow_on_headers_stop_iteration: true }),
    ],
    request: three,
  }),
  scenario('headers-stop-allowed-trailers', 'allow_on_headers_stop_iteration: headers and body held until the trailers.', {
    filters: [
      http(
        `[request_headers]\nreturn 1\n[request_body]\nreturn 1\n[request_trailers]\nget_buffer_bytes 0 ${all}\nget_header_map_value 0 :path\nreturn 0`,
        {
          allow_on_headers_stop_iteration: true,
        },
      ),
    ],
    request: { ...three, trailers: [['x', '1']] },
  }),
];
