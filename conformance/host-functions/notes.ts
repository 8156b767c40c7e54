/** What the recordings alone do not tell of a function: how it is checked otherwise, why it cannot be, and where we differ from Envoy. */
export interface Note {
  /** Scenarios that check it although no line of theirs names it. */
  readonly scenarios?: readonly string[] | undefined;
  /** Why no scenario can call it. */
  readonly unchecked?: string | undefined;
  readonly difference?: string | undefined;
}

const vendor: Note = {
  unchecked: 'Envoy refuses modules that import it; linked on request as a stub that says so, checked by `src/proxywasm/lifecycle.test.ts`',
};
const metadata: Note = { unchecked: 'called for HTTP/2 METADATA frames, which neither our client nor our upstreams can send' };

export const notes: Readonly<Record<string, Note>> = {
  proxy_get_current_time_nanoseconds: { difference: 'the virtual clock of the run' },
  proxy_get_log_level: { difference: 'in previews it is trace, as in the recordings' },
  proxy_register_shared_queue: {
    difference: 'registered at start by several threads of Envoy, the announcements go to whichever was last; here always to the worker',
  },
  proxy_redis_init: vendor,
  proxy_redis_call: vendor,
  proxy_inject_encoded_data_to_filter_chain: vendor,
  proxy_get_upstream_hosts: vendor,
  proxy_set_upstream_override_host: vendor,
  proxy_set_log_level: vendor,
  emscripten_notify_memory_growth: { scenarios: ['host-module-wat-wasi', 'host-module-wat-start-permitted'] },
  proxy_validate_configuration: { unchecked: 'nothing in Envoy 1.40 calls it' },
  proxy_on_foreign_function: { unchecked: 'nothing in Envoy 1.40 calls it' },
  envoy_on_stats_update: { unchecked: 'called by the Wasm stats sink of a bootstrap alone; a listener has none' },
  proxy_on_request_metadata: metadata,
  proxy_on_response_metadata: metadata,
  'proxy_on_memory_allocate, malloc': {
    scenarios: [
      'host-allocator-call',
      'host-allocator-far',
      'host-allocator-grow',
      'host-allocator-none',
      'host-allocator-trap',
      'host-module-wat-allocator-both',
      'host-module-wat-allocator-missing',
    ],
  },
  proc_exit: { scenarios: ['host-trap-exit', 'host-module-wat-start-exit', 'host-go-exit', 'host-cpp-exit'] },
  clock_time_get: { difference: 'the virtual clock of the run' },
  random_get: { difference: 'seeded: the same bytes in every run' },
};
