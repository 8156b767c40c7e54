/** api_key_auth, ip_tagging, set_filter_state and json_to_metadata: sources, conversions, routes, statistics. */
import { get, http, perRoute, routes, scenario, show, wasm } from './lab.mjs';

export const scenarios = [];
const save = (name, description, input) => scenarios.push(scenario(name, description, { upstream: { echo: true }, ...input }));
const post = (body, more = {}) => ({
  headers: [
    [':method', 'POST'],
    ['content-type', 'application/json'],
  ],
  body: typeof body === 'string' ? body : JSON.stringify(body),
  ...more,
});

const keys = (config = {}) =>
  http('api_key_auth', 'api_key_auth.v3.ApiKeyAuth', {
    credentials: [
      { key: 'k1', client: 'one' },
      { key: 'k2', client: 'two' },
    ],
    key_sources: [{ header: 'Authorization' }, { query: 'api key' }, { cookie: 'key' }],
    ...config,
  });
const keyRoute = (config) => perRoute('api_key_auth', 'api_key_auth.v3.ApiKeyAuthPerRoute', config);
const requests = [
  get('/'),
  get('/', [['authorization', 'Bearer k1']]),
  get('/', [['authorization', 'k2']]),
  get('/', [['authorization', 'bearer k2']]),
  get('/', [['authorization', 'Bearer ']]),
  get('/?a=1&api%20key=k1&b=%20', []),
  get('/?api%20key=k1&api%20key=k2&c', [['authorization', '']]),
  get('/', [['cookie', 'a=1; key=k2; b=2']]),
  get('/', [['cookie', 'key=k2']]),
  get('/', [
    ['authorization', 'unknown'],
    ['cookie', 'key=k2'],
  ]),
];
const keyStats = { stats: ['http.lab.api_key_auth'] };
save('api-key-auth-sources', 'A key in a header, a parameter or a cookie, in this order.', {
  ...keyStats,
  filters: [keys()],
  request: requests,
});
save('api-key-auth-forwarding', 'The client goes upstream in a header, the keys do not.', {
  filters: [keys({ forwarding: { header: 'X-Client', hide_credentials: true } })],
  request: requests.slice(1).map((request) => ({ ...request, headers: [...request.headers, ['x-client', 'forged']] })),
});
save('api-key-auth-routes', 'Routes have their own keys, sources, clients and forwarding.', {
  ...keyStats,
  filters: [keys({ forwarding: { header: 'x-client' } })],
  routes: routes([
    ['clients', '/clients', keyRoute({ allowed_clients: ['two'] })],
    ['keys', '/keys', keyRoute({ credentials: [{ key: 'k3', client: 'three' }] })],
    ['sources', '/sources', keyRoute({ key_sources: [{ header: 'x-key' }], forwarding: { hide_credentials: true } })],
    ['rest', '/'],
  ]),
  request: ['/clients', '/keys', '/sources', '/'].flatMap((path) =>
    ['k1', 'k2', 'k3'].map((key) =>
      get(path, [
        ['authorization', key],
        ['x-key', key],
      ]),
    ),
  ),
});
save('api-key-auth-nothing', 'Without keys or sources nobody is let in, unless the route has them.', {
  ...keyStats,
  filters: [http('api_key_auth', 'api_key_auth.v3.ApiKeyAuth')],
  routes: routes([
    ['sources', '/sources', keyRoute({ key_sources: [{ header: 'x-key' }] })],
    ['both', '/both', keyRoute({ key_sources: [{ header: 'x-key' }], credentials: [{ key: 'k', client: 'c' }] })],
    ['rest', '/'],
  ]),
  request: ['/', '/sources', '/both'].map((path) => get(path, [['x-key', 'k']])),
});
save('api-key-auth-grpc', 'A gRPC client is refused in its own way.', {
  filters: [keys()],
  request: {
    headers: [
      [':method', 'POST'],
      ['content-type', 'application/grpc'],
    ],
    body: '',
  },
});
save('api-key-auth-duplicate', 'One key for two clients is refused.', {
  filters: [
    keys({
      credentials: [
        { key: 'k', client: 'a' },
        { key: 'k', client: 'b' },
      ],
    }),
  ],
  request: get('/'),
});
save('api-key-auth-source-empty', 'A source without a name is refused.', { filters: [keys({ key_sources: [{}] })], request: get('/') });
save('api-key-auth-with-wasm', 'A plugin behind the filter sees the client, one before it gives the key.', {
  filters: [
    wasm('hello-headers', { request: { set: { authorization: 'k1' } } }),
    keys({ forwarding: { header: 'x-client', hide_credentials: true } }),
    show([['x-seen', '%REQ(x-client)%']]),
  ],
  request: get('/'),
});

