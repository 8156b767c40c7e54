/** ext_authz: services by HTTP and gRPC, headers, bodies, failures, routes. */
import { anyAddress, get, http, perRoute, routes, scenario, show, wasm } from './lab.mjs';
import { grpcAnswer, message, struct } from './protobuf.mjs';

export const scenarios = [];
const auth = (config) => http('ext_authz', 'ext_authz.v3.ExtAuthz', { transport_api_version: 'V3', ...config });
const byHttp = (more = {}) => ({
  http_service: { server_uri: { uri: 'http://auth.local/ignored', cluster: 'auth', timeout: '0.5s' }, ...more },
});
const byGrpc = (more = {}) => ({ grpc_service: { envoy_grpc: { cluster_name: 'auth' }, timeout: '0.5s', ...more } });
const exact = (...names) => ({ patterns: names.map((name) => ({ exact: name })) });
const answer = {
  status: 200,
  headers: [
    ['x-up', 'upstream'],
    ['x-both', 'upstream'],
  ],
};
// The order of headers in a check is that of a hash map; requests by gRPC hold ports, a time and a random id.
const save = (name, description, input) =>
  scenarios.push(scenario(`ext-authz-${name}`, description, { upstream: answer, normalise: [{ sort: 'callouts' }], ...input }));
const volatile = { strike: ['1.1.1.1.3', '1.2.1.1.3', '1.4.1', '1.4.2.1'], sort: ['1.4.2.3'] };
const saveGrpc = (name, description, input) =>
  save(`grpc-${name}`, description, { normalise: [{ sort: 'callouts' }, { grpc: volatile }, anyAddress], ...input });

const sent = [
  ['x-a', '1'],
  ['x-b', '2'],
  ['x-a', '3'],
  ['cookie', 'c=1'],
  ['authorization', 'token t'],
  ['x-secret', 's'],
  ['user-agent', 'u'],
  ['x-envoy-auth-partial-body', 'forged'],
];
save(
  'http-request',
  'What an HTTP service is asked: the few headers of the default, with a prefix, another path, headers added from formats.',
  {
    filters: [
      auth(
        byHttp({
          path_prefix: '/check',
          authorization_request: {
            headers_to_add: [
              { key: 'X-Added', value: 'yes' },
              { key: 'x-path', value: '%REQ(:path)% %REQ(x-none)%' },
              { key: 'authorization', value: 'other' },
            ],
          },
        }),
      ),
    ],
    clusters: { auth: { status: 200 } },
    request: [
      get('/a?b=1', sent),
      get('/', sent, { body: 'abc' }),
      {
        headers: [
          [':method', 'POST'],
          [':path', '/'],
          ['content-length', '3'],
        ],
        body: 'abc',
      },
    ],
  },
);
save('http-path-override', 'One path for all checks.', {
  filters: [auth(byHttp({ path_override: '/fixed' }))],
  clusters: { auth: { status: 200 } },
  request: get('/a?b=1'),
});
save('http-headers-allowed', 'Headers chosen for the check: allowed and disallowed ones.', {
  filters: [
    auth({
      ...byHttp(),
      allowed_headers: { patterns: [{ prefix: 'x-' }, { exact: 'Cookie', ignore_case: true }] },
      disallowed_headers: exact('x-secret', 'authorization'),
    }),
  ],
  clusters: { auth: { status: 200 } },
  request: get('/a', sent),
});
save(
  'http-ok-headers',
  'Headers of an OK go upstream and to the client as allowed: set, appended, to the client, into metadata, and a list of headers to remove.',
  {
    filters: [
      auth(
        byHttp({
          authorization_response: {
            allowed_upstream_headers: { patterns: [{ prefix: 'x-set' }, { exact: 'x-b' }] },
            allowed_upstream_headers_to_append: exact('x-a', 'x-missing'),
            allowed_client_headers_on_success: exact('x-client', 'x-both'),
            dynamic_metadata_from_headers: { patterns: [{ prefix: 'x-meta' }] },
          },
        }),
      ),
      show([['x-shown', '%DYNAMIC_METADATA(envoy.filters.http.ext_authz)%']]),
    ],
    clusters: {
      auth: {
        status: 200,
        headers: [
          ['x-set-1', 'a'],
          ['x-set-1', 'b'],
          ['x-b', 'new'],
          ['x-a', 'more'],
          ['x-missing', 'm'],
          ['x-client', 'c'],
          ['x-both', 'auth'],
          ['x-meta-1', 'm1'],
          ['x-other', 'o'],
          ['x-envoy-auth-headers-to-remove', 'x-gone, cookie,:path,Host'],
        ],
        body: 'ignored',
      },
    },
    normalise: [{ sort: 'callouts' }, { pattern: '"ext_authz_duration":\\d+', replace: '"ext_authz_duration":0' }],
    request: get('/a', [...sent, ['x-gone', '1']]),
  },
);
const denied = {
  status: 401,
  headers: [
    ['www-authenticate', 'Basic'],
    ['set-cookie', 'a=1'],
    ['set-cookie', 'b=2'],
    ['x-reason', 'no'],
    ['content-type', 'text/html'],
    ['location', '/login'],
    ['x-both', 'auth'],
  ],
  body: '<b>no</b>',
};
save('http-denied', 'A denial with its headers and body; only what clients may see; cut to a length.', {
  filters: [{ ...auth(byHttp()), name: 'all' }],
  clusters: { auth: denied },
  steps: [
    { request: get('/') },
    { request: { headers: [[':method', 'HEAD']] } },
    { request: get('/', [['content-type', 'application/grpc']]) },
    ...[302, 404, 429, 204].map((status) => ({ request: get('/'), clusters: { auth: { ...denied, status } } })),
    { request: get('/'), clusters: { auth: { status: 403 } } },
  ],
});
save(
  'http-denied-selected',
  'Of a denial only chosen headers, and the first bytes of its body, reach the client; the answer runs through other filters.',
  {
    filters: [
      show([], [['x-before', '1']]),
      auth({
        ...byHttp({
          authorization_response: {
            allowed_client_headers: { patterns: [{ prefix: 'X-REASON', ignore_case: true }, { exact: 'set-cookie' }] },
          },
        }),
        max_denied_response_body_bytes: 4,
      }),
    ],
    clusters: { auth: denied },
    request: get('/'),
  },
);
const failing = [
  { status: 500 },
  { status: 503, body: 'x' },
  { hang: true },
  { reset: true },
  { unreachable: true },
  { status: 200, bodyChunks: ['a', 'b'], resetAfterBody: true },
];
const failSteps = (list) =>
  list
    .filter((auth2) => auth2.unreachable === undefined)
    .map((cluster) => ({ request: get('/', [['x-a', '1']]), clusters: { auth: cluster } }));
