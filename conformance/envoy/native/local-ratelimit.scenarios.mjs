/** local_ratelimit: buckets of listener, route, connection and descriptors; headers; limits that only watch. */
import { get, http, perRoute, routes, scenario, wasm } from './lab.mjs';

export const scenarios = [];
const save = (name, description, input) =>
  scenarios.push(
    scenario(`local-ratelimit-${name}`, description, {
      upstream: { status: 200 },
      isolate: true,
      stats: ['s.http_local_rate_limit'],
      ...input,
    }),
  );
const all = { default_value: { numerator: 100 } };
const bucket = (max_tokens, more = {}) => ({ token_bucket: { max_tokens, tokens_per_fill: 1, fill_interval: '60s', ...more } });
const limit = (config) => ({
  stat_prefix: 's',
  filter_enabled: all,
  filter_enforced: all,
  enable_x_ratelimit_headers: 'DRAFT_VERSION_03',
  ...config,
});
const limiter = (config) => http('local_ratelimit', 'local_ratelimit.v3.LocalRateLimit', limit(config));
const onRoute = (config) => perRoute('local_ratelimit', 'local_ratelimit.v3.LocalRateLimit', config);
const requests = (...paths) => ({ request: paths.map((path) => get(path)) });
const generic = (descriptor_value) => ({ generic_key: { descriptor_value } });
const limits = (...lists) => ({ route: { cluster: 'upstream', rate_limits: lists.map((actions) => ({ actions })) } });
const descriptor = (key, value, max, perFill = 1, more = {}) => ({
  entries: [{ key, ...(value === undefined ? {} : { value }) }],
  ...bucket(max, { tokens_per_fill: perFill }),
  ...more,
});
const user = [{ request_headers: { header_name: 'x-user', descriptor_key: 'user' } }];
const users = (...names) => ({ request: names.map((name) => get('/', [['x-user', name]])) });