const tagging = (config) => http('ip_tagging', 'ip_tagging.v3.IPTagging', config);
const cidr = (address_prefix, prefix_len) => ({ address_prefix, prefix_len });
const tags = [
  { ip_tag_name: 'loopback', ip_list: [cidr('127.0.0.0', 8)] },
  { ip_tag_name: 'ten', ip_list: [cidr('10.0.0.0', 8), cidr('192.168.0.0', 16)] },
  { ip_tag_name: 'exact', ip_list: [cidr('172.16.0.1', 32)] },
  { ip_tag_name: 'six', ip_list: [cidr('2001:db8::', 32)] },
];
const from = (address) => get('/', [['x-forwarded-for', address]]);
const trusting = { connectionManager: { use_remote_address: false, xff_num_trusted_hops: 0 } };
const tagStats = { stats: ['http.lab.ip_tagging'] };
save('ip-tagging', 'Addresses of clients get the tags of the ranges they are in.', {
  ...trusting,
  ...tagStats,
  filters: [tagging({ ip_tags: tags })],
  request: [
    get('/'),
    from('10.1.2.3'),
    from('8.8.8.8'),
    from('2001:db8::1'),
    from('192.168.3.4'),
    get('/', [['x-envoy-ip-tags', 'forged']]),
  ],
});
for (const action of ['SANITIZE', 'APPEND_IF_EXISTS_OR_ADD']) {
  save(`ip-tagging-header-${action === 'SANITIZE' ? 'sanitized' : 'appended'}`, 'The tags in another header.', {
    ...trusting,
    ...tagStats,
    filters: [tagging({ ip_tags: tags, ip_tag_header: { header: 'X-Tags', action } })],
    request: [
      get('/', [['x-tags', 'forged']]),
      get('/', [
        ['x-tags', 'a'],
        ['x-tags', 'b'],
        ['x-forwarded-for', '10.0.0.1'],
      ]),
      get('/', [
        ['x-tags', 'forged'],
        ['x-forwarded-for', '8.8.8.8'],
      ]),
    ],
  });
}
for (const type of ['INTERNAL', 'EXTERNAL']) {
  save(`ip-tagging-${type.toLowerCase()}`, 'Tags for requests from inside or from outside alone.', {
    ...trusting,
    ...tagStats,
    filters: [tagging({ request_type: type, ip_tags: tags })],
    request: [get('/'), get('/', [['x-envoy-internal', 'true']]), from('10.1.2.3'), from('8.8.8.8')],
  });
}
save('ip-tagging-route', 'The route is chosen again by the tag.', {
  ...trusting,
  filters: [tagging({ ip_tags: tags })],
  routes: routes([
    ['tagged', { prefix: '/', headers: [{ name: 'x-envoy-ip-tags', string_match: { contains: 'ten' } }] }],
    ['rest', '/'],
  ]),
  request: [from('10.1.2.3'), from('8.8.8.8')],
});
save('ip-tagging-refused', 'Ranges that are none are refused.', {
  filters: [tagging({ ip_tags: [{ ip_tag_name: 'x', ip_list: [cidr('300.0.0.1', 8)] }] })],
  request: get('/'),
});
save('ip-tagging-none', 'Without tags the filter is refused.', { filters: [tagging({})], request: get('/') });

const state = (values, more = {}) =>
  http('set_filter_state', 'set_filter_state.v3.Config', {
    on_request_headers: values.map(([object_key, text, rest = {}]) => ({
      object_key,
      format_string: { text_format_source: { inline_string: text } },
      ...rest,
    })),
    ...more,
  });