for (const [name, more] of [
  ['refused', {}],
  ['status', { status_on_error: { code: 'ServiceUnavailable' } }],
  ['allowed', { failure_mode_allow: true, failure_mode_allow_header_add: true }],
  ['allowed-silently', { failure_mode_allow: true }],
]) {
  save(`http-failure-${name}`, `A service that fails in every way: ${name}.`, {
    filters: [auth({ ...byHttp(), ...more })],
    clusters: { auth: { status: 200 } },
    steps: failSteps(failing),
  });
  saveGrpc(`failure-${name}`, `The same by gRPC: ${name}.`, {
    filters: [auth({ ...byGrpc(), ...more })],
    clusters: { auth: { status: 200 } },
    steps: failSteps([
      ...failing,
      {
        status: 200,
        headers: [
          ['content-type', 'application/grpc'],
          ['grpc-status', '7'],
          ['grpc-message', 'no'],
        ],
      },
      grpcAnswer(Buffer.from([255, 255])),
      { status: 200, headers: [['content-type', 'application/grpc']], trailers: [['grpc-status', '0']] },
      { status: 200, headers: [['content-type', 'text/plain']], body: 'no gRPC at all' },
    ]),
  });
}
save('http-no-host', 'A service without hosts, one that refuses connections.', {
  filters: [auth(byHttp())],
  clusters: { auth: { noHosts: true } },
  request: get('/'),
});
save('http-unreachable', 'A service that refuses connections.', {
  filters: [auth(byHttp())],
  clusters: { auth: { unreachable: true } },
  request: get('/'),
});
const bodies = [
  { body: 'abc' },
  { body: '0123456789' },
  { body: '0123456789abcdef' },
  { bodyChunks: ['0123', '4567', '89ab', 'cdef'] },
  { bodyChunks: ['0123', '45'], trailers: [['x-t', '1']] },
  {},
];
for (const [name, options] of [
  ['whole', { max_request_bytes: 10 }],
  ['partial', { max_request_bytes: 10, allow_partial_message: true }],
])
  save(`http-body-${name}`, `The body goes along with the check: ${name}.`, {
    filters: [auth({ ...byHttp(), with_request_body: options })],
    clusters: { auth: { status: 200 } },
    request: bodies.map((more) => get('/b', [], more)),
    upstream: { echo: true },
  });
