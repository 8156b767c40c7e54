import { asArray, asObject, asString, type JsonObject } from '#base/json.ts';
import type { GatewayServer } from '../gateways/gateway-server.ts';
import type { BuildContext } from '../listeners/context.ts';
import { proxyHeaders } from '../listeners/proxy-headers.ts';
import { message, unlessDefault } from '../proto-json.ts';
import { compareHosts, domainName, intersectHosts } from '../registry/host.ts';
import { isVisible, serviceRegistry } from '../registry/service-registry.ts';
import type { Service } from '../registry/service.ts';
import { compareText } from '../resource-order.ts';
import type { VirtualService } from '../scope/virtual-service.ts';
import { virtualServiceIndex } from '../scope/virtual-services.ts';
import { destinationCluster } from './destination.ts';
import { perFilter, statefulSessionConfig } from './stateful-session.ts';
import { sortRoutes } from './translate-match.ts';
import { virtualServiceRoutes } from './translate-route.ts';

interface HostDraft {
  readonly name: string;
  domains: string[];
  readonly routes: JsonObject[];
  /** Hosts with the same list of routes share a virtual host. */
  readonly sources: object[];
  requireTls: boolean;
  /** Configuration for filters by name. */
  readonly filters: JsonObject;
}

/** The routes of a gateway's HTTP or HTTPS port (istio/istio `pilot/pkg/networking/core/gateway.go buildGatewayHTTPRouteConfig`). */
export function gatewayRouteConfig(context: BuildContext, name: string): JsonObject {
  const servers = context.gateway?.serversByRoute.get(name);
  if (servers === undefined) return { name, validateClusters: false };
  const drafts = new Map<string, HostDraft>();
  const made = new Map<string, readonly JsonObject[]>();
  for (const server of servers) {
    for (const virtualService of virtualServiceIndex(context.snapshot).forGateway(context.proxy.namespace, server.gateway)) {
      addVirtualService(context, { name, drafts, made }, server, virtualService);
    }
    addRedirects(drafts, server);
  }
  const attempts = unlessDefault(proxyHeaders(context.proxy.proxyConfig, 'gateway').includeRequestAttemptCount);
  const port = servers[0]?.port.number ?? 0;
  const virtualHosts =
    drafts.size === 0
      ? [{ name: `blackhole:${port}`, domains: ['*'] }]
      : collapse(drafts, context)
          .map((draft) =>
            message({
              name: draft.name,
              domains: draft.domains,
              routes: unlessDefault(sortRoutes(draft.routes)),
              requireTls: draft.requireTls ? 'ALL' : undefined,
              includeRequestAttemptCount: attempts,
              typedPerFilterConfig: perFilter(draft.filters),
            }),
          )
          .sort((a, b) => compareText(asString(a['name']) ?? '', asString(b['name']) ?? ''));
  return { name, virtualHosts, validateClusters: false, ignorePortInHostMatching: true, maxDirectResponseBodySizeBytes: 1_048_576 };
}

interface RouteConfigDraft {
  readonly name: string;
  readonly drafts: Map<string, HostDraft>;
  /** The routes of each pair of gateway and VirtualService. */
  readonly made: Map<string, readonly JsonObject[]>;
}

function addVirtualService(context: BuildContext, config: RouteConfigDraft, server: GatewayServer, virtualService: VirtualService): void {
  const { drafts, made } = config;
  const serverHosts = server.hosts.flatMap((entry) => {
    const [first = '', second] = entry.split('/');
    if (second === undefined) return [first];
    return first === virtualService.namespace || first === '*' ? [second] : [];
  });
  const hosts = intersectHosts(serverHosts, virtualService.hosts);
  if (hosts.length === 0) return;
  const key = `${server.gateway}|${virtualService.namespace}/${virtualService.name}`;
  let routes = made.get(key);
  if (routes === undefined) {
    routes = virtualServiceRoutes(context, virtualService, {
      port: server.port.number,
      gateway: server.gateway,
      isTls: server.tls !== undefined,
      advertisesHttp3: context.gateway?.http3Routes.has(config.name) === true,
      lookUp: (host) => serviceFor(context, virtualService, host),
      cluster: destinationCluster,
    });
    if (routes.length === 0) return;
    made.set(key, routes);
  }
  const redirects = server.tls?.['httpsRedirect'] === true;
  for (const host of hosts.map((each) => each.toLowerCase())) {
    const known = drafts.get(host);
    if (known === undefined) {
      const name = domainName(host, server.port.number);
      const filters = statefulSessionConfig(namedService(context, virtualService, host), context.snapshot);
      drafts.set(host, { name, domains: [host], routes: [...routes], sources: [routes], requireTls: redirects, filters });
    } else {
      known.routes.push(...routes);
      known.sources.push(routes);
      known.requireTls ||= redirects;
    }
  }
}

/** Hosts of a server that redirects to HTTPS have a virtual host though no route names them. */
function addRedirects(drafts: Map<string, HostDraft>, server: GatewayServer): void {
  if (server.tls?.['httpsRedirect'] !== true) return;
  for (const host of server.hosts.map((each) => each.toLowerCase())) {
    const known = drafts.get(host);
    if (known !== undefined) known.requireTls = true;
    else
      drafts.set(host, {
        name: domainName(host, server.port.number),
        domains: [host],
        routes: [],
        sources: [],
        requireTls: true,
        filters: {},
      });
  }
}

/** The service of a destination: that of the route's own namespace first (`buildNameToServiceMapForHTTPRoutes`). */
function serviceFor(context: BuildContext, virtualService: VirtualService, host: string): Service | undefined {
  const own = serviceRegistry(context.snapshot).byHost.get(host)?.get(virtualService.namespace);
  if (own !== undefined && isVisible(context.snapshot, own, context.proxy.namespace)) return own;
  return context.scope.byHost.get(host);
}

/** The service of that very name when a route of the VirtualService leads to it; only those are looked up. */
function namedService(context: BuildContext, virtualService: VirtualService, host: string): Service | undefined {
  const leads = (route: JsonObject): boolean =>
    [route['mirror'], ...[...asArray(route['mirrors']), ...asArray(route['route'])].map((each) => asObject(each)['destination'])].some(
      (destination) => asObject(destination)['host'] === host,
    );
  return virtualService.http.some(leads) ? serviceFor(context, virtualService, host) : undefined;
}

/** Hosts with the very same routes become one virtual host, the most specific host first (`collapseDuplicateRoutes`). */
function collapse(drafts: ReadonlyMap<string, HostDraft>, context: BuildContext): readonly HostDraft[] {
  if (!context.snapshot.features.on('PILOT_ENABLE_ROUTE_COLLAPSE_OPTIMIZATION')) return [...drafts.values()];
  const out: HostDraft[] = [];
  for (const [, draft] of [...drafts].sort(([a], [b]) => compareHosts(a, b))) {
    // later ones of a list are compared with the last that had it
    const same = out.findLast(
      (known) => known.sources.length === draft.sources.length && known.sources.every((source, i) => source === draft.sources[i]),
    );
    if (same !== undefined && same.requireTls === draft.requireTls) same.domains = [...same.domains, ...draft.domains];
    else out.push(draft);
  }
  return out;
}
