import type { JsonObject, JsonValue } from '#base/json.ts';
import { asArray, asNumber, asObject, asString, getIn } from '#base/json.ts';
import type { FilterChain } from '#envoy/listener.ts';
import { httpManagerOf } from '#envoy/listener.ts';

/** Where a chain sends what passes it. The words are the screen's. */
export interface LaneRoute {
  /** The route, or the route configuration when it has several. */
  readonly title: string;
  readonly target: RouteTarget;
}

export type RouteTarget =
  | { readonly kind: 'cluster'; readonly cluster: string }
  /** By weight, by a header, or by a plugin. */
  | { readonly kind: 'clusters'; readonly clusters: readonly string[] }
  | { readonly kind: 'direct-response'; readonly status: number }
  | { readonly kind: 'redirect' }
  | { readonly kind: 'routes'; readonly routes: number; readonly hosts: number }
  /** The route configuration comes by RDS and is not known here. */
  | { readonly kind: 'rds' }
  | { readonly kind: 'none' };

/** `configs`: the route configurations known beside the listener, by their names. */
export function laneRoute(chain: FilterChain, configs: readonly JsonObject[]): LaneRoute {
  const manager = httpManagerOf(chain);
  if (manager === undefined) return tcpRoute(chain);
  const inline = getIn(manager.typedConfig, ['routeConfig']);
  const rds = asString(getIn(manager.typedConfig, ['rds', 'routeConfigName']));
  const config = inline ?? configs.find(({ name }) => name === rds);
  if (config === undefined) return { title: rds ?? '', target: { kind: rds === undefined ? 'none' : 'rds' } };
  const hosts = asArray(getIn(config, ['virtualHosts']));
  const routes = hosts.flatMap((host) => asArray(getIn(host, ['routes'])));
  const title = asString(getIn(config, ['name'])) ?? '';
  const [only] = routes;
  if (routes.length !== 1 || only === undefined)
    return { title, target: routes.length === 0 ? { kind: 'none' } : { kind: 'routes', routes: routes.length, hosts: hosts.length } };
  return { title: asString(getIn(only, ['name'])) ?? title, target: targetOf(only) };
}

/** RouteAction, RedirectAction, DirectResponseAction (envoy/config/route/v3/route_components.proto). */
function targetOf(route: JsonValue): RouteTarget {
  const { route: action, redirect, directResponse } = asObject(route);
  if (directResponse !== undefined) return { kind: 'direct-response', status: asNumber(getIn(directResponse, ['status'])) ?? 200 };
  if (redirect !== undefined) return { kind: 'redirect' };
  return action === undefined ? { kind: 'none' } : clusterTarget(asObject(action));
}

function tcpRoute({ networkFilters }: FilterChain): LaneRoute {
  const last = networkFilters.at(-1);
  const tcp = last?.name === 'envoy.filters.network.tcp_proxy' ? asObject(last.typedConfig) : undefined;
  return tcp === undefined ? { title: '', target: { kind: 'none' } } : { title: 'tcp_proxy', target: clusterTarget(tcp) };
}

/** What a RouteAction and a TcpProxy have in common. */
function clusterTarget({ cluster, weightedClusters }: JsonObject): RouteTarget {
  const one = asString(cluster);
  if (one !== undefined) return { kind: 'cluster', cluster: one };
  const weighted = asArray(getIn(weightedClusters, ['clusters'])).flatMap((item) => asString(getIn(item, ['name'])) ?? []);
  return { kind: 'clusters', clusters: weighted };
}
