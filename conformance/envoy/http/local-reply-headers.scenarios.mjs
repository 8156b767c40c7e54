/** Whose headers an answer gets that Envoy makes itself: those of the route come first, whoever answers. */
import { http as guest } from '../host/dsl.mjs';
import { get, http, routes, scenario } from '../native/lab.mjs';

const rbac = http('rbac', 'rbac.v3.RBAC', {
  rules: { action: 'DENY', policies: { p: { permissions: [{ url_path: { path: { prefix: '/rbac' } } }], principals: [{ any: true }] } } },
});
const add = (key, value, more = {}) => ({ header: { key, value }, ...more });
const operations = {
  response_headers_to_add: [
    add('x-r', '%RESPONSE_CODE%|%RESPONSE_CODE_DETAILS%|%RESP(:status)%|%RESPONSE_FLAGS%'),
    add('x-n', 'n', { append_action: 'ADD_IF_ABSENT' }),
  ],
  response_headers_to_remove: ['x-envoy-attempt-count'],
};
const to = (route) => ({ route: { cluster: 'upstream', ...route } });
const shown = { response_headers_to_add: [add('x-path', '%REQ(:path)%')] };
const byRegex = (regex) => ({ regex_rewrite: { pattern: { regex }, substitution: '' } });
const set = (value) => ({
  request_headers_to_add: [add('x-set', value, { append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' })],
  response_headers_to_add: [add('x-set', value, { append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' })],
});
const weighted = (more) => ({
  routes: {
    ...more,
    ...set('configuration'),
    virtual_hosts: routes(
      [
        [
          'weighted',
          '/',
          {
            route: {
              weighted_clusters: {
                clusters: [
                  {
                    name: 'upstream',
                    weight: 1,
                    ...set('cluster'),
                    host_rewrite_literal: 'cluster.example',
                    response_headers_to_remove: ['x-set'],
                  },
                ],
              },
              host_rewrite_header: 'x-host',
            },
            ...set('route'),
          },
        ],
      ],
      set('host'),
    ),
  },
  request: [get('/'), get('/', [['x-host', 'header.example']])],
});

export const scenarios = [
  scenario(
    'route-local-reply-headers',
    'Replies of filters, router, limits and times: response_headers_to_add comes first, before the mapper of local replies.',
    {
      filters: [
        rbac,
        http('buffer', 'buffer.v3.Buffer', { max_request_bytes: 4 }),
        http('fault', 'fault.v3.HTTPFault', {
          abort: { http_status: 418, percentage: { numerator: 100 } },
          headers: [{ name: 'x-fault', present_match: true }],
        }),
      ],
      clusters: { gone: { noHosts: true }, refused: { unreachable: true } },
      connectionManager: {
        local_reply_config: {
          mappers: [
            {
              filter: { status_code_filter: { comparison: { op: 'EQ', value: { default_value: 504, runtime_key: 'x' } } } },
              status_code: 599,
            },
          ],
        },
      },
      routes: routes(
        [
          ['gone', '/gone', { route: { cluster: 'gone' } }],
          ['nowhere', '/nowhere', { route: { cluster_header: 'x-none' } }],
          ['refused', '/refused', { route: { cluster: 'refused', retry_policy: { retry_on: 'connect-failure' } } }],
          ['slow', '/slow', to({ timeout: '0.1s' })],
          ['direct', '/direct', { direct_response: { status: 404, body: { inline_string: 'x' } } }],
          ['idle', '/idle', to({ idle_timeout: '0.1s' })],
          ['max', '/max', to({ max_stream_duration: { max_stream_duration: '0.1s' } })],
          ['up', '/'],
        ],
        { include_attempt_count_in_response: true, ...operations },
      ),
      steps: [
        ...['/rbac', '/gone', '/nowhere', '/refused', '/direct'].map((path) => ({ request: get(path) })),
        ...['/slow', '/idle', '/max'].map((path) => ({ request: get(path), upstream: { hang: true } })),
        { request: get('/x'), upstream: { reset: true } },
        {
          request: {
            headers: [
              [':method', 'POST'],
              [':path', '/buffer'],
            ],
            bodyChunks: ['abc', 'def'],
          },
        },
        { request: get('/fault', [['x-fault', '1']]) },
      ],
    },
  ),
  scenario('route-local-reply-headers-of-plugin', 'The reply of a plugin: the headers of the route stand before its own.', {
    filters: [guest('[request_headers]\nsend_local_response 403 details sorry x-own:1 -1')],
    routes: routes([['up', '/', { response_headers_to_add: [add('x-own', '%RESP(x-own)%2')] }]], operations),
    request: [get('/'), get('/', [['content-type', 'application/grpc']])],
  }),
  scenario(
    'route-local-reply-headers-in-response',
    'A reply in place of an answer; routes that answer themselves add nothing to the replies of others.',
    {
      filters: [rbac, guest('[response_headers]\nsend_local_response 403 details sorry x-own:1 -1')],
      upstream: { status: 200, headers: [['x-up', '1']] },
      routes: routes(
        [
          ['direct', '/rbac/direct', { direct_response: { status: 200 }, ...operations }],
          ['redirect', '/rbac/redirect', { redirect: {}, ...operations }],
          ['own', '/direct', { direct_response: { status: 201 }, ...operations }],
          ['up', '/'],
        ],
        operations,
      ),
      request: ['/', '/rbac/direct', '/rbac/redirect', '/rbac', '/direct'].map((path) => get(path)),
    },
  ),
  scenario('route-weighted-headers-first', 'What a weighted cluster changes comes before the route, the host and the configuration.', {
    filters: [],
    ...weighted({}),
  }),
  scenario('route-weighted-headers-first-reversed', 'Also with most_specific_header_mutations_wins.', {
    filters: [],
    ...weighted({ most_specific_header_mutations_wins: true }),
  }),
  scenario('route-redirect-scheme-capitals', 'A scheme in capitals stays as it is written.', {
    filters: [],
    routes: routes([['r', '/', { redirect: { scheme_redirect: 'HTTPS' } }]]),
    request: [get('/a'), { headers: [[':authority', 'a:80']] }],
  }),
  scenario('route-redirect-without-slash', 'Rewritten paths of redirects that do not begin with a slash, or are empty.', {
    filters: [],
    routes: routes([
      ['path', '/path', { redirect: { path_redirect: 'new' }, ...shown }],
      ['prefix', '/prefix', { redirect: { prefix_rewrite: 'new' }, ...shown }],
      ['regex', '/regex', { redirect: byRegex('^/'), ...shown }],
      ['empty', '/empty', { redirect: byRegex('.*'), ...shown }],
      ['query', '/query', { redirect: { prefix_rewrite: '?q' }, ...shown }],
    ]),
    request: ['/path', '/prefix/a', '/regex/b?q', '/empty', '/empty?q', '/query'].map((path) => get(path)),
  }),
  scenario('route-rewrite-to-nothing', 'Rewrites that leave nothing of the path.', {
    filters: [],
    routes: routes([
      ['regex', '/regex', to(byRegex('.*'))],
      ['format', '/format', to({ path_rewrite: '%REQ(none)%' })],
      ['prefix', '/prefix', to({ prefix_rewrite: '/' })],
    ]),
    request: ['/regex', '/regex?q', '/format', '/format?q', '/prefix', '/prefix?q'].map((path) => get(path)),
  }),
];