save('switched', 'Switched off by share and by metadata; denied where it is off.', {
  filters: [
    http('header_to_metadata', 'header_to_metadata.v3.Config', {
      request_rules: [{ header: 'x-check', on_header_present: { metadata_namespace: 'lab', key: 'check', type: 'STRING' } }],
    }),
    {
      ...auth({
        ...byHttp(),
        filter_enabled_metadata: { filter: 'lab', path: [{ key: 'check' }], value: { string_match: { exact: 'yes' } } },
        deny_at_disable: { runtime_key: 'x', default_value: false },
      }),
      name: 'by-metadata',
    },
  ],
  clusters: { auth: { status: 403 } },
  request: [get('/'), get('/', [['x-check', 'yes']]), get('/', [['x-check', 'no']])],
});
save('switched-off-denied', 'A filter that is never on and denies then.', {
  filters: [
    auth({
      ...byHttp(),
      filter_enabled: { default_value: { numerator: 0 } },
      deny_at_disable: { runtime_key: 'x', default_value: true },
      status_on_error: { code: 'TooManyRequests' },
    }),
  ],
  clusters: { auth: { status: 200 } },
  request: get('/'),
});
const per = (config) => perRoute('ext_authz', 'ext_authz.v3.ExtAuthzPerRoute', config);
save('per-route', 'Routes that switch the check off, ask another service, or leave the body out.', {
  filters: [auth({ ...byHttp(), with_request_body: { max_request_bytes: 100 } })],
  routes: routes([
    ['off', '/off', per({ disabled: true })],
    [
      'other',
      '/other',
      per({ check_settings: byHttp({ server_uri: { uri: 'http://x', cluster: 'second', timeout: '1s' }, path_prefix: '/second' }) }),
    ],
    ['nobody', '/nobody', per({ check_settings: { disable_request_body_buffering: true } })],
    ['short', '/short', per({ check_settings: { with_request_body: { max_request_bytes: 2, allow_partial_message: true } } })],
    ['rest', '/'],
  ]),
  clusters: { auth: { status: 200 }, second: { status: 200 } },
  request: ['/off', '/other', '/nobody', '/short', '/'].map((path) => get(path, [], { body: 'abcd' })).concat([get('/none')]),
});
save('route-again', 'clear_route_cache: headers of the answer choose another route; with a list of headers that count.', {
  filters: [
    {
      ...auth({
        ...byHttp({ authorization_response: { allowed_upstream_headers: { patterns: [{ prefix: 'x-' }] } } }),
        clear_route_cache: true,
        clear_route_cache_headers: ['x-to'],
      }),
      name: 'first',
    },
  ],
  routes: routes([
    [
      'b',
      { prefix: '/', headers: [{ name: 'x-to', string_match: { exact: 'b' } }] },
      { direct_response: { status: 200, body: { inline_string: 'b' } } },
    ],
    [
      'c',
      { prefix: '/', headers: [{ name: 'x-other', string_match: { exact: 'c' } }] },
      { direct_response: { status: 200, body: { inline_string: 'c' } } },
    ],
    ['a', '/'],
  ]),
  clusters: { auth: { status: 200 } },
  steps: [
    ['x-to', 'b'],
    ['x-other', 'c'],
  ].map((header) => ({ request: get('/'), clusters: { auth: { status: 200, headers: [header] } } })),
});
save('validate', 'validate_mutations refuses answers with illegal names and values; mutation rules ignore or refuse.', {
  filters: [
    auth({
      ...byHttp({ authorization_response: { allowed_upstream_headers: { patterns: [{ prefix: 'x-' }, { prefix: 'c' }] } } }),
      validate_mutations: true,
      decoder_header_mutation_rules: { disallow_expression: { regex: 'x-no.*' }, disallow_all: false },
    }),
  ],
  clusters: {
    auth: {
      status: 200,
      headers: [
        ['x-yes', '1'],
        ['x-no', '1'],
        ['x-envoy-thing', '1'],
        ['content-length', '0'],
      ],
    },
  },
  request: get('/', [['x-no', '0']]),
});
save('stats', 'Statistics of the filter and of the cluster of the route.', {
  filters: [auth({ ...byHttp(), stat_prefix: 'p' })],
  clusters: { auth: { status: 200 } },
  steps: [
    { request: get('/') },
    { request: get('/'), clusters: { auth: { status: 403 } } },
    { request: get('/'), clusters: { auth: { status: 500 } } },
  ],
  stats: ['http.lab.ext_authz', 'cluster.upstream.ext_authz'],
});
save('with-wasm', 'Between two plugins: the first one rewrites the path that is checked, the second one sees what the service set.', {
  filters: [
    wasm('regex-replace', { pattern: 'banana/([0-9]*)', replacement: 'status/$1' }),
    auth(byHttp({ authorization_response: { allowed_upstream_headers: exact('x-user') } })),
    wasm('hello-headers', { request: { set: { 'x-hello': 'wasm' } } }),
  ],
  clusters: { auth: { status: 200, headers: [['x-user', 'ann']] } },
  request: [get('/banana/404'), get('/banana/500')],
  upstream: { echo: true },
});

