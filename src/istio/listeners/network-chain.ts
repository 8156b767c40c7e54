import { asString, type JsonObject } from '#base/json.ts';
import type { NetworkFilter } from '#envoy/listener.ts';
import { statsFilters, type ListenerClass } from '../policy/telemetry.ts';
import { typed } from '../proto-json.ts';
import { isWildcard } from '../registry/host.ts';
import type { Protocol } from '../registry/protocol.ts';
import type { Service } from '../registry/service.ts';
import type { Snapshot } from '../snapshot.ts';
import { accessLogField, accessLogs } from './access-log.ts';
import { networkMetadataExchange, networkStats, tcpProxy } from './builtin-filters.ts';
import { modeOf, phaseOrder, type BuildContext, type SecurityFilters } from './context.ts';
import { because, networkFilter } from './draft.ts';
import { sniForwardProxy } from './dynamic-forward-proxy.ts';
import { networkPlugins } from './plugin-filters.ts';

export interface NetworkChainOptions {
  readonly listenerClass: ListenerClass;
  /** The port that plugins are matched with. */
  readonly port: number;
  readonly includeMx: boolean;
  /** Of the proxy, of the service (waypoints), or none. */
  readonly security: SecurityFilters;
  /** The service of the chain where policies and statistics depend on it. */
  readonly service?: Service | undefined;
  readonly terminal: readonly NetworkFilter[];
}

/** The network filters of a TCP chain in their order (istio/istio `pilot/pkg/networking/core/networkfilter.go buildCompleteNetworkFilters`). */
export function networkChain(context: BuildContext, options: NetworkChainOptions): readonly NetworkFilter[] {
  const { proxy, snapshot } = context;
  const { listenerClass, port, security, service } = options;
  const plugins = networkPlugins(proxy, snapshot, {
    mode: modeOf(listenerClass),
    port,
    services: service === undefined ? undefined : [service],
  });
  const bySni =
    listenerClass === 'outbound' && service !== undefined && isDynamicWildcard(service) ? [sniForwardProxy(service, port, proxy)] : [];
  return [
    ...(options.includeMx ? metadataExchange(snapshot) : []),
    ...security.customTcp,
    ...plugins('AUTHN'),
    ...plugins('AUTHZ'),
    ...security.localTcp,
    ...plugins('STATS'),
    ...plugins('UNSPECIFIED_PHASE'),
    ...statsFilters(proxy, snapshot, listenerClass, service).map(networkStats),
    ...bySni,
    ...options.terminal,
  ];
}

export function isDynamicWildcard(service: Service): boolean {
  return isWildcard(service.hostname) && service.resolution === 'DynamicDNS';
}

export function metadataExchange(snapshot: Snapshot): readonly NetworkFilter[] {
  return snapshot.features.on('PILOT_ENABLE_METADATA_EXCHANGE') ? [networkMetadataExchange] : [];
}

/** Network plugins in front of a connection manager, all phases. */
export function networkPluginsBeforeHttp(context: BuildContext, listenerClass: ListenerClass, port: number): readonly NetworkFilter[] {
  const plugins = networkPlugins(context.proxy, context.snapshot, { mode: modeOf(listenerClass), port });
  return phaseOrder.flatMap((phase) => plugins(phase));
}

/** Statistics and the TCP proxy to one fixed cluster: the chains that take what nothing else takes. */
export function plainTcpChain(
  context: BuildContext,
  listenerClass: ListenerClass,
  cluster: string,
  fields: JsonObject = {},
): readonly NetworkFilter[] {
  return [
    ...statsFilters(context.proxy, context.snapshot, listenerClass).map(networkStats),
    tcpProxy({ statPrefix: cluster, cluster, fields }),
  ];
}

