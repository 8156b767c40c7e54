import type { FilterAbout } from './about.ts';

const PEER_METADATA = 'io.istio.http.peer_metadata.Config';
const SET_STATE = 'set_filter_state.v3.Config';

/** Filters that istiod names itself. One type can have several uses, so these are found by name. */
export const istioFilters: readonly FilterAbout[] = [
  {
    layer: 'http',
    name: 'istio.metadata_exchange',
    type: PEER_METADATA,
    title: 'metadata_exchange',
    about: 'Learns which workload is at the other end, from headers or from what is known about its address.',
  },
  {
    layer: 'network',
    name: 'istio.metadata_exchange',
    type: 'envoy.tcp.metadataexchange.config.MetadataExchange',
    title: 'metadata_exchange',
    about: 'Exchanges the identity of the two workloads at the start of an mTLS connection.',
  },
  {
    layer: 'http',
    name: 'waypoint_upstream_peer_metadata',
    type: PEER_METADATA,
    title: 'peer_metadata (upstream)',
    about: 'Learns which workload a waypoint forwards to.',
  },
  {
    layer: 'http',
    name: 'waypoint_downstream_peer_metadata',
    type: PEER_METADATA,
    title: 'peer_metadata (downstream)',
    about: 'Learns which workload calls a waypoint.',
  },
  {
    layer: 'http',
    name: 'istio.stats',
    type: 'stats.PluginConfig',
    title: 'istio.stats',
    about: "Counts requests into Istio's standard metrics, one filter for each metrics provider.",
  },
  {
    layer: 'network',
    name: 'istio.stats',
    type: 'stats.PluginConfig',
    title: 'istio.stats',
    about: "Counts TCP connections and bytes into Istio's standard metrics.",
  },
  {
    layer: 'http',
    name: 'istio.alpn',
    type: 'istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig',
    title: 'istio.alpn',
    about: 'Sets the ALPN of the upstream connection by the HTTP version of the request.',
  },
  {
    layer: 'http',
    name: 'istio.waypoint.xfcc_client_identity',
    type: 'envoy.extensions.filters.http.header_mutation.v3.HeaderMutation',
    title: 'xfcc_client_identity',
    about: "Adds the caller's identity to x-forwarded-client-cert at a waypoint.",
  },
  {
    layer: 'http',
    name: 'connect_authority',
    type: `envoy.extensions.filters.http.${SET_STATE}`,
    title: 'connect_authority',
    about: 'Remembers the authority of the HBONE tunnel for the listeners behind it.',
  },
  {
    layer: 'network',
    name: 'connect_authority',
    type: `envoy.extensions.filters.network.${SET_STATE}`,
    title: 'connect_authority',
    about: 'Says which address the HBONE tunnel asks for.',
  },
  {
    layer: 'http',
    name: 'request_source',
    type: `envoy.extensions.filters.http.${SET_STATE}`,
    title: 'request_source',
    about: 'Remembers that a request came through the tunnel of another network.',
  },
  {
    layer: 'network',
    name: 'set_dst_address',
    type: `envoy.extensions.filters.network.${SET_STATE}`,
    title: 'set_dst_address',
    about: 'Remembers the address the client meant, for the tunnel to another network.',
  },
  {
    layer: 'network',
    name: 'propagate_endpoint_metadata',
    type: `envoy.extensions.filters.network.${SET_STATE}`,
    title: 'propagate_endpoint_metadata',
    about: 'Hands what is known about the chosen endpoint to the outer tunnel.',
  },
];
