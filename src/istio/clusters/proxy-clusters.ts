import { asArray, asString, isObject } from '#base/json.ts';
import { tlsMode } from '../gateways/gateway-server.ts';
import { isPoolService } from '../gateway-api/inference-pools.ts';
import type { BuildContext } from '../listeners/context.ts';
import { inboundConfigs } from '../listeners/inbound-configs.ts';
import type { Service } from '../registry/service.ts';
import { destinationRuleFor } from '../scope/destination-rules.ts';
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
}

/**
 * The names of a proxy's clusters, as far as EnvoyFilters reach them (istio/istio `pilot/pkg/networking/core/cluster.go buildClusters`).
 * What a waypoint sends to its services is out of their reach; it takes new clusters only.
 */
export function proxyClusters(context: BuildContext): readonly ClusterSide[] {
  const { proxy } = context;
  if (proxy.type === 'router')
    return [{ side: 'GATEWAY', clusters: [...outbound(context), fixed('BlackHoleCluster'), ...byServerName(context)] }];
  if (proxy.type === 'waypoint') {
    return [
      { side: 'SIDECAR_OUTBOUND', clusters: [] },
      { side: 'SIDECAR_INBOUND', clusters: [] },
    ];
  }
  return [
    { side: 'SIDECAR_OUTBOUND', clusters: [...outbound(context), fixed('BlackHoleCluster'), fixed('PassthroughCluster')] },
    { side: 'SIDECAR_INBOUND', clusters: [...inbound(context), fixed('InboundPassthroughCluster')] },
  ];
}

function fixed(name: string): ClusterName {
  return { name, hosts: [] };
}

/** One for each port of each service, and one for each subset of it. */
function outbound(context: BuildContext): readonly ClusterName[] {
  return eachSubset(context, (service, port, subset) => `outbound|${port}|${subset}|${service.hostname}`);
}

/** Behind AUTO_PASSTHROUGH servers, named as the server name that leads to them (`buildOutboundSniDnatClusters`). */
function byServerName(context: BuildContext): readonly ClusterName[] {
  const servers = context.gateway?.ports.flatMap((port) => port.servers) ?? [];
  if (!servers.some((server) => server.tls !== undefined && tlsMode(server) === 'AUTO_PASSTHROUGH')) return [];
  return eachSubset(context, (service, port, subset) => `outbound_.${port}_.${subset}_.${service.hostname}`);
}

function eachSubset(context: BuildContext, nameOf: (service: Service, port: number, subset: string) => string): readonly ClusterName[] {
  const { scope, proxy, snapshot } = context;
  return scope.services.flatMap((service) => {
    if (service.resolution === 'Alias') return [];
    const rule = destinationRuleFor(service, proxy, snapshot);
    const subsets = asArray(rule?.['subsets'])
      .filter(isObject)
      .map((subset) => asString(subset['name']) ?? '');
    return service.ports
      .filter((port, index) => port.protocol !== 'UDP' && (index === 0 || !isPoolService(service)))
      .flatMap((port) => ['', ...subsets].map((subset) => ({ name: nameOf(service, port.port, subset), hosts: [service.hostname] })));
  });
}

/** One for each port of the workload, with all services that lead to it. */
function inbound(context: BuildContext): readonly ClusterName[] {
  return inboundConfigs(context).map((config) => ({
    name: config.cluster,
    hosts: context.targets.filter((target) => target.targetPort === config.targetPort).map((target) => target.service.hostname),
  }));
}