/** The filters of a protocol and the TCP proxy; Redis ends the chain itself (`buildNetworkFiltersStack`). */
export function terminalFilters(
  snapshot: Snapshot,
  protocol: Protocol,
  proxyFilter: NetworkFilter,
  statPrefix: string,
  cluster: string,
): readonly NetworkFilter[] {
  const { features } = snapshot;
  const why = because('protocol-filter', { protocol });
  if (protocol === 'Mongo' && features.on('PILOT_ENABLE_MONGO_FILTER')) {
    const config = typed('envoy.extensions.filters.network.mongo_proxy.v3.MongoProxy', { statPrefix });
    return [networkFilter('envoy.filters.network.mongo_proxy', config, why), proxyFilter];
  }
  if (protocol === 'MySQL' && features.on('PILOT_ENABLE_MYSQL_FILTER')) {
    const config = typed('envoy.extensions.filters.network.mysql_proxy.v3.MySQLProxy', { statPrefix });
    return [networkFilter('envoy.filters.network.mysql_proxy', config, why), proxyFilter];
  }
  if (protocol === 'Redis' && features.on('PILOT_ENABLE_REDIS_FILTER')) {
    const config = typed('envoy.extensions.filters.network.redis_proxy.v3.RedisProxy', {
      statPrefix,
      latencyInMicros: true,
      settings: { opTimeout: '5s' },
      prefixRoutes: { catchAllRoute: { cluster } },
    });
    return [networkFilter('envoy.filters.network.redis_proxy', config, why)];
  }
  return [proxyFilter];
}

/** `accessLog` of a TCP proxy and the idle timeout the proxy reports. */
export function tcpFields(context: BuildContext, listenerClass: ListenerClass, service?: Service): JsonObject {
  const { proxy, snapshot } = context;
  return {
    ...(proxy.idleTimeout === undefined ? {} : { idleTimeout: proxy.idleTimeout }),
    ...accessLogField(accessLogs(proxy, snapshot, listenerClass, 'tcp', service)),
  };
}

/** The name of a cluster in statistics, by the pattern of the mesh (istio/istio `pilot/pkg/networking/telemetry/telemetry.go BuildStatPrefix`). */
export function statPrefixOf(
  pattern: JsonObject[string],
  service: Service,
  port: { readonly port: number; readonly name: string },
  subset = '',
): string | undefined {
  return filledIn(pattern, hostNames(service, true), subset, port)?.replaceAll('%TARGET_PORT%', '0');
}

/** As `statPrefixOf` for an inbound port, whose service may be unknown; it leaves `%TARGET_PORT%` as it is (`BuildInboundStatPrefix`). */
export function inboundStatPrefix(
  pattern: JsonObject[string],
  target: { readonly host: string; readonly service?: Service | undefined },
  port: { readonly port: number; readonly name: string },
  isWaypoint = false,
): string | undefined {
  const { host, service } = target;
  const names = service === undefined ? { short: host, name: host, full: host } : hostNames(service, !isWaypoint);
  return filledIn(pattern, names, '', port);
}

interface HostNames {
  readonly short: string;
  readonly name: string;
  readonly full: string;
}

/** Only Services of Kubernetes have short names; waypoints give them to all. */
function hostNames(service: Service, onlyKubernetes: boolean): HostNames {
  const { hostname: full, name, namespace } = service;
  return service.registry === 'Kubernetes' || !onlyKubernetes
    ? { short: `${name}.${namespace}`, name, full }
    : { short: full, name: full, full };
}

function filledIn(
  pattern: JsonObject[string],
  names: HostNames,
  subset: string,
  port: { readonly port: number; readonly name: string },
): string | undefined {
  const text = asString(pattern) ?? '';
  if (text === '') return undefined;
  return text
    .replaceAll('%SERVICE%', names.short)
    .replaceAll('%SERVICE_NAME%', names.name)
    .replaceAll('%SERVICE_FQDN%', names.full)
    .replaceAll('%SUBSET_NAME%', subset)
    .replaceAll('%SERVICE_PORT%', String(port.port))
    .replaceAll('%SERVICE_PORT_NAME%', port.name);
}
