/** Network filters: callbacks, buffers, pausing and closing of connections. */
import { network, scenario } from './dsl.mjs';

const talk = [{ client: 'question' }, { upstream: 'answer' }, { client: 'more' }, { closeClient: true }];
const readAll = '0 100';
const callbacks = [
  'new_connection',
  'downstream_data',
  'upstream_data',
  'downstream_connection_close',
  'upstream_connection_close',
  'done',
  'log',
  'delete',
];

export const scenarios = [
  scenario('tcp-callbacks', 'Every callback and what its buffers hold.', {
    networkFilters: [
      network(
        callbacks
          .map(
            (callback) =>
              `[${callback}]\nlog 2 --${callback}\nget_buffer_status 2\nget_buffer_bytes 2 ${readAll}\nget_buffer_status 3\nget_buffer_bytes 3 ${readAll}\nget_buffer_status 0`,
          )
          .join('\n'),
      ),
    ],
    conversation: talk,
  }),
  scenario('tcp-closed-by-upstream', 'The upstream ends first.', {
    networkFilters: [network('[upstream_data]\nget_buffer_bytes 3 0 10')],
    conversation: [{ client: 'a' }, { upstream: 'b' }, { closeUpstream: true }],
  }),
  scenario('tcp-half-closed-by-client', 'The client closes its direction only.', {
    networkFilters: [network('[downstream_data]\nget_buffer_bytes 2 0 10')],
    conversation: [{ client: 'a' }, { closeClient: 'half' }, { upstream: 'late' }, { closeUpstream: true }],
  }),
  scenario('tcp-half-closed-by-upstream', 'The upstream closes its direction only.', {
    networkFilters: [network('[upstream_data]\nget_buffer_bytes 3 0 10')],
    conversation: [{ client: 'a' }, { closeUpstream: 'half' }, { client: 'late' }, { closeClient: true }],
  }),
  scenario('tcp-reset-by-client', 'The client resets.', {
    networkFilters: [network('')],
    conversation: [{ client: 'a' }, { closeClient: 'reset' }],
  }),
  scenario('tcp-reset-by-upstream', 'The upstream resets.', {
    networkFilters: [network('')],
    conversation: [{ client: 'a' }, { closeUpstream: 'reset' }],
  }),
  scenario('tcp-refused', 'The upstream refuses.', {
    networkFilters: [network('')],
    conversation: [{ client: 'a' }],
    upstream: { unreachable: true },
  }),
  ...[
    ['prepend', '0 0 NEW-'],
    ['replace-all', '0 1000 NEW'],
    ['replace-front', '0 3 NEW'],
    ['remove-front', '0 3 ""'],
    ['remove-all', '0 1000 ""'],
    ['append', '1000 0 -NEW'],
    ['middle', '3 2 NEW'],
    ['other-direction', '0 1000 NEW'],
  ].map(([name, args]) =>
    scenario(`tcp-write-${name}`, `set_buffer_bytes ${args} in both directions.`, {
      networkFilters: [
        network(
          name === 'other-direction'
            ? `[downstream_data]\nset_buffer_bytes 3 ${args}\nset_buffer_bytes 0 ${args}\n[upstream_data]\nset_buffer_bytes 2 ${args}`
            : `[downstream_data]\nset_buffer_bytes 2 ${args}\nget_buffer_bytes 2 ${readAll}\n[upstream_data]\nset_buffer_bytes 3 ${args}\nget_buffer_bytes 3 ${readAll}`,
        ),
      ],
      conversation: talk,
    }),
  ),
  ...[1, 2, 0xffffffff].map((result) =>
    scenario(`tcp-hold-${result}`, `Data callbacks give ${result}: bytes are held until the second piece.`, {
      networkFilters: [
        network(
          `[downstream_data]\nget_buffer_bytes 2 ${readAll}\n[downstream_data #1]\nreturn ${result}\n[upstream_data]\nget_buffer_bytes 3 ${readAll}\n[upstream_data #1]\nreturn ${result}`,
        ),
      ],
      conversation: [{ client: 'one' }, { client: 'two' }, { upstream: 'three' }, { upstream: 'four' }, { closeClient: true }],
    }),
  ),
  scenario('tcp-hold-end', 'Held bytes come again with the end of the stream.', {
    networkFilters: [network(`[downstream_data]\nget_buffer_bytes 2 ${readAll}\nreturn 1\n[downstream_data end]\nreturn 0`)],
    conversation: [{ client: 'one' }, { client: 'two' }, { closeClient: 'half' }, { upstream: 'answer' }, { closeUpstream: true }],
  }),
  scenario('tcp-continue', 'continue_stream(Downstream) out of a tick passes on what is held.', {
    networkFilters: [
      network(
        '[downstream_data #1]\nset_tick_period_milliseconds 100\nreturn 1\n[tick]\nset_effective_context $stream\nget_buffer_bytes 2 0 100\ncontinue_stream 2\ncontinue_stream 3\ncontinue_stream 0\ncontinue_stream 1\nset_tick_period_milliseconds 0',
      ),
    ],
    conversation: [{ client: 'one' }, { waitMs: 250 }, { client: 'two' }, { closeClient: true }],
  }),
  scenario('tcp-new-connection-paused', 'A pause in on_new_connection until a tick.', {
    networkFilters: [
      network(
        '[new_connection]\nset_tick_period_milliseconds 150\nreturn 1\n[tick]\nset_effective_context $stream\ncontinue_stream 2\nset_tick_period_milliseconds 0',
        { name: 'first', vmId: 'a' },
      ),
      network('[new_connection]\nlog 2 second', { name: 'second', vmId: 'b' }),
    ],
    conversation: [{ client: 'early' }, { waitMs: 300 }, { upstream: 'answer' }, { closeClient: true }],
  }),
  ...[2, 3].map((type) =>
    scenario(`tcp-close-${type}`, `close_stream ${type} out of a data callback.`, {
      networkFilters: [network(`[downstream_data #2]\nclose_stream ${type}\nlog 2 after`)],
      conversation: [{ client: 'one' }, { client: 'two' }, { client: 'three' }],
    }),
  ),
  scenario('tcp-close-http-types', 'close_stream of HTTP types does nothing.', {
    networkFilters: [
      network(
        '[downstream_data]\nclose_stream 0\nclose_stream 1\nclose_stream 4\nsend_local_response 403 "" "" ""\nget_header_map_value 0 :path\nadd_header_map_value 0 a b\nget_header_map_pairs 2',
      ),
    ],
    conversation: talk,
  }),
  scenario('tcp-close-in-new-connection', 'Closed at once.', {
    networkFilters: [network('[new_connection]\nclose_stream 2\nreturn 1')],
    conversation: [{ client: 'one' }],
  }),
  scenario('tcp-close-with-data', 'Bytes written just before the close are lost or not.', {
    networkFilters: [network('[upstream_data]\nclose_stream 2')],
    conversation: [{ client: 'one' }, { upstream: 'answer' }],
  }),
  scenario('tcp-two-filters', 'Two filters: order in both directions.', {
    networkFilters: [
      network('[downstream_data]\nset_buffer_bytes 2 1000 0 1\n[upstream_data]\nset_buffer_bytes 3 1000 0 1', { name: 'one', vmId: 'a' }),
      network('[downstream_data]\nset_buffer_bytes 2 1000 0 2\n[upstream_data]\nset_buffer_bytes 3 1000 0 2', { name: 'two', vmId: 'b' }),
    ],
    conversation: talk,
  }),
  scenario('tcp-two-connections', 'Two connections, one after the other: context ids.', {
    networkFilters: [network('[new_connection]\nlog 2 new')],
    connections: [{ conversation: [{ client: 'a' }], keepOpen: true }, { conversation: [{ client: 'b' }] }],
  }),
  scenario('tcp-http-call', 'A call out of a connection.', {
    networkFilters: [
      network(
        '[new_connection]\nhttp_call auth :method:GET|:path:/x|:authority:a "" "" 1000\nreturn 1\n[http_call_response]\nget_header_map_value 6 :status\nset_effective_context $stream\ncontinue_stream 2',
      ),
    ],
    clusters: { auth: { http: true, status: 200 } },
    conversation: [{ client: 'early' }, { upstream: 'answer' }, { closeClient: true }],
  }),
  scenario('tcp-done-false', 'on_done of a connection says false.', {
    networkFilters: [network('[done]\nreturn 0\n[delete]\nlog 2 deleted')],
    conversation: talk,
  }),
];
