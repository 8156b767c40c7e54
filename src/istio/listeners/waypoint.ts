import type { JsonObject } from '#base/json.ts';
import type { FilterChain, Listener, ListenerFilter } from '#envoy/listener.ts';
import { isEastWestGateway, type WaypointResources } from '../ambient/waypoint-resources.ts';
import { waypointInFront } from '../ambient/global-services.ts';
import { reason } from '../reasons.ts';
import { addressOf, allAddressesOf } from '../registry/addresses.ts';
import { isHttp, isTls } from '../registry/protocol.ts';
import type { Service, ServicePort } from '../registry/service.ts';
import { compareText } from '../resource-order.ts';
import { httpInspector, onPorts, originalDst, tcpProxy, tlsInspector } from './builtin-filters.ts';
import type { BuildContext } from './context.ts';
import { because, filterChain, ofResource } from './draft.ts';
import { passthroughListeners } from './gateway.ts';
import { connectAuthorityNetwork, destinationAddress } from './hbone-filters.ts';
import {
  connectOriginate,
  connectTerminate,
  forwardInnerConnect,
  forwardsTunnels,
  innerConnectOriginate,
  internalListener,
  outerConnectOriginate,
} from './hbone.ts';
import type { InboundConfig } from './inbound-configs.ts';
import { isDynamicWildcard } from './network-chain.ts';
import { waypointHttpFilters, waypointTcpFilters } from './waypoint-chains.ts';
import { byAddress, byApplicationProtocol, byAuthority, byPort, bySource, toChain, type OnMatch } from './waypoint-matcher.ts';

/** All listeners of a waypoint (istio/istio `pilot/pkg/networking/core/listener_waypoint.go buildWaypointInbound`). */
export function buildWaypointListeners(context: BuildContext): readonly Listener[] {
  const { snapshot } = context;
  return [
    connectTerminate(context),
    mainInternal(context, context.waypoint),
    ...(forwardsTunnels(context) ? [forwardInnerConnect(context), ...passthroughListeners(context)] : [connectOriginate(context)]),
    ...(snapshot.minor.doubleHbone && snapshot.features.on('AMBIENT_ENABLE_MULTI_NETWORK_WAYPOINT') && isManagedWaypoint(context)
      ? [innerConnectOriginate(context), outerConnectOriginate(context)]
      : []),
  ];
}

/** `IsWaypointProxy` of `pilot/pkg/model/context.go`. */
function isManagedWaypoint({ proxy }: BuildContext): boolean {
  return proxy.labels['gateway.istio.io/managed'] === 'istio.io-mesh-controller';
}

/** What inspectors must find out for a port. */
type Sniffing = 'http' | 'tcp' | 'both';

/** `main_internal`: a chain for each port of each service, and two for workload addresses (`buildWaypointInternal`). */
function mainInternal(context: BuildContext, resources: WaypointResources): Listener {
  const { snapshot } = context;
  const chains: FilterChain[] = [];
  const sniffing = new Map<number, Sniffing>();
  const ranges: { addresses: readonly string[]; onMatch: OnMatch }[] = [];
  const authorities: Record<string, OnMatch> = {};
  const forwards = forwardsTunnels(context);
  for (const service of resources.services) {
    const addresses = [...new Set(allAddressesOf(service, context.proxy))].sort(compareText);
    const ports: Record<string, OnMatch> = {};
    for (const port of service.ports) {
      const made = forwards ? forwardedPort(context, service, port) : portChains(context, service, port, addresses.length > 0);
      if (made === undefined) continue;
      chains.push(...made.chains);
      ports[String(port.port)] = made.onMatch;
      if (addresses.length > 0) authorities[`${service.hostname}:${port.port}`] = made.onMatch;
      sniffing.set(port.port, combined(sniffing.get(port.port), made.sniffing));
    }
    if (Object.keys(ports).length > 0 && (addresses.length > 0 || snapshot.minor.minor < 31))
      ranges.push({ addresses, onMatch: byPort(ports) });
  }
  if (!isEastWestGateway(context.proxy)) chains.push(...directChains(context));
  if (forwards && chains.length === 0) chains.push(unreachable);
  const workloads = resources.workloads.flat();
  if (workloads.length > 0) ranges.push({ addresses: workloads, onMatch: sniffed(context, 'direct-http', 'direct-tcp') });
  const byIp = byAddress(ranges);
  const multiNetwork = isMultiNetwork(context) && Object.keys(authorities).length > 0;
  const provenance = because('waypoint-internal');
  const listener = internalListener(context, 'inbound', {
    name: 'main_internal',
    direction: 'INBOUND',
    listenerFilters: inspectors(context, resources, sniffing),
    filterChains: chains,
    provenance,
    rest: { filterChainMatcher: multiNetwork ? byAuthority(authorities, byIp) : byIp },
  });
  return listener;
}

function isMultiNetwork(context: BuildContext): boolean {
  return context.snapshot.features.on('AMBIENT_ENABLE_MULTI_NETWORK') && context.snapshot.minor.doubleHbone;
}

/** A port that is HTTP for one service and TCP for another must be sniffed. */
function combined(known: Sniffing | undefined, own: Sniffing): Sniffing {
  return known === undefined || known === own ? own : 'both';
}

function sniffed(context: BuildContext, http: string, tcp: string): OnMatch {
  return byApplicationProtocol(toChain(http), toChain(tcp), context.snapshot.features.on('PILOT_HTTP10'));
}

