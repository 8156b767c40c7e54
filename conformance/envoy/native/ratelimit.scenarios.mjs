/** ratelimit: what the service is asked, by every action; its answers, headers, failures; routes and hosts. */
import { any, anyAddress, get, http, perRoute, routes, scenario, show, wasm } from './lab.mjs';
import { grpcAnswer, message, struct } from './protobuf.mjs';

export const scenarios = [];
const save = (name, description, input) =>
  scenarios.push(
    scenario(`ratelimit-${name}`, description, {
      clusters: { limits: answer(OK) },
      normalise: [{ sort: 'callouts' }, anyAddress],
      ...input,
    }),
  );
const OK = 1n;
const OVER = 2n;
const header = ([key, value]) =>
  message([
    [1, key],
    [2, value],
  ]);
/** A `RateLimitResponse`. */
function answer(code, { statuses = [], response = [], request = [], body, metadata } = {}) {
  return grpcAnswer(
    message([
      [1, code],
      ...statuses.map((status) => [2, status]),
      ...response.map((pair) => [3, header(pair)]),
      ...request.map((pair) => [4, header(pair)]),
      ...(body === undefined ? [] : [[5, body]]),
      ...(metadata === undefined ? [] : [[6, struct(metadata)]]),
    ]),
  );
}
const status = (code, requests, unit, remaining, seconds, name) =>
  message([
    [1, code],
    ...(requests === undefined ? [] : [[2, message([[1, requests], [2, unit], ...(name === undefined ? [] : [[3, name]])])]]),
    [3, remaining],
    ...(seconds === undefined ? [] : [[4, message([[1, seconds]])]]),
  ]);
const limiter = (config = {}) =>
  http('ratelimit', 'ratelimit.v3.RateLimit', {
    domain: 'shop',
    timeout: '0.5s',
    rate_limit_service: { grpc_service: { envoy_grpc: { cluster_name: 'limits' } }, transport_api_version: 'V3' },
    ...config,
  });
const limits = (...lists) => ({ route: { cluster: 'upstream', rate_limits: lists.map((actions) => ({ actions })) } });
const generic = (descriptor_value, more = {}) => ({ generic_key: { descriptor_value, ...more } });
const one = { routes: routes([['all', '/', limits([generic('one')])]]) };
const headerKey = (header_name, more = {}) => ({ request_headers: { header_name, descriptor_key: `key-${header_name}`, ...more } });

