/** What the connection manager does with requests and answers before and behind all filters. */
import { http as guest } from '../host/dsl.mjs';
import { any, get, http, routes, scenario } from '../native/lab.mjs';

const to = (route) => ({ route: { cluster: 'upstream', ...route } });
const manager = (name, description, connectionManager, input) =>
  scenario(`manager-${name}`, description, { filters: [], connectionManager, ...input });
const head = (...headers) => ({ headers });
const atPath = (...list) => list.map((path) => get(path));
const code = (op, value, key = 'x') => ({ status_code_filter: { comparison: { op, value: { default_value: value, runtime_key: key } } } });
const replies = routes([
  ['404', '/404', { direct_response: { status: 404, body: { inline_string: 'plain' } } }],
  ['500', '/500', { direct_response: { status: 500, body: { inline_string: 'broken' } } }],
  ['503', '/nowhere', { route: { cluster: 'gone' } }],
  ['empty', '/empty', { direct_response: { status: 429 } }],
  [
    'header',
    '/header',
    {
      direct_response: { status: 400, body: { inline_string: 'with header' } },
      response_headers_to_add: [{ header: { key: 'content-type', value: 'text/html' } }],
    },
  ],
  ['upstream', '/up'],
]);
const requests = [
  ...atPath('/404?q=1', '/500', '/nowhere', '/empty', '/header', '/up', '/none'),
  get('/404', [['content-type', 'application/grpc']]),
  get('/500', [['content-type', 'application/grpc']]),
  head([':method', 'HEAD'], [':path', '/404']),
];
const reply = (name, description, local_reply_config) =>
  manager(
    `reply-${name}`,
    description,
    { local_reply_config },
    {
      clusters: { gone: { noHosts: true } },
      upstream: { status: 503, body: 'from the upstream' },
      routes: replies,
      request: requests,
    },
  );

const addresses = [
  [],
  [['x-forwarded-for', '203.0.113.7']],
  [['x-forwarded-for', '203.0.113.7, 10.0.0.9']],
  [['x-forwarded-for', '10.0.0.9']],
  [['x-forwarded-for', 'unknown']],
  [['x-forwarded-for', '203.0.113.7,198.51.100.3 , 2001:db8::1']],
  [['x-forwarded-proto', 'https']],
  [['x-forwarded-proto', 'gopher']],
  [
    ['x-forwarded-host', 'a.example'],
    ['x-forwarded-port', '8443'],
  ],
  [
    ['x-envoy-internal', 'true'],
    ['x-envoy-external-address', '1.2.3.4'],
    ['x-envoy-retry-on', '5xx'],
    ['x-envoy-upstream-rq-timeout-ms', '2000'],
    ['x-envoy-expected-rq-timeout-ms', '1'],
    ['x-envoy-decorator-operation', 'o'],
    ['x-envoy-ip-tags', 't'],
    ['x-envoy-original-path', '/o'],
    ['x-envoy-force-trace', '1'],
    ['x-envoy-downstream-service-cluster', 'c'],
  ],
].map((headers) => get('/', headers));
// Envoy adds the address of the machine it runs on.
const ownAddress = { pattern: '(^|,)(?!127\\.|203\\.|198\\.|10\\.0\\.0\\.9)\\d+(\\.\\d+){3}$', replace: '$1{address}' };
const from = (name, description, connectionManager) =>
  manager(`address-${name}`, description, connectionManager, { normalise: [ownAddress], upstream: { status: 200 }, request: addresses });

const escapes = ['/a%2Fb', '/a%2fb/c', '/a%5Cb', '/a%5c', '/a\\b', '/a%2F..%2Fb', '/plain', '/a?x=%2F'];
const dots = [
  '/a/../b',
  '/a/./b',
  '/../a',
  '/a//b',
  '//a',
  '/a/..//b',
  '/%41%2e%2e/b',
  '/a%2E%2E',
  '/a/%2e%2e/b',
  '/a?x=/../y',
  '/a;b/../c',
  '/a%zz',
  '/a%',
  '/ä',
  '/a/.',
  '/a/..',
  '/%00',
  '/a%20b',
  '/A/../B?q#f',
];

