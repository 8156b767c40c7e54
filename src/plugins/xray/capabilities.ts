/** What a module may ask of the proxy, in words, and the imports that say so. */
const capabilities = {
  headers: { title: 'Headers', description: 'Reads and changes headers and trailers.', pattern: /^proxy_.*header_map/ },
  bodies: {
    title: 'Bodies and buffers',
    description: 'Reads and changes bodies, connection data and configuration.',
    pattern: /^proxy_[gs]et_buffer_/,
  },
  'local-replies': { title: 'Local replies', description: 'Answers requests itself.', pattern: /^proxy_send_local_response$/ },
  'http-calls': {
    title: 'HTTP calls',
    description: 'Calls HTTP services; their clusters must exist in the proxy.',
    pattern: /^proxy_http_call$/,
  },
  'grpc-calls': {
    title: 'gRPC calls',
    description: 'Calls gRPC services; their clusters must exist in the proxy.',
    pattern: /^proxy_grpc_/,
  },
  properties: {
    title: 'Properties',
    description: 'Reads what the proxy knows about request, connection, route and node.',
    pattern: /^proxy_get_property$/,
  },
  'filter-state': {
    title: 'Filter state',
    description: 'Sets properties that other filters and access logs can read.',
    pattern: /^proxy_set_property$/,
  },
  metrics: { title: 'Metrics', description: 'Defines and records metrics of its own.', pattern: /^proxy_.*_metric$/ },
  'shared-data': {
    title: 'Shared data',
    description: 'Keeps data that all VMs of its vm_id share.',
    pattern: /^proxy_[gs]et_shared_data$/,
  },
  'shared-queues': { title: 'Shared queues', description: 'Passes messages between VMs.', pattern: /_shared_queue$/ },
  timers: { title: 'Timers', description: 'Runs at intervals without a request.', pattern: /^proxy_set_tick_period/ },
  streams: { title: 'Stream control', description: 'Resumes or closes paused streams.', pattern: /^proxy_(continue|close)_/ },
  'route-cache': { title: 'Route cache', description: 'Has the route chosen again.', pattern: /^proxy_clear_route_cache$/ },
  contexts: {
    title: 'Contexts',
    description: 'Acts for another of its contexts, or ends late.',
    pattern: /^proxy_(set_effective_context|done)$/,
  },
  'foreign-functions': {
    title: 'Foreign functions',
    description: 'Calls functions only some proxies have (Envoy: expressions, compression, signatures …).',
    pattern: /^proxy_call_foreign_function$/,
  },
  dns: { title: 'Name look-ups', description: 'Resolves names through Envoy.', pattern: /^envoy_resolve_dns$/ },
  logging: { title: 'Logging', description: "Writes to the proxy's log.", pattern: /^(proxy_log|proxy_get_log_level|fd_write|fd_pwrite)$/ },
  time: { title: 'Time', description: 'Reads the clock.', pattern: /^(proxy_get_current_time_nanoseconds|clock_(time|res)_get)$/ },
  environment: {
    title: 'Environment',
    description: 'Reads environment variables (vmConfig.env) and arguments.',
    pattern: /^(environ|args)_/,
  },
  random: { title: 'Random numbers', description: 'Takes random numbers from the proxy.', pattern: /^random_get$/ },
  files: {
    title: 'Files and sockets',
    description: 'Linked, but of no use: a proxy gives plugins no files and no sockets.',
    pattern: /^(path_|sock_|fd_(?!write|pwrite))/,
  },
  redis: { title: 'Redis', description: 'Only Higress has it.', pattern: /^proxy_redis_/ },
} as const;

export type CapabilityId = keyof typeof capabilities;

/** The capabilities behind imported functions, in the table's order. */
export function capabilitiesOf(functions: readonly string[]) {
  return Object.entries(capabilities).flatMap(([id, { title, description, pattern }]) => {
    const used = functions.filter((name) => pattern.test(name));
    return used.length === 0 ? [] : [{ id: id as CapabilityId, title, description, functions: used }];
  });
}
