/** rbac with conditions and matchers, composite filters and filters that matchers skip. */
import { any, get, http, routes, scenario, show, wasm } from './lab.mjs';

export const scenarios = [];
const save = (name, description, input) => scenarios.push(scenario(name, description, input));
const ext = (name, message, value = {}) => ({ name, typed_config: any(message, value) });
const header = (name) => ext('header', 'envoy.type.matcher.v3.HttpRequestHeaderMatchInput', { header_name: name });
const ident = (name) => ({ ident_expr: { name } });
const select = (operand, field) => ({ select_expr: { operand, field } });
const call = (name, ...args) => ({ call_expr: { function: name, args } });
const text = (value) => ({ const_expr: { string_value: value } });
const path = select(ident('request'), 'path');
const cel = (expr) => ({
  input: ext('cel', 'xds.type.matcher.v3.HttpAttributesCelMatchInput'),
  custom_match: ext('cel', 'xds.type.matcher.v3.CelMatcher', { expr_match: { cel_expr_parsed: { expr } } }),
});
const when = (predicate, action) => ({
  predicate:
    (predicate.single_predicate ?? predicate.or_matcher ?? predicate.and_matcher ?? predicate.not_matcher)
      ? predicate
      : { single_predicate: predicate },
  on_match: { action },
});
const list = (matchers, otherwise) => ({
  matcher_list: { matchers },
  ...(otherwise === undefined ? {} : { on_no_match: { action: otherwise } }),
});
const is = (name, value) => ({ input: header(name), value_match: { exact: value } });

// rbac
const rbac = (config) => http('rbac', 'rbac.v3.RBAC', config);
const policy = (condition) => ({
  rules: { action: 'ALLOW', policies: { one: { permissions: [{ any: true }], principals: [{ any: true }], condition } } },
});
const requests = [get('/a'), get('/b'), get('/a', [['x-user', 'ann']]), get('/b', [['x-user', 'bob']], { body: 'abc' }), get('/')];
for (const [name, condition] of [
  ['path', call('_==_', path, text('/a'))],
  ['header', call('_==_', call('_[_]', select(ident('request'), 'headers'), text('x-user')), text('ann'))],
  ['starts-with', { call_expr: { target: path, function: 'startsWith', args: [text('/a')] } }],
  ['logic', call('_&&_', call('_!=_', path, text('/')), call('!_', call('_==_', select(ident('request'), 'method'), text('POST'))))],
  ['no-bool', path],
  ['missing', call('_==_', select(ident('request'), 'nothing'), text('x'))],
])
  save(`rbac-cel-${name}`, `A CEL condition: ${name}.`, { filters: [rbac(policy(condition))], request: requests });
const action = (name, value) => ext(name, 'envoy.config.rbac.v3.Action', { name, action: value });
save('rbac-matcher-list', 'A list of conditions in place of policies.', {
  filters: [rbac({ matcher: list([when(is('x-user', 'ann'), action('ann', 'ALLOW')), when(is('x-user', 'bob'), action('bob', 'DENY'))]) })],
  request: requests,
});
save('rbac-matcher-otherwise', 'What nothing matches has an action of its own; shadows beside it.', {
  filters: [
    rbac({
      matcher: list([when(is('x-user', 'bob'), action('bob', 'DENY'))], action('rest', 'ALLOW')),
      shadow_matcher: list([when(is('x-user', 'ann'), action('shadow', 'ALLOW'))]),
    }),
    show([
      [
        'x-shadow',
        '%DYNAMIC_METADATA(envoy.filters.http.rbac:shadow_engine_result)% %DYNAMIC_METADATA(envoy.filters.http.rbac:shadow_effective_policy_id)%',
      ],
    ]),
  ],
  request: requests,
});
save('rbac-matcher-cel', 'A CEL expression in a matcher.', {
  filters: [
    rbac({
      matcher: list([
        when(
          cel(
            call(
              '_&&_',
              { call_expr: { target: path, function: 'startsWith', args: [text('/a')] } },
              call('@in', text('x-user'), select(ident('request'), 'headers')),
            ),
          ),
          action('cel', 'ALLOW'),
        ),
      ]),
    }),
  ],
  request: requests,
});
save('rbac-matcher-cel-text', 'Expressions as text are not read.', {
  filters: [
    rbac({
      matcher: list([
        when(
          { ...cel(path), custom_match: ext('cel', 'xds.type.matcher.v3.CelMatcher', { expr_match: { cel_expr_string: 'true' } }) },
          action('cel', 'ALLOW'),
        ),
      ]),
    }),
  ],
  request: requests,
});
save('rbac-matcher-map', 'Maps of exact values and prefixes.', {
  filters: [
    rbac({
      matcher: {
        matcher_tree: {
          input: header('x-user'),
          prefix_match_map: {
            map: { a: { action: action('a', 'ALLOW') }, an: { action: action('an', 'LOG') }, b: { action: action('b', 'DENY') } },
          },
        },
        on_no_match: { action: action('none', 'DENY') },
      },
    }),
  ],
  request: requests,
});
save('rbac-matcher-network', 'Ports and addresses of the connection.', {
  filters: [
    rbac({
      matcher: list([
        when(
          {
            input: ext('ip', 'envoy.extensions.matching.common_inputs.network.v3.SourceIPInput'),
            custom_match: ext('ip', 'envoy.extensions.matching.input_matchers.ip.v3.Ip', {
              cidr_ranges: [{ address_prefix: '127.0.0.0', prefix_len: 8 }],
              stat_prefix: 'x',
            }),
          },
          action('local', 'ALLOW'),
        ),
      ]),
    }),
  ],
  request: requests,
});
save('rbac-matcher-logic', 'And, or and not.', {
  filters: [
    rbac({
      matcher: list([
        when(
          {
            and_matcher: {
              predicate: [{ single_predicate: is('x-user', 'ann') }, { not_matcher: { single_predicate: is(':path', '/b') } }],
            },
          },
          action('and', 'ALLOW'),
        ),
        when(
          { or_matcher: { predicate: [{ single_predicate: is(':path', '/') }, { single_predicate: is('x-user', 'bob') }] } },
          action('or', 'ALLOW'),
        ),
      ]),
    }),
  ],
  request: requests,
});