save('headers', 'What is left, when to come again, added headers.', {
  filters: [
    limiter({
      ...bucket(2, { fill_interval: '30s' }),
      response_headers_to_add: [{ header: { key: 'x-l', value: 'yes' } }],
      enable_retry_after_header: true,
    }),
  ],
  ...requests('/', '/', '/', '/'),
});
save('fills', 'Tokens come all the time, not by interval.', {
  filters: [limiter(bucket(4, { tokens_per_fill: 4, fill_interval: '8s' }))],
  steps: [...Array.from({ length: 5 }, () => ({ request: get('/') })), { waitMs: 2500 }, { request: get('/') }, { request: get('/') }],
});
const byRoute = routes([
  ['a', '/a', limits([generic('a')])],
  ['b', '/b', limits([generic('b')], [generic('a')])],
  ['c', '/', limits([generic('c')])],
]);
for (const always of [true, false]) {
  save(`descriptors${always ? '' : '-alone'}`, 'Buckets of descriptors, and whether the common one counts too.', {
    filters: [
      limiter({
        ...bucket(3, { tokens_per_fill: 3 }),
        always_consume_default_token_bucket: always,
        descriptors: [descriptor('generic_key', 'a', 2), descriptor('generic_key', 'b', 1, 2)],
      }),
    ],
    routes: byRoute,
    ...requests('/a', '/b', '/b', '/a', '/a', '/c', '/c', '/c', '/c'),
  });
}
save('wildcard', 'A descriptor without a value has a bucket for each value; a named one has its own.', {
  filters: [limiter({ ...bucket(30), descriptors: [descriptor('user', undefined, 2), descriptor('user', 'vip', 4)] })],
  routes: routes([['all', '/', limits(user)]]),
  ...users('a', 'a', 'a', 'b', 'vip', 'vip', 'vip', 'a', 'b', 'b'),
});
save('wildcard-room', 'There is room for two values: the oldest goes.', {
  filters: [limiter({ ...bucket(30), max_dynamic_descriptors: 2, descriptors: [descriptor('user', undefined, 2)] })],
  routes: routes([['all', '/', limits(user)]]),
  ...users('a', 'b', 'c', 'a', 'b', 'c', 'a', 'a'),
});
save('own-policies', 'Policies of the filter: hits, and headers that are off for one of them.', {
  filters: [
    limiter({
      ...bucket(30),
      rate_limits: [
        { actions: user, hits_addend: { number: 2 } },
        { actions: [generic('z')], x_ratelimit_option: 'OFF' },
      ],
      descriptors: [descriptor('user', 'a', 5), descriptor('generic_key', 'z', 2)],
    }),
  ],
  routes: routes([['all', '/', limits([generic('ignored')])]]),
  ...users('a', 'a', 'a', 'b', 'b'),
});
save('shadow', 'A limit that only watches.', {
  filters: [limiter({ ...bucket(30), descriptors: [descriptor('generic_key', 'a', 1, 1, { shadow_mode: true })] })],
  routes: byRoute,
  ...requests('/a', '/a', '/a'),
});
save('no-common-bucket', 'Descriptors without a common bucket.', {
  filters: [limiter({ descriptors: [descriptor('generic_key', 'a', 1)] })],
  routes: byRoute,
  ...requests('/a', '/a', '/c'),
});
save('host', 'Policies of the virtual host count as the filter says; stages.', {
  filters: [
    limiter({
      vh_rate_limits: 'INCLUDE',
      ...bucket(30),
      stage: 1,
      descriptors: [descriptor('generic_key', 'h', 2), descriptor('generic_key', 'r', 1)],
    }),
  ],
  routes: routes(
    [
      ['a', '/a', { route: { cluster: 'upstream', rate_limits: [{ stage: 1, actions: [generic('r')] }] } }],
      ['b', '/'],
    ],
    { rate_limits: [{ stage: 1, actions: [generic('h')] }, { actions: [generic('r')] }] },
  ),
  ...requests('/a', '/a', '/', '/'),
});
save('connection', 'Each connection has its own bucket.', {
  filters: [limiter({ local_rate_limit_per_downstream_connection: true, ...bucket(1) })],
  ...requests('/', '/'),
});
save('status', 'Another status; gRPC clients.', {
  filters: [
    limiter({
      status: { code: 'ServiceUnavailable' },
      enable_retry_after_header: true,
      rate_limited_as_resource_exhausted: true,
      ...bucket(1),
    }),
  ],
  request: [get('/'), get('/'), get('/', [['content-type', 'application/grpc']])],
});
save('not-enforced', 'A limit that is not enforced adds headers to the request.', {
  filters: [
    limiter({
      filter_enforced: { default_value: { numerator: 0 } },
      request_headers_to_add_when_not_enforced: [{ header: { key: 'x-over', value: '%REQ(:path)%' } }],
      ...bucket(1),
    }),
  ],
  upstream: { echo: true },
  ...requests('/', '/'),
});
save('route', 'A route has its own bucket.', {
  filters: [limiter(bucket(1))],
  routes: routes([
    ['a', '/a', onRoute({ stat_prefix: 'r', filter_enabled: all, filter_enforced: all, ...bucket(2) })],
    ['b', '/'],
  ]),
  stats: ['s.http_local_rate_limit', 'r.http_local_rate_limit'],
  ...requests('/a', '/a', '/a', '/', '/'),
});
save('upstream-headers', 'Headers of the upstream stay beside those of the filter; a plugin sees both.', {
  filters: [wasm('hello-headers', { response: { set: { 'x-hello': 'wasm' } } }), limiter(bucket(9))],
  upstream: { status: 429, headers: [['x-ratelimit-limit', '7']] },
  ...requests('/'),
});
save('too-fast', 'An interval below 50 ms is refused.', { filters: [limiter(bucket(2, { fill_interval: '0.04s' }))], ...requests('/') });
save('duplicate', 'One descriptor twice is refused.', {
  filters: [limiter({ ...bucket(2), descriptors: [descriptor('a', 'b', 1), descriptor('a', 'b', 2)] })],
  ...requests('/'),
});
save('cluster', 'There is no cluster to share a limit with.', {
  filters: [limiter({ ...bucket(2), local_cluster_rate_limit: {} })],
  ...requests('/'),
});
