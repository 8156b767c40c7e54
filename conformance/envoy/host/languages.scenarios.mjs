/** The probes in Go, C++ and AssemblyScript: other start functions, allocators, runtimes and ABI versions asking the same things. */
import { http, network, scenario } from './dsl.mjs';

const guests = { go: 'go/probe', cpp: 'cpp/probe', as: 'as/probe' };
const post = { headers: { ':method': 'POST', 'x-a': '1' }, body: 'question' };
const answer = { status: 200, headers: { 'content-type': 'text/plain' }, body: 'answer' };

/** Asked of each probe, except where `only` names them. */
const questions = [
  [
    'headers',
    'Header maps of both directions, names that are not there, and a wrong map.',
    (guest) => ({
      filters: [
        http(
          `[request_headers]
          get_header_map_value 0 :path
          get_header_map_value 0 x-missing
          add_header_map_value 0 x-a 2
          get_header_map_value 0 x-a
          replace_header_map_value 0 x-b new
          remove_header_map_value 0 x-a
          get_header_map_value 2 :status
          get_header_map_value 9 :path
          [response_headers]
          get_header_map_value 2 :status
          add_header_map_value 2 x-seen yes
          get_header_map_value 0 :path`,
          { guest },
        ),
      ],
      request: post,
    }),
  ],
  [
    'pairs',
    'Whole header maps.',
    (guest) => ({
      filters: [http('[request_headers]\nget_header_map_pairs 0\nget_header_map_pairs 2\nget_header_map_pairs 7', { guest })],
      request: post,
    }),
    ['go', 'cpp'],
  ],
  [
    'bodies',
    'Bodies read, held and replaced.',
    (guest) => ({
      filters: [
        http(
          `[request_body #1]
          get_buffer_bytes 0 0 100
          return 1
          [request_body #2]
          get_buffer_bytes 0 0 100
          set_buffer_bytes 0 0 100 changed
          [response_body]
          get_buffer_bytes 1 0 3
          set_buffer_bytes 1 0 3 NEW
          get_buffer_bytes 0 0 100
          get_buffer_bytes 9 0 1
          get_buffer_bytes 1 100 1`,
          { guest },
        ),
      ],
      request: { headers: { ':method': 'POST' }, bodyChunks: ['one', 'two'] },
      upstream: answer,
    }),
  ],
  [
    'properties',
    'Properties that are there and that are not.',
    (guest) => ({
      filters: [
        http(
          '[request_headers]\nget_property request\\0path\nget_property plugin_root_id\nget_property node\\0id\nget_property nothing\\0here\nget_property ""',
          { guest },
        ),
      ],
      request: {},
    }),
  ],
  [
    'reply',
    'A local reply out of the request headers.',
    (guest) => ({
      filters: [
        http('[request_headers]\nsend_local_response 403 refused body ""\nreturn 1\n[response_headers]\nget_header_map_value 2 :status', {
          guest,
        }),
      ],
      request: {},
    }),
  ],
  [
    'shared-data',
    'Shared data with compare and swap.',
    (guest) => ({
      isolate: true,
      filters: [
        http(
          `[request_headers]
          get_shared_data key
          set_shared_data key one 0
          let cas = get_shared_data key
          set_shared_data key two 77
          set_shared_data key two $cas
          get_shared_data key
          set_shared_data "" empty 0`,
          { guest },
        ),
      ],
      request: [{}, {}],
    }),
  ],
  [
    'metrics',
    'A counter, a gauge and a histogram, and what may not be done to them.',
    (guest) => ({
      stats: ['wasmcustom.'],
      filters: [
        http(
          `[configure]
          let count = define_metric 0 lang_count
          let level = define_metric 1 lang_level
          let sizes = define_metric 2 lang_sizes
          define_metric 7 lang_wrong
          [request_headers]
          increment_metric $count 2
          record_metric $level 9
          increment_metric $level 1
          record_metric $sizes 5
          get_metric $count
          get_metric $level
          get_metric $sizes
          get_metric 99`,
          { guest },
        ),
      ],
      request: [{}, {}],
    }),
  ],
  [
    'tick',
    'A timer of the root context that continues a paused request.',
    (guest) => ({
      filters: [
        http(
          '[request_headers]\nset_tick_period_milliseconds 30\nreturn 1\n[tick]\nset_tick_period_milliseconds 0\nset_effective_context $stream\nset_effective_context 99\ncontinue_stream 0',
          { guest },
        ),
      ],
      request: {},
    }),
  ],
  [
    'trap',
    'A trap of the language: the stream gets 503, later ones too.',
    (guest) => ({ filters: [http('[request_headers #1]\ntrap', { guest })], request: [{}, {}] }),
  ],
  [
    'lifecycle',
    'All callbacks of a stream, with on_done held back.',
    (guest) => ({
      filters: [http('[done]\nlog 2 done\nreturn 0\n[log]\ndone\n[delete]\nlog 2 deleted', { guest })],
      request: post,
      upstream: answer,
    }),
  ],
  [
    'two-plugins',
    'Two plugins in one VM keep their scripts apart.',
    (guest) => ({
      filters: [
        http('[request_headers]\nlog 2 first', { guest, name: 'first', vmId: 'shared' }),
        http('[request_headers]\nlog 2 second', { guest, name: 'second', root: 'other', vmId: 'shared' }),
      ],
      request: {},
    }),
  ],
  [
    'tcp',
    'Bytes of a connection held, changed, and the end.',
    (guest) => ({
      networkFilters: [
        network(
          `[new_connection]
          log 2 new
          [downstream_data #1]
          return 1
          [downstream_data #2]
          get_buffer_bytes 2 0 100
          set_buffer_bytes 2 0 100 both
          [upstream_data]
          get_buffer_bytes 3 0 100
          set_buffer_bytes 3 100 0 -more
          [done]
          log 2 done`,
          { guest },
        ),
      ],
      conversation: [{ client: 'one ' }, { client: 'two' }, { upstream: 'answer' }, { closeClient: true }],
    }),
  ],
  [
    'tcp-close',
    'A connection closed by the plugin.',
    (guest) => ({
      networkFilters: [network('[downstream_data]\nclose_stream 2\nreturn 1', { guest })],
      conversation: [{ client: 'one' }, { upstream: 'late' }],
    }),
  ],
  [
    'http-call',
    'A call that lets the request go on.',
    (guest) => ({
      filters: [
        http(
          `[request_headers]
          http_call auth :method:GET|:path:/check|:authority:auth "" "" 1000
          http_call nowhere :method:GET|:path:/check|:authority:auth "" "" 1000
          http_call auth :method:GET "" "" 1000
          return 1
          [http_call_response]
          get_header_map_value 6 :status
          get_buffer_bytes 4 0 100
          set_effective_context $stream
          continue_stream 0`,
          { guest },
        ),
      ],
      clusters: { auth: { status: 200, body: 'yes' } },
      request: {},
    }),
    ['go', 'cpp'],
  ],
  [
    'queue',
    'A queue between two streams.',
    (guest) => ({
      isolate: true,
      filters: [
        http(
          `[request_headers]
          let token = register_shared_queue jobs
          enqueue_shared_queue $token job
          enqueue_shared_queue 99 job
          [queue_ready]
          dequeue_shared_queue $token
          dequeue_shared_queue $token`,
          { guest },
        ),
      ],
      request: [{}, {}],
    }),
    ['go', 'cpp'],
  ],
  [
    'print',
    'Standard output.',
    (guest) => ({ filters: [http('[request_headers]\nprint some\\stext', { guest })], request: {} }),
    ['go', 'cpp'],
  ],
  [
    'exit',
    'proc_exit out of a callback.',
    (guest) => ({ filters: [http('[request_headers #1]\nexit 3', { guest })], request: [{}, {}] }),
    ['go', 'cpp'],
  ],
  [
    'foreign',
    'A foreign function that is not there, and one that is.',
    (guest) => ({
      filters: [http('[request_headers]\ncall_foreign_function nothing x\ncall_foreign_function clear_route_cache ""', { guest })],
      request: {},
    }),
    ['go'],
  ],
  [
    'grow',
    'Memory grown by the language runtime between host calls.',
    (guest) => ({
      filters: [http('[request_headers]\ngrow 20000000\nget_header_map_value 0 :path\ngrow 20000000\nget_header_map_pairs 0', { guest })],
      request: [{}, {}],
    }),
    ['go'],
  ],
  ['abort', 'abort() of the C library.', (guest) => ({ filters: [http('[request_headers]\nabort', { guest })], request: {} }), ['cpp']],
  [
    'assert',
    'A failed assertion: told, then a trap.',
    (guest) => ({ filters: [http('[request_headers]\nassert', { guest })], request: {} }),
    ['as'],
  ],
  [
    'log-level',
    'proxy_get_log_level.',
    (guest) => ({ filters: [http('[request_headers]\nget_log_level', { guest })], request: {} }),
    ['as'],
  ],
];

export const scenarios = Object.entries(guests).flatMap(([language, guest]) =>
  questions
    .filter(([, , , only]) => only === undefined || only.includes(language))
    .map(([name, description, input]) => scenario(`${language}-${name}`, description, input(guest))),
);
