import { asArray, asNumber, asObject, asString, isObject, type JsonObject } from '#base/json.ts';
import type { NetworkFilter } from '#envoy/listener.ts';
import { isSubset, strings } from '../collections.ts';
import { message, unlessDefault } from '../proto-json.ts';
import { hostsMatch } from '../registry/host.ts';
import { addressOf } from '../registry/addresses.ts';
import { isTls, type Protocol } from '../registry/protocol.ts';
import type { Service, ServicePort } from '../registry/service.ts';
import { destinationCluster } from '../routes/destination.ts';
import { destinationRuleFor } from '../scope/destination-rules.ts';
import type { VirtualService } from '../scope/virtual-service.ts';
import { alternativeHosts } from '../routes/domains.ts';
import { noSecurity, securityFilters, type BuildContext } from './context.ts';
import { configMetadata } from './metadata.ts';
import { isDynamicWildcard, networkChain, statPrefixOf, tcpFields, terminalFilters } from './network-chain.ts';
import { tcpProxy } from './builtin-filters.ts';
import { wildcardAddress } from './ports.ts';
import { refOf } from '../registry/service.ts';

/** A TCP chain of an outbound or gateway listener before it becomes one (`listener.go filterChainOpts`). */
export interface TcpChainDraft {
  readonly sniHosts: readonly string[];
  readonly cidrs: readonly string[];
  readonly alpn?: readonly string[] | undefined;
  readonly metadata?: JsonObject | undefined;
  readonly networkFilters: readonly NetworkFilter[];
  /** The VirtualService behind it. */
  readonly route?: VirtualService | undefined;
}

export interface OutboundPort {
  readonly port: ServicePort;
  readonly service: Service;
  readonly bind: string;
  readonly cidrs: readonly string[];
}

/** The TCP and TLS chains of a service's port (istio/istio `pilot/pkg/networking/core/tls.go`). */
export function tcpChainDrafts(
  context: BuildContext,
  target: OutboundPort,
  virtualServices: readonly VirtualService[],
): readonly TcpChainDraft[] {
  const own = virtualServices.filter((v) => v.hosts.some((host) => hostsMatch(host, target.service.hostname)));
  return isTls(target.port.protocol) ? tlsDrafts(context, target, own) : plainDrafts(context, target, own);
}

/** TLS ports: routes by SNI, or the service itself. */
function tlsDrafts(context: BuildContext, target: OutboundPort, virtualServices: readonly VirtualService[]): readonly TcpChainDraft[] {
  const { proxy } = context;
  const { service, port } = target;
  const out: TcpChainDraft[] = [];
  const handled = new Set<string>();
  let { cidrs } = target;
  for (const virtualService of virtualServices) {
    for (const route of virtualService.tls) {
      const destinations = asArray(route['route']).filter(isObject);
      if (destinations.length === 0) continue;
      for (const match of asArray(route['match']).filter(isObject)) {
        if (!matchesCaller(match, context, port.port)) continue;
        const subnets = strings(match['destinationSubnets']);
        if (subnets.length > 0 && port.port > 0) cidrs = subnets;
        const sniHosts = strings(match['sniHosts']);
        const key = `${sniHosts.join()}|${subnets.join()}`;
        if (!handled.has(key)) {
          const networkFilters = routedFilters(context, destinations, port, virtualService, false);
          out.push({ sniHosts, cidrs, metadata: metadataOf(virtualService), networkFilters, route: virtualService });
        }
        handled.add(key);
      }
    }
  }
  if (out.length > 0) return out;
  return [
    {
      sniHosts: sniHostsOf(context, target, cidrs),
      cidrs,
      networkFilters: serviceFilters(context, service, port, proxy.type === 'sidecar'),
    },
  ];
}

/** SNI tells services apart that share a listener: those without an address of their own. */
function sniHostsOf(context: BuildContext, target: OutboundPort, cidrs: readonly string[]): readonly string[] {
  const { proxy } = context;
  const { service, bind } = target;
  const address = addressOf(service, proxy);
  const wildcard = wildcardAddress(proxy);
  const listen = address.includes('/')
    ? ''
    : service.registry === 'External' && proxy.ipv6 && !proxy.ipv4 && address === '0.0.0.0'
      ? '::'
      : address;
  if (cidrs.length === 0 && listen !== '' && !(listen === wildcard && bind === wildcard) && !isDynamicWildcard(service)) return [];
  return [
    service.hostname,
    ...service.aliases.flatMap((alias) => [alias, ...alternativeHosts(alias, 0, proxy.dnsDomain, context.snapshot)]),
  ];
}

