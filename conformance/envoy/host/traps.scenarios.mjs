/** Traps in every callback, and what the failure policies make of them. */
import { http, network, scenario } from './dsl.mjs';

const callbacks = [
  'stream_create',
  'request_headers',
  'request_body',
  'request_trailers',
  'response_headers',
  'response_body',
  'response_trailers',
  'log',
  'done',
  'delete',
];
const exchange = {
  request: [
    { headers: [[':method', 'POST']], body: 'b', trailers: [['x', '1']] },
    { headers: [[':method', 'POST']], body: 'b', trailers: [['x', '1']] },
  ],
  upstream: { body: 'response', trailers: [['y', '1']] },
  timeoutMs: 1000,
};
/** @type {readonly (readonly [string, Record<string, unknown>])[]} */
const policies = [
  ['closed', {}],
  ['open', { failure_policy: 'FAIL_OPEN' }],
  ['old-open', { fail_open: true }],
];

export const scenarios = [
  ...callbacks.flatMap((callback) =>
    policies.map(([name, policy]) =>
      scenario(`trap-${callback.replaceAll('_', '-')}-${name}`, `A trap in ${callback}, then another request; policy ${name}.`, {
        filters: [http(`[${callback} #1]\ntrap`, policy)],
        ...exchange,
      }),
    ),
  ),
  scenario('trap-two-plugins-one-vm', 'A trap takes the other plugin of the VM with it.', {
    filters: [
      http('[request_headers]\nlog 2 one', { name: 'one', root: 'r1', vmId: 'v' }),
      http('[request_headers #1]\ntrap', { name: 'two', root: 'r2', vmId: 'v' }),
    ],
    request: [{}, {}],
  }),
  scenario('trap-two-plugins-two-vms', 'Another VM is not touched.', {
    filters: [
      http('[request_headers]\nlog 2 one\n[response_headers]\nlog 2 one-response', { name: 'one', vmId: 'v' }),
      http('[request_headers #1]\ntrap', { name: 'two', vmId: 'w' }),
    ],
    request: [{}, {}],
  }),
  scenario('trap-with-another-stream-held', 'A stream that is held when another one traps.', {
    filters: [http('[request_headers #1]\nreturn 1\n[request_headers #2]\ntrap')],
    steps: [{ request: [{ timeoutMs: 500 }, { headers: [[':path', '/second']], timeoutMs: 500 }] }],
  }),
  scenario('trap-in-local-reply', 'A trap in the response callback of its own reply.', {
    filters: [http('[request_headers]\nsend_local_response 418 "" body ""\n[response_headers]\ntrap')],
    request: [{}, {}],
  }),
  scenario('trap-grpc-request', 'A trap while a gRPC request is handled.', {
    filters: [http('[request_headers]\ntrap')],
    request: {
      headers: [
        [':method', 'POST'],
        ['content-type', 'application/grpc'],
        ['te', 'trailers'],
      ],
      body: 'x',
    },
  }),
  scenario('trap-rust-panic', 'A panic of Rust: its text, then the trap.', { filters: [http('[request_headers]\npanic')], request: {} }),
  scenario('trap-exit', 'proc_exit returns to the guest, which runs into unreachable.', {
    filters: [http('[request_headers]\nexit 3')],
    request: {},
  }),
  scenario('trap-recursion', 'Endless recursion in Rust.', { filters: [http('[request_headers]\nrecurse')], request: [{}, {}] }),
  scenario('trap-first-filter-of-three', 'The 503 of the first filter passes the encoders of all that saw the request.', {
    filters: [
      http('[response_headers]\nget_header_map_pairs 2', { name: 'one', vmId: 'a' }),
      http('[request_headers]\ntrap', { name: 'two', vmId: 'b' }),
      http('[response_headers]\nlog 2 never', { name: 'three', vmId: 'c' }),
    ],
    request: {},
  }),
  scenario('reload', 'FAIL_RELOAD: a new VM after the backoff; counters.', {
    isolate: true,
    stats: ['wasm.probe.'],
    filters: [
      http('[configure]\nlog 2 configured\n[request_headers #2]\ntrap\n[request_headers]\nlog 2 request', {
        failure_policy: 'FAIL_RELOAD',
        reload_config: { backoff: { base_interval: '0.2s' } },
      }),
    ],
    steps: [{ waitMs: 400 }, { request: {} }, { request: {} }, { request: {} }, { request: {} }, { request: {} }],
  }),
  scenario('reload-backoff', 'FAIL_RELOAD: within the backoff streams fail.', {
    isolate: true,
    stats: ['wasm.probe.'],
    filters: [http('[request_headers]\ntrap', { failure_policy: 'FAIL_RELOAD', reload_config: { backoff: { base_interval: '5s' } } })],
    steps: [{ request: {} }, { request: {} }, { request: {} }],
  }),
  scenario('reload-default-backoff', 'FAIL_RELOAD without a backoff: one second.', {
    isolate: true,
    stats: ['wasm.probe.'],
    filters: [http('[request_headers #1]\ntrap\n[request_headers]\nlog 2 request', { failure_policy: 'FAIL_RELOAD' })],
    steps: [{ request: {} }, { request: {} }, { waitMs: 1800 }, { request: {} }, { request: {} }],
  }),
  scenario('reload-fails', 'FAIL_RELOAD: the new VM does not start.', {
    isolate: true,
    stats: ['wasm.probe.'],
    filters: [
      http('[configure]\nreturn_if_shared broken 0\n[request_headers]\nset_shared_data broken yes 0\ntrap', {
        failure_policy: 'FAIL_RELOAD',
        reload_config: { backoff: { base_interval: '0.1s' } },
      }),
    ],
    steps: [{ waitMs: 300 }, { request: {} }, { waitMs: 300 }, { request: {} }, { waitMs: 300 }, { request: {} }],
  }),
  scenario('reload-two-plugins-one-vm', 'FAIL_RELOAD with two plugins of one VM: one new VM for both.', {
    isolate: true,
    stats: ['wasm.'],
    filters: [
      http('[request_headers]\nlog 2 one', {
        name: 'one',
        root: 'r1',
        vmId: 'v',
        failure_policy: 'FAIL_RELOAD',
        reload_config: { backoff: { base_interval: '0.1s' } },
      }),
      http('[request_headers #1]\ntrap\n[request_headers]\nlog 2 two', {
        name: 'two',
        root: 'r2',
        vmId: 'v',
        failure_policy: 'FAIL_RELOAD',
        reload_config: { backoff: { base_interval: '0.1s' } },
      }),
    ],
    steps: [{ waitMs: 300 }, { request: {} }, { waitMs: 300 }, { request: {} }, { request: {} }],
  }),
  ...['new_connection', 'downstream_data', 'upstream_data', 'downstream_connection_close', 'log', 'done'].flatMap((callback) =>
    policies.slice(0, 2).map(([name, policy]) =>
      scenario(
        `trap-tcp-${callback.replaceAll('_', '-')}-${name}`,
        `A trap in ${callback} of a connection, then another connection; policy ${name}.`,
        {
          networkFilters: [network(`[${callback} #1]\ntrap`, policy)],
          connections: [
            { conversation: [{ client: 'one' }, { upstream: 'two' }, { closeClient: true }] },
            { conversation: [{ client: 'one' }, { upstream: 'two' }, { closeClient: true }] },
          ],
        },
      ),
    ),
  ),
];
