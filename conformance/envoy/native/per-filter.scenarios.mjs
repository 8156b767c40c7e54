/** `typed_per_filter_config`: bare, inside `FilterConfig`, switched off, switched on, refused. */
import { any, get, http, perRoute, routes, scenario } from './lab.mjs';

export const scenarios = [];
const save = (name, description, input) =>
  scenarios.push(scenario(`per-filter-${name}`, description, { upstream: { echo: true }, ...input }));
const add = (key) => ({ mutations: { request_mutations: [{ append: { header: { key, value: '1' } } }] } });
const filter = (more = {}) => ({ ...http('header_mutation', 'header_mutation.v3.HeaderMutation', add('x-own')), name: 'm', ...more });
const bare = (key) => any('envoy.extensions.filters.http.header_mutation.v3.HeaderMutationPerRoute', add(key));
const inside = (config, more = {}) => ({
  typed_per_filter_config: { m: any('envoy.config.route.v3.FilterConfig', { ...(config === undefined ? {} : { config }), ...more }) },
});
const ask = (...paths) => ({ request: paths.map((path) => get(path)) });

save('wrapped', 'A configuration inside FilterConfig counts; one that is off leaves the filter out.', {
  filters: [filter()],
  routes: routes(
    [
      ['a', '/a', inside(bare('x-route'))],
      ['b', '/b', inside(undefined, { disabled: true })],
      ['d', '/d', inside(bare('x-d'), { disabled: true })],
      ['e', '/e'],
    ],
    inside(bare('x-host')),
  ),
  ...ask('/a', '/b', '/d', '/e'),
});
save('switched-on', 'A filter that is off in the chain acts where a route configures it.', {
  filters: [filter({ disabled: true })],
  routes: routes([
    ['a', '/a', inside(bare('x-route'))],
    ['c', '/c', { typed_per_filter_config: { m: bare('x-bare') } }],
    ['e', '/e'],
  ]),
  ...ask('/a', '/c', '/e'),
});
const off = any('envoy.extensions.filters.http.csrf.v3.CsrfPolicy', { filter_enabled: { default_value: { numerator: 0 } } });
save('most-specific', 'The most specific configuration counts, wrapped or not.', {
  filters: [{ ...http('csrf', 'csrf.v3.CsrfPolicy', { filter_enabled: { default_value: { numerator: 100 } } }), name: 'm' }],
  routes: routes(
    [
      [
        'a',
        '/a',
        {
          typed_per_filter_config: {
            m: any('envoy.extensions.filters.http.csrf.v3.CsrfPolicy', { filter_enabled: { default_value: { numerator: 100 } } }),
          },
        },
      ],
      ['c', '/c'],
    ],
    inside(off),
  ),
  request: ['/a', '/c'].map((path) =>
    get(path, [
      [':method', 'POST'],
      ['origin', 'http://other.example'],
    ]),
  ),
});
save('empty', 'An empty FilterConfig is refused.', { filters: [filter()], routes: routes([['a', '/', inside()]]), ...ask('/') });
save('bandwidth-without-limit', 'A limit of a route has to have one.', {
  filters: [http('bandwidth_limit', 'bandwidth_limit.v3.BandwidthLimit', { stat_prefix: 'bw' })],
  routes: routes([
    ['a', '/', perRoute('bandwidth_limit', 'bandwidth_limit.v3.BandwidthLimit', { stat_prefix: 'bw', enable_mode: 'RESPONSE' })],
  ]),
  ...ask('/'),
});
save('local-ratelimit-without-bucket', 'Neither does a route without a bucket limit anything.', {
  filters: [http('local_ratelimit', 'local_ratelimit.v3.LocalRateLimit', { stat_prefix: 's' })],
  routes: routes([['a', '/', perRoute('local_ratelimit', 'local_ratelimit.v3.LocalRateLimit', { stat_prefix: 'r' })]]),
  ...ask('/'),
});
