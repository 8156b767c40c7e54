/** custom_response: replies in place of responses, pages of other routes, matchers of all forms, routes. */
import { any, get, http, perRoute, routes, scenario, show, wasm } from './lab.mjs';

export const scenarios = [];
const save = (name, description, input) => scenarios.push(scenario(`custom-response-${name}`, description, input));
const input = (message, config = {}) => ({ input: { name: 'input', typed_config: any(`envoy.type.matcher.v3.${message}`, config) } });
const status = input('HttpResponseStatusCodeMatchInput');
const statusClass = input('HttpResponseStatusCodeClassMatchInput');
const requestHeader = (header_name) => input('HttpRequestHeaderMatchInput', { header_name });
const responseHeader = (header_name) => input('HttpResponseHeaderMatchInput', { header_name });
const policy = (kind, message, config) => ({
  action: { name: 'action', typed_config: any(`envoy.extensions.http.custom_response.${kind}.v3.${message}`, config) },
});
const local = (config) => policy('local_response_policy', 'LocalResponsePolicy', config);
const redirect = (config) => policy('redirect_policy', 'RedirectPolicy', config);
const when = (of, value, on_match) => ({ predicate: { single_predicate: { ...of, value_match: value } }, on_match });
const list = (...matchers) => ({ matcher_list: { matchers } });
const responses = (custom_response_matcher) => http('custom_response', 'custom_response.v3.CustomResponse', { custom_response_matcher });
const onRoute = (custom_response_matcher) => perRoute('custom_response', 'custom_response.v3.CustomResponse', { custom_response_matcher });
const text = (body, more = {}) => local({ body: { inline_string: body }, ...more });
const answers = (...codes) =>
  codes.map((code) => ({ request: get('/p'), upstream: { status: code, headers: [['x-up', 'yes']], body: 'upstream' } }));

