import { asObject, asString, type JsonObject } from '#base/json.ts';
import type { BuildContext } from '../listeners/context.ts';
import { proxyHeaders } from '../listeners/proxy-headers.ts';
import { catchAllVirtualHost } from '../listeners/virtual-outbound.ts';
import { message, unlessDefault } from '../proto-json.ts';
import { domainName, hostForm, hostsMatch, isWildcard, mostSpecificMatch } from '../registry/host.ts';
import { isHttp, parseProtocol } from '../registry/protocol.ts';
import { addressOf } from '../registry/addresses.ts';
import { portOf, type Service, type ServicePort } from '../registry/service.ts';
import { compareText } from '../resource-order.ts';
import type { EgressListener } from '../scope/sidecar-scope.ts';
import type { VirtualService } from '../scope/virtual-service.ts';
import { destinationRuleFor } from '../scope/destination-rules.ts';
import { destinationCluster } from './destination.ts';
import { serviceDomains } from './domains.ts';
import { serviceHash } from './hash-policy.ts';
import { perFilter, statefulSessionConfig } from './stateful-session.ts';
import { defaultOutboundRoute, virtualServiceRoutes } from './translate-route.ts';

/** The routes of an outbound listener by name: `80`, `host:80`, `http_proxy` (istio/istio `httproute.go buildSidecarOutboundHTTPRouteConfig`). */
export function outboundRouteConfig(context: BuildContext, name: string): JsonObject {
  const isUnix = name.startsWith('unix://');
  const sniffed = !isUnix && name.includes(':');
  const port = Number(sniffed ? name.slice(name.indexOf(':') + 1) : name);
  const listenerPort = Number.isInteger(port) ? port : 0;
  if (!Number.isInteger(port) && name !== 'http_proxy' && !isUnix) return { name, validateClusters: false };
  const egress = egressFor(context, listenerPort, name);
  let hosts = egress === undefined ? [] : virtualHosts(context, egress, listenerPort);
  if (sniffed) hosts = onlyFor(hosts, name);
  hosts = [...hosts].sort((a, b) => compareText(asString(a['name']) ?? '', asString(b['name']) ?? ''));
  if (!sniffed) hosts = [...hosts, catchAllVirtualHost(context)];
  return message({
    name,
    virtualHosts: unlessDefault(hosts),
    validateClusters: false,
    ignorePortInHostMatching: true,
    maxDirectResponseBodySizeBytes: 1_048_576,
  });
}

function egressFor(context: BuildContext, port: number, bind: string): EgressListener | undefined {
  return context.scope.egress.find((egress) => {
    if (egress.port === undefined) return true;
    return egress.port.number === port && (port !== 0 || egress.bind === bind);
  });
}

/** A sniffed listener is one service's own: its virtual host takes every host (`getVirtualHostsForSniffedServicePort`). */
function onlyFor(hosts: readonly JsonObject[], name: string): JsonObject[] {
  const plain = name.slice(0, name.lastIndexOf(':'));
  const fitting = hosts.filter(
    (host) => Array.isArray(host['domains']) && (host['domains'].includes(name) || host['domains'].includes(plain)),
  );
  const [only] = fitting;
  return fitting.length === 1 && only !== undefined ? [{ ...only, domains: ['*'] }] : [];
}

interface Wrapper {
  readonly port: number;
  readonly services: readonly Service[];
  /** Hosts of a VirtualService that no service has. */
  readonly hosts: readonly string[];
  readonly routes: readonly JsonObject[];
}

/** The virtual hosts of a port: those of VirtualServices first, then of all other services (`BuildSidecarOutboundVirtualHosts`). */
function virtualHosts(context: BuildContext, egress: EgressListener, routePort: number): JsonObject[] {
  const listenerPort = egress.port !== undefined && parseProtocol(egress.port.protocol) === 'HTTP_PROXY' ? 0 : routePort;
  const services = new Map<string, Service>();
  for (const service of egress.services) {
    if (listenerPort === 0) {
      services.set(service.hostname, service);
      continue;
    }
    const port = portOf(service, listenerPort);
    const hostname = service.hostname.toLowerCase();
    if (port !== undefined)
      services.set(hostname, { ...service, hostname, ports: [port], defaultAddress: addressOf(service, context.proxy) });
  }
  const wrappers = wrappersOf(context, egress, services, listenerPort);
  const attempts = unlessDefault(proxyHeaders(context.proxy.proxyConfig, 'outbound').includeRequestAttemptCount);
  const names = new Set<string>();
  const used = new Set<string>();
  const known = new Set(wrappers.flatMap((wrapper) => wrapper.services.flatMap((s) => [s.hostname, domainName(s.hostname, wrapper.port)])));
  const out: JsonObject[] = [];
  const add = (host: string, wrapper: Wrapper, service: Service | undefined): void => {
    const name = domainName(host, wrapper.port);
    if (names.has(name)) return;
    names.add(name);
    const { domains, alternatives } =
      service === undefined
        ? { domains: [hostForm(host)], alternatives: new Set<string>() }
        : serviceDomains(service, listenerPort, wrapper.port, context.proxy, context.snapshot);
    const own: string[] = [];
    for (const domain of domains) {
      if (used.has(domain.toLowerCase()) || (alternatives.has(domain) && known.has(domain))) continue;
      own.push(domain);
      used.add(domain.toLowerCase());
    }
    if (listenerPort === 0 && wrapper.port !== 80) own.splice(0, own.length, ...own.filter((domain) => domain.includes(':')));
    else if (listenerPort !== 0 && wrapper.port !== listenerPort) return;
    if (own.length === 0) return;
    const typedPerFilterConfig = perFilter(statefulSessionConfig(service, context.snapshot));
    out.push(message({ name, domains: own, routes: wrapper.routes, includeRequestAttemptCount: attempts, typedPerFilterConfig }));
  };
  for (const wrapper of wrappers) {
    if (wrapper.routes.length === 0) continue;
    for (const host of wrapper.hosts) add(host.toLowerCase(), wrapper, undefined);
    for (const service of wrapper.services) add(service.hostname, wrapper, service);
  }
  return out;
}

