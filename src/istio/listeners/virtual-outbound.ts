import type { JsonObject } from '#base/json.ts';
import type { FilterChain, Listener, NetworkFilter } from '#envoy/listener.ts';
import { message, unlessDefault } from '../proto-json.ts';
import { destinationCluster } from '../routes/destination.ts';
import { accessLogField, accessLogs } from './access-log.ts';
import { httpInspector } from './builtin-filters.ts';
import { plaintextHttpAlpns } from './chain-options.ts';
import type { BuildContext } from './context.ts';
import { addressText, because, filterChain, socketAddress } from './draft.ts';
import { buildHttpManager, http1Options } from './http-manager.ts';
import { plainTcpChain, tcpFields } from './network-chain.ts';
import { wildcardAddress } from './ports.ts';
import { proxyHeaders, serverFields } from './proxy-headers.ts';

/** Where unknown traffic goes by `outboundTrafficPolicy` (`buildOutboundCatchAllNetworkFiltersOnly`). */
export function catchAllFilters(context: BuildContext): readonly NetworkFilter[] {
  const { scope } = context;
  const open = scope.outboundMode !== 'REGISTRY_ONLY';
  const cluster = open
    ? scope.egressProxy === undefined
      ? 'PassthroughCluster'
      : destinationCluster(scope.egressProxy, undefined, 0)
    : 'BlackHoleCluster';
  return plainTcpChain(context, 'outbound', cluster, tcpFields(context, 'outbound'));
}

/** What no chain of a listener takes. */
export function fallthroughChain(context: BuildContext): FilterChain {
  return filterChain({
    name: 'PassthroughFilterChain',
    match: {},
    networkFilters: catchAllFilters(context),
    rest: {},
    provenance: because('outbound-fallthrough'),
  });
}

/** `virtualOutbound` (`listener_builder.go buildVirtualOutboundListener`). */
export function virtualOutbound(context: BuildContext): Listener {
  const { proxy, snapshot, scope } = context;
  const bind = wildcardAddress(proxy);
  const port = snapshot.mesh.proxyListenPort;
  const dynamic = scope.outboundMode === 'ALLOW_ANY_DYNAMIC_DNS';
  return {
    name: 'virtualOutbound',
    address: addressText(bind, port),
    direction: 'OUTBOUND',
    listenerFilters: dynamic ? [httpInspector()] : [],
    filterChains: [
      filterChain({
        name: 'virtualOutbound-blackhole',
        match: { destinationPort: port },
        networkFilters: plainTcpChain(context, 'outbound', 'BlackHoleCluster'),
        provenance: because('blackhole'),
      }),
      ...(dynamic ? [dynamicDnsChain(context)] : []),
      filterChain({
        name: 'virtualOutbound-catchall-tcp',
        networkFilters: catchAllFilters(context),
        provenance: because('outbound-fallthrough'),
      }),
    ],
    rest: message({
      address: socketAddress(bind, port),
      transparent: proxy.interceptionMode === 'TPROXY' ? true : undefined,
      useOriginalDst: true,
      maxConnectionsToAcceptPerSocketEvent: unlessDefault(snapshot.features.maxConnectionsPerSocketEvent),
      ...accessLogField(accessLogs(proxy, snapshot, 'outbound', 'listener')),
    }),
    provenance: because('virtual-outbound'),
  };
}

function dynamicDnsChain(context: BuildContext): FilterChain {
  const headers = proxyHeaders(context.proxy.proxyConfig, 'outbound');
  const routeConfig = {
    name: 'allow_any_dynamic_dns',
    virtualHosts: [catchAllVirtualHost(context)],
    validateClusters: false,
    maxDirectResponseBodySizeBytes: 1048576,
    ignorePortInHostMatching: true,
  };
  const manager = buildHttpManager(context, {
    listenerClass: 'outbound',
    statPrefix: 'outbound_virtualOutbound_allow_any_dynamic_dns;',
    port: 0,
    protocol: 'HTTP',
    routes: { config: routeConfig },
    useRemoteAddress: context.snapshot.features.on('PILOT_SIDECAR_USE_REMOTE_ADDRESS'),
    skipMetadataHeaders: headers.skipMetadataHeaders,
    fields: { ...serverFields(headers), ...http1Options(context) },
    provenance: because('http-manager'),
  });
  return filterChain({
    name: 'virtualOutbound-catchall-tcp-http',
    match: { applicationProtocols: plaintextHttpAlpns(context.snapshot.features.on('PILOT_HTTP10')) },
    networkFilters: [manager],
    provenance: because('outbound-fallthrough'),
  });
}

/** The virtual host for hosts that no route knows (`httproute.go buildCatchAllVirtualHost`). */
export function catchAllVirtualHost(context: BuildContext): JsonObject {
  const { scope, proxy } = context;
  const headers = proxyHeaders(proxy.proxyConfig, 'outbound');
  const host = (name: string, action: JsonObject): JsonObject =>
    message({
      name,
      domains: ['*'],
      routes: [{ name, match: { prefix: '/' }, ...action }],
      includeRequestAttemptCount: unlessDefault(headers.includeRequestAttemptCount),
    });
  if (scope.outboundMode === 'REGISTRY_ONLY') return host('block_all', { directResponse: { status: 502 } });
  const to = (cluster: string): JsonObject => ({
    route: message({ cluster, timeout: '0s', maxGrpcTimeout: '0s', appendXForwardedHost: unlessDefault(headers.xForwardedHost) }),
  });
  if (scope.outboundMode === 'ALLOW_ANY_DYNAMIC_DNS') return host('allow_any_dynamic_dns', to('AllowAnyDynamicDNSCluster'));
  return host(
    'allow_any',
    to(scope.egressProxy === undefined ? 'PassthroughCluster' : destinationCluster(scope.egressProxy, undefined, 0)),
  );
}