/** All other ports: the first route that matches, with its destination subnets, then the service. */
function plainDrafts(context: BuildContext, target: OutboundPort, virtualServices: readonly VirtualService[]): readonly TcpChainDraft[] {
  const { port, cidrs } = target;
  const out: TcpChainDraft[] = [];
  for (const virtualService of virtualServices) {
    for (const route of virtualService.tcp) {
      const destinations = asArray(route['route']).filter(isObject);
      if (destinations.length === 0) continue;
      const networkFilters = (): readonly NetworkFilter[] => routedFilters(context, destinations, port, virtualService, false);
      const matches = asArray(route['match']).filter(isObject);
      const fitting = matches.filter((match) => matchesCaller(match, context, port.port));
      const catchAll =
        matches.length === 0 || fitting.some((match) => strings(match['destinationSubnets']).length === 0 || port.port === 0);
      if (catchAll) {
        out.push({ sniHosts: [], cidrs, metadata: metadataOf(virtualService), networkFilters: networkFilters(), route: virtualService });
        return out;
      }
      const subnets = fitting.flatMap((match) => strings(match['destinationSubnets']));
      if (subnets.length === 0) continue;
      out.push({ sniHosts: [], cidrs: subnets, networkFilters: networkFilters(), route: virtualService });
      if ([...subnets].sort().join() === [...cidrs].sort().join()) return out;
    }
  }
  out.push({ sniHosts: [], cidrs, networkFilters: serviceFilters(context, target.service, port, true) });
  return out;
}

function metadataOf(virtualService: VirtualService): JsonObject {
  return configMetadata(virtualService.apiVersion, {
    ...refOf(virtualService.resource),
    name: virtualService.name,
    namespace: virtualService.namespace,
  });
}

/** Source labels, namespace, port and gateway of a match, which istiod itself can decide. */
function matchesCaller(match: JsonObject, context: BuildContext, port: number): boolean {
  const gateways = strings(match['gateways']);
  const labels = Object.fromEntries(Object.entries(asObject(match['sourceLabels'])).map(([key, value]) => [key, asString(value) ?? '']));
  const wantedPort = asNumber(match['port']) ?? 0;
  const namespace = asString(match['sourceNamespace']) ?? '';
  return (
    (gateways.length === 0 || gateways.includes('mesh')) &&
    isSubset(labels, context.proxy.labels) &&
    (wantedPort === 0 || wantedPort === port) &&
    (namespace === '' || namespace === context.proxy.namespace)
  );
}

/** The chain to a service itself; a Sidecar's port of another number means the only port the service has. */
function serviceFilters(context: BuildContext, service: Service, port: ServicePort, withService: boolean): readonly NetworkFilter[] {
  const number = service.ports.length === 1 ? (service.ports[0]?.port ?? port.port) : port.port;
  const cluster = `outbound|${number}||${service.hostname}`;
  const pattern = context.snapshot.mesh.raw['outboundClusterStatName'];
  const statPrefix = statPrefixOf(pattern, service, { port: number, name: '' }) ?? cluster;
  const rule = destinationRuleFor(service, context.proxy, context.snapshot);
  return singleDestination(context, {
    statPrefix,
    cluster,
    subset: '',
    port: port.port,
    protocol: port.protocol,
    rule,
    includeMx: false,
    service: withService ? service : undefined,
  });
}

export interface SingleDestination {
  readonly statPrefix: string;
  readonly cluster: string;
  readonly subset: string;
  readonly port: number;
  readonly protocol: Protocol;
  readonly rule: JsonObject | undefined;
  readonly includeMx: boolean;
  readonly service?: Service | undefined;
  /** AUTO_PASSTHROUGH ignores the rule's tunnel. */
  readonly withoutTunnel?: boolean | undefined;
  readonly security?: BuildContext['security'] | undefined;
}

/** `buildOutboundNetworkFiltersWithSingleDestination`. */
export function singleDestination(context: BuildContext, destination: SingleDestination): readonly NetworkFilter[] {
  const { statPrefix, cluster, subset, rule, service } = destination;
  const filter = tcpProxy({
    statPrefix,
    cluster,
    fields: { ...tcpFields(context, classOf(context)), ...ruleFields(rule, subset, destination.withoutTunnel === true) },
  });
  const resolves = context.snapshot.minor.dynamicDns && service !== undefined && isDynamicWildcard(service);
  const wildcard = resolves ? service : undefined;
  return networkChain(context, {
    listenerClass: classOf(context),
    port: destination.port,
    includeMx: destination.includeMx,
    security: destination.security ?? (wildcard === undefined ? noSecurity : securityFilters(context.proxy, context.snapshot, { service })),
    service: wildcard,
    terminal: terminalFilters(context.snapshot, destination.protocol, filter, statPrefix, cluster),
  });
}

