/** Buffers: reading, changing, holding, and the results of body and trailers callbacks. */
import { http, scenario } from './dsl.mjs';

const post = { headers: [[':method', 'POST']] };
const three = { ...post, bodyChunks: ['one', 'two', 'three'] };
const all = '0 1000';

export const scenarios = [
  scenario('buffer-read', 'Ranges, clamped; wrong types; bad places.', {
    filters: [
      http(`
        [request_body]
        get_buffer_status 0
        get_buffer_bytes 0 ${all}
        get_buffer_bytes 0 2 3
        get_buffer_bytes 0 2 1000
        get_buffer_bytes 0 9 1
        get_buffer_bytes 0 10 1
        get_buffer_bytes 0 11 1
        get_buffer_bytes 0 5 0
        get_buffer_bytes 0 0xffffffff 0xffffffff
        get_buffer_bytes 0 1 0xffffffff
        get_buffer_bytes 9 0 1
        get_buffer_bytes 0xffffffff 0 1
        get_buffer_bytes 0 0 5 @0xffffffff
        get_buffer_bytes 0 50 5 @0xffffffff
        get_buffer_status 0 @0xffffffff
        get_buffer_status 0 @0 @0xffffffff
        get_buffer_status 9
      `),
    ],
    request: { ...post, body: '0123456789' },
  }),
  ...[
    ['prepend', '0 0 NEW-'],
    ['replace-all', '0 1000 NEW'],
    ['replace-exactly-all', '0 10 NEW'],
    ['replace-all-max', '0 0xffffffff NEW'],
    ['replace-front', '0 4 NEW'],
    ['remove-front', '0 4 ""'],
    ['remove-all', '0 1000 ""'],
    ['append-at-end', '10 0 NEW'],
    ['append-behind', '0x7fffffff 0 NEW'],
    ['append-with-length', '10 5 NEW'],
    ['append-nothing', '10 0 ""'],
    ['middle', '4 2 NEW'],
    ['middle-nothing', '4 0 ""'],
    ['last', '9 1 NEW'],
    ['bad-place', '0 0 @0xfffffff0,100'],
    ['bad-place-middle', '4 0 @0xfffffff0,100'],
  ].map(([name, args]) =>
    scenario(`buffer-write-${name}`, `set_buffer_bytes ${args} on ten bytes, request and response.`, {
      filters: [
        http(`
          [request_headers]
          remove_header_map_value 0 content-length
          [request_body]
          set_buffer_bytes 0 ${args}
          get_buffer_status 0
          get_buffer_bytes 0 ${all}
          [response_headers]
          remove_header_map_value 2 content-length
          [response_body]
          set_buffer_bytes 1 ${args}
          get_buffer_bytes 1 ${all}
        `),
      ],
      request: { ...post, body: '0123456789' },
      upstream: { body: 'abcdefghij' },
    }),
  ),
  scenario('buffer-write-empty', 'The last, empty chunk can be written.', {
    filters: [
      http(
        '[request_body end]\nget_buffer_status 0\nset_buffer_bytes 0 0 0 first\nset_buffer_bytes 0 5 0 -second\nget_buffer_bytes 0 0 100',
      ),
    ],
    request: { ...post, bodyChunks: ['text', ''] },
  }),
  scenario('buffer-write-empty-append', 'Any start but 0 appends to an empty chunk.', {
    filters: [http('[request_body end]\nset_buffer_bytes 0 7 7 appended\nget_buffer_bytes 0 0 100')],
    request: { ...post, bodyChunks: ['text', ''] },
  }),
  scenario('buffer-other-direction', 'Buffers of other kinds inside body callbacks.', {
    filters: [
      http(`
        [request_body]
        ${[1, 2, 3, 4, 5, 6, 7, 8].map((type) => `get_buffer_status ${type}\nset_buffer_bytes ${type} 0 0 x\nget_buffer_bytes ${type} 0 10`).join('\n')}
        [response_body]
        get_buffer_status 0
        set_buffer_bytes 0 0 0 x
      `),
    ],
    request: { ...post, body: 'b' },
    upstream: { body: 'c' },
  }),
  scenario('buffer-phases', 'Both bodies in every callback.', {
    filters: [
      http(
        [
          'request_headers',
          'request_body',
          'request_trailers',
          'response_headers',
          'response_body',
          'response_trailers',
          'log',
          'done',
          'delete',
        ]
          .map(
            (phase) =>
              `[${phase}]\nlog 2 --${phase}\nget_buffer_bytes 0 ${all}\nget_buffer_bytes 1 ${all}\nset_buffer_bytes 0 1000 0 +\nset_buffer_bytes 1 1000 0 +`,
          )
          .join('\n'),
      ),
    ],
    request: { ...post, body: 'request', trailers: [['x', '1']] },
    upstream: { body: 'response', trailers: [['y', '1']] },
  }),
  ...[1, 2, 3, 4].map((result) =>
    scenario(`body-result-response-${result}`, `Response body callback gives ${result} except at the end.`, {
      filters: [http(`[response_body]\nget_buffer_bytes 1 ${all}\nreturn ${result}\n[response_body end]\nreturn 0`)],
      request: {},
      upstream: { bodyChunks: ['one', 'two', 'three'] },
      timeoutMs: 1200,
    }),
  ),
  scenario('body-hold-all', 'The whole body held, changed at the end, passed on.', {
    filters: [
      http(`
        [request_body]
        get_buffer_bytes 0 ${all}
        return 1
        [request_body end]
        set_buffer_bytes 0 3 5 REPLACED
        set_buffer_bytes 0 0 3 START-
        set_buffer_bytes 0 1000 0 -END
        get_buffer_bytes 0 ${all}
        return 0
      `),
    ],
    request: three,
  }),
  scenario('body-hold-response', 'The same for the response.', {
    filters: [
      http(`
        [response_headers]
        remove_header_map_value 2 content-length
        [response_body]
        return 1
        [response_body end]
        set_buffer_bytes 1 0 1000 replaced
        get_buffer_bytes 1 ${all}
        return 0
      `),
    ],
    request: {},
    upstream: { bodyChunks: ['one', 'two'] },
  }),
  scenario('body-hold-then-stream', 'Held at first, then chunk by chunk.', {
    filters: [
      http(
        `[request_body]\nget_buffer_bytes 0 ${all}\n[request_body #1]\nreturn 1\n[request_body #2]\nreturn 0\n[request_body #3]\nreturn 1\n[request_body end]\nreturn 0`,
      ),
    ],
    request: { ...post, bodyChunks: ['one', 'two', 'three', 'four'] },
  }),
  scenario('body-hold-until-trailers', 'Held until trailers end the stream.', {
    filters: [
      http(
        `[request_body]\nget_buffer_bytes 0 ${all}\nreturn 1\n[request_trailers]\nget_buffer_bytes 0 ${all}\nset_buffer_bytes 0 0 1000 changed\nget_buffer_bytes 0 ${all}`,
      ),
    ],
    request: { ...three, trailers: [['x', '1']] },
  }),
  scenario('body-hold-until-tick', 'Held at the end of the stream until a tick lets it go.', {
    filters: [
      http(`
        [request_body]
        set_tick_period_milliseconds 80
        return 1
        [tick]
        set_effective_context $stream
        get_buffer_bytes 0 ${all}
        set_buffer_bytes 0 0 3 1
        get_buffer_bytes 0 ${all}
        continue_stream 0
        get_buffer_bytes 0 ${all}
        set_tick_period_milliseconds 0
      `),
    ],
    request: { ...post, body: 'one' },
  }),
  scenario('body-watermark-until-tick', 'StopIterationAndWatermark until a tick.', {
    filters: [
      http(`
        [request_body #1]
        set_tick_period_milliseconds 80
        return 2
        [tick]
        set_effective_context $stream
        get_buffer_bytes 0 ${all}
        continue_stream 0
        set_tick_period_milliseconds 0
      `),
    ],
    request: { ...post, bodyChunks: ['one', 'two'], chunkDelayMs: 300 },
  }),
  scenario('body-two-filters-hold', 'Two filters hold; the second sees what the first has made of it.', {
    filters: [
      http('[request_body]\nreturn 1\n[request_body end]\nset_buffer_bytes 0 0 0 first-\nreturn 0', { name: 'one' }),
      http(
        `[request_body]\nget_buffer_bytes 0 ${all}\nreturn 1\n[request_body end]\nset_buffer_bytes 0 1000 0 -second\nget_buffer_bytes 0 ${all}\nreturn 0`,
        { name: 'two' },
      ),
    ],
    request: three,
  }),
  scenario('body-first-passes-second-holds', 'The first passes chunks on, the second holds.', {
    filters: [
      http('[request_body]\nset_buffer_bytes 0 1000 0 .', { name: 'one' }),
      http(`[request_body]\nget_buffer_bytes 0 ${all}\nreturn 1\n[request_body end]\nreturn 0`, { name: 'two' }),
    ],
    request: three,
  }),
  scenario('body-too-large-request', 'More than the connection may hold, held: 413.', {
    filters: [http('[request_body]\nreturn 1\n[response_headers]\nget_header_map_pairs 2')],
    request: {
      ...post,
      bodyChunks: [
        { repeat: 'a', times: 40000 },
        { repeat: 'b', times: 40000 },
      ],
    },
    connectionManager: { http2_protocol_options: { initial_stream_window_size: 65535 } },
  }),
  scenario('body-too-large-response', 'More than the connection may hold, held in the response: 500.', {
    filters: [http('[response_body]\nreturn 1')],
    request: {},
    upstream: {
      bodyChunks: [
        { repeat: 'a', times: 40000 },
        { repeat: 'b', times: 40000 },
      ],
    },
    connectionManager: { http2_protocol_options: { initial_stream_window_size: 65535 } },
  }),
  scenario('body-head', 'HEAD: the response has headers only.', {
    filters: [http('[response_headers]\nget_header_map_pairs 2\n[response_body]\nget_buffer_status 1')],
    request: { headers: [[':method', 'HEAD']] },
    upstream: { headers: [['content-length', '4']] },
  }),
  scenario('body-explicitly-empty', 'A request whose body is an empty last chunk.', {
    filters: [http('[request_body]\nget_buffer_status 0')],
    request: { ...post, bodyChunks: [''] },
  }),
  scenario('body-made-from-nothing', 'A body for a request that has none: not possible in the headers callback.', {
    filters: [http('[request_headers]\nset_buffer_bytes 0 0 0 made\nget_buffer_status 0')],
    request: post,
  }),
  scenario('body-wrong-content-length', 'A longer response under the old content-length.', {
    filters: [http('[response_body end]\nset_buffer_bytes 1 0 1000 much-longer-than-before')],
    request: {},
    upstream: { headers: [['content-length', '5']], body: 'short' },
  }),
];