/** `BuildSidecarVirtualHostWrapper`. */
function wrappersOf(
  context: BuildContext,
  egress: EgressListener,
  services: ReadonlyMap<string, Service>,
  listenerPort: number,
): readonly Wrapper[] {
  const winners = mostSpecificRoutes(egress);
  const selected = listenerPort === 80 ? egress.virtualServices : egress.virtualServices.filter((v) => namesService(v, services));
  const routed = selected.flatMap((v) => routedWrappers(context, v, services, listenerPort, winners));
  const taken = new Set(routed.flatMap((wrapper) => wrapper.services.map((service) => service.hostname)));
  const rest = [...services.values()]
    .filter((service) => !taken.has(service.hostname) && service.resolution !== 'Alias')
    .flatMap((service) => service.ports.filter(isSniffedOrHttp).map((port) => defaultWrapper(context, service, port)));
  return [...routed, ...rest];
}

function isSniffedOrHttp(port: ServicePort): boolean {
  return isHttp(port.protocol) || port.protocol === 'Unsupported';
}

function defaultWrapper(context: BuildContext, service: Service, port: ServicePort): Wrapper {
  const hash = serviceHash(destinationRuleFor(context.scope.byHost.get(service.hostname), context.proxy, context.snapshot), port.port);
  const cluster = `outbound|${port.port}||${service.hostname}`;
  return {
    port: port.port,
    services: [service],
    hosts: [],
    routes: [defaultOutboundRoute(context, cluster, service.hostname, port.port, hash)],
  };
}

function namesService(virtualService: VirtualService, services: ReadonlyMap<string, Service>): boolean {
  return virtualService.hosts.some((each) => {
    const host = each.toLowerCase();
    return (
      services.has(host) || [...services.keys()].some((service) => (isWildcard(host) || isWildcard(service)) && hostsMatch(host, service))
    );
  });
}

/** Which VirtualService has the most specific host for each service (`computeWildcardHostVirtualServiceIndex`). */
function mostSpecificRoutes(egress: EgressListener): ReadonlyMap<string, VirtualService> {
  const table = new Map<string, VirtualService>();
  for (const virtualService of egress.virtualServices) {
    for (const host of virtualService.hosts) if (!table.has(host)) table.set(host, virtualService);
  }
  const out = new Map<string, VirtualService>();
  for (const service of egress.services) {
    const found = mostSpecificMatch(service.hostname, table);
    if (found !== undefined) out.set(service.hostname, found);
  }
  return out;
}

/** The wrappers of one VirtualService, one for each port of the services it names (`buildSidecarVirtualHostsForVirtualService`). */
function routedWrappers(
  context: BuildContext,
  virtualService: VirtualService,
  services: ReadonlyMap<string, Service>,
  listenerPort: number,
  winners: ReadonlyMap<string, VirtualService>,
): readonly Wrapper[] {
  const routes = virtualServiceRoutes(context, virtualService, {
    port: listenerPort,
    gateway: 'mesh',
    isTls: false,
    lookUp: (host) => services.get(host),
    cluster: destinationCluster,
  });
  if (routes.length === 0) return [];
  const { hosts, matching } = splitHosts(virtualService, services, winners);
  const isApi = virtualService.semantics === 'gateway-api';
  const usable = isApi
    ? matching.filter((s) => s.namespace === virtualService.namespace || context.proxy.namespace === virtualService.namespace)
    : matching;
  if (isApi && usable.length === 0) return [];
  const byPort = new Map<number, Service[]>();
  for (const service of usable) {
    for (const port of service.ports.filter(isSniffedOrHttp)) byPort.set(port.port, [...(byPort.get(port.port) ?? []), service]);
  }
  // hosts that no service has are answered on port 80 only
  if (byPort.size === 0 && listenerPort === 80) byPort.set(80, []);
  return [...byPort].map(([port, list]) => ({ port, services: list, hosts, routes }));
}

/** Hosts that are services, and hosts that are not (`separateVSHostsAndServices`). */
function splitHosts(
  virtualService: VirtualService,
  services: ReadonlyMap<string, Service>,
  winners: ReadonlyMap<string, VirtualService>,
): { readonly hosts: readonly string[]; readonly matching: readonly Service[] } {
  const hosts: string[] = [];
  const matching: Service[] = [];
  for (const host of virtualService.hosts.filter((each) => !isWildcard(each))) {
    const service = services.get(host.toLowerCase());
    if (service === undefined) hosts.push(host);
    else matching.push(service);
  }
  for (const host of virtualService.hosts.filter(isWildcard)) {
    const fitting = [...services].filter(([name]) => hostsMatch(name, host));
    if (virtualService.semantics === 'gateway-api' || fitting.length === 0) {
      hosts.push(host.toLowerCase());
      continue;
    }
    for (const [name, service] of fitting) {
      const winner = winners.get(name);
      if (winner?.name === virtualService.name && winner.namespace === virtualService.namespace) matching.push(service);
    }
  }
  return { hosts, matching };
}

export function rdsNameOf(config: JsonObject): string | undefined {
  const name = asObject(config['rds'])['routeConfigName'];
  return typeof name === 'string' ? name : undefined;
}