function classOf(context: BuildContext): 'outbound' | 'gateway' {
  return context.proxy.type === 'router' ? 'gateway' : 'outbound';
}

/** The chain to the destinations of a route; `security` stands on gateways (`buildOutboundNetworkFilters`). */
export function routedFilters(
  context: BuildContext,
  destinations: readonly JsonObject[],
  port: ServicePort,
  virtualService: VirtualService,
  includeMx: boolean,
  security = noSecurity,
): readonly NetworkFilter[] {
  const { proxy, snapshot, scope } = context;
  const hostOf = (entry: JsonObject): string => asString(asObject(entry['destination'])['host']) ?? '';
  const [first] = destinations;
  const service = first === undefined ? undefined : scope.byHost.get(hostOf(first));
  const rule = destinationRuleFor(service, proxy, snapshot);
  if (destinations.length === 1 && first !== undefined) {
    const target = asObject(first['destination']);
    const cluster = destinationCluster(target, service, port.port);
    const subset = asString(target['subset']) ?? '';
    const pattern = snapshot.mesh.raw['outboundClusterStatName'];
    const statPrefix = (service === undefined ? undefined : statPrefixOf(pattern, service, port, subset)) ?? cluster;
    return singleDestination(context, { statPrefix, cluster, subset, port: port.port, protocol: port.protocol, rule, includeMx, security });
  }
  const weightedClusters = destinations
    .filter((entry) => (asNumber(entry['weight']) ?? 0) > 0)
    .map((entry) => ({
      name: destinationCluster(asObject(entry['destination']), scope.byHost.get(hostOf(entry)), port.port),
      weight: asNumber(entry['weight']) ?? 0,
    }));
  const statPrefix = `${virtualService.name}.${virtualService.namespace}`;
  const filter = tcpProxy({
    statPrefix,
    weightedClusters,
    fields: { ...tcpFields(context, classOf(context)), ...ruleFields(rule, '', false) },
  });
  return networkChain(context, {
    listenerClass: classOf(context),
    port: port.port,
    includeMx,
    security,
    terminal: terminalFilters(snapshot, port.protocol, filter, statPrefix, weightedClusters[0]?.name ?? ''),
  });
}

/** What a DestinationRule adds to a TCP proxy: timeouts, source hashing, a tunnel. */
export function ruleFields(rule: JsonObject | undefined, subsetName: string, withoutTunnel: boolean): JsonObject {
  if (rule === undefined) return {};
  const policy = asObject(rule['trafficPolicy']);
  const tcp = asObject(asObject(policy['connectionPool'])['tcp']);
  const subset = asArray(rule['subsets'])
    .filter(isObject)
    .find((candidate) => candidate['name'] === subsetName);
  const subsetPolicy = asObject(subset?.['trafficPolicy']);
  const bySource = (from: JsonObject): boolean => asObject(asObject(from['loadBalancer'])['consistentHash'])['useSourceIp'] === true;
  const sourceIp = isObject(subsetPolicy['loadBalancer']) ? bySource(subsetPolicy) : bySource(policy);
  const tunnel = subsetName === '' ? policy['tunnel'] : (subsetPolicy['tunnel'] ?? policy['tunnel']);
  return message({
    idleTimeout: asString(tcp['idleTimeout']),
    maxDownstreamConnectionDuration: asString(tcp['maxConnectionDuration']),
    hashPolicy: sourceIp ? [{ sourceIp: {} }] : undefined,
    tunnelingConfig: isObject(tunnel) && !withoutTunnel ? tunnelFields(tunnel) : undefined,
  });
}

function tunnelFields(tunnel: JsonObject): JsonObject {
  const host = asString(tunnel['targetHost']) ?? '';
  const protocol = asString(tunnel['protocol']) ?? '';
  return message({
    hostname: `${host.includes(':') ? `[${host}]` : host}:${asNumber(tunnel['targetPort']) ?? 0}`,
    usePost: unlessDefault(protocol.toUpperCase() === 'POST'),
  });
}