save('local', 'Replies by status: body, format, status, headers.', {
  filters: [
    responses(
      list(
        when(
          status,
          { exact: '404' },
          text('not here', { response_headers_to_add: [{ header: { key: 'x-why', value: '%RESPONSE_CODE% %REQ(:path)%' } }] }),
        ),
        when(
          statusClass,
          { exact: '5xx' },
          text('oops', {
            status_code: 299,
            body_format: { json_format: { text: '%LOCAL_REPLY_BODY%', path: '%REQ(:path)%', up: '%RESP(x-up)%' } },
          }),
        ),
        when(status, { exact: '403' }, local({ status_code: 404 })),
        when(status, { exact: '401' }, local({ body_format: { text_format: 'at %REQ(:path)%', content_type: 'text/html' } })),
      ),
    ),
  ],
  steps: answers(200, 404, 500, 503, 403, 401, 302),
});
save('details', 'Details of the response stay or are given.', {
  filters: [
    responses(
      list(
        when(status, { exact: '404' }, text('a', { preserve_response_code_details: true })),
        when(status, { exact: '403' }, text('b', { response_code_details: 'my_details' })),
      ),
    ),
  ],
  steps: answers(404, 403),
});
save('local-replies', 'Replies of other filters are replaced too, filters in front see the new one or nothing.', {
  filters: [
    show([], [['x-front', 'yes']]),
    wasm('hello-headers', { response: { set: { 'x-hello': 'wasm' } } }),
    responses(list(when(statusClass, { exact: '4xx' }, text('replaced', { status_code: 418 })))),
    show([], [['x-behind', 'yes']]),
    http('fault', 'fault.v3.HTTPFault', { abort: { http_status: 429, percentage: { numerator: 100 } } }),
  ],
  request: [get('/'), get('/', [['content-type', 'application/grpc']]), { headers: [[':method', 'HEAD']] }],
});
save('matchers', 'Headers both ways, and, or, not, maps, matchers in matchers, what fits nowhere.', {
  filters: [
    responses({
      ...list(
        {
          predicate: {
            and_matcher: {
              predicate: [
                { single_predicate: { ...requestHeader('x-a'), value_match: { exact: '1' } } },
                { not_matcher: { single_predicate: { ...responseHeader('x-b'), value_match: { prefix: 'no' } } } },
              ],
            },
          },
          on_match: text('and'),
        },
        {
          predicate: {
            or_matcher: {
              predicate: [
                { single_predicate: { ...requestHeader('x-a'), value_match: { exact: '2' } } },
                { single_predicate: { ...responseHeader('x-b'), value_match: { exact: 'none' } } },
              ],
            },
          },
          on_match: { matcher: { matcher_tree: { ...status, exact_match_map: { map: { 404: text('map 404'), 500: text('map 500') } } } } },
        },
        when(
          requestHeader('x-a'),
          { exact: '3' },
          { matcher: { matcher_tree: { ...status, prefix_match_map: { map: { 4: text('4'), 40: text('40') } } } } },
        ),
      ),
      on_no_match: { matcher: list(when(status, { exact: '418' }, text('teapot'))) },
    }),
  ],
  steps: [
    ['1', 200, 'yes'],
    ['1', 200, 'none'],
    ['2', 404, 'x'],
    ['2', 503, 'x'],
    ['3', 404, 'x'],
    ['3', 411, 'x'],
    ['3', 500, 'x'],
    ['4', 418, 'x'],
    ['4', 200, 'x'],
  ].map(([a, code, b]) => ({ request: get('/', [['x-a', a]]), upstream: { status: code, headers: [['x-b', b]] } })),
});
save('routes', 'The matcher of the route is asked first, then that of the host, then the filter.', {
  filters: [responses(list(when(statusClass, { exact: '5xx' }, text('filter'))))],
  routes: routes(
    [
      ['own', '/own', onRoute(list(when(status, { exact: '500' }, text('route'))))],
      ['rest', '/'],
    ],
    onRoute(list(when(status, { exact: '501' }, text('host')), when(status, { exact: '500' }, text('host 500')))),
  ),
  steps: [
    ['/own', 500],
    ['/own', 501],
    ['/own', 502],
    ['/', 500],
    ['/', 502],
  ].map(([path, code]) => ({ request: get(path), upstream: { status: code } })),
});
const page = { name: 'page', match: { prefix: '/page' }, route: { cluster: 'pages' } };
const paged = (config, more = {}) => ({
  filters: [responses(list(when(statusClass, { exact: '5xx' }, redirect(config)))), show([], [['x-behind', 'yes']])],
  routes: [{ name: 'host', domains: ['*'], routes: [page, { name: 'rest', match: { prefix: '/app' }, route: { cluster: 'upstream' } }] }],
  clusters: { pages: { status: 200, headers: [['x-page', 'yes']], body: 'sorry' } },
  upstream: { status: 503, body: 'down' },
  request: get('/app?x=1', [['x-client', 'yes']]),
  ...more,
});
const added = {
  response_headers_to_add: [{ header: { key: 'x-added', value: '%RESPONSE_CODE%' } }],
  request_headers_to_add: [{ header: { key: 'x-asked', value: '%REQ(:path)%' } }],
};
save(
  'redirect',
  'The page of another route, with another status and headers.',
  paged({ uri: 'http://pages.example/page/503?y#z', status_code: 290, ...added }),
);
save('redirect-status-kept', 'Without a status the one of the page stands.', paged({ uri: 'https://pages.example/page' }));
save(
  'redirect-action',
  'The page by a redirect action: path, host, query.',
  paged({ redirect_action: { host_redirect: 'other.example', path_redirect: '/page', strip_query: true, https_redirect: true } }),
);
save(
  'redirect-failing',
  'A page that fails too is passed on as it is.',
  paged({ uri: 'http://p.example/page', status_code: 200, ...added }, { clusters: { pages: { status: 500, body: 'sorry too' } } }),
);
save('redirect-no-route', 'No route leads to the page: the response stays.', paged({ uri: 'http://p.example/none', status_code: 200 }));
save(
  'redirect-post',
  'A request with a body asks for the page with GET.',
  paged(
    { uri: 'http://p.example/page', ...added },
    {
      request: {
        headers: [
          [':method', 'POST'],
          [':path', '/app'],
          ['content-length', '3'],
        ],
        body: 'abc',
      },
    },
  ),
);
save('redirect-refused', 'An address that is none is refused.', paged({ uri: '/page' }));
save('redirect-same', 'A redirect action may lead to the same place.', paged({ redirect_action: { https_redirect: true } }));
save('rejected-action', 'Envoy itself has no action that modifies the headers of the new request.', {
  filters: [
    responses({
      on_no_match: redirect({
        uri: 'https://x.com/y',
        modify_request_headers_action: { name: 'm', typed_config: any('google.protobuf.StringValue', { value: 'x' }) },
      }),
    }),
  ],
  request: {},
});