const string = { factory_key: 'envoy.string' };
const showState = (...names) => show(names.map((name, i) => [`x-state-${i}`, `%FILTER_STATE(${name}:PLAIN)%`]));
save('set-filter-state', 'Objects from formats: texts, numbers, addresses, empty values.', {
  filters: [
    state([
      ['a', '%REQ(x-a)%', string],
      ['b', 'at %REQ(:path)%', string],
      [
        'empty',
        '%REQ(x-none)%',
        {
          ...string,
          skip_if_empty: true,
          format_string: { omit_empty_values: true, text_format_source: { inline_string: '%REQ(x-none)%' } },
        },
      ],
      ['dash', '%REQ(x-none)%', string],
      ['envoy.network.upstream_server_name', 'sni.example'],
      ['number', '%REQ(x-number)%', { factory_key: 'envoy.ratelimit.hits_addend' }],
      ['a2', '%FILTER_STATE(a:PLAIN)%', string],
    ]),
    showState('a', 'b', 'empty', 'dash', 'envoy.network.upstream_server_name', 'number', 'a2'),
  ],
  request: [
    get('/p', [
      ['x-a', 'value'],
      ['x-number', '12'],
    ]),
    get('/q', [['x-number', 'many']]),
  ],
});
const stateRoute = (values, more = {}) => {
  const { typed_config } = state(values, more);
  return { typed_per_filter_config: { 'envoy.filters.http.set_filter_state': typed_config } };
};
save('set-filter-state-routes', 'Route, virtual host and filter each set theirs; the most specific is last.', {
  filters: [
    state([
      ['a', 'filter', string],
      ['b', 'filter', string],
    ]),
    showState('a', 'b', 'c'),
  ],
  routes: routes(
    [
      [
        'own',
        '/own',
        stateRoute([
          ['a', 'route', string],
          ['c', 'route', string],
        ]),
      ],
      ['rest', '/'],
    ],
    stateRoute([['a', 'host', string]]),
  ),
  request: [get('/own'), get('/')],
});
save('set-filter-state-route-again', 'The route is chosen again when the state is set.', {
  filters: [state([['a', 'x', string]], { clear_route_cache: true }), showState('a')],
  request: get('/'),
});
save('set-filter-state-unknown', 'An object without a factory is refused.', { filters: [state([['a', 'x']])], request: get('/') });
save('set-filter-state-with-wasm', 'A plugin reads the state.', {
  filters: [state([['wasm.x', 'seen', string]]), wasm('hello-headers', { request: { set: { 'x-hello': 'wasm' } } }), showState('wasm.x')],
  request: get('/'),
});

const json = (rules, more = {}, response) =>
  http('json_to_metadata', 'json_to_metadata.v3.JsonToMetadata', {
    ...(rules === undefined ? {} : { request_rules: { rules, ...more } }),
    ...(response === undefined ? {} : { response_rules: response }),
  });
const rule = (path, present, more = {}) => ({
  selectors: path.split('.').map((key) => ({ key })),
  ...(present === undefined ? {} : { on_present: { metadata_namespace: 'm', ...present } }),
  ...more,
});
const missing = (key, value = 'missing') => ({ on_missing: { metadata_namespace: 'm', key, value } });
const error = (key, value = 'error') => ({ on_error: { metadata_namespace: 'm', key, value } });
const showMetadata = (...keys) =>
  show([['x-m', '%DYNAMIC_METADATA(m)%'], ...keys.map((key) => [`x-${key}`, `%DYNAMIC_METADATA(m:${key})%`])]);
