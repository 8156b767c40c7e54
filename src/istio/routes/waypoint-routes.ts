import { asArray, asNumber, asObject, asString, isObject, type JsonObject } from '#base/json.ts';
import type { BuildContext } from '../listeners/context.ts';
import type { InboundConfig } from '../listeners/inbound-configs.ts';
import { hostsMatch } from '../registry/host.ts';
import { isHttp } from '../registry/protocol.ts';
import { portOf, type Service } from '../registry/service.ts';
import { destinationRuleFor } from '../scope/destination-rules.ts';
import type { VirtualService } from '../scope/virtual-service.ts';
import { strings } from '../collections.ts';
import { inboundRouteConfig } from './inbound-routes.ts';
import { isCatchAll } from './translate-match.ts';
import { defaultOutboundRoute, translateRoute } from './translate-route.ts';

/** The VirtualServices of a waypoint's service: from its own namespace or the waypoint's (istio/istio `pilot/pkg/networking/core/listener_waypoint.go getVirtualServiceForWaypoint`). */
export function waypointVirtualServices(context: BuildContext, service: Service): readonly VirtualService[] {
  const all = context.scope.egress[0]?.virtualServices ?? [];
  return all.filter(
    (candidate) =>
      (candidate.namespace === context.proxy.namespace || candidate.namespace === service.namespace) &&
      candidate.hosts.some((host) => hostsMatch(host, service.hostname)),
  );
}

/** The routes of an HTTP chain of `main_internal` (`buildWaypointInboundHTTPRouteConfig`). */
export function waypointRouteConfig(context: BuildContext, config: InboundConfig, service: Service | undefined): JsonObject {
  const routes = service === undefined ? [] : routesOf(context, service, config.port.port);
  if (routes.length === 0 || service === undefined) return context.patchInboundRoutes(defaultConfig(context, config, service));
  const virtualHost = { name: `inbound|http|${config.port.port}`, domains: domainsOf(service), routes };
  return { name: config.cluster, virtualHosts: [virtualHost], validateClusters: false };
}

function routesOf(context: BuildContext, service: Service, port: number): readonly JsonObject[] {
  const withHttp = waypointVirtualServices(context, service).filter((candidate) => candidate.http.length > 0);
  // several for one host are merged since 1.31
  const used = context.snapshot.minor.minor >= 31 ? withHttp : withHttp.slice(0, 1);
  return used.flatMap((virtualService) => virtualServiceRoutes(context, virtualService, port));
}

/** `waypointInboundRoute`; matches by labels of the caller cannot be decided here. */
function virtualServiceRoutes(context: BuildContext, virtualService: VirtualService, port: number): readonly JsonObject[] {
  const options = {
    port,
    gateway: 'mesh',
    isTls: false,
    lookUp: (host: string) => context.scope.byHost.get(host),
    cluster: (destination: JsonObject, target: Service | undefined, listenerPort: number) =>
      waypointCluster(context, destination, target, listenerPort),
  };
  const out: JsonObject[] = [];
  for (const http of virtualService.http) {
    const matches = asArray(http['match']).filter(isObject);
    if (matches.length === 0) {
      const route = translateRoute(context, virtualService, http, undefined, options);
      return route === undefined ? out : [...out, route];
    }
    for (const match of matches) {
      if (Object.keys(asObject(match['sourceLabels'])).length > 0) continue;
      const route = translateRoute(context, virtualService, http, match, options);
      if (route === undefined) continue;
      out.push(route);
      if (isCatchAll(route)) return out;
    }
  }
  return out;
}

/** Services of this waypoint are reached through their `inbound-vip` clusters, all others as from anywhere (`getWaypointDestinationCluster`). */
export function waypointCluster(
  context: BuildContext,
  destination: JsonObject,
  service: Service | undefined,
  listenerPort: number,
): string {
  const host = asString(destination['host']) ?? '';
  if (host === '') return 'UnknownService';
  const named = isObject(destination['port']) ? (asNumber(destination['port']['number']) ?? 0) : undefined;
  const port = named ?? (service?.ports.length === 1 ? (service.ports[0]?.port ?? listenerPort) : listenerPort);
  const subset = asString(destination['subset']) ?? '';
  const isOwn = service === undefined || context.waypoint.services.some((own) => own.hostname === service.hostname);
  if (!isOwn) return `outbound|${port}|${subset}|${host}`;
  const known = service === undefined ? undefined : portOf(service, port);
  const kind = known === undefined || isHttp(known.protocol) || known.protocol === 'Unsupported' ? 'http' : 'tcp';
  return `inbound-vip|${port}|${subset === '' ? kind : `${kind}/${subset}`}|${host}`;
}

/** Everything to the service itself. */
function defaultConfig(context: BuildContext, config: InboundConfig, service: Service | undefined): JsonObject {
  const inbound = inboundRouteConfig(context, config, service === undefined ? undefined : domainsOf(service));
  if (context.snapshot.minor.minor < 31) return inbound;
  const visible = service === undefined ? undefined : context.scope.byHost.get(service.hostname);
  const rule = destinationRuleFor(visible, context.proxy, context.snapshot);
  const hash = asObject(asObject(rule?.['trafficPolicy'])['loadBalancer'])['consistentHash'];
  const route = defaultOutboundRoute(context, config.cluster, config.host, config.port.port, isObject(hash) ? hash : undefined);
  const virtualHosts = asArray(inbound['virtualHosts']).map((host) => ({ ...asObject(host), routes: [route] }));
  return { ...inbound, virtualHosts, maxDirectResponseBodySizeBytes: 1_048_576 };
}

/** Hosts resolved by request must not leave what the service allows. */
function domainsOf(service: Service): readonly string[] {
  return service.resolution === 'DynamicDNS' ? [service.hostname] : ['*'];
}

/** Destinations of TCP or TLS routes for a port of the service (`getWaypointTCPRoutes`). */
export function waypointStreamDestinations(context: BuildContext, service: Service, port: number): readonly JsonObject[] {
  const virtualServices = waypointVirtualServices(context, service);
  const tls = virtualServices.flatMap((candidate) => candidate.tls);
  const tcp = virtualServices.flatMap((candidate) => candidate.tcp);
  const bySni = tls.find((route) => {
    const matches = asArray(route['match']).filter(isObject);
    return matches.length === 0 || matches.some((match) => isOnly(strings(match['sniHosts']), service.hostname) && fits(match, port));
  });
  const byPort = tcp.find((route) => {
    const matches = asArray(route['match']).filter(isObject);
    return matches.length === 0 || matches.some((match) => fits(match, port));
  });
  return asArray((bySni ?? byPort)?.['route']).filter(isObject);
}

function isOnly(hosts: readonly string[], host: string): boolean {
  return hosts.length === 1 && hosts[0] === host;
}

/** Callers are not known: what names labels or a namespace does not fit. */
function fits(match: JsonObject, port: number): boolean {
  const gateways = strings(match['gateways']);
  const wanted = asNumber(match['port']) ?? 0;
  return (
    (gateways.length === 0 || gateways.includes('mesh')) &&
    Object.keys(asObject(match['sourceLabels'])).length === 0 &&
    (wanted === 0 || wanted === port) &&
    (asString(match['sourceNamespace']) ?? '') === ''
  );
}
