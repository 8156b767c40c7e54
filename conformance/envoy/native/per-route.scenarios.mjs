/** Configurations of routes that are refused with the routes, and those that are not looked at. */
import { any, get, scenario } from './lab.mjs';

export const scenarios = [];
const filter = (message, value) => any(`envoy.extensions.filters.http.${message}`, value);
const wrapped = (config, more = {}) => any('envoy.config.route.v3.FilterConfig', { config, ...more });
const web = filter('grpc_web.v3.GrpcWeb');
const save = (name, description, configs, level = 'route') => {
  const own = (at) => (at === level ? { typed_per_filter_config: configs } : {});
  const cluster = { name: 'upstream', weight: 1, ...own('weighted') };
  const action = level === 'weighted' ? { weighted_clusters: { clusters: [cluster] } } : { cluster: 'upstream' };
  const host = { name: 'host', domains: ['*'], ...own('host'), routes: [{ match: { prefix: '/' }, route: action, ...own('route') }] };
  scenarios.push(scenario(`per-route-${name}`, description, { routes: { virtual_hosts: [host], ...own('table') }, request: get('/') }));
};

for (const level of ['route', 'host', 'table', 'weighted']) {
  save(`unsupported-${level}`, 'A filter that takes no configuration of routes; it need not be in the chain.', { web }, level);
}
for (const [name, message, value] of [
  ['cache', 'cache.v3.CacheConfig', {}],
  ['grpc-stats', 'grpc_stats.v3.FilterConfig', {}],
  ['grpc-http1-bridge', 'grpc_http1_bridge.v3.Config', {}],
  ['health-check', 'health_check.v3.HealthCheck', { pass_through_mode: true }],
  ['ip-tagging', 'ip_tagging.v3.IPTagging', { ip_tags: [{ ip_tag_name: 'a', ip_list: [{ address_prefix: '10.0.0.0', prefix_len: 8 }] }] }],
  ['router', 'router.v3.Router', {}],
  ['wasm', 'wasm.v3.Wasm', { config: {} }],
  ['header-to-metadata', 'header_to_metadata.v3.Config', {}],
  ['json-to-metadata', 'json_to_metadata.v3.JsonToMetadata', {}],
]) {
  save(name, 'A configuration of a route that is refused.', { mine: filter(message, value) });
}
save('wrapped', 'In a FilterConfig.', { web: wrapped(web) });
save('optional', 'One that may be missing is not looked at.', { web: wrapped(web, { is_optional: true }) });
save('disabled', 'Nor one that is off.', { web: wrapped(web, { disabled: true }) });
