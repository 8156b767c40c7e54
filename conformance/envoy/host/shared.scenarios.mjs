/** Shared data, shared queues, metrics, timers, contexts. */
import { http, scenario } from './dsl.mjs';

const isolate = true;

export const scenarios = [
  scenario('shared-data', 'Set, get, compare and swap; empty keys and values; bad places.', {
    isolate,
    filters: [
      http(
        `
        [request_headers]
        get_shared_data none
        set_shared_data k one 0
        get_shared_data k
        set_shared_data k two 99
        get_shared_data k
        set_shared_data k two 1
        get_shared_data k
        set_shared_data k three 1
        set_shared_data k three 0
        get_shared_data k
        set_shared_data other x 77
        get_shared_data other
        set_shared_data empty "" 0
        get_shared_data empty
        set_shared_data "" value 0
        get_shared_data ""
        set_shared_data @0xfffffff0,100 v 0
        set_shared_data k @0xfffffff0,100 0
        get_shared_data @0xfffffff0,100
        get_shared_data k @0xffffffff
        get_shared_data k @0 @0xffffffff
        get_shared_data k @0 @4 @0xffffffff
        get_shared_data k
        `,
        { vmId: 'v' },
      ),
    ],
    request: {},
  }),
  scenario('shared-data-scopes', 'Data of one vm_id is one, whatever the module; another vm_id sees nothing.', {
    isolate,
    filters: [
      http('[request_headers]\nset_shared_data k v 0', { name: 'one', vmId: 'a' }),
      http('[request_headers]\nget_shared_data k', { name: 'two', vmId: 'a', guest: 'rust/probe-0.2.0' }),
      http('[request_headers]\nget_shared_data k', { name: 'three', vmId: 'b' }),
    ],
    request: [{}, {}],
  }),
  scenario('shared-data-survives-trap', 'Shared data outlives a VM that traps and is started again.', {
    isolate,
    filters: [
      http('[request_headers #1]\nset_shared_data k kept 0\ntrap\n[request_headers]\nget_shared_data k', {
        vmId: 'v',
        failure_policy: 'FAIL_RELOAD',
        reload_config: { backoff: { base_interval: '0.1s' } },
      }),
    ],
    steps: [{ waitMs: 300 }, { request: {} }, { waitMs: 300 }, { request: {} }],
  }),
  scenario('queue', 'Register, resolve, enqueue, dequeue; unknown tokens; bad places.', {
    isolate,
    filters: [
      http(
        `
        [request_headers]
        register_shared_queue q
        register_shared_queue q
        register_shared_queue r
        resolve_shared_queue "" q
        resolve_shared_queue v r
        resolve_shared_queue w q
        resolve_shared_queue "" none
        dequeue_shared_queue 1
        dequeue_shared_queue 77
        enqueue_shared_queue 77 x
        register_shared_queue @0xfffffff0,100
        register_shared_queue q @0xffffffff
        resolve_shared_queue @0xfffffff0,100 q
        resolve_shared_queue v @0xfffffff0,100
        resolve_shared_queue v q @0xffffffff
        enqueue_shared_queue 1 @0xfffffff0,100
        `,
        { vmId: 'v' },
      ),
    ],
    request: {},
  }),
  scenario('queue-ready', 'Each item is announced to the root context that registered last; first in, first out.', {
    isolate,
    filters: [
      http(
        `
        [request_headers]
        register_shared_queue q
        enqueue_shared_queue 1 one
        enqueue_shared_queue 1 ""
        enqueue_shared_queue 1 three
        [queue_ready]
        dequeue_shared_queue $arg1
        dequeue_shared_queue $arg1 @0xffffffff
        `,
        { vmId: 'v' },
      ),
    ],
    request: {},
  }),
  scenario('queue-between-vms', 'One VM puts, another takes.', {
    isolate,
    filters: [
      http('[request_headers #1]\nregister_shared_queue q\n[queue_ready]\ndequeue_shared_queue $arg1', { name: 'taker', vmId: 'a' }),
      http('[request_headers #2]\nlet t = resolve_shared_queue a q\nenqueue_shared_queue $t item', { name: 'putter', vmId: 'b' }),
    ],
    request: [{}, {}],
  }),
  scenario('queue-many', 'Many items: as many announcements, none lost.', {
    isolate,
    filters: [
      http('[request_headers]\nregister_shared_queue q\nrep 20 ~enqueue_shared_queue 1 item\n[queue_ready]\ndequeue_shared_queue 1', {
        vmId: 'v',
      }),
    ],
    request: {},
  }),
  scenario('metrics', 'Each type, each operation, each status.', {
    isolate,
    stats: ['wasmcustom.'],
    filters: [
      http(`
        [request_headers]
        define_metric 0 m.counter
        define_metric 0 m.counter
        define_metric 1 m.gauge
        define_metric 2 m.histogram
        define_metric 3 m.unknown
        define_metric 0 m\\sblank
        increment_metric 4 5
        increment_metric 4 0
        increment_metric 4 -1
        increment_metric 8 2
        increment_metric 5 7
        increment_metric 5 -3
        increment_metric 5 0
        increment_metric 6 1
        increment_metric 7 1
        increment_metric 400 1
        increment_metric 401 1
        record_metric 4 10
        record_metric 5 100
        record_metric 6 3
        record_metric 7 3
        record_metric 400 3
        get_metric 4
        get_metric 8
        get_metric 5
        get_metric 6
        get_metric 7
        get_metric 400
        get_metric 401
        define_metric 0 @0xfffffff0,100
        define_metric 9 @0xfffffff0,100
        define_metric 0 m.bad @0xfffffff0
        get_metric 4 @0xfffffff0
        get_metric 400 @0xfffffff0
        increment_metric 5 -1000
        get_metric 5
        record_metric 5 0
      `),
    ],
    request: {},
  }),
  scenario('metrics-at-start', 'What is counted while the plugin starts is counted by every start.', {
    isolate,
    stats: ['wasmcustom.'],
    filters: [
      http(
        '[vm_start]\ndefine_metric 0 started\n~increment_metric 4 1\n[configure]\ndefine_metric 0 configured\n~increment_metric 8 1\ndefine_metric 1 level\n~increment_metric 5 1',
      ),
    ],
    request: {},
  }),
  scenario('metrics-two-plugins', 'Two VMs define the same metric: one value.', {
    isolate,
    stats: ['wasmcustom.'],
    filters: [
      http('[request_headers]\ndefine_metric 0 same\nincrement_metric 4 1\nget_metric 4', { name: 'one', vmId: 'a' }),
      http('[request_headers]\ndefine_metric 0 same\nincrement_metric 4 10\nget_metric 4', { name: 'two', vmId: 'b' }),
    ],
    request: [{}, {}],
  }),
  scenario('timer-once', 'A tick that stops its timer.', {
    filters: [http('[request_headers]\nset_tick_period_milliseconds 50\n[tick]\nlog 2 tick\nset_tick_period_milliseconds 0')],
    steps: [{ request: {} }, { waitMs: 300 }],
  }),
  scenario('timer-three', 'Three ticks, then none.', {
    filters: [http('[request_headers]\nset_tick_period_milliseconds 50\n[tick #3]\nset_tick_period_milliseconds 0')],
    steps: [{ request: {} }, { waitMs: 400 }],
  }),
  scenario('timer-changed', 'The period changed inside on_tick.', {
    filters: [
      http(
        '[request_headers]\nset_tick_period_milliseconds 40\n[tick #1]\nset_tick_period_milliseconds 100\n[tick #2]\nset_tick_period_milliseconds 0',
      ),
    ],
    steps: [{ request: {} }, { waitMs: 400 }],
  }),
  scenario('timer-stopped-before', 'A timer stopped before it fires.', {
    filters: [
      http('[request_headers]\nset_tick_period_milliseconds 100\n[response_headers]\nset_tick_period_milliseconds 0\n[tick]\nlog 2 never'),
    ],
    steps: [{ request: {} }, { waitMs: 250 }],
  }),
  scenario('timer-two-roots', 'Each root context has a timer of its own.', {
    filters: [
      http('[request_headers]\nset_tick_period_milliseconds 60\n[tick]\nlog 2 one\nset_tick_period_milliseconds 0', {
        name: 'one',
        root: 'r1',
        vmId: 'v',
      }),
      http('[request_headers]\nset_tick_period_milliseconds 120\n[tick]\nlog 2 two\nset_tick_period_milliseconds 0', {
        name: 'two',
        root: 'r2',
        vmId: 'v',
      }),
    ],
    steps: [{ request: {} }, { waitMs: 300 }],
  }),
  scenario('timer-trap', 'A trap in on_tick: no more ticks, streams fail.', {
    filters: [http('[request_headers]\nset_tick_period_milliseconds 50\n[tick]\ntrap')],
    steps: [{ request: {} }, { waitMs: 250 }, { request: {} }],
  }),
  scenario('context-effective', 'Effective contexts: of streams, of the root, unknown ones; only until the callback ends.', {
    filters: [
      http(`
        [request_headers]
        set_effective_context $root
        get_header_map_value 0 :path
        log 2 as\\sroot
        set_effective_context $ctx
        get_header_map_value 0 :path
        set_effective_context 0
        get_header_map_value 0 :path
        set_effective_context 999
        get_header_map_value 0 :path
        set_effective_context $root
        [response_headers]
        get_header_map_value 2 :status
        log 2 as\\sstream
      `),
    ],
    request: {},
  }),
  scenario('context-effective-of-other-stream', 'One stream acts in the name of another.', {
    filters: [
      http(`
        [request_headers #1]
        let first = get_log_level
        return 1
        [request_headers #2]
        set_effective_context 2
        get_header_map_value 0 x-n
        add_header_map_value 0 x-by other
        continue_stream 0
        get_header_map_value 0 x-n
        set_effective_context $ctx
        get_header_map_value 0 x-n
      `),
    ],
    steps: [
      {
        request: [
          { headers: [['x-n', '1']] },
          {
            headers: [
              ['x-n', '2'],
              [':path', '/second'],
            ],
          },
        ],
      },
    ],
    upstream: { body: 'x' },
  }),
  scenario('context-effective-gone', 'The effective context of a stream that is over.', {
    filters: [http('[request_headers #2]\nset_effective_context 2\nget_header_map_value 0 :path')],
    request: [{}, {}],
  }),
  scenario('context-done-false', 'A stream whose on_done says false is deleted all the same.', {
    filters: [http('[done]\nreturn 0\n[delete]\nlog 2 deleted')],
    request: {},
  }),
  scenario('context-root-done-false', 'A root context that is not done is not deleted before proxy_done.', {
    filters: [http('[done #2]\nreturn 0\n[done #1]\nreturn 1\n[delete]\nlog 2 deleted')],
    request: {},
  }),
  scenario('context-done-status', 'proxy_done where nobody waits for it.', {
    filters: [http('[request_headers]\ndone\n[tick]\ndone\n[log]\ndone')],
    request: {},
  }),
  scenario('context-time-and-level', 'Clock and log level, bad places.', {
    filters: [
      http(`
        [request_headers]
        get_current_time_nanoseconds
        get_current_time_nanoseconds @0xfffffffc
        get_log_level
        get_log_level @0xfffffffe
        get_status
        get_status @0xfffffffe
        get_status @0 @0xfffffffe
      `),
    ],
    request: {},
  }),
  scenario('log-levels', 'Each level, a level too many, bad places, newlines and other bytes.', {
    filters: [
      http(`
        [request_headers]
        log 0 trace
        log 1 debug
        log 2 info
        log 3 warn
        log 4 error
        log 5 critical
        log 6 off
        log 0xffffffff none
        log 2 @0xfffffff0,100
        log 9 @0xfffffff0,100
        log 2 ""
        log 2 two\\nlines
        log 2 ends\\n
        log 2 caf\\xc3\\xa9
        log 2 tab\\x09quote\\x22
      `),
    ],
    request: {},
  }),
  scenario('log-output', 'Standard output and error: one newline at the end goes, parts stay parts.', {
    filters: [
      http(`
        [request_headers]
        print line
        eprint line
        print two\\nlines
        print ""
        print_parts no-newline
        print_parts \\n
        print_parts ends\\n\\n
        [log]
        print log
      `),
    ],
    request: {},
  }),
  scenario('memory-limit', 'memory.grow up to 1 GiB, not beyond.', {
    filters: [http('[request_headers]\ngrow 1\ngrow 16000\ngrow 1000\ngrow 1\ngrow 0xffff')],
    request: {},
  }),
  scenario('allocator-none', 'An allocator that gives nothing: 6, nothing written.', {
    filters: [
      http(
        '[request_headers]\nallocator zero\nget_header_map_value 0 :path\nget_header_map_pairs 0\nget_property plugin_name\nget_header_map_value 0 x-empty\nget_buffer_bytes 6 0 1',
      ),
    ],
    request: { headers: [['x-empty', '']] },
  }),
  scenario('allocator-far', 'An allocator that gives a place outside the memory.', {
    filters: [http('[request_headers]\nallocator far\nget_header_map_value 0 :path\nget_header_map_pairs 0')],
    request: {},
  }),
  scenario('allocator-grow', 'An allocator that grows the memory: views move.', {
    filters: [http('[request_headers]\nallocator grow\nget_header_map_value 0 :path\nget_header_map_pairs 0')],
    request: {},
  }),
  scenario('allocator-trap', 'A trap inside the allocator: the call fails, the guest goes on, the VM is lost.', {
    filters: [http('[request_headers]\nallocator trap\nget_header_map_value 0 :path\nlog 2 still\\srunning\nadd_header_map_value 0 x-a 1')],
    request: [{}, {}],
  }),
  scenario('allocator-call', 'A host call inside the allocator that is not permitted there.', {
    filters: [http('[request_headers]\nallocator call\nget_header_map_value 0 :path\nlog 2 still\\srunning')],
    request: [{}, {}],
  }),
];