const jsonStats = { stats: ['json_to_metadata'] };
const bodies = [
  post({ a: 'text', n: 12.5, b: true, deep: { x: { y: 'z' } } }),
  post({ a: 5, n: '7', b: false, deep: 1 }),
  post({ a: '', n: 'many', b: null, deep: { x: [1] } }),
  post({ a: 1.25, n: 12_345_678_901, b: [1], deep: { x: { y: { k: 1 } } } }),
  post({ a: 'é', n: true, b: { x: 1 }, deep: { x: null } }),
  post([1, 2]),
  post('"text"'),
  post('{"a": '),
  post(''),
  post(undefined, { body: undefined }),
  post(
    { a: 1 },
    {
      headers: [
        [':method', 'POST'],
        ['content-type', 'application/json; charset=utf-8'],
      ],
    },
  ),
  post({ a: 1 }, { headers: [[':method', 'POST']] }),
  post(undefined, { body: undefined, bodyChunks: ['{"a": "in ', 'pieces"', '}'], trailers: [['t', '1']] }),
];
const conversions = ['PROTOBUF_VALUE', 'STRING', 'NUMBER'];
for (const type of conversions) {
  save(`json-to-metadata-${type.toLowerCase().replace('_', '-')}`, `Values of all kinds as ${type}.`, {
    ...jsonStats,
    filters: [
      json(
        ['a', 'n', 'b', 'deep.x.y'].map((path) =>
          rule(path, { key: path.replaceAll('.', '-'), type }, { ...missing(path), ...error(path) }),
        ),
      ),
      showMetadata(),
    ],
    request: bodies,
  });
}
save('json-to-metadata-fixed', 'A value of its own, no namespace, a value that is there already.', {
  filters: [
    http('set_metadata', 'set_metadata.v3.Config', { metadata: [{ metadata_namespace: 'm', value: { kept: 'old', lost: 'old' } }] }),
    json([
      rule('a', { key: 'fixed', value: 'yes' }, missing('fixed', { struct: [1, 'x'] })),
      rule('a', { key: 'kept', preserve_existing_metadata_value: true }),
      rule('a', { key: 'lost' }),
      { selectors: [{ key: 'a' }], on_present: { key: 'plain' } },
      { selectors: [{ key: 'b' }], ...missing('no-present') },
    ]),
    showMetadata(),
    show([['x-own', '%DYNAMIC_METADATA(envoy.filters.http.json_to_metadata)%']]),
  ],
  request: [post({ a: 'v', b: 1 }), post({ c: 1 })],
});
save('json-to-metadata-content-types', 'Content types by list and by expression, and none.', {
  ...jsonStats,
  filters: [
    json([rule('a', { key: 'a' }, missing('a'))], {
      allow_content_types: ['text/json'],
      allow_content_types_regex: { regex: 'application/.*json' },
      allow_empty_content_type: true,
    }),
    showMetadata(),
  ],
  request: ['text/json', 'application/x-json', 'application/json', 'text/plain', undefined].map((type) => ({
    headers: [[':method', 'POST'], ...(type === undefined ? [] : [['content-type', type]])],
    body: '{"a":1}',
  })),
});
save('json-to-metadata-response', 'Bodies of answers are read too.', {
  ...jsonStats,
  filters: [
    show([], [['x-m', '%DYNAMIC_METADATA(m)%']]),
    json(undefined, {}, { rules: [rule('a', { key: 'a' }, { ...missing('a'), ...error('a') })] }),
  ],
  steps: [
    { body: '{"a":[1]}' },
    { body: '{"a":"x"}' },
    { bodyChunks: ['{"a"', ':2}'], trailers: [['t', '1']] },
    { body: 'x' },
    { status: 204 },
    { headers: [['content-type', 'text/plain']], body: '{"a":1}' },
  ].map((upstream) => ({ request: get('/'), upstream: { status: 200, headers: [['content-type', 'application/json']], ...upstream } })),
});
save('json-to-metadata-refused', 'A rule without anything to do is refused.', {
  filters: [json([{ selectors: [{ key: 'a' }] }])],
  request: get('/'),
});
save('json-to-metadata-missing-empty', 'A rule for missing values needs a value.', {
  filters: [json([{ selectors: [{ key: 'a' }], on_missing: { key: 'a' } }])],
  request: get('/'),
});
save('json-to-metadata-with-others', 'Metadata from a body reaches a plugin, and a filter that routes by it.', {
  filters: [
    json([rule('user', { key: 'user' })]),
    show([['x-user', '%DYNAMIC_METADATA(m:user)%']]),
    wasm('hello-headers', { request: { set: { 'x-hello': 'wasm' } } }),
  ],
  request: post({ user: 'ann' }),
});
