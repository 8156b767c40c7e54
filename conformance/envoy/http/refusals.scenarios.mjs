/** Configurations Envoy refuses, with its reason. */
import { http, get, routes, scenario } from '../native/lab.mjs';

const to = (route) => ({ route: { cluster: 'upstream', ...route } });
const header = (value) => ({ request_headers_to_add: [{ header: { key: 'x', value } }] });
const refuse = (name, input) => scenario(`refused-${name}`, 'A configuration Envoy refuses.', { filters: [], request: get('/'), ...input });
const route = (match, more) => ({ routes: routes([['route', match, more]]) });
const template = {
  path_match_policy: {
    name: 't',
    typed_config: {
      '@type': 'type.googleapis.com/envoy.extensions.path.match.uri_template.v3.UriTemplateMatchConfig',
      path_template: '/{x}',
    },
  },
};
const byRoutes = (entries, shape) => Object.entries(entries).map(([name, more]) => refuse(name, shape(more)));

export const scenarios = [
  ...byRoutes(
    {
      'format-open': '%REQ(a)',
      'format-name': '%nobody%',
      'format-unknown': '%NOBODY%',
      'format-no-parameter': '%REQ%',
      'format-parameter': '%PROTOCOL(x)%',
      'format-length': '%START_TIME:5%',
      'format-grpc-status': '%GRPC_STATUS(x)%',
      'format-path': '%PATH(x)%',
      'format-path-source': '%PATH(WQ:x)%',
      'format-metadata': '%METADATA(x:y)%',
      'format-filter-state': '%FILTER_STATE(x:y)%',
      'format-server-name': '%REQUESTED_SERVER_NAME(x)%',
      'format-duration': '%COMMON_DURATION(a:b:c)%',
      'format-percent': '100%',
    },
    (value) => route('/', header(value)),
  ),
  ...byRoutes(
    {
      'regex-match': { safe_regex: { regex: '(' } },
      'match-missing': {},
      'match-empty-name': { prefix: '/', headers: [{ name: '', present_match: true }] },
      'match-header-regex': { prefix: '/', headers: [{ name: 'a', string_match: { safe_regex: { regex: '[z-a]' } } }] },
      'match-range': { prefix: '/', headers: [{ name: 'a', range_match: { start: 'x', end: 10 } }] },
      'match-unknown-field': { prefix: '/', prefixes: [] },
      'match-wrong-type': { prefix: 5 },
      'match-separated-slash': { path_separated_prefix: '/a/' },
      'match-separated-plain': { path_separated_prefix: 'a' },
      'match-query-name': { prefix: '/', query_parameters: [{ name: '' }] },
    },
    (match) => route(match),
  ),
  ...byRoutes(
    {
      'route-no-cluster': { route: {} },
      'route-timeout': to({ timeout: 'soon' }),
      'route-retry-back-off': to({ retry_policy: { retry_on: '5xx', retry_back_off: { base_interval: '1s', max_interval: '0.5s' } } }),
      'route-retry-back-off-missing': to({ retry_policy: { retry_on: '5xx', retry_back_off: { max_interval: '0.5s' } } }),
      'route-regex-rewrite': to({ regex_rewrite: { pattern: { regex: '*' }, substitution: '' } }),
      'route-regex-rewrite-no-pattern': to({ regex_rewrite: { substitution: '' } }),
      'route-two-rewrites': to({ prefix_rewrite: '/a', regex_rewrite: { pattern: { regex: 'a' }, substitution: '' } }),
      'route-regex-group': to({ regex_rewrite: { pattern: { regex: 'a' }, substitution: '\\1' } }),
      'route-regex-escape': to({ regex_rewrite: { pattern: { regex: 'a' }, substitution: '\\x' } }),
      'route-unknown-field': to({ prefix_rewrit: '/a' }),
      'route-header-empty': { request_headers_to_add: [{ header: { key: '', value: 'x' } }] },
      'route-header-host': { request_headers_to_add: [{ header: { key: 'host', value: 'x' } }] },
      'route-header-pseudo': { request_headers_to_add: [{ header: { key: ':path', value: 'x' } }] },
      'route-header-remove-host': { request_headers_to_remove: ['Host'] },
      'route-header-remove-pseudo': { request_headers_to_remove: [':authority'] },
      'route-response-header-pseudo': { response_headers_to_add: [{ header: { key: ':status', value: '200' } }] },
      'route-header-line-break': { request_headers_to_add: [{ header: { key: 'a', value: 'x\ny' } }] },
      'route-header-name': { request_headers_to_add: [{ header: { key: 'a b', value: 'x' } }] },
      'route-header-both-append': {
        request_headers_to_add: [{ header: { key: 'a', value: 'x' }, append: true, append_action: 'ADD_IF_ABSENT' }],
      },
      'route-header-missing': { request_headers_to_add: [{}] },
      'route-mirror-two': to({ request_mirror_policies: [{ cluster: 'upstream', cluster_header: 'a' }] }),
      'route-redirect-code': { redirect: { response_code: 'MOVED' } },
      'route-redirect-two-paths': { redirect: { path_redirect: '/a', prefix_rewrite: '/b' } },
      'route-direct-status': { direct_response: { status: 700 } },
      'route-direct-low-status': { direct_response: { status: 99 } },
      'route-direct-too-long': { direct_response: { status: 200, body: { inline_string: 'x'.repeat(4097) } } },
      'route-two-actions': { ...to({}), redirect: {} },
      'route-weight-name': { route: { weighted_clusters: { clusters: [{ weight: 1 }] } } },
      'route-weights-none': { route: { weighted_clusters: { clusters: [] } } },
      'route-weight-both': { route: { weighted_clusters: { clusters: [{ name: 'upstream', cluster_header: 'a', weight: 1 }] } } },
      'route-filter-config': { typed_per_filter_config: { a: { '@type': 'type.googleapis.com/none.None' } } },
      'route-filter-config-unknown': {
        typed_per_filter_config: { 'envoy.filters.http.none': { '@type': 'type.googleapis.com/google.protobuf.StringValue', value: 'x' } },
      },
      'route-filter-config-no-type': { typed_per_filter_config: { 'envoy.filters.http.cors': {} } },
      'route-rewrite-two-hosts': to({ host_rewrite_literal: 'a', auto_host_rewrite: true }),
      'route-internal-redirect-code': to({ internal_redirect_policy: { redirect_response_codes: [200] } }),
      'route-max-grpc': to({ max_grpc_timeout: -1 }),
    },
    (more) => route('/', more),
  ),
  refuse('template-prefix-rewrite', route(template, to({ prefix_rewrite: '/a' }))),
  refuse('template-redirect-prefix', route(template, { redirect: { prefix_rewrite: '/a' } })),
  refuse('virtual-host-domains', { routes: [{ name: 'a', domains: [], routes: [] }] }),
  refuse('virtual-host-name', { routes: [{ domains: ['*'], routes: [] }] }),
  refuse('virtual-host-twice', {
    routes: [
      { name: 'a', domains: ['a'], routes: [] },
      { name: 'b', domains: ['A'], routes: [] },
    ],
  }),
  refuse('virtual-host-names-twice', {
    routes: [
      { name: 'a', domains: ['a'], routes: [] },
      { name: 'a', domains: ['b'], routes: [] },
    ],
  }),
  refuse('virtual-host-two-stars', {
    routes: [
      { name: 'a', domains: ['*'], routes: [] },
      { name: 'b', domains: ['*'], routes: [] },
    ],
  }),
  refuse('virtual-host-star', { routes: [{ name: 'a', domains: ['a*b'], routes: [] }] }),
  refuse('virtual-host-tls', { routes: [{ name: 'a', domains: ['*'], require_tls: 'SOME', routes: [] }] }),
  refuse('filter-no-type', { filters: [{ name: 'a', typed_config: {} }] }),
  refuse('filter-no-config', { filters: [{ name: 'envoy.filters.http.none' }] }),
  refuse('filter-known-no-config', { filters: [{ name: 'envoy.filters.http.cors' }] }),
  refuse('filter-unknown-type', { filters: [{ name: 'a', typed_config: { '@type': 'type.googleapis.com/none.None' } }] }),
  refuse('filter-wrong-kind', {
    filters: [{ name: 'a', typed_config: { '@type': 'type.googleapis.com/google.protobuf.StringValue', value: 'x' } }],
  }),
  refuse('filter-no-name', { filters: [{ typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors' } }] }),
  refuse('filter-unknown-field', { filters: [http('cors', 'cors.v3.Cors', { nothing: 1 })] }),
  refuse('filter-wrong-type', { filters: [http('buffer', 'buffer.v3.Buffer', { max_request_bytes: 'many' })] }),
  refuse('filter-missing-field', { filters: [http('buffer', 'buffer.v3.Buffer', {})] }),
  refuse('filter-zero', { filters: [http('buffer', 'buffer.v3.Buffer', { max_request_bytes: 0 })] }),
  refuse('filter-list-for-object', { filters: [http('fault', 'fault.v3.HTTPFault', { abort: [] })] }),
  refuse('filter-enum', { filters: [http('rbac', 'rbac.v3.RBAC', { rules: { action: 'MAYBE', policies: {} } })] }),
  refuse('filter-policy-empty', {
    filters: [http('rbac', 'rbac.v3.RBAC', { rules: { policies: { a: { permissions: [], principals: [] } } } })],
  }),
  refuse('filter-router-first', { filters: [http('router', 'router.v3.Router', {})] }),
  refuse('filter-module-missing', {
    filters: [
      http('wasm', 'wasm.v3.Wasm', {
        config: { vm_config: { runtime: 'envoy.wasm.runtime.v8', code: { local: { filename: 'none.wasm' } } } },
      }),
    ],
  }),
  refuse('filter-runtime', {
    filters: [
      http('wasm', 'wasm.v3.Wasm', {
        config: { vm_config: { runtime: 'envoy.wasm.runtime.none', code: { local: { inline_string: 'x' } } } },
      }),
    ],
  }),
  refuse('filter-module-none', {
    filters: [http('wasm', 'wasm.v3.Wasm', { config: { vm_config: { runtime: 'envoy.wasm.runtime.v8' } } })],
  }),
  refuse('filter-module-garbage', {
    filters: [
      http('wasm', 'wasm.v3.Wasm', {
        config: { vm_config: { runtime: 'envoy.wasm.runtime.v8', code: { local: { inline_string: 'x' } } } },
      }),
    ],
  }),
  refuse('manager-unknown-field', { connectionManager: { nothing: true } }),
  refuse('manager-wrong-type', { connectionManager: { stat_prefix: 5 } }),
  refuse('manager-no-prefix', { connectionManager: { stat_prefix: '' } }),
  refuse('manager-strip-both', { connectionManager: { strip_any_host_port: true, strip_matching_host_port: true } }),
  refuse('manager-mapper', { connectionManager: { local_reply_config: { mappers: [{ status_code: 200 }] } } }),
  refuse('manager-mapper-status', {
    connectionManager: { local_reply_config: { mappers: [{ filter: { response_flag_filter: {} }, status_code: 700 }] } },
  }),
  refuse('manager-mapper-flag', {
    connectionManager: { local_reply_config: { mappers: [{ filter: { response_flag_filter: { flags: ['XX'] } } }] } },
  }),
  refuse('listener-unknown-field', { listener: { nothing: true } }),
];