// composite
const mutation = (key, value) => show([[key, value]], [[key, value]]);
const execute = (filter, more = {}) =>
  ext('execute', 'envoy.extensions.filters.http.composite.v3.ExecuteFilterAction', { typed_config: filter, ...more });
const composite = (matcher) => ({
  name: 'composite',
  typed_config: any('envoy.extensions.common.matching.v3.ExtensionWithMatcher', {
    extension_config: ext('composite', 'envoy.extensions.filters.http.composite.v3.Composite'),
    xds_matcher: matcher,
  }),
});
save('composite-list', 'The matcher chooses which filter runs.', {
  filters: [
    composite(
      list(
        [when(is('x-user', 'ann'), execute(mutation('x-chosen', 'ann'))), when(is('x-user', 'bob'), execute(mutation('x-chosen', 'bob')))],
        execute(mutation('x-chosen', 'none')),
      ),
    ),
  ],
  request: requests,
});
save('composite-map', 'A map of values, without an answer for others.', {
  filters: [
    composite({
      matcher_tree: {
        input: header(':path'),
        exact_match_map: {
          map: {
            '/a': { action: execute(mutation('x-path', 'a')) },
            '/b': { action: execute(http('buffer', 'buffer.v3.Buffer', { max_request_bytes: 2 })) },
          },
        },
      },
    }),
  ],
  request: [...requests, get('/b', [], { bodyChunks: ['ab', 'cd'] })],
});
save('composite-cel', 'A CEL expression chooses.', {
  filters: [
    composite(
      list([
        when(
          cel(call('_==_', call('_[_]', select(ident('request'), 'headers'), text('x-user')), text('ann'))),
          execute(http('fault', 'fault.v3.HTTPFault', { abort: { http_status: 418, percentage: { numerator: 100 } } })),
        ),
      ]),
    ),
  ],
  request: requests,
});
save('composite-sampled', 'Never sampled: never run.', {
  filters: [
    composite(list([when(is(':path', '/a'), execute(mutation('x-never', '1'), { sample_percent: { default_value: { numerator: 0 } } }))])),
  ],
  request: requests,
});
save('composite-chain', 'Before and after a plugin.', {
  filters: [
    wasm('regex-replace', { rules: [{ pattern: '^/old$', replacement: '/a' }] }),
    composite(list([when(is(':path', '/a'), execute(mutation('x-chosen', 'a')))])),
    mutation('x-last', '%REQ(x-chosen)%'),
  ],
  request: [get('/old'), get('/b')],
});
save('composite-local-reply', 'A chosen filter that answers itself; one that runs for the answer only.', {
  filters: [
    composite(list([when(is('x-user', 'ann'), execute(mutation('x-chosen', 'ann')))])),
    composite(
      list([
        when(
          is('x-user', 'ann'),
          execute(
            http('lua', 'lua.v3.Lua', {
              default_source_code: { inline_string: "function envoy_on_request(h) h:respond({[':status'] = '403'}, 'no') end" },
            }),
          ),
        ),
      ]),
    ),
  ],
  request: requests,
});
const skipping = (filter, matcher) => ({
  name: filter.name,
  typed_config: any('envoy.extensions.common.matching.v3.ExtensionWithMatcher', { extension_config: filter, xds_matcher: matcher }),
});
const skip = ext('skip', 'envoy.extensions.filters.common.matcher.action.v3.SkipFilter');
save('matcher-skips-filter', 'A filter that a matcher skips.', {
  filters: [skipping(mutation('x-run', '1'), list([when(is('x-user', 'ann'), skip)]))],
  request: requests,
});
save('matcher-skips-by-map', 'A filter skipped for a path.', {
  filters: [
    skipping(http('buffer', 'buffer.v3.Buffer', { max_request_bytes: 2 }), {
      matcher_tree: { input: header(':path'), exact_match_map: { map: { '/b': { action: skip } } } },
    }),
  ],
  request: [get('/b', [], { bodyChunks: ['ab', 'cd'] }), get('/a', [], { bodyChunks: ['ab', 'cd'] })],
});
save('composite-empty', 'A composite without a matcher does nothing.', {
  filters: [{ name: 'composite', typed_config: any('envoy.extensions.filters.http.composite.v3.Composite') }],
  routes: routes([['r', '/']]),
  request: requests,
});
