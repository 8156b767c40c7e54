import type { JsonObject } from '#base/json.ts';
import { openAny } from '../config-reader.ts';
import type { NetworkFilterType } from './network-filter.ts';

type Load = () => Promise<{ readonly filterType: NetworkFilterType }>;

/** Network filters by the message of their configuration, beside the HTTP connection manager, which `listener/` makes itself. */
const registry: Readonly<Record<string, Load>> = {
  'envoy.extensions.filters.network.connection_limit.v3.ConnectionLimit': () => import('./filters/connection-limit.ts'),
  'envoy.extensions.filters.network.direct_response.v3.Config': () => import('./filters/direct-response.ts'),
  'envoy.extensions.filters.network.dubbo_proxy.v3.DubboProxy': () => import('./filters/dubbo/filter.ts'),
  'envoy.extensions.filters.network.echo.v3.Echo': () => import('./filters/echo.ts'),
  'envoy.extensions.filters.network.ext_authz.v3.ExtAuthz': () => import('./filters/ext-authz.ts'),
  'envoy.extensions.filters.network.local_ratelimit.v3.LocalRateLimit': () => import('./filters/local-ratelimit.ts'),
  'envoy.extensions.filters.network.mongo_proxy.v3.MongoProxy': () => import('./filters/mongo/filter.ts'),
  'envoy.extensions.filters.network.mysql_proxy.v3.MySQLProxy': () => import('./filters/mysql/filter.ts'),
  'envoy.extensions.filters.network.rbac.v3.RBAC': () => import('./filters/rbac.ts'),
  'envoy.extensions.filters.network.redis_proxy.v3.RedisProxy': () => import('./filters/redis/filter.ts'),
  'envoy.extensions.filters.network.sni_cluster.v3.SniCluster': () => import('./filters/sni-cluster.ts'),
  'envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy': () => import('./filters/tcp-proxy.ts'),
  'envoy.extensions.filters.network.thrift_proxy.v3.ThriftProxy': () => import('./filters/thrift/filter.ts'),
  'envoy.extensions.filters.network.wasm.v3.Wasm': () => import('./filters/wasm.ts'),
  'envoy.extensions.filters.network.zookeeper_proxy.v3.ZooKeeperProxy': () => import('./filters/zookeeper/filter.ts'),
};

/** The messages of the network filters that take part in a preview. */
export const simulatedNetworkFilters: readonly string[] = Object.keys(registry);

function loaderOf(typedConfig: JsonObject | undefined): Load | undefined {
  const type = typedConfig === undefined ? '' : openAny(typedConfig)['@type'];
  if (typeof type !== 'string') return undefined;
  const name = type.slice(type.lastIndexOf('/') + 1);
  return Object.hasOwn(registry, name) ? registry[name] : undefined;
}

/** Is a network filter of this configuration simulated? Loads nothing. */
export function isNetworkSimulated(typedConfig: JsonObject | undefined): boolean {
  return loaderOf(typedConfig) !== undefined || String(typedConfig?.['@type']).endsWith('.HttpConnectionManager');
}

export async function loadNetworkFilterType(typedConfig: JsonObject | undefined): Promise<NetworkFilterType | undefined> {
  return (await loaderOf(typedConfig)?.())?.filterType;
}