// By gRPC
const option = (name, value, action, append) =>
  message([
    [
      1,
      message([
        [1, name],
        [2, value],
      ]),
    ],
    ...(append === undefined ? [] : [[2, message(append ? [[1, true]] : [])]]),
    ...(action === undefined ? [] : [[3, BigInt(action)]]),
  ]);
const ok = (fields, more = []) => grpcAnswer(message([[1, message([])], [3, message(fields)], ...more]));
const deny = (fields, code = 7n, more = []) => grpcAnswer(message([[1, message([[1, code]])], [2, message(fields)], ...more]));
const grpcSteps = (list, headers = sent) =>
  list.map((cluster) => ({ request: get('/a?x=1&y=2&x=3', headers), clusters: { auth: cluster } }));
const actions = [
  option('x-plain', 'p'),
  option('x-add', 'a', 0),
  option('x-a', 'add', 0),
  option('x-absent', 'n', 1),
  option('x-b', 'absent', 1),
  option('x-over', 'o', 2),
  option('x-secret', 'over', 2),
  option('x-if', 'i', 3),
  option('cookie', 'if=1', 3),
  option('x-old-append', 'oa', undefined, true),
  option('x-a', 'old', undefined, true),
  option('x-old-set', 'os', undefined, false),
  option('x-b', 'old', undefined, false),
  option('X-Upper', 'u'),
];
saveGrpc('ok-headers', 'Headers of an OK with every way of appending, in the request and in the response; removal; parameters.', {
  filters: [auth(byGrpc())],
  clusters: { auth: { status: 200 } },
  steps: grpcSteps([
    ok(actions.map((item) => [2, item])),
    ok(
      [
        option('x-up', 'add', 0),
        option('x-new', 'n', 1),
        option('x-both', 'absent', 1),
        option('x-up', 'over', 2),
        option('x-fresh', 'f', 3),
        option('x-both', 'if', 3),
        option('x-last', 'old', undefined, true),
        option('x-up', 'old', undefined, false),
      ].map((item) => [6, item]),
    ),
    ok([
      [5, 'x-a'],
      [5, 'X-B'],
      [5, ':path'],
      [5, 'host'],
      [5, 'none'],
    ]),
    ok([
      [
        7,
        message([
          [1, 'x'],
          [2, 'set'],
        ]),
      ],
      [
        7,
        message([
          [1, 'z'],
          [2, 'new'],
        ]),
      ],
      [8, 'y'],
    ]),
    ok([[2, option('x-a', 'bad', 9)]]),
    grpcAnswer(Buffer.alloc(0)),
    grpcAnswer(message([[1, message([])]])),
  ]),
});
saveGrpc('validate', 'The same answers where they are validated.', {
  filters: [auth({ ...byGrpc(), validate_mutations: true })],
  clusters: { auth: { status: 200 } },
  steps: grpcSteps([
    ok([[2, option('x a', 'b', 2)]]),
    ok([[2, option('x-a', 'line\nbreak', 2)]]),
    ok([[6, option('x a', 'b')]]),
    ok([
      [5, 'x a'],
      [5, 'x-b'],
    ]),
    ok([
      [
        7,
        message([
          [1, 'x'],
          [2, 'a b'],
        ]),
      ],
    ]),
    ok([
      [
        7,
        message([
          [1, 'x'],
          [2, 'a%20b'],
        ]),
      ],
    ]),
    ok([[2, option('x-a', 'bad', 9)]]),
    deny([[2, option('x a', 'b')]]),
  ]),
});
saveGrpc('denied', 'Denials: code, headers, body, the default; a denial without any of these.', {
  filters: [auth(byGrpc())],
  clusters: { auth: { status: 200 } },
  steps: grpcSteps([
    deny([]),
    deny([
      [1, message([[1, 429n]])],
      [2, option('x-reason', 'no')],
      [2, option('set-cookie', 'a=1')],
      [2, option('set-cookie', 'b=2', 0)],
      [2, option('content-type', 'text/html')],
      [3, '<b>no</b>'],
    ]),
    grpcAnswer(
      message([
        [
          1,
          message([
            [1, 16n],
            [2, 'unauthenticated'],
          ]),
        ],
      ]),
    ),
    deny([[3, 'body alone']], 5n),
    grpcAnswer(
      message([
        [1, message([[1, 7n]])],
        [
          5,
          message([
            [1, message([[1, 502n]])],
            [2, option('x-error', 'e')],
            [3, 'error body'],
          ]),
        ],
      ]),
    ),
    grpcAnswer(
      message([
        [1, message([[1, 7n]])],
        [5, message([])],
      ]),
    ),
  ]),
});
saveGrpc('metadata', 'Metadata of the answer, of an OK and of a denial; ignored when the filter says so.', {
  filters: [
    { ...auth({ ...byGrpc() }), name: 'taken' },
    show(
      [['x-shown', '%DYNAMIC_METADATA(envoy.filters.http.ext_authz:user)% %DYNAMIC_METADATA(envoy.filters.http.ext_authz:list)%']],
      [['x-shown', '%DYNAMIC_METADATA(envoy.filters.http.ext_authz:user)%']],
    ),
  ],
  clusters: { auth: { status: 200 } },
  steps: grpcSteps([
    ok([], [[4, struct({ user: 'ann', list: [1, true, null, { a: 'b' }] })]]),
    deny([], 7n, [[4, struct({ user: 'nobody' })]]),
    ok([[3, struct({ user: 'old field' })]], [[4, struct({ user: 'new' })]]),
  ]),
});
saveGrpc('metadata-ignored', 'The filter takes no metadata.', {
  filters: [
    auth({ ...byGrpc(), enable_dynamic_metadata_ingestion: false }),
    show([['x-shown', '%DYNAMIC_METADATA(envoy.filters.http.ext_authz:user)%']]),
  ],
  clusters: { auth: ok([], [[4, struct({ user: 'ann' })]]) },
  request: get('/'),
  stats: ['http.lab.ext_authz.ignored'],
});
saveGrpc('rules', 'Mutation rules: what may be set, appended, removed; and an answer that is refused for breaking them.', {
  filters: [
    auth({
      ...byGrpc(),
      decoder_header_mutation_rules: { allow_expression: { regex: 'x-envoy-yes' }, disallow_expression: { regex: 'x-no.*' } },
    }),
  ],
  clusters: { auth: { status: 200 } },
  steps: grpcSteps([
    ok([
      [2, option('x-no-1', '1', 2)],
      [2, option('x-envoy-yes', '1', 2)],
      [2, option('x-envoy-other', '1', 2)],
      [2, option(':path', '/stolen', 2)],
      [2, option('host', 'stolen', 2)],
      [2, option('x-fine', '1', 2)],
      [5, ':method'],
      [5, 'x-a'],
      [5, 'x-no-2'],
    ]),
  ]),
});
saveGrpc('rules-error', 'Rules that make a forbidden change an error.', {
  filters: [auth({ ...byGrpc(), decoder_header_mutation_rules: { disallow_is_error: { value: true } } })],
  clusters: { auth: { status: 200 } },
  steps: grpcSteps([
    ok([[2, option('x-fine', '1', 2)]]),
    ok([[2, option(':path', '/stolen', 2)]]),
    ok([[5, ':method']]),
    ok([[2, option('x-envoy-a', '1', 2)]]),
  ]),
});
saveGrpc('rules-routing', 'Rules that allow everything.', {
  filters: [auth({ ...byGrpc(), decoder_header_mutation_rules: { allow_all_routing: { value: true }, allow_envoy: { value: true } } })],
  clusters: { auth: { status: 200 } },
  steps: grpcSteps([
    ok([
      [2, option(':path', '/new', 2)],
      [2, option('x-envoy-a', '1', 2)],
      [2, option(':scheme', 'ftp', 2)],
      [2, option(':authority', 'a b', 2)],
    ]),
  ]),
});
saveGrpc('shadow', 'shadow_mode: nothing is refused.', {
  filters: [auth({ ...byGrpc(), shadow_mode: true })],
  clusters: { auth: { status: 200 } },
  steps: [
    ...grpcSteps([deny([[2, option('x-reason', 'no')]]), ok([[2, option('x-fine', '1', 2)]])]),
    { request: get('/'), clusters: { auth: { reset: true } } },
  ],
  stats: ['http.lab.ext_authz.'],
});
