import type { JsonObject } from '#base/json.ts';
import type { HttpFilter, ListenerFilter, NetworkFilter } from '#envoy/listener.ts';
import type { StatsFilter } from '../policy/telemetry.ts';
import { message, typed, typedStruct, unlessDefault } from '../proto-json.ts';
import { reason } from '../reasons.ts';
import { because, httpFilter, listenerFilter, networkFilter } from './draft.ts';

/** The filters istiod makes by itself (istio/istio `pilot/pkg/xds/filters/filters.go`). */

const peerMetadata = 'io.istio.http.peer_metadata.Config';
const discoveryByBoth = [{ istio_headers: {} }, { workload_discovery: {} }];

export const inboundMetadataExchange: HttpFilter = httpFilter(
  'istio.metadata_exchange',
  typedStruct(peerMetadata, { downstream_discovery: discoveryByBoth, downstream_propagation: [{ istio_headers: {} }] }),
  because('metadata-exchange'),
);

/** `skipExternal`: the headers are sent to peers in the mesh only (`proxyHeaders.metadataExchangeHeaders`). */
export function outboundMetadataExchange(skipExternal: boolean): HttpFilter {
  const propagation: JsonObject = skipExternal ? { skip_external_clusters: true } : {};
  return httpFilter(
    'istio.metadata_exchange',
    typedStruct(peerMetadata, { upstream_discovery: discoveryByBoth, upstream_propagation: [{ istio_headers: propagation }] }),
    because('metadata-exchange'),
  );
}

export const networkMetadataExchange: NetworkFilter = networkFilter(
  'istio.metadata_exchange',
  typedStruct('envoy.tcp.metadataexchange.config.MetadataExchange', { protocol: 'istio-peer-exchange', enable_discovery: true }),
  because('metadata-exchange'),
);

export const grpcWeb = httpFilter(
  'envoy.filters.http.grpc_web',
  typed('envoy.extensions.filters.http.grpc_web.v3.GrpcWeb'),
  because('grpc-web'),
);

export const grpcStats = httpFilter(
  'envoy.filters.http.grpc_stats',
  typed('envoy.extensions.filters.http.grpc_stats.v3.FilterConfig', { emitFilterState: true, statsForAllMethods: false }),
  because('grpc-stats'),
);

export const alpnFilter = httpFilter(
  'istio.alpn',
  typed('istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig', {
    alpnOverride: [
      { alpnOverride: ['istio-http/1.0', 'istio', 'http/1.0'] },
      { upstreamProtocol: 'HTTP11', alpnOverride: ['istio-http/1.1', 'istio', 'http/1.1'] },
      { upstreamProtocol: 'HTTP2', alpnOverride: ['istio-h2', 'istio', 'h2'] },
    ],
  }),
  because('alpn'),
);

export const fault = httpFilter('envoy.filters.http.fault', typed('envoy.extensions.filters.http.fault.v3.HTTPFault'), because('fault'));
export const cors = httpFilter('envoy.filters.http.cors', typed('envoy.extensions.filters.http.cors.v3.Cors'), because('cors'));

/** Idle; the routes to pools say whom to ask. */
export const inferencePoolFilter = httpFilter(
  'envoy.filters.http.ext_proc',
  typed('envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor', {
    grpcService: { envoyGrpc: { clusterName: 'dummy' }, timeout: '10s' },
    failureModeAllow: true,
    processingMode: { requestHeaderMode: 'SKIP', responseHeaderMode: 'SKIP' },
    messageTimeout: '1000s',
    metadataOptions: { forwardingNamespaces: { untyped: ['envoy.lb'] }, receivingNamespaces: { untyped: ['envoy.lb'] } },
  }),
  because('inference-pool'),
);

export const statefulSession = httpFilter(
  'envoy.filters.http.stateful_session',
  typed('envoy.extensions.filters.http.stateful_session.v3.StatefulSession'),
  because('stateful-session'),
);

export function router(suppressEnvoyHeaders: boolean): HttpFilter {
  const typedConfig = typed('envoy.extensions.filters.http.router.v3.Router', {
    suppressEnvoyHeaders: unlessDefault(suppressEnvoyHeaders),
  });
  return httpFilter('envoy.filters.http.router', typedConfig, because('router'));
}

export function httpStats(stats: StatsFilter): HttpFilter {
  return httpFilter('istio.stats', typed('stats.PluginConfig', stats.config), statsProvenance(stats));
}

export function networkStats(stats: StatsFilter): NetworkFilter {
  return networkFilter('istio.stats', typed('stats.PluginConfig', stats.config), statsProvenance(stats));
}

function statsProvenance(stats: StatsFilter): HttpFilter['provenance'] {
  const [resource] = stats.contributors;
  const origin = resource === undefined ? 'from the mesh configuration' : 'from Telemetry objects';
  return {
    origin: 'telemetry',
    resource: stats.contributors.length === 1 ? resource : undefined,
    contributors: stats.contributors,
    reasons: [reason('telemetry', { provider: stats.provider, origin })],
  };
}

export interface TcpProxyOptions {
  readonly statPrefix: string;
  readonly cluster?: string | undefined;
  /** Instead of one cluster. */
  readonly weightedClusters?: readonly JsonObject[] | undefined;
  readonly fields?: JsonObject | undefined;
}

export function tcpProxy(options: TcpProxyOptions): NetworkFilter {
  const { statPrefix, cluster, weightedClusters, fields = {} } = options;
  return networkFilter(
    'envoy.filters.network.tcp_proxy',
    typed('envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy', {
      statPrefix,
      cluster,
      weightedClusters: weightedClusters === undefined ? undefined : message({ clusters: unlessDefault(weightedClusters) }),
      ...fields,
    }),
    because('tcp-proxy', { cluster: cluster ?? 'several clusters' }),
  );
}

export const originalDst: ListenerFilter = listenerFilter(
  'envoy.filters.listener.original_dst',
  typed('envoy.extensions.filters.listener.original_dst.v3.OriginalDst'),
  because('original-dst'),
);

export const originalSrc: ListenerFilter = listenerFilter(
  'envoy.filters.listener.original_src',
  typed('envoy.extensions.filters.listener.original_src.v3.OriginalSrc', { mark: 1337 }),
  because('original-src'),
);

export const proxyProtocol: ListenerFilter = listenerFilter(
  'envoy.filters.listener.proxy_protocol',
  typed('envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol'),
  because('proxy-protocol'),
);

export function tlsInspector(filterDisabled?: JsonObject): ListenerFilter {
  const typedConfig = typed('envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector', { initialReadBufferSize: 512 });
  return listenerFilter('envoy.filters.listener.tls_inspector', typedConfig, because('tls-inspector'), filterDisabled);
}

export function httpInspector(filterDisabled?: JsonObject): ListenerFilter {
  const typedConfig = typed('envoy.extensions.filters.listener.http_inspector.v3.HttpInspector');
  return listenerFilter('envoy.filters.listener.http_inspector', typedConfig, because('http-inspector'), filterDisabled);
}

/** "Not on these ports" as a predicate that switches a listener filter off; one range for each port. */
export function onPorts(ports: readonly number[]): JsonObject {
  const rules = ports.map((port) => ({ destinationPortRange: message({ start: unlessDefault(port), end: port + 1 }) }));
  const [only] = rules;
  return rules.length === 1 && only !== undefined ? only : { orMatch: { rules } };
}
