/** What the other files leave open: shutdown by proxy_done, traps in rarer callbacks, policies and calls on connections, closes in every callback. */
import { http, network, scenario } from './dsl.mjs';

const ok = {
  headers: [['content-type', 'application/grpc']],
  body: { base64: 'AAAAAAZhbnN3ZXI=' }, // one message: `answer`
  trailers: [['grpc-status', '0']],
};
/** The one thing in an answer that depends on how fast the machine is. */
const serviceTime = [{ pattern: 'x-envoy-upstream-service-time\\\\x00\\d', replace: 'x-envoy-upstream-service-time\\x00{ms}' }];
const talk = [{ client: 'one' }, { upstream: 'two' }, { closeClient: true }];
const reload = { failure_policy: 'FAIL_RELOAD', reload_config: { backoff: { base_interval: '0.2s' } } };

export const scenarios = [
  scenario('done-by-other', 'A root context that waits is ended by proxy_done of another one of its VM; a second one comes too late.', {
    filters: [
      http('[done #2]\nset_effective_context 2\ndone\ndone\nset_effective_context 1\ndone', { name: 'first', root: 'first', vmId: 'v' }),
      http('[done #2]\nreturn 0\n[delete]\nlog 2 deleted', { name: 'second', root: 'second', vmId: 'v' }),
    ],
    request: {},
  }),
  scenario('done-false-twice', 'Two plugins in one VM: the first waits for its proxy_done.', {
    filters: [
      http('[done #2]\nset_tick_period_milliseconds 30\nreturn 0\n[tick]\ndone', { name: 'first', root: 'first', vmId: 'v' }),
      http('[delete]\nlog 2 deleted', { name: 'second', root: 'second', vmId: 'v' }),
    ],
    request: {},
  }),
  ...['grpc_receive_initial_metadata', 'grpc_receive', 'grpc_receive_trailing_metadata', 'grpc_close'].map((callback) =>
    scenario(`trap-${callback.replaceAll('_', '-')}`, `A trap in ${callback}: the held stream and the next one.`, {
      filters: [http(`[request_headers #1]\ngrpc_call grpc pkg.Service Method "" message 1000\nreturn 1\n[${callback} #1]\ntrap`)],
      request: [{}, {}],
      clusters: { grpc: ok },
      normalise: serviceTime,
      timeoutMs: 800,
    }),
  ),
  scenario('trap-queue-ready', 'A trap in queue_ready: later streams fail.', {
    isolate: true,
    filters: [http('[request_headers]\nregister_shared_queue q\nenqueue_shared_queue 1 item\n[queue_ready]\ntrap')],
    steps: [{ request: {} }, { waitMs: 50 }, { request: {} }],
  }),
  scenario('trap-resolve-dns', 'A trap in the answer of a look-up.', {
    filters: [http('[request_headers #1]\nresolve_dns 127.0.0.1\nreturn 1\n[resolve_dns]\ntrap')],
    request: [{}, {}],
    timeoutMs: 800,
  }),
  scenario('trap-tcp-upstream-connection-close', 'A trap in upstream_connection_close, then another connection.', {
    networkFilters: [network('[upstream_connection_close #1]\ntrap')],
    connections: [{ conversation: [{ client: 'a' }, { closeUpstream: true }] }, { conversation: talk }],
  }),
  scenario('tcp-reload', 'FAIL_RELOAD on connections: closed during the backoff, then a new VM.', {
    networkFilters: [network('[downstream_data #1]\ntrap', reload)],
    connections: [{ conversation: talk }, { conversation: talk, thenWaitMs: 300 }, { conversation: talk }],
  }),
  scenario('tcp-trap-two-plugins-one-vm', 'A trap takes the other plugin of the VM with it, on connections too.', {
    networkFilters: [
      network('[downstream_data #2]\ntrap', { name: 'one', vmId: 'v' }),
      network('[upstream_data]\nlog 2 seen', { name: 'two', root: 'two', vmId: 'v' }),
    ],
    connections: [{ conversation: talk }, { conversation: talk }, { conversation: talk }],
  }),
  scenario('tcp-restricted', 'Capabilities on connections: callbacks and functions that are not granted.', {
    networkFilters: [
      network('[downstream_data]\nget_buffer_bytes 2 0 100\n[upstream_data]\nlog 2 never', {
        capability_restriction_config: {
          allowed_capabilities: Object.fromEntries(
            [
              'proxy_log',
              'proxy_get_buffer_bytes',
              'proxy_on_context_create',
              'proxy_on_vm_start',
              'proxy_on_configure',
              'proxy_on_downstream_data',
              'proxy_on_memory_allocate',
              'fd_write',
              'environ_get',
              'environ_sizes_get',
              'proc_exit',
              'clock_time_get',
              'random_get',
            ].map((name) => [name, {}]),
          ),
        },
      }),
    ],
    conversation: talk,
  }),
  ...['upstream_data', 'downstream_connection_close', 'upstream_connection_close', 'done', 'log'].map((callback) =>
    scenario(`tcp-close-in-${callback.replaceAll('_', '-')}`, `close_stream of both types in ${callback}.`, {
      networkFilters: [network(`[${callback}]\nclose_stream 2\nclose_stream 3\nlog 2 after`)],
      conversation: [{ client: 'one' }, { upstream: 'two' }, { closeUpstream: true }],
    }),
  ),
  scenario('tcp-close-from-tick', 'close_stream out of a timer.', {
    networkFilters: [
      network(
        '[new_connection]\nset_tick_period_milliseconds 50\n[tick]\nset_effective_context $stream\nclose_stream 2\nset_tick_period_milliseconds 0',
      ),
    ],
    conversation: [{ client: 'one' }, { waitMs: 150 }, { upstream: 'late' }],
  }),
  scenario('tcp-hold-upstream-end', 'Bytes of the upstream held over its end.', {
    networkFilters: [network('[upstream_data]\nget_buffer_bytes 3 0 100\nreturn 1')],
    conversation: [{ client: 'one' }, { upstream: 'two' }, { closeUpstream: 'half' }, { client: 'three' }, { closeClient: true }],
  }),
  scenario('tcp-hold-upstream-end-released', 'Bytes of the upstream go on with its end.', {
    networkFilters: [network('[upstream_data]\nget_buffer_bytes 3 0 100\nreturn 1\n[upstream_data end]\nreturn 0')],
    conversation: [{ client: 'one' }, { upstream: 'two' }, { closeUpstream: 'half' }, { closeClient: true }],
  }),
  scenario('tcp-hold-client-reset', 'Held bytes and a reset of the client.', {
    networkFilters: [network('[downstream_data]\nreturn 1')],
    conversation: [{ client: 'one' }, { closeClient: 'reset' }],
  }),
  scenario('tcp-hold-client-close', 'Held bytes and a full close of the client.', {
    networkFilters: [network('[downstream_data]\nget_buffer_bytes 2 0 100\nreturn 1')],
    conversation: [{ client: 'one' }, { closeClient: true }],
  }),
  scenario('tcp-continue-in-data', 'continue_stream out of the data callback that pauses: what was buffered before goes on.', {
    networkFilters: [network('[downstream_data #1]\nreturn 1\n[downstream_data #2]\ncontinue_stream 2\nreturn 1')],
    conversation: [{ client: 'one' }, { client: 'two' }, { client: 'three' }, { closeClient: true }],
  }),
  scenario('tcp-write-when-closed', 'Buffers in the callbacks of the end.', {
    networkFilters: [
      network(
        ['downstream_connection_close', 'upstream_connection_close', 'done', 'log', 'delete']
          .map(
            (callback) =>
              `[${callback}]\nget_buffer_bytes 2 0 10\nset_buffer_bytes 2 0 0 late\nset_buffer_bytes 3 0 0 late\ncontinue_stream 2`,
          )
          .join('\n'),
      ),
    ],
    conversation: [{ client: 'one' }, { upstream: 'two' }, { closeClient: true }],
  }),
  scenario('tcp-grpc-call', 'A gRPC call out of a connection.', {
    networkFilters: [
      network(
        '[new_connection]\ngrpc_call grpc pkg.Service Method "" message 1000\nreturn 1\n[grpc_receive]\nget_buffer_bytes 5 0 100\n[grpc_close]\nget_status\nset_effective_context $stream\ncontinue_stream 2',
      ),
    ],
    clusters: { grpc: { ...ok, http: true } },
    conversation: [{ client: 'early' }, { upstream: 'answer' }, { closeClient: true }],
  }),
  scenario('tcp-http-call-gone', 'The answer of a call comes after the connection has gone.', {
    networkFilters: [
      network(
        '[downstream_data]\nhttp_call auth :method:GET|:path:/x|:authority:a "" "" 1000\n[http_call_response]\nget_header_map_value 6 :status\nset_effective_context $stream\ncontinue_stream 2',
      ),
    ],
    clusters: { auth: { http: true, status: 200, delayMs: 150 } },
    conversation: [{ client: 'one' }, { closeClient: true }, { waitMs: 300 }],
  }),
  scenario('tcp-metrics-and-data', 'Metrics, shared data and queues out of connections.', {
    isolate: true,
    stats: ['wasmcustom.'],
    networkFilters: [
      network(
        '[configure]\nlet c = define_metric 0 tcp_connections\n[new_connection]\nincrement_metric $c 1\nget_metric $c\nget_shared_data k\nset_shared_data k v 0\nregister_shared_queue q\nenqueue_shared_queue 1 item\n[queue_ready]\ndequeue_shared_queue $arg1',
      ),
    ],
    connections: [{ conversation: talk }, { conversation: talk }],
  }),
];