export const scenarios = [
  reply('format-text', 'A text for all local replies.', {
    body_format: { text_format_source: { inline_string: '%RESPONSE_CODE% %LOCAL_REPLY_BODY% at %REQ(:path)%\n' } },
  }),
  reply('format-json', 'JSON for all local replies; in grpc-message without the line break at its end.', {
    body_format: {
      json_format: {
        z: '%RESPONSE_CODE%',
        a: '%LOCAL_REPLY_BODY%',
        nested: {
          path: '%REQ(:path)%',
          none: '%REQ(none)%',
          two: '%RESPONSE_CODE%-%PROTOCOL%',
          number: 5,
          flag: true,
          list: ['%RESPONSE_FLAGS%', 'x'],
        },
      },
    },
  }),
  reply('format-type', 'A content type of its own.', {
    body_format: { text_format_source: { inline_string: '<b>%LOCAL_REPLY_BODY%</b>' }, content_type: 'text/html; charset=UTF-8' },
  }),
  reply('format-empty', 'A format that gives nothing.', {
    body_format: { text_format_source: { inline_string: '%REQ(none)%' }, omit_empty_values: true },
  }),
  reply('mappers', 'Mappers: the first that fits changes code, body, headers and format.', {
    mappers: [
      {
        filter: code('EQ', 404),
        status_code: 410,
        body: { inline_string: 'gone' },
        headers_to_add: [{ header: { key: 'x-map', value: '%RESPONSE_CODE% %REQ(:path)%' } }],
      },
      { filter: code('GE', 503), body_format_override: { json_format: { m: '%LOCAL_REPLY_BODY%', c: '%RESPONSE_CODE%' } } },
      { filter: code('LE', 429), status_code: 200 },
      {
        filter: code('EQ', 500),
        body_format_override: { text_format_source: { inline_string: '%LOCAL_REPLY_BODY%!' } },
        headers_to_add: [{ header: { key: 'content-type', value: 'text/x' }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' }],
      },
    ],
    body_format: { text_format_source: { inline_string: 'general %RESPONSE_CODE% %LOCAL_REPLY_BODY%' } },
  }),
  reply('mapper-filters', 'Everything a mapper may ask.', {
    mappers: [
      { filter: { response_flag_filter: { flags: ['UH'] } }, status_code: 521 },
      { filter: { header_filter: { header: { name: ':path', string_match: { prefix: '/500' } } } }, status_code: 522 },
      { filter: { and_filter: { filters: [code('EQ', 400), { not_health_check_filter: {} }] } }, status_code: 523 },
      { filter: { or_filter: { filters: [{ response_flag_filter: { flags: ['NR'] } }, code('EQ', 999)] } }, status_code: 524 },
      { filter: { and_filter: { filters: [{ traceable_filter: {} }, code('GE', 100)] } }, status_code: 525 },
      { filter: { grpc_status_filter: { statuses: ['UNIMPLEMENTED'] } }, status_code: 526 },
      { filter: { duration_filter: { comparison: { op: 'LE', value: { default_value: 100000, runtime_key: 'x' } } } }, status_code: 527 },
    ],
  }),
  reply('mapper-flag-any', 'A flag filter without flags.', { mappers: [{ filter: { response_flag_filter: {} }, status_code: 520 }] }),
  manager(
    'reply-of-filters',
    'Replies of filters, and of what is wrong with the request itself, are formatted too.',
    {
      normalize_path: true,
      path_with_escaped_slashes_action: 'REJECT_REQUEST',
      local_reply_config: {
        body_format: {
          json_format: {
            code: '%RESPONSE_CODE%',
            details: '%RESPONSE_CODE_DETAILS%',
            body: '%LOCAL_REPLY_BODY%',
            route: '%ROUTE_NAME%',
            flags: '%RESPONSE_FLAGS%',
          },
        },
      },
    },
    {
      filters: [
        http('rbac', 'rbac.v3.RBAC', {
          rules: {
            action: 'DENY',
            policies: { p: { permissions: [{ url_path: { path: { prefix: '/rbac' } } }], principals: [{ any: true }] } },
          },
        }),
        http('fault', 'fault.v3.HTTPFault', {
          abort: { http_status: 418, percentage: { numerator: 100 } },
          headers: [{ name: 'x-fault', present_match: true }],
        }),
        guest('[request_headers path=/guest]\nsend_local_response 403 "" sorry "" -1'),
      ],
      upstream: { reset: true },
      request: [...atPath('/rbac', '/a%2Fb', '/'), get('/', [['x-fault', '1']])],
    },
  ),
  manager(
    'server-header',
    'server_header_transformation: overwritten.',
    { server_header_transformation: 'OVERWRITE', server_name: 'mine' },
    {
      routes: routes([
        ['direct', '/direct', { direct_response: { status: 200 } }],
        ['up', '/'],
      ]),
      upstream: { status: 200, headers: [['server', 'theirs']] },
      request: atPath('/direct', '/'),
    },
  ),
  manager(
    'server-header-absent',
    'server_header_transformation: only where there is none.',
    { server_header_transformation: 'APPEND_IF_ABSENT' },
    {
      steps: [
        { request: get('/'), upstream: { status: 200, headers: [['server', 'theirs']] } },
        { request: get('/'), upstream: { status: 200 } },
      ],
    },
  ),
  manager(
    'via',
    'via is added in both directions.',
    { via: '1.1 here' },
    {
      upstream: { status: 200, headers: [['via', '1.0 there']] },
      request: [get('/'), get('/', [['via', '1.0 before']])],
    },
  ),
  manager('paths-plain', 'Paths as they come.', {}, { request: atPath(...dots, ...escapes) }),
  manager('paths-normal', 'normalize_path.', { normalize_path: true }, { request: atPath(...dots, ...escapes) }),
  manager('paths-merged', 'merge_slashes alone.', { merge_slashes: true }, { request: atPath(...dots) }),
  manager('paths-normal-merged', 'Both.', { normalize_path: true, merge_slashes: true }, { request: atPath(...dots) }),
  ...['KEEP_UNCHANGED', 'REJECT_REQUEST', 'UNESCAPE_AND_REDIRECT', 'UNESCAPE_AND_FORWARD'].map((action) =>
    manager(
      `escaped-slashes-${action.toLowerCase().replaceAll('_', '-')}`,
      `path_with_escaped_slashes_action ${action}.`,
      { path_with_escaped_slashes_action: action },
      {
        request: [...atPath(...escapes), get('/a%2Fb', [['content-type', 'application/grpc']])],
      },
    ),
  ),
  manager(
    'escaped-slashes-normal',
    'Unescaped and normalised.',
    { path_with_escaped_slashes_action: 'UNESCAPE_AND_REDIRECT', normalize_path: true, merge_slashes: true },
    { request: atPath(...escapes, ...dots) },
  ),
  ...['strip_any_host_port', 'strip_matching_host_port', 'strip_trailing_host_dot'].map((field) =>
    manager(
      field.replaceAll('_', '-'),
      `${field}.`,
      { [field]: true },
      {
        request: [
          'a.example:80',
          'a.example:8080',
          'a.example',
          'a.example.',
          'a.example.:80',
          '[::1]:80',
          '[::1]',
          'a:b',
          'a.example:',
          '1.2.3.4:443',
        ].map((authority) => head([':authority', authority])),
      },
    ),
  ),
  from('default', 'x-forwarded headers as they come.', {}),
  from('remote', 'use_remote_address: at the edge.', { use_remote_address: true }),
  from('remote-hops', 'use_remote_address behind a trusted hop.', { use_remote_address: true, xff_num_trusted_hops: 1 }),
  from('hops', 'Trusted hops inside.', { xff_num_trusted_hops: 1 }),
  from('remote-skip', 'skip_xff_append.', { use_remote_address: true, skip_xff_append: true }),
  from('internal', 'internal_address_config.', {
    use_remote_address: true,
    internal_address_config: {
      cidr_ranges: [
        { address_prefix: '127.0.0.0', prefix_len: 8 },
        { address_prefix: '10.0.0.0', prefix_len: 8 },
      ],
    },
  }),
  from('internal-inside', 'internal_address_config without use_remote_address.', {
    internal_address_config: { cidr_ranges: [{ address_prefix: '203.0.113.0', prefix_len: 24 }] },
  }),
  from('scheme', 'scheme_header_transformation.', { scheme_header_transformation: { scheme_to_overwrite: 'https' } }),
  from('user-agent', 'add_user_agent.', { add_user_agent: true }),
  from('detection', 'original_ip_detection_extensions: from x-forwarded-for.', {
    original_ip_detection_extensions: [
      { name: 'xff', typed_config: any('envoy.extensions.http.original_ip_detection.xff.v3.XffConfig', { xff_num_trusted_hops: 1 }) },
    ],
  }),
  from('header-detection', 'original_ip_detection_extensions: from a header of its own.', {
    original_ip_detection_extensions: [
      {
        name: 'h',
        typed_config: any('envoy.extensions.http.original_ip_detection.custom_header.v3.CustomHeaderConfig', {
          header_name: 'x-forwarded-for',
          allow_extension_to_set_address_as_trusted: true,
        }),
      },
    ],
  }),
  manager(
    'request-id-kept',
    'x-request-id of the client.',
    { generate_request_id: true, always_set_request_id_in_response: true },
    { request: get('/', [['x-request-id', 'mine']]) },
  ),
  manager(
    'request-id-edge',
    'x-request-id of a client outside is replaced, unless it may stay.',
    { generate_request_id: true, use_remote_address: true, preserve_external_request_id: true, always_set_request_id_in_response: true },
    { normalise: [ownAddress], upstream: { status: 200 }, request: get('/', [['x-request-id', 'mine']]) },
  ),
  manager(
    'request-id-new',
    'A request id is made.',
    { generate_request_id: true },
    {
      normalise: [{ pattern: '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}', replace: '{uuid}' }],
      request: [get('/'), get('/', [['x-request-id', '']])],
    },
  ),
  manager(
    'headers-limits',
    'Too many headers, too long headers.',
    { common_http_protocol_options: { max_headers_count: 6 }, max_request_headers_kb: 1 },
    {
      request: [
        get('/', [
          ['a', '1'],
          ['b', '2'],
        ]),
        get('/', [
          ['a', '1'],
          ['b', '2'],
          ['c', '3'],
          ['d', '4'],
          ['e', '5'],
        ]),
        get('/', [['a', 'x'.repeat(1100)]]),
      ],
    },
  ),
  manager(
    'underscores-reject',
    'Names with underscores are refused.',
    { common_http_protocol_options: { headers_with_underscores_action: 'REJECT_REQUEST' } },
    { request: [get('/', [['a_b', '1']]), get('/')] },
  ),
  manager(
    'underscores-drop',
    'Names with underscores are dropped.',
    { common_http_protocol_options: { headers_with_underscores_action: 'DROP_HEADER' } },
    {
      request: [
        get('/', [
          ['a_b', '1'],
          ['c', '2'],
        ]),
      ],
    },
  ),
  manager(
    'odd-requests',
    'Requests that are wrong in themselves.',
    {},
    {
      request: [
        head([':path', '*'], [':method', 'OPTIONS']),
        head([':authority', '']),
        head([':method', 'PURGE']),
        head([':method', 'TRACE']),
        get('/', [['te', 'trailers']]),
        get('/', [['content-length', '5']]),
        get('/', [['host', 'other.example']]),
        get('/', [['expect', '100-continue']]),
        head([':authority', 'user@a.example']),
        head([':scheme', 'ftp']),
        get('/a b'),
        get('/', [
          ['cookie', 'a=1'],
          ['cookie', 'b=2'],
        ]),
      ],
    },
  ),
  manager(
    'upgrade-refused',
    'An extended CONNECT without upgrade_configs.',
    {},
    { request: [head([':method', 'CONNECT'], [':protocol', 'websocket'])] },
  ),
  manager(
    'websocket',
    'upgrade_configs: a WebSocket over HTTP/2.',
    { upgrade_configs: [{ upgrade_type: 'websocket' }], http2_protocol_options: { allow_connect: true } },
    {
      request: [head([':method', 'CONNECT'], [':protocol', 'websocket'], [':path', '/chat'])],
    },
  ),
  manager(
    'proxy-status',
    'proxy_status_config.',
    { proxy_status_config: { literal_proxy_name: 'edge', remove_details: false, set_recommended_response_code: true } },
    {
      clusters: { gone: { noHosts: true }, refused: { unreachable: true } },
      routes: routes([
        ['gone', '/gone', { route: { cluster: 'gone' } }],
        ['refused', '/refused', { route: { cluster: 'refused' } }],
        ['slow', '/slow', to({ timeout: '0.1s' })],
        ['up', '/up'],
      ]),
      upstream: { delayMs: 300, status: 200 },
      request: atPath('/gone', '/refused', '/slow', '/none'),
    },
  ),
  manager(
    'envoy-headers',
    'What the router tells upstream and client when it may.',
    {},
    {
      filters: [],
      routes: routes([
        ['rewrite', '/rewrite', to({ prefix_rewrite: '/new', host_rewrite_literal: 'new.example', timeout: '5s' })],
        ['redirect', '/redirect/', { redirect: { prefix_rewrite: '/there/' } }],
        ['up', '/'],
      ]),
      connectionManager: {
        http_filters: [http('router', 'router.v3.Router', {})],
      },
      request: [
        ...atPath('/rewrite/a', '/redirect/a', '/'),
        get('/', [
          ['x-envoy-upstream-rq-timeout-ms', '800'],
          ['x-envoy-original-path', '/forged'],
        ]),
        get('/', [['x-envoy-expected-rq-timeout-ms', '7']]),
      ],
    },
  ),
];

const illegal = {
  blank: 'a\\sb',
  colon: 'a:b',
  control: 'a\\x01',
  hop: 'connection',
  length: 'content-length',
  pseudo: ':foo',
  method: ':method',
};
const illegalValues = { control: 'x\\x01', delete: 'x\\x7f', break: 'a\\nb', nul: 'a\\0b' };
for (const [direction, section, map] of [
  ['request', '[request_headers]', 0],
  ['response', '[response_headers]', 2],
]) {
  for (const [what, name] of Object.entries(illegal)) {
    scenarios.push(
      manager(
        `illegal-${direction}-name-${what}`,
        `A plugin adds the ${direction} header ${name}.`,
        {},
        {
          filters: [guest(`${section}\nadd_header_map_value ${map} ${name} v`)],
          request: get('/'),
        },
      ),
    );
  }
  for (const [what, value] of Object.entries(illegalValues)) {
    scenarios.push(
      manager(
        `illegal-${direction}-value-${what}`,
        `A plugin adds a ${direction} header with a value that is none.`,
        {},
        {
          filters: [guest(`${section}\nadd_header_map_value ${map} x-v ${value}`)],
          request: get('/'),
        },
      ),
    );
  }
}
