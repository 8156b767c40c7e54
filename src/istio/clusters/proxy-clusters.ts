import { asArray, asObject, asString, asStringMap, isObject, type JsonObject } from '#base/json.ts';
import { isSubset } from '../collections.ts';
import { tlsMode } from '../gateways/gateway-server.ts';
import { isPoolService } from '../gateway-api/inference-pools.ts';
import type { BuildContext } from '../listeners/context.ts';
import { inboundConfigs } from '../listeners/inbound-configs.ts';
import { isDynamicWildcard } from '../listeners/network-chain.ts';
import { endpointLabels } from '../registry/endpoints.ts';
import type { Service } from '../registry/service.ts';
import { destinationRuleFor } from '../scope/destination-rules.ts';
import { waypointOutboundServices } from './waypoint-services.ts';
import type { PatchContext } from '../envoyfilter/patch.ts';

/** A cluster by name; the names of inbound ones do not tell the services behind them. */
export interface ClusterName {
  readonly name: string;
  readonly hosts: readonly string[];
}

/** The clusters that EnvoyFilters of one context can reach. */
export interface ClusterSide {
  readonly side: PatchContext;
  readonly clusters: readonly ClusterName[];
  /** Does it take new clusters? */
  readonly adds: boolean;
}

/**
 * The names of a proxy's clusters, as far as EnvoyFilters reach them (istio/istio `pilot/pkg/networking/core/cluster.go buildClusters`).
 * The clusters of what a waypoint serves are out of their reach. `annotated`: services that EnvoyFilters name in
 * `envoyfilter.istio.io/referenced-services`.
 */
export function proxyClusters(context: BuildContext, annotated: readonly string[]): readonly ClusterSide[] {
  const { proxy, scope } = context;
  if (proxy.type === 'router') {
    const clusters = [...outbound(context, scope.services), fixed('BlackHoleCluster'), ...byServerName(context)];
    return [{ side: 'GATEWAY', clusters, adds: true }];
  }
  if (proxy.type === 'waypoint') {
    return [
      { side: 'SIDECAR_OUTBOUND', clusters: outbound(context, waypointOutboundServices(context, annotated)), adds: false },
      { side: 'SIDECAR_INBOUND', clusters: [], adds: true },
    ];
  }
  const outward = [...outbound(context, scope.services), fixed('BlackHoleCluster'), fixed('PassthroughCluster')];
  return [
    { side: 'SIDECAR_OUTBOUND', clusters: outward, adds: true },
    { side: 'SIDECAR_INBOUND', clusters: [...inbound(context), fixed('InboundPassthroughCluster')], adds: true },
  ];
}

function fixed(name: string): ClusterName {
  return { name, hosts: [] };
}

/** One for each port of each service, and one for each subset of it. */
function outbound(context: BuildContext, services: readonly Service[]): readonly ClusterName[] {
  return eachSubset(context, services, (service, port, subset) => `outbound|${port}|${subset}|${service.hostname}`);
}

/** Behind AUTO_PASSTHROUGH servers, named as the server name that leads to them (`buildOutboundSniDnatClusters`). */
function byServerName(context: BuildContext): readonly ClusterName[] {
  const servers = context.gateway?.ports.flatMap((port) => port.servers) ?? [];
  if (!servers.some((server) => server.tls !== undefined && tlsMode(server) === 'AUTO_PASSTHROUGH')) return [];
  const inMesh = context.scope.services.filter((service) => !service.meshExternal);
  return eachSubset(context, inMesh, (service, port, subset) => `outbound_.${port}_.${subset}_.${service.hostname}`);
}

function eachSubset(
  context: BuildContext,
  services: readonly Service[],
  nameOf: (service: Service, port: number, subset: string) => string,
): readonly ClusterName[] {
  return services.flatMap((service) => {
    if (service.resolution === 'Alias') return [];
    const subsets = subsetsOf(context, service);
    return service.ports
      .filter((port, index) => port.protocol !== 'UDP' && (index === 0 || !isPoolService(service)))
      .filter((port) => !isDynamicWildcard(service) || forwardable.has(port.protocol))
      .flatMap((port) => subsets.map((subset) => ({ name: nameOf(service, port.port, subset), hosts: [service.hostname] })));
  });
}

/** What the filter that resolves wildcard hosts can send. */
const forwardable: ReadonlySet<string> = new Set(['HTTP', 'TLS', 'GRPC', 'HTTP2']);

/** The names of the subsets, the empty one for the whole; hosts that DNS resolves have none without an endpoint (`buildCluster`). */
function subsetsOf({ proxy, snapshot }: BuildContext, service: Service): readonly string[] {
  if (isDynamicWildcard(service)) return [''];
  const byDns = service.registry === 'External' && (service.resolution === 'DNSLB' || service.resolution === 'DNSRoundRobinLB');
  const isKnown = byDns && (service.selector === undefined || snapshot.cluster === 'as-given');
  const endpoints = isKnown ? endpointLabels(service, snapshot, proxy) : [];
  const subsets = asArray(destinationRuleFor(service, proxy, snapshot)?.['subsets'])
    .filter(isObject)
    .filter((subset) => !isKnown || isPassedThrough(subset) || endpoints.some((labels) => isSubset(asStringMap(subset['labels']), labels)))
    .map((subset) => asString(subset['name']) ?? '');
  return [...(isKnown && endpoints.length === 0 ? [] : ['']), ...subsets];
}

function isPassedThrough(subset: JsonObject): boolean {
  return asObject(asObject(subset['trafficPolicy'])['loadBalancer'])['simple'] === 'PASSTHROUGH';
}

/** One for each port of the workload, with all services that lead to it. */
function inbound(context: BuildContext): readonly ClusterName[] {
  return inboundConfigs(context).map((config) => ({
    name: config.cluster,
    hosts: context.targets.filter((target) => target.targetPort === config.targetPort).map((target) => target.service.hostname),
  }));
}
