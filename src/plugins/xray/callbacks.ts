/** Exports a proxy calls, and what for (proxy-wasm-cpp-host `include/proxy-wasm/wasm_api_impl.h`). */
export const callbackTitles = {
  proxy_on_vm_start: 'starts the VM',
  proxy_on_configure: 'reads its configuration',
  proxy_validate_configuration: 'checks a configuration (Envoy does not ask)',
  proxy_on_context_create: 'makes a context for each stream',
  proxy_on_tick: 'works at intervals',
  proxy_on_request_headers: 'sees request headers',
  proxy_on_request_body: 'sees request bodies',
  proxy_on_request_trailers: 'sees request trailers',
  proxy_on_request_metadata: 'sees request metadata',
  proxy_on_response_headers: 'sees response headers',
  proxy_on_response_body: 'sees response bodies',
  proxy_on_response_trailers: 'sees response trailers',
  proxy_on_response_metadata: 'sees response metadata',
  proxy_on_new_connection: 'sees new connections',
  proxy_on_downstream_data: 'sees bytes from the client',
  proxy_on_upstream_data: 'sees bytes from the upstream',
  proxy_on_downstream_connection_close: 'sees the client close',
  proxy_on_upstream_connection_close: 'sees the upstream close',
  proxy_on_http_call_response: 'gets answers of HTTP calls',
  proxy_on_grpc_receive_initial_metadata: 'gets metadata of gRPC calls',
  proxy_on_grpc_receive: 'gets messages of gRPC calls',
  proxy_on_grpc_receive_trailing_metadata: 'gets trailing metadata of gRPC calls',
  proxy_on_grpc_close: 'sees gRPC calls end',
  proxy_on_queue_ready: 'reads shared queues',
  proxy_on_foreign_function: 'is called by foreign functions',
  proxy_on_log: 'records the end of each stream',
  proxy_on_done: 'is asked before it ends',
  proxy_on_delete: 'cleans up',
  envoy_on_resolve_dns: 'gets answers of name look-ups',
  envoy_on_stats_update: 'sees statistics (old Envoy)',
} as const;

export type CallbackName = keyof typeof callbackTitles;

export function isCallback(name: string): name is CallbackName {
  return Object.hasOwn(callbackTitles, name);
}

/** Exports that are part of the life of a module without being callbacks. */
export const plumbing: ReadonlySet<string> = new Set([
  '_initialize',
  '_start',
  'main',
  '__main_void',
  'malloc',
  'proxy_on_memory_allocate',
]);
