import { asNumber, asObject, asString, type JsonObject } from '#base/json.ts';
import type { HttpFilter, NetworkFilter } from '#envoy/listener.ts';
import { statsFilters } from '../policy/telemetry.ts';
import { isHttp2 } from '../registry/protocol.ts';
import type { Service } from '../registry/service.ts';
import { waypointCluster, waypointRouteConfig, waypointStreamDestinations } from '../routes/waypoint-routes.ts';
import { destinationRuleFor } from '../scope/destination-rules.ts';
import { httpStats, router, tcpProxy } from './builtin-filters.ts';
import { securityFilters, type BuildContext, type SecurityFilters } from './context.ts';
import { because, httpManager } from './draft.ts';
import { sniForwardProxy } from './dynamic-forward-proxy.ts';
import { clientIdentity, upstreamMetadata } from './hbone-filters.ts';
import { commonFilters, http1Options, lateFilters, managerFields } from './http-manager.ts';
import type { InboundConfig } from './inbound-configs.ts';
import { inboundStatPrefix, isDynamicWildcard, networkChain, tcpFields, terminalFilters } from './network-chain.ts';
import { ruleFields } from './outbound-chains.ts';
import { httpPlugins } from './plugin-filters.ts';
import { proxyHeaders, serverFields } from './proxy-headers.ts';

/** The connection manager of a chain (istio/istio `pilot/pkg/networking/core/listener_waypoint.go buildWaypointInboundHTTPFilters`). */
export function waypointHttpFilters(context: BuildContext, config: InboundConfig, service: Service | undefined): readonly NetworkFilter[] {
  const { proxy } = context;
  const headers = proxyHeaders(proxy.proxyConfig, 'inbound');
  const options = {
    listenerClass: 'inbound' as const,
    statPrefix: `inbound_0.0.0.0_${config.targetPort};`,
    port: 0,
    protocol: config.protocol,
    routes: { config: waypointRouteConfig(context, config, service) },
    service,
    fields: {
      ...serverFields(headers),
      ...(isHttp2(config.protocol) ? { http2ProtocolOptions: {} } : {}),
      ...http1Options(context),
      ...(showsClientIdentity(context) ? { forwardClientCertDetails: 'ALWAYS_FORWARD_ONLY' } : {}),
    },
    provenance: because('http-manager'),
  };
  return [httpManager(managerFields(context, options), httpFilters(context, options), options.provenance)];
}

function showsClientIdentity(context: BuildContext): boolean {
  const text = context.proxy.annotations['ambient.istio.io/xfcc-include-client-identity'] ?? '';
  return context.snapshot.minor.minor >= 30 && text.toLowerCase() === 'true';
}

/** The HTTP filters in the order of waypoints: plugins without an early phase stand behind cors (`buildWaypointHTTPFilters`). */
function httpFilters(context: BuildContext, options: Parameters<typeof managerFields>[1]): readonly HttpFilter[] {
  const { proxy, snapshot } = context;
  const { service } = options;
  const security = securityOf(context, service);
  const plugins = httpPlugins(proxy, snapshot, { mode: 'SERVER', port: 0, services: service === undefined ? undefined : [service] });
  return [
    ...(showsClientIdentity(context) ? [clientIdentity] : []),
    ...security.customHttp,
    ...plugins('AUTHN'),
    ...security.jwt,
    ...plugins('AUTHZ'),
    ...security.localHttp,
    ...commonFilters(context, options),
    ...lateFilters(context, options),
    ...plugins('STATS'),
    ...plugins('UNSPECIFIED_PHASE'),
    upstreamMetadata(snapshot.features.on('AMBIENT_ENABLE_BAGGAGE')),
    ...statsFilters(proxy, snapshot, 'inbound', service).map(httpStats),
    router(proxyHeaders(proxy.proxyConfig, 'inbound').suppressDebugHeaders),
  ];
}

const byService = new WeakMap<BuildContext, Map<Service, SecurityFilters>>();

/** Policies of the service, or of the waypoint where there is none; made once for all ports. */
function securityOf(context: BuildContext, service: Service | undefined): SecurityFilters {
  if (service === undefined) return context.security;
  const known = byService.get(context) ?? new Map<Service, SecurityFilters>();
  byService.set(context, known);
  const filters = known.get(service) ?? securityFilters(context.proxy, context.snapshot, { service });
  known.set(service, filters);
  return filters;
}

/** The network filters of a TCP chain (`buildWaypointNetworkFilters`) */
export function waypointTcpFilters(
  context: BuildContext,
  config: InboundConfig,
  service: Service | undefined,
  policies: 'of-service' | 'of-gateway' = 'of-service',
): readonly NetworkFilter[] {
  const { proxy, snapshot } = context;
  const policyService = policies === 'of-service' ? service : undefined;
  const pattern = snapshot.mesh.raw['inboundClusterStatName'];
  const statPrefix = inboundStatPrefix(pattern, { host: config.host, service }, config.port, true) ?? config.cluster;
  const destinations = service === undefined ? [] : waypointStreamDestinations(context, service, config.port.port);
  const [first] = destinations;
  const target = first === undefined ? undefined : asObject(first['destination']);
  const ruled = context.scope.byHost.get(target === undefined ? (service?.hostname ?? '') : (asString(target['host']) ?? ''));
  const subset = destinations.length === 1 ? (asString(target?.['subset']) ?? '') : '';
  const rule = destinationRuleFor(ruled, proxy, snapshot);
  const filter = tcpProxy({
    statPrefix,
    ...clusters(context, config, destinations),
    fields: { ...tcpFields(context, 'inbound', policyService), ...ruleFields(rule, subset, false) },
  });
  const bySni = service !== undefined && isDynamicWildcard(service) ? [sniForwardProxy(service, config.port.port, proxy)] : [];
  return networkChain(context, {
    listenerClass: 'inbound',
    port: config.port.port,
    includeMx: true,
    security: securityOf(context, policyService),
    service: policyService,
    terminal: [...bySni, ...terminalFilters(snapshot, config.protocol, filter, statPrefix, config.cluster)],
  });
}

/** The chain's own cluster, or those of its routes. */
function clusters(
  context: BuildContext,
  config: InboundConfig,
  destinations: readonly JsonObject[],
): { readonly cluster?: string; readonly weightedClusters?: readonly JsonObject[] } {
  const nameOf = (entry: JsonObject): string => {
    const destination = asObject(entry['destination']);
    const service = context.scope.byHost.get(asString(destination['host']) ?? '');
    return waypointCluster(context, destination, service, config.port.port);
  };
  const [only] = destinations;
  if (only === undefined) return { cluster: config.cluster };
  if (destinations.length === 1) return { cluster: nameOf(only) };
  const weightedClusters = destinations
    .filter((entry) => (asNumber(entry['weight']) ?? 0) > 0)
    .map((entry) => ({ name: nameOf(entry), weight: asNumber(entry['weight']) ?? 0 }));
  return { weightedClusters };
}
