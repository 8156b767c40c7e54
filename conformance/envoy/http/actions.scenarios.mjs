/** What a route does with a request: rewrites, redirects, answers, headers. */
import { anyAddress, get, routes, scenario } from '../native/lab.mjs';

const paths = (...list) => list.map((path) => get(path));
const to = (route) => ({ route: { cluster: 'upstream', ...route } });
const add = (key, value, append_action) => ({ header: { key, value }, ...(append_action === undefined ? {} : { append_action }) });

export const scenarios = [
  scenario('route-prefix-rewrite', 'prefix_rewrite under each kind of match.', {
    filters: [],
    routes: routes([
      ['prefix', '/old/', to({ prefix_rewrite: '/new/' })],
      ['cut', '/cut/', to({ prefix_rewrite: '/' })],
      ['any-case', { prefix: '/Case', case_sensitive: false }, to({ prefix_rewrite: '/c' })],
      ['path', { path: '/exact' }, to({ prefix_rewrite: '/x' })],
      ['separated', { path_separated_prefix: '/sep' }, to({ prefix_rewrite: '/s' })],
      ['regex', { safe_regex: { regex: '/r/.*' } }, to({ prefix_rewrite: '/regex' })],
      ['query', '/q', to({ prefix_rewrite: '/p?a=1' })],
    ]),
    request: [
      ...paths('/old/a?b#c', '/old/', '/cut/a', '/cut//a', '/CASE/a', '/exact?q', '/sep/a', '/sep', '/r/a/b?c', '/q?x', '/q/y'),
      get('/old/a', [['x-envoy-original-path', '/client']]),
    ],
  }),
  scenario('route-regex-rewrite', 'regex_rewrite: groups, all matches, no match.', {
    filters: [],
    routes: routes([
      ['groups', '/g/', to({ regex_rewrite: { pattern: { regex: '^/g/([^/]+)/(.*)$' }, substitution: '/\\2/\\1' } })],
      ['all', '/a/', to({ regex_rewrite: { pattern: { regex: '/x' }, substitution: '/yy' } })],
      ['whole', '/w/', to({ regex_rewrite: { pattern: { regex: '.*' }, substitution: '[\\0]' } })],
      ['backslash', '/b/', to({ regex_rewrite: { pattern: { regex: 'b' }, substitution: '\\\\' } })],
    ]),
    request: paths('/g/one/two?q=g/a/b', '/g/one', '/a/x/x/xx', '/w/1?2', '/b/b'),
  }),
  scenario('route-path-rewrite-format', 'path_rewrite: a format.', {
    filters: [],
    routes: routes([['format', '/', to({ path_rewrite: '/v2/%REQ(X-USER)%/%REQ(:PATH)%' })]]),
    request: [get('/a?b=1', [['x-user', 'u']]), get('/a')],
  }),
  scenario('route-host-rewrite', 'The host that goes on.', {
    filters: [],
    routes: routes([
      ['literal', '/literal', to({ host_rewrite_literal: 'new.example:81' })],
      ['header', '/header', to({ host_rewrite_header: 'x-host' })],
      ['regex', '/regex', to({ host_rewrite_path_regex: { pattern: { regex: '^/regex/([^/]+)/.*$' }, substitution: '\\1' } })],
      ['forwarded', '/forwarded', to({ host_rewrite_literal: 'f.example', append_x_forwarded_host: true })],
      ['auto', '/auto', to({ auto_host_rewrite: true })],
      ['format', '/format', to({ host_rewrite: '%REQ(x-host)%.example' })],
    ]),
    request: [
      get('/literal'),
      get('/header', [['x-host', 'h.example']]),
      get('/header'),
      get('/header', [['x-host', '']]),
      get('/regex/r.example/rest?q'),
      get('/regex'),
      get('/forwarded', [['x-forwarded-host', 'a.example']]),
      get('/forwarded'),
      get('/auto'),
      get('/format', [['x-host', 'f']]),
    ],
  }),
  scenario('route-redirects', 'Redirects with all their parts.', {
    filters: [],
    routes: routes([
      ['https', '/https', { redirect: { https_redirect: true } }],
      ['scheme', '/scheme', { redirect: { scheme_redirect: 'ftp', port_redirect: 21 } }],
      ['host', '/host', { redirect: { host_redirect: 'other.example' } }],
      ['host-port', '/hport', { redirect: { host_redirect: 'other.example', port_redirect: 8443, https_redirect: true } }],
      ['path', '/path', { redirect: { path_redirect: '/new' } }],
      ['path-query', '/pquery', { redirect: { path_redirect: '/new?x=1' } }],
      ['prefix', '/prefix/', { redirect: { prefix_rewrite: '/new/' } }],
      ['regex', '/regex', { redirect: { regex_rewrite: { pattern: { regex: '^/regex/(.*)$' }, substitution: '/r/\\1' } } }],
      ['strip', '/strip', { redirect: { path_redirect: '/s', strip_query: true } }],
      ['302', '/302', { redirect: { path_redirect: '/x', response_code: 'FOUND' } }],
      ['303', '/303', { redirect: { path_redirect: '/x', response_code: 'SEE_OTHER' } }],
      ['307', '/307', { redirect: { path_redirect: '/x', response_code: 'TEMPORARY_REDIRECT' } }],
      ['308', '/308', { redirect: { path_redirect: '/x', response_code: 'PERMANENT_REDIRECT' } }],
      [
        'added',
        '/added',
        {
          redirect: { path_redirect: '/x' },
          response_headers_to_add: [add('x-r', '%RESPONSE_CODE%')],
          request_headers_to_add: [add('x-q', '1')],
        },
      ],
      ['plain', '/plain', { redirect: {} }],
    ]),
    request: [
      ...paths(
        '/https?a=1',
        '/scheme',
        '/host?q',
        '/hport',
        '/path?q=1',
        '/pquery?q=1',
        '/prefix/a?q',
        '/regex/a?q',
        '/strip?q=1',
        '/302',
        '/303',
        '/307',
        '/308',
        '/added',
        '/plain?x',
      ),
      ...['h.example:80', 'h.example:8080', 'h.example:443', '[::1]:80', '[::1]'].flatMap((authority) =>
        ['/https', '/path', '/scheme', '/hport'].map((path) => ({
          headers: [
            [':authority', authority],
            [':path', path],
          ],
        })),
      ),
      {
        headers: [
          [':scheme', 'https'],
          [':path', '/path'],
          ['x-forwarded-proto', 'https'],
          [':authority', 'a:443'],
        ],
      },
      {
        headers: [
          [':method', 'POST'],
          [':path', '/307'],
        ],
        body: 'text',
      },
    ],
  }),
  scenario('route-direct-responses', 'Answers of a route: body, headers, codes without a body.', {
    filters: [],
    routes: routes([
      ['text', '/text', { direct_response: { status: 200, body: { inline_string: 'a body' } } }],
      ['none', '/none', { direct_response: { status: 204 } }],
      [
        'typed',
        '/typed',
        {
          direct_response: { status: 200, body: { inline_string: '{}' } },
          response_headers_to_add: [add('content-type', 'application/json', 'OVERWRITE_IF_EXISTS_OR_ADD')],
        },
      ],
      ['bytes', '/bytes', { direct_response: { status: 203, body: { inline_bytes: 'AAEC' } } }],
      ['teapot', '/teapot', { direct_response: { status: 418, body: { inline_string: 'short and stout' } } }],
      ['599', '/599', { direct_response: { status: 599 } }],
      ['304', '/304', { direct_response: { status: 304, body: { inline_string: 'x' } } }],
      ['located', '/located', { direct_response: { status: 301 }, response_headers_to_add: [add('location', '/there')] }],
      [
        'format',
        '/format',
        { direct_response: { status: 200, body_format: { text_format_source: { inline_string: 'path %REQ(:PATH)%' } } } },
      ],
      [
        'json',
        '/json',
        { direct_response: { status: 200, body_format: { json_format: { path: '%REQ(:PATH)%', code: '%RESPONSE_CODE%' } } } },
      ],
    ]),
    request: [
      ...paths('/text', '/none', '/typed', '/bytes', '/teapot', '/599', '/304', '/located', '/format?q', '/json'),
      {
        headers: [
          [':method', 'HEAD'],
          [':path', '/text'],
        ],
      },
      {
        headers: [
          [':method', 'POST'],
          [':path', '/text'],
        ],
        body: 'request body',
      },
      get('/text', [['content-type', 'application/grpc']]),
    ],
  }),
  scenario('route-header-levels', 'Headers of route, virtual host and route configuration: order, removal, append actions.', {
    filters: [],
    routes: {
      request_headers_to_add: [
        add('x-level', 'config'),
        add('x-only', 'config', 'ADD_IF_ABSENT'),
        add('x-set', 'config', 'OVERWRITE_IF_EXISTS_OR_ADD'),
        add('x-over', 'config', 'OVERWRITE_IF_EXISTS'),
      ],
      request_headers_to_remove: ['x-gone-c'],
      response_headers_to_add: [add('x-level', 'config'), add('x-set', 'config', 'OVERWRITE_IF_EXISTS_OR_ADD')],
      response_headers_to_remove: ['x-gone-c'],
      virtual_hosts: routes(
        [
          [
            'route',
            '/',
            {
              request_headers_to_add: [
                add('x-level', 'route'),
                add('x-only', 'route', 'ADD_IF_ABSENT'),
                add('x-set', 'route', 'OVERWRITE_IF_EXISTS_OR_ADD'),
                add('x-gone-c', 'route'),
                add('x-empty', '%REQ(none)%'),
                { ...add('x-kept', '%REQ(none)%'), keep_empty_value: true },
              ],
              request_headers_to_remove: ['x-gone-r'],
              response_headers_to_add: [add('x-level', 'route'), add('x-set', 'route', 'OVERWRITE_IF_EXISTS_OR_ADD')],
              response_headers_to_remove: ['x-gone-r'],
            },
          ],
        ],
        {
          request_headers_to_add: [
            add('x-level', 'host'),
            add('x-set', 'host', 'OVERWRITE_IF_EXISTS_OR_ADD'),
            { header: { key: 'x-old', value: 'host' }, append: false },
          ],
          request_headers_to_remove: ['x-gone-h'],
          response_headers_to_add: [add('x-level', 'host'), add('x-set', 'host', 'OVERWRITE_IF_EXISTS_OR_ADD')],
          response_headers_to_remove: ['x-gone-h'],
        },
      ),
    },
    upstream: {
      status: 200,
      headers: [
        ['x-gone-r', '1'],
        ['x-gone-h', '1'],
        ['x-gone-c', '1'],
        ['x-set', 'up'],
        ['x-level', 'up'],
      ],
    },
    request: get('/', [
      ['x-gone-r', '1'],
      ['x-gone-h', '1'],
      ['x-gone-c', '1'],
      ['x-set', 'client'],
      ['x-over', 'client'],
      ['x-old', 'client'],
      ['x-level', 'client'],
    ]),
  }),
  scenario('route-header-levels-reversed', 'most_specific_header_mutations_wins.', {
    filters: [],
    routes: {
      most_specific_header_mutations_wins: true,
      request_headers_to_add: [add('x-set', 'config', 'OVERWRITE_IF_EXISTS_OR_ADD'), add('x-level', 'config')],
      response_headers_to_add: [add('x-set', 'config', 'OVERWRITE_IF_EXISTS_OR_ADD'), add('x-level', 'config')],
      virtual_hosts: routes(
        [
          [
            'route',
            '/',
            {
              request_headers_to_add: [add('x-set', 'route', 'OVERWRITE_IF_EXISTS_OR_ADD'), add('x-level', 'route')],
              response_headers_to_add: [add('x-set', 'route', 'OVERWRITE_IF_EXISTS_OR_ADD'), add('x-level', 'route')],
            },
          ],
        ],
        { request_headers_to_add: [add('x-set', 'host', 'OVERWRITE_IF_EXISTS_OR_ADD'), add('x-level', 'host')] },
      ),
    },
    request: get('/'),
  }),
  scenario('route-header-formats', 'What formats in headers say.', {
    filters: [],
    routes: routes([
      [
        'route-name',
        '/',
        {
          request_headers_to_add: [
            '%REQ(:METHOD)%',
            '%REQ(X-A?X-B)%',
            '%REQ(X-A):2%',
            '%REQ(none)%',
            'a%%b',
            '%PROTOCOL%',
            '%REQUESTED_SERVER_NAME%',
            '%DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT%',
            '%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%',
            '%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%',
            '%ROUTE_NAME%',
            '%VIRTUAL_CLUSTER_NAME%',
            '%UPSTREAM_CLUSTER%',
            '%RESPONSE_CODE%',
            '%BYTES_RECEIVED%',
            '%DYNAMIC_METADATA(a:b)%',
            '%FILTER_STATE(a:PLAIN)%',
            '%DOWNSTREAM_TLS_VERSION%',
            '%RESPONSE_FLAGS%',
            '%ENVIRONMENT(NONE)%',
            '%PATH(NQ)%',
            '%PATH(WQ)%',
            '%PATH(WQ:ORIG)%',
            '%QUERY_PARAM(q)%',
            '%QUERY_PARAMS%',
            '%QUERY_PARAMS(ORIG)%',
          ].map((value, i) => add(`x-${i + 10}`, value)),
          response_headers_to_add: [
            '%RESP(:STATUS)%',
            '%RESP(x-up)%',
            '%RESPONSE_CODE%',
            '%RESPONSE_CODE_DETAILS%',
            '%UPSTREAM_CLUSTER%',
            '%REQ(:PATH)%',
            '%RESPONSE_FLAGS%',
            '%BYTES_RECEIVED%',
            '%GRPC_STATUS%',
            '%RESP(x-up):1%',
            '%ROUTE_NAME%',
          ].map((value, i) => add(`y-${i + 10}`, value)),
        },
      ],
    ]),
    upstream: { status: 201, headers: [['x-up', 'value']] },
    request: [
      get('/a/b?q=1&r=2', [['x-b', 'bbb']]),
      {
        headers: [
          [':method', 'POST'],
          [':path', '/?q=%41'],
          ['x-a', 'aaa'],
        ],
        body: 'four',
      },
    ],
  }),
  scenario('route-host-requires-tls', 'require_tls of a virtual host.', {
    filters: [],
    routes: routes([['all', '/']], { require_tls: 'ALL' }),
    request: [get('/a?b'), get('/a', [['x-forwarded-proto', 'https']])],
  }),
  scenario('route-mirrors', 'Mirrored requests.', {
    filters: [],
    normalise: [{ sort: 'callouts' }, anyAddress],
    routes: routes([
      ['plain', '/plain', to({ request_mirror_policies: [{ cluster: 'shadow' }] })],
      ['never', '/never', to({ request_mirror_policies: [{ cluster: 'shadow', runtime_fraction: { default_value: { numerator: 0 } } }] })],
      ['own-host', '/own', to({ request_mirror_policies: [{ cluster: 'shadow', disable_shadow_host_suffix_append: true }] })],
      ['header', '/header', to({ request_mirror_policies: [{ cluster_header: 'x-shadow' }] })],
    ]),
    clusters: { shadow: { status: 500, body: 'nobody sees this' } },
    request: [
      get('/plain'),
      {
        headers: [
          [':method', 'POST'],
          [':path', '/plain'],
        ],
        body: 'text',
        trailers: [['x-t', '1']],
      },
      get('/never'),
      {
        headers: [
          [':path', '/own'],
          [':authority', 'a.example:81'],
        ],
      },
      {
        headers: [
          [':path', '/plain'],
          [':authority', 'a.example:81'],
        ],
      },
      get('/header', [['x-shadow', 'shadow']]),
      get('/header', [['x-shadow', 'none']]),
      get('/header'),
    ],
  }),
  scenario('route-internal-redirects', 'Redirects of the upstream that Envoy follows itself.', {
    filters: [],
    normalise: [{ sort: 'callouts' }],
    routes: routes([
      ['other', '/other', { route: { cluster: 'other' } }],
      ['none', '/none', { direct_response: { status: 200, body: { inline_string: 'direct' } } }],
      ['twice', '/twice', to({ internal_redirect_policy: { max_internal_redirects: 2 } })],
      ['codes', '/codes', to({ internal_redirect_policy: { redirect_response_codes: [307, 308] } })],
      ['scheme', '/scheme', to({ internal_redirect_policy: { allow_cross_scheme_redirect: true } })],
      ['once', '/', to({ internal_redirect_policy: {} })],
    ]),
    clusters: { other: { status: 200, body: 'other' } },
    steps: [
      ['/a', 302, '/other?x=1'],
      ['/a', 302, 'http://example.com/other'],
      ['/a', 302, 'http://new.example/other'],
      ['/a', 302, 'https://example.com/other'],
      ['/scheme', 302, 'https://example.com/other'],
      ['/a', 302, '/a'],
      ['/twice', 302, '/twice'],
      ['/a', 301, '/other'],
      ['/codes', 302, '/other'],
      ['/codes', 307, '/other'],
      ['/codes', 308, '/other'],
      ['/a', 302, ''],
      ['/a', 302, undefined],
      ['/a', 302, 'no uri'],
      ['/a', 302, '/none'],
      ['/a', 302, '//double/slash'],
      ['/a', 302, '/other#part'],
    ].map(([path, status, location]) => ({
      request: get(path),
      upstream: { status, headers: location === undefined ? [] : [['location', location]] },
    })),
  }),
  scenario('route-internal-redirect-bodies', 'Internal redirects of requests with a body.', {
    filters: [],
    routes: routes([
      ['other', '/other', { route: { cluster: 'other' } }],
      ['once', '/', to({ internal_redirect_policy: { redirect_response_codes: [302, 303, 307] } })],
    ]),
    clusters: { other: { echo: true } },
    steps: [302, 303, 307].map((status) => ({
      request: {
        headers: [
          [':method', 'POST'],
          [':path', '/a'],
        ],
        body: 'text',
      },
      upstream: { status, headers: [['location', '/other']] },
    })),
  }),
];