interface PortChains {
  readonly chains: readonly FilterChain[];
  readonly onMatch: OnMatch;
  readonly sniffing: Sniffing;
}

function portChains(context: BuildContext, service: Service, port: ServicePort, hasAddress: boolean): PortChains | undefined {
  if (port.protocol === 'UDP') return undefined;
  const name = (kind: 'tcp' | 'http'): string => `inbound-vip|${port.port}|${kind}|${service.hostname}`;
  const keep =
    hasAddress && isMultiNetwork(context) && !isEastWestGateway(context.proxy)
      ? [destinationAddress(`${addressOf(service, context.proxy)}:${port.port}`)]
      : [];
  const chain = (kind: 'tcp' | 'http'): FilterChain => {
    const config = serviceConfig(service, port, name(kind));
    const filters = kind === 'http' ? waypointHttpFilters(context, config, service) : waypointTcpFilters(context, config, service);
    return filterChain({ name: name(kind), networkFilters: [...keep, ...filters], provenance: config.provenance });
  };
  if (port.protocol === 'Unsupported') {
    return { chains: [chain('tcp'), chain('http')], onMatch: sniffed(context, name('http'), name('tcp')), sniffing: 'both' };
  }
  if (isHttp(port.protocol)) return { chains: [chain('http')], onMatch: toChain(name('http')), sniffing: 'http' };
  if (isTls(port.protocol) && isDynamicWildcard(service)) return undefined;
  return { chains: [chain('tcp')], onMatch: toChain(name('tcp')), sniffing: 'tcp' };
}

/** The inner tunnel for a port, to its waypoint unless it has been through one. */
function forwardedPort(context: BuildContext, service: Service, port: ServicePort): PortChains | undefined {
  if (port.protocol === 'UDP') return undefined;
  const { snapshot } = context;
  const name = `inbound-vip|${port.port}|tcp|${service.hostname}`;
  const config = serviceConfig(service, port, name);
  const chain = filterChain({
    name,
    networkFilters: waypointTcpFilters(context, config, service, 'of-gateway'),
    provenance: config.provenance,
  });
  const waypoint = waypointInFront(snapshot, service);
  const [own, front] = [toChain(name), toChain(`inbound-vip|15008|tcp|${waypoint?.host ?? ''}`)];
  const sources = { waypoint: own, ...(snapshot.minor.gatewayTunnels ? { gateway: waypoint?.forIngress === true ? front : own } : {}) };
  return { chains: [chain], onMatch: waypoint === undefined ? own : bySource(sources, front), sniffing: 'tcp' };
}

/** Envoy takes no listener without a chain; no matcher leads to this one. */
const unreachable: FilterChain = filterChain({
  name: 'virtualInbound-blackhole',
  networkFilters: [tcpProxy({ statPrefix: 'BlackHoleCluster', cluster: 'BlackHoleCluster' })],
  provenance: because('east-west-empty'),
});

function serviceConfig(service: Service, port: ServicePort, cluster: string): InboundConfig {
  return {
    cluster,
    port,
    targetPort: port.port,
    bind: '0.0.0.0',
    bindToPort: false,
    passthrough: false,
    hbone: true,
    host: service.hostname,
    service,
    protocol: port.protocol,
    provenance: ofResource('service', service.source, reason('waypoint-service', { service: service.hostname, port: port.port })),
  };
}

/** Traffic to the address of a workload. */
function directChains(context: BuildContext): readonly FilterChain[] {
  const provenance = because('waypoint-direct');
  const config: InboundConfig = {
    cluster: 'encap',
    port: { name: 'unknown', port: 0, protocol: 'TCP' },
    targetPort: 0,
    bind: '0.0.0.0',
    bindToPort: false,
    passthrough: false,
    hbone: true,
    host: '',
    protocol: 'TCP',
    provenance,
  };
  return [
    filterChain({
      name: 'direct-tcp',
      networkFilters: [connectAuthorityNetwork, ...waypointTcpFilters(context, config, undefined)],
      provenance,
    }),
    filterChain({
      name: 'direct-http',
      networkFilters: [connectAuthorityNetwork, ...waypointHttpFilters(context, config, undefined)],
      provenance,
    }),
  ];
}

/** Inspectors, switched off for the ports that do not need them; workloads take any port. */
function inspectors(
  context: BuildContext,
  resources: WaypointResources,
  sniffing: ReadonlyMap<number, Sniffing>,
): readonly ListenerFilter[] {
  const known = [...sniffing].filter(([, kind]) => kind !== 'both').map(([port]) => port);
  const off = resources.workloads.length > 0 ? [] : known.sort((a, b) => a - b);
  const all = resources.services.flatMap((service) => service.ports);
  const tls = new Set(all.filter((port) => isTls(port.protocol)).map((port) => port.port));
  const plain = [...new Set(all.filter((port) => !tls.has(port.port)).map((port) => port.port))].sort((a, b) => a - b);
  const disabled = (ports: readonly number[]): JsonObject | undefined => (ports.length === 0 ? undefined : onPorts(ports));
  const needsTls = context.snapshot.minor.waypointTlsInspectorForTlsOnly ? tls.size > 0 : plain.length > 0;
  return [originalDst, httpInspector(disabled(off)), ...(needsTls ? [tlsInspector(disabled(plain))] : [])];
}
