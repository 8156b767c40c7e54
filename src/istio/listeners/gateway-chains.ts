import { asArray, asNumber, asObject, isObject, type JsonObject } from '#base/json.ts';
import type { NetworkFilter } from '#envoy/listener.ts';
import { isPassthrough, sniHosts, tlsMode, type GatewayServer } from '../gateways/gateway-server.ts';
import { hostsMatch, isSubsetOf } from '../registry/host.ts';
import type { ServicePort } from '../registry/service.ts';
import { destinationRuleFor } from '../scope/destination-rules.ts';
import { strings } from '../collections.ts';
import type { VirtualService } from '../scope/virtual-service.ts';
import { virtualServiceIndex } from '../scope/virtual-services.ts';
import { allMtlsAlpns } from './chain-options.ts';
import { noSecurity, type BuildContext } from './context.ts';
import { statPrefixOf } from './network-chain.ts';
import { routedFilters, singleDestination, type TcpChainDraft } from './outbound-chains.ts';

/** A TCP or TLS chain of a gateway. */
export interface GatewayChainDraft extends TcpChainDraft {
  /** The server whose TLS ends here. */
  readonly terminates?: GatewayServer | undefined;
}

/** Hosts of SNI that a listener port has used, with the address. */
export type TlsHosts = Map<string, string>;

/** The chains of a server that has no connection manager (istio/istio `pilot/pkg/networking/core/gateway.go createGatewayTCPFilterChainOpts`). */
export function gatewayTcpDrafts(context: BuildContext, server: GatewayServer, tlsHosts: TlsHosts): readonly GatewayChainDraft[] {
  if (server.tls !== undefined && isPassthrough(server))
    return tlsMode(server) === 'AUTO_PASSTHROUGH' ? autoPassthrough(context, server) : passthrough(context, server, tlsHosts);
  const routed = tcpRoute(context, server);
  if (routed === undefined) return [];
  return [
    {
      sniHosts: server.tls === undefined ? [] : sniHosts(server),
      cidrs: [],
      terminates: server.tls === undefined ? undefined : server,
      ...routed,
    },
  ];
}

function portOf(server: GatewayServer): ServicePort {
  return { name: server.port.name, port: server.port.number, protocol: server.port.protocol };
}

interface Routed {
  readonly networkFilters: readonly NetworkFilter[];
  readonly route: VirtualService;
}

/** The first TCP route whose host and port fit; without one the server has no chain. */
function tcpRoute(context: BuildContext, server: GatewayServer): Routed | undefined {
  const includeMx = tlsMode(server) === 'ISTIO_MUTUAL' && server.tls !== undefined;
  const build = (route: JsonObject, virtualService: VirtualService): Routed => ({
    networkFilters: routedFilters(
      context,
      asArray(route['route']).filter(isObject),
      portOf(server),
      virtualService,
      includeMx,
      context.security,
    ),
    route: virtualService,
  });
  for (const virtualService of routesFor(context, server)) {
    for (const route of virtualService.tcp) {
      const matches = asArray(route['match']).filter(isObject);
      if (matches.length > 0 && !matches.some((match) => fits(match, server))) continue;
      if (asArray(route['route']).length > 0) return build(route, virtualService);
    }
    if (!virtualService.isTlsRoute || isPassthrough(server)) continue;
    const tls = virtualService.tls.find((route) => asArray(route['match']).some((match) => fits(asObject(match), server)));
    if (tls !== undefined) return build(tls, virtualService);
  }
  return undefined;
}

/** VirtualServices bound to the gateway with a host of the server. */
function routesFor(context: BuildContext, server: GatewayServer): readonly VirtualService[] {
  const bound = virtualServiceIndex(context.snapshot).forGateway(context.proxy.namespace, server.gateway);
  return bound.filter((virtualService) =>
    virtualService.hosts.some((host) =>
      server.hosts.some((entry) => {
        const [first = '', second] = entry.split('/');
        if (second === undefined) return hostsMatch(first, host);
        return first === virtualService.namespace && hostsMatch(second, host);
      }),
    ),
  );
}

/** Port and gateway of a match (`l4SingleMatch`). */
function fits(match: JsonObject, server: GatewayServer): boolean {
  const port = asNumber(match['port']) ?? 0;
  const gateways = strings(match['gateways']);
  return (port === 0 || port === server.port.number) && (gateways.length === 0 || gateways.includes(server.gateway));
}

/** TLS that is passed on by SNI: one chain for each match, no name twice on a listener. */
function passthrough(context: BuildContext, server: GatewayServer, tlsHosts: TlsHosts): readonly GatewayChainDraft[] {
  const out: GatewayChainDraft[] = [];
  for (const virtualService of routesFor(context, server)) {
    for (const route of virtualService.tls) {
      const destinations = asArray(route['route']).filter(isObject);
      if (destinations.length === 0) continue;
      for (const match of asArray(route['match']).filter(isObject)) {
        if (!fits(match, server)) continue;
        const names = strings(match['sniHosts']);
        if (names.some((name) => tlsHosts.get(name) === server.bind)) continue;
        for (const name of names) tlsHosts.set(name, server.bind);
        const networkFilters = routedFilters(context, destinations, portOf(server), virtualService, false, context.security);
        out.push({ sniHosts: names, cidrs: [], networkFilters, route: virtualService });
      }
    }
  }
  return out;
}

/** A chain for every port and subset of every service that fits: SNI is the name of the cluster (`builtAutoPassthroughFilterChains`). */
function autoPassthrough(context: BuildContext, server: GatewayServer): readonly GatewayChainDraft[] {
  const { scope, proxy, snapshot } = context;
  const hosts = sniHosts(server);
  const out: GatewayChainDraft[] = [];
  for (const service of scope.services) {
    if (service.meshExternal || !hosts.some((host) => isSubsetOf(service.hostname, host))) continue;
    for (const port of service.ports) {
      if (port.protocol === 'UDP') continue;
      const rule = destinationRuleFor(service, proxy, snapshot);
      const subsets = asArray(rule?.['subsets'])
        .filter(isObject)
        .map((subset) => subset['name']);
      for (const subset of ['', ...subsets.filter((name) => typeof name === 'string')]) {
        const cluster = `outbound_.${port.port}_.${subset}_.${service.hostname}`;
        const statPrefix = statPrefixOf(snapshot.mesh.raw['outboundClusterStatName'], service, port, subset) ?? cluster;
        const networkFilters = singleDestination(context, {
          statPrefix,
          cluster,
          subset,
          port: port.port,
          protocol: port.protocol,
          rule,
          includeMx: false,
          withoutTunnel: true,
          security: noSecurity,
        });
        out.push({ sniHosts: [cluster], cidrs: [], alpn: allMtlsAlpns, networkFilters });
      }
    }
  }
  return out;
}