save('actions', 'Descriptors of most kinds of action.', {
  filters: [limiter()],
  routes: routes([
    [
      'all',
      '/',
      limits(
        [{ source_cluster: {} }, { destination_cluster: {} }, { remote_address: {} }],
        [generic('plain'), generic('named', { descriptor_key: 'name' })],
        [headerKey('x-a'), headerKey(':path')],
        [headerKey('x-a', { skip_if_absent: true }), generic('after')],
        [{ header_value_match: { descriptor_value: 'has-a', headers: [{ name: 'x-a', string_match: { prefix: 'v' } }] } }],
        [
          {
            header_value_match: {
              descriptor_value: 'no-a',
              expect_match: false,
              descriptor_key: 'k',
              headers: [{ name: 'x-a', present_match: true }],
            },
          },
        ],
        [{ query_parameters: { query_parameter_name: 'q', descriptor_key: 'query' } }],
        [{ query_parameter_value_match: { descriptor_value: 'q-is-1', query_parameters: [{ name: 'q', string_match: { exact: '1' } }] } }],
        [{ masked_remote_address: { v4_prefix_mask_len: 12, v6_prefix_mask_len: 36 } }],
        [{ masked_remote_address: {} }],
        [
          {
            remote_address_match: {
              descriptor_value: 'ten',
              address_matcher: { ranges: [{ address_prefix: '10.0.0.0', prefix_len: 8 }] },
            },
          },
        ],
      ),
    ],
  ]),
  request: [
    get('/?q=1&r=2', [['x-a', 'value']]),
    get('/', [['x-forwarded-for', '10.1.2.3']]),
    get('/?q=%20x', [
      ['x-a', 'first'],
      ['x-a', 'second'],
      ['x-forwarded-for', '2001:db8:1234:5678::9'],
    ]),
  ],
});
const metadata = (kind, more) => ({
  [kind]: { descriptor_key: 'meta', metadata_key: { key: 'm', path: [{ key: 'a' }, { key: 'b' }] }, ...more },
});
save('metadata', 'Values from dynamic metadata and from the route, with values in their place.', {
  filters: [
    http('set_metadata', 'set_metadata.v3.Config', { metadata: [{ metadata_namespace: 'm', value: { a: { b: 'dynamic', n: 5 } } }] }),
    limiter(),
  ],
  routes: routes([
    [
      'all',
      '/',
      {
        ...limits(
          [metadata('metadata', {})],
          [metadata('metadata', { source: 'ROUTE_ENTRY' })],
          [metadata('metadata', { metadata_key: { key: 'none', path: [{ key: 'x' }] }, default_value: 'default' })],
          [metadata('metadata', { metadata_key: { key: 'none', path: [{ key: 'x' }] }, skip_if_absent: true }), generic('after')],
          [metadata('metadata', { metadata_key: { key: 'none', path: [{ key: 'x' }] } }), generic('never')],
          [metadata('metadata', { metadata_key: { key: 'm', path: [{ key: 'a' }, { key: 'n' }] }, default_value: 'no-text' })],
        ),
        metadata: { filter_metadata: { m: { a: { b: 'route' } } } },
      },
    ],
  ]),
  request: get('/'),
});
const formats = [
  [generic('%REQ(x-a)%')],
  [generic('%REQ(x-a)%', { default_value: 'nobody' })],
  [generic('a-%REQ(x-a)%-%PROTOCOL%')],
  [
    {
      header_value_match: {
        descriptor_value: '%REQ(x-b)%',
        default_value: 'd',
        headers: [{ name: ':method', string_match: { exact: 'GET' } }],
      },
    },
  ],
  [{ query_parameter_value_match: { descriptor_value: 'q%REQ(x-a)%', query_parameters: [{ name: 'q', present_match: true }] } }],
  [
    {
      remote_address_match: {
        descriptor_value: 'near%REQ(x-a)%',
        address_matcher: { ranges: [{ address_prefix: '127.0.0.0', prefix_len: 8 }] },
      },
    },
  ],
];
save('formats', 'Values of routes are what they are.', {
  filters: [limiter()],
  routes: routes([['all', '/', limits(...formats)]]),
  request: [get('/?q', [['x-a', 'ann']]), get('/')],
});
save('formats-of-filter', 'Values of policies in the filter are formats; other values stand in for nothing.', {
  filters: [limiter({ rate_limits: formats.map((actions) => ({ actions })) })],
  request: [get('/?q', [['x-a', 'ann']]), get('/')],
});
const expression = (text, more = {}) => ({
  extension: {
    name: 'envoy.rate_limit_descriptors.expr',
    typed_config: any('envoy.extensions.rate_limit_descriptors.expr.v3.Descriptor', { descriptor_key: 'cel', text, ...more }),
  },
});
save('expressions', 'Values by CEL expressions.', {
  filters: [limiter()],
  routes: routes([
    [
      'all',
      '/',
      limits(
        ...['request.path', 'request.headers["x-a"]', 'size(request.path) + 1', 'request.path == "/p"', '1.5 * 2.0', 'request.headers'].map(
          (text) => [expression(text)],
        ),
        [expression('request.headers["x-none"]'), generic('never')],
        [expression('request.headers["x-none"]', { skip_if_error: true }), generic('after')],
      ),
    ],
  ]),
  request: get('/p', [['x-a', 'ann']]),
});
save('expression-mistake', 'An expression that cannot be parsed is refused.', {
  filters: [limiter()],
  routes: routes([['all', '/', limits([expression('request.')])]]),
  request: get('/'),
});
save('overrides', 'Limits and numbers of hits of a policy.', {
  filters: [
    http('set_metadata', 'set_metadata.v3.Config', {
      metadata: [{ metadata_namespace: 'm', value: { limit: { requests_per_unit: 42, unit: 'HOUR' } } }],
    }),
    limiter(),
  ],
  routes: routes([
    [
      'all',
      '/',
      {
        route: {
          cluster: 'upstream',
          rate_limits: [
            { actions: [generic('dynamic')], limit: { dynamic_metadata: { metadata_key: { key: 'm', path: [{ key: 'limit' }] } } } },
            { actions: [generic('none')], limit: { dynamic_metadata: { metadata_key: { key: 'm', path: [{ key: 'no' }] } } } },
            { actions: [generic('hits')], hits_addend: { number: 3 } },
            { actions: [generic('zero')], hits_addend: { number: 0 } },
            { actions: [generic('format')], hits_addend: { format: '%REQ(x-hits)%' } },
          ],
        },
      },
    ],
  ]),
  request: [get('/', [['x-hits', '7']]), get('/', [['x-hits', 'many']])],
});
save('hits-of-filter', 'Policies of the filter say how often a request counts.', {
  filters: [
    limiter({
      rate_limits: [
        { actions: [generic('hits')], hits_addend: { number: 3 } },
        { actions: [generic('zero')], hits_addend: { number: 0 } },
        { actions: [generic('negative')], hits_addend: { number: 2, is_negative_hits: true } },
        { actions: [generic('format')], hits_addend: { format: '%REQ(x-hits)%' } },
        { actions: [generic('fixed')], limit: { rate_limit: { requests_per_unit: 5, unit: 'DAY' } } },
      ],
    }),
  ],
  request: [get('/', [['x-hits', '7']]), get('/', [['x-hits', 'many']]), get('/')],
});
save('hits-in-state', 'The filter state says how often a request counts.', {
  filters: [
    http('set_filter_state', 'set_filter_state.v3.Config', {
      on_request_headers: [
        { object_key: 'envoy.ratelimit.hits_addend', format_string: { text_format_source: { inline_string: '%REQ(x-hits)%' } } },
      ],
    }),
    limiter(),
  ],
  ...one,
  request: [get('/', [['x-hits', '5']]), get('/')],
});
save('over-limit', 'Too many requests: status, headers and body of the service.', {
  filters: [limiter({ response_headers_to_add: [{ header: { key: 'x-domain', value: 'shop' } }] }), show([], [['x-behind', 'yes']])],
  ...one,
  clusters: {
    limits: answer(OVER, {
      response: [
        ['X-Limit', 'a'],
        ['x-limit', 'b'],
        ['content-type', 'application/json'],
      ],
      request: [['x-never', 'seen']],
      body: '{"slow":"down"}',
      metadata: { who: 'ann' },
    }),
  },
  request: [get('/'), { ...get('/'), body: 'abc' }, get('/', [['content-type', 'application/grpc']])],
  stats: ['cluster.upstream.ratelimit'],
});
save('ok-headers', 'A request that passes carries headers of the service both ways.', {
  filters: [limiter(), show([['x-who', '%DYNAMIC_METADATA(envoy.filters.http.ratelimit:who)%']])],
  ...one,
  clusters: {
    limits: answer(OK, {
      response: [['x-left', '9']],
      request: [
        ['x-counted', '1'],
        ['x-counted', '2'],
      ],
      metadata: { who: 'ann' },
    }),
  },
  request: [get('/', [['x-counted', '0']]), { ...get('/'), bodyChunks: ['a', 'b'], trailers: [['t', '1']] }],
  stats: ['cluster.upstream.ratelimit'],
});
const statuses = [
  status(OK, 10n, 1n, 5n, 1n, 'per-ip'),
  status(OVER, 1000n, 3n, 0n, 120n),
  status(OK, undefined, 0n, 1n),
  status(OVER, 7n, 0n, 3n, 9n),
];
save('limit-headers', 'x-ratelimit headers by the limit with the least left.', {
  filters: [limiter({ enable_x_ratelimit_headers: 'DRAFT_VERSION_03', disable_x_envoy_ratelimited_header: true })],
  ...one,
  steps: [
    answer(OK, { statuses: [statuses[0]] }),
    answer(OVER, { statuses }),
    answer(OK, { statuses: [statuses[2]] }),
    answer(OK, {
      statuses: [status(OK, 5n, 4n, 2n, 60n), status(OK, 9n, 5n, 2n, 70n), status(OK, 3n, 6n, 2n, 80n), status(OK, 3n, 7n, 2n, 80n)],
    }),
    answer(OK),
  ].map((limits_) => ({ request: get('/'), clusters: { limits: limits_ } })),
});
save('retry-after', 'When to come again: the longest of the limits that are used up.', {
  filters: [limiter({ enable_retry_after_header: true })],
  ...one,
  steps: [
    answer(OVER, { statuses }),
    answer(OVER, { statuses, response: [['retry-after', '5']] }),
    answer(OVER, { statuses: [status(OVER, 1n, 1n, 0n)] }),
    answer(OVER),
    answer(OK, { statuses }),
  ].map((limits_) => ({ request: get('/'), clusters: { limits: limits_ } })),
});
for (const [name, config] of [
  ['allowed', {}],
  ['denied', { failure_mode_deny: true }],
  [
    'status',
    { failure_mode_deny_percent: { default_value: { numerator: 100 } }, status_on_error: { code: 'ServiceUnavailable' }, timeout: '0.1s' },
  ],
]) {
  save(`failure-${name}`, `A service that fails or is silent: ${name}.`, {
    filters: [limiter(config)],
    ...one,
    steps: [{ status: 500 }, { hang: true }, { ...answer(OK), body: 'no frame' }].map((limits_) => ({
      request: get('/'),
      clusters: { limits: limits_ },
    })),
    stats: ['cluster.upstream.ratelimit'],
  });
}
for (const [name, limits_] of [
  ['unreachable', { unreachable: true }],
  ['no-host', { noHosts: true }],
]) {
  save(name, 'There is no service.', {
    filters: [limiter({ failure_mode_deny: true })],
    ...one,
    clusters: { limits: limits_ },
    request: get('/'),
  });
}
save('at-the-end', 'A policy for the end of the stream asks then, with what the response says.', {
  filters: [
    limiter({ rate_limits: [{ actions: [generic('done')], hits_addend: { format: '%RESP(x-cost)%' }, apply_on_stream_done: true }] }),
  ],
  upstream: { status: 200, headers: [['x-cost', '12']] },
  request: get('/'),
});
save('status', 'Another status, gRPC clients and a prefix of statistics.', {
  filters: [
    limiter({
      rate_limited_status: { code: 'ServiceUnavailable' },
      rate_limited_as_resource_exhausted: true,
      stat_prefix: 'p',
      enable_retry_after_header: true,
    }),
  ],
  ...one,
  clusters: { limits: answer(OVER, { statuses, body: 'b' }) },
  request: [get('/'), get('/', [['content-type', 'application/grpc']])],
  stats: ['cluster.upstream.ratelimit'],
});
save('not-enforced', 'Limits that are not enforced, a filter that is off.', {
  filters: [
    limiter({ filter_enforced: { default_value: { numerator: 0 } }, enable_x_ratelimit_headers: 'DRAFT_VERSION_03' }),
    limiter({ filter_enabled: { default_value: { numerator: 0 } } }),
  ],
  ...one,
  clusters: { limits: answer(OVER, { statuses, response: [['x-left', '0']], request: [['x-over', 'yes']] }) },
  request: get('/'),
  stats: ['cluster.upstream.ratelimit'],
});
for (const type of ['internal', 'external']) {
  save(`requests-${type}`, `Only ${type} requests count.`, {
    filters: [limiter({ request_type: type })],
    connectionManager: { internal_address_config: { cidr_ranges: [{ address_prefix: '10.0.0.0', prefix_len: 8 }] } },
    ...one,
    request: [get('/'), get('/', [['x-forwarded-for', '10.0.0.1']]), get('/', [['x-forwarded-for', '8.8.8.8']])],
  });
}
const limitRoute = (config) => perRoute('ratelimit', 'ratelimit.v3.RateLimitPerRoute', config);
const hostLimits = { rate_limits: [{ actions: [generic('host')] }, { stage: 1, actions: [generic('host-1')] }] };
save('routes', 'Policies of route and host: override, include, ignore, the old switch, another domain, own policies, stages.', {
  filters: [limiter({ stage: 0 })],
  routes: routes(
    [
      ['own', '/own', limits([generic('route')])],
      ['bare', '/bare'],
      ['include', '/include', { ...limits([generic('route')]), ...limitRoute({ vh_rate_limits: 'INCLUDE' }) }],
      ['ignore', '/ignore', limitRoute({ vh_rate_limits: 'IGNORE' })],
      [
        'ignore-policy',
        '/policy',
        { ...limits([generic('route')]), ...limitRoute({ vh_rate_limits: 'INCLUDE', override_option: 'IGNORE_POLICY' }) },
      ],
      ['override', '/override', { ...limits([generic('route')]), ...limitRoute({ override_option: 'OVERRIDE_POLICY' }) }],
      ['old', '/old', { route: { cluster: 'upstream', include_vh_rate_limits: true, rate_limits: [{ actions: [generic('route')] }] } }],
      ['domain', '/domain', limitRoute({ domain: 'other' })],
      ['inline', '/inline', { ...limits([generic('route')]), ...limitRoute({ rate_limits: [{ actions: [generic('inline')] }] }) }],
      ['stage', '/stage', { route: { cluster: 'upstream', rate_limits: [{ stage: 2, actions: [generic('stage-2')] }] } }],
      ['direct', '/direct', { direct_response: { status: 200 } }],
    ],
    hostLimits,
  ),
  request: ['/own', '/bare', '/include', '/ignore', '/policy', '/override', '/old', '/domain', '/inline', '/stage', '/direct'].map((path) =>
    get(path),
  ),
});
save('stage', 'A filter of another stage asks by other policies.', {
  filters: [limiter({ stage: 1, domain: 'second' }), limiter()],
  routes: routes([['all', '/', { route: { cluster: 'upstream' } }]], hostLimits),
  request: get('/'),
});
save('own-policies', 'Policies of the filter itself.', {
  filters: [limiter({ rate_limits: [{ actions: [generic('filter'), headerKey('x-a')] }] })],
  ...one,
  request: [get('/', [['x-a', '1']]), get('/')],
});
save('expressions-missing', 'A kind of descriptor that is not there is refused.', {
  filters: [limiter()],
  routes: routes([['all', '/', limits([{ extension: { name: 'nothing', typed_config: any('google.protobuf.Empty') } }])]]),
  request: get('/'),
});
save('with-others', 'A plugin makes the header that is counted; another adds to the refusal.', {
  filters: [wasm('hello-headers', { request: { set: { 'x-a': 'wasm' } }, response: { set: { 'x-hello': 'wasm' } } }), limiter()],
  routes: routes([['all', '/', limits([headerKey('x-a')])]]),
  clusters: { limits: answer(OVER) },
  request: get('/'),
});
