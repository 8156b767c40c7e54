import type { JsonObject } from '#base/json.ts';
import type { HttpFilter, NetworkFilter } from '#envoy/listener.ts';
import { message, typed, typedStruct } from '../proto-json.ts';
import { isAtLeast, type ProxyView } from '../registry/proxy-view.ts';
import type { Snapshot } from '../snapshot.ts';
import { because, httpFilter, networkFilter } from './draft.ts';

/** Filters of HBONE listeners (istio/istio `pilot/pkg/xds/filters/filters.go`). */

const peerMetadata = 'io.istio.http.peer_metadata.Config';
const originalDestination = 'envoy.filters.listener.original_dst.local_ip';
const target = 'istio.double_hbone.hbone_target_address';

/** One value that connections behind the tunnel can see. */
function state(objectKey: string, inlineString: string, sharedWithUpstream: 'ONCE' | 'TRANSITIVE', factoryKey?: string): JsonObject {
  return message({ objectKey, formatString: { textFormatSource: { inlineString } }, sharedWithUpstream, factoryKey });
}

/** Strings that connection pools tell apart; older proxies know plain ones only. */
function stringFactory(proxy: ProxyView, snapshot: Snapshot): string {
  return snapshot.minor.minor >= 30 && isAtLeast(proxy, 29, 2) ? 'istio.hashable_string' : 'envoy.string';
}

/** Keeps what the CONNECT request says: where to, from where, who. */
export function connectAuthority(proxy: ProxyView, snapshot: Snapshot): HttpFilter {
  const factory = stringFactory(proxy, snapshot);
  const onRequestHeaders = [
    state(originalDestination, '%REQ(:AUTHORITY)%', 'ONCE'),
    ...(snapshot.minor.doubleHbone ? [state('io.istio.connect_authority', '%REQ(:AUTHORITY)%', 'ONCE', factory)] : []),
    state('envoy.filters.listener.original_dst.remote_ip', '%DOWNSTREAM_REMOTE_ADDRESS%', 'ONCE'),
    state('io.istio.peer_principal', '%DOWNSTREAM_PEER_URI_SAN%', 'ONCE', factory),
    state('io.istio.local_principal', '%DOWNSTREAM_LOCAL_URI_SAN%', 'ONCE', factory),
  ];
  const typedConfig = typed('envoy.extensions.filters.http.set_filter_state.v3.Config', { onRequestHeaders });
  return httpFilter('connect_authority', typedConfig, because('connect-authority'));
}

/** Whether a request has been through a waypoint or an ingress gateway of another network. */
export function requestSource(proxy: ProxyView, snapshot: Snapshot): HttpFilter {
  const onRequestHeaders = [state('io.istio.source', '%REQ(x-istio-source)%', 'ONCE', stringFactory(proxy, snapshot))];
  const typedConfig = typed('envoy.extensions.filters.http.set_filter_state.v3.Config', { onRequestHeaders });
  return httpFilter('request_source', typedConfig, because('request-source'));
}

const networkState = 'envoy.extensions.filters.network.set_filter_state.v3.Config';

/** Hands the destination on to the tunnel that begins here. */
export const connectAuthorityNetwork: NetworkFilter = networkFilter(
  'connect_authority',
  typed(networkState, { onNewConnection: [state(originalDestination, `%FILTER_STATE(${originalDestination}:PLAIN)%`, 'ONCE')] }),
  because('connect-authority'),
);

/** What the tunnel between networks needs to know of the endpoint. */
export function propagateEndpoint(proxy: ProxyView, snapshot: Snapshot): NetworkFilter {
  const onNewConnection = [
    state(originalDestination, '%DYNAMIC_METADATA(envoy.filters.listener.original_dst:local)%', 'TRANSITIVE'),
    state(target, '%DYNAMIC_METADATA(istio:double_hbone:hbone_target_address)%', 'TRANSITIVE', stringFactory(proxy, snapshot)),
  ];
  return networkFilter('propagate_endpoint_metadata', typed(networkState, { onNewConnection }), because('waypoint-originate'));
}

export const tunnelTarget = `%FILTER_STATE(${target}:PLAIN)%`;

/** The original destination for connections of services, which TLS to other networks needs. */
export function destinationAddress(ipAndPort: string): NetworkFilter {
  const cel = `%CEL('${originalDestination}' in filter_state ? filter_state['${originalDestination}']: r'${ipAndPort}')%`;
  const formatString = {
    formatters: [{ name: 'envoy.formatter.cel', typedConfig: typed('envoy.extensions.formatter.cel.v3.Cel') }],
    textFormatSource: { inlineString: cel },
  };
  const onNewConnection = [{ objectKey: 'envoy.network.transport_socket.original_dst_address', formatString }];
  return networkFilter('set_dst_address', typed(networkState, { onNewConnection }), because('waypoint-destination'));
}

/** Finds out who the caller is; with baggage also from what the caller sends. */
export function downstreamMetadata(withBaggage: boolean): HttpFilter {
  const baggage = { baggage: {} };
  return httpFilter(
    'waypoint_downstream_peer_metadata',
    typedStruct(peerMetadata, {
      downstream_discovery: [{ workload_discovery: {} }, ...(withBaggage ? [baggage] : [])],
      ...(withBaggage ? { downstream_propagation: [baggage] } : {}),
      shared_with_upstream: true,
    }),
    because('waypoint-metadata'),
  );
}

/** Finds out who answers. */
export function upstreamMetadata(withBaggage: boolean): HttpFilter {
  const byState = { upstream_filter_state: { peer_metadata_key: 'upstream_peer' } };
  return httpFilter(
    'waypoint_upstream_peer_metadata',
    typedStruct(peerMetadata, { upstream_discovery: [{ workload_discovery: {} }, ...(withBaggage ? [byState] : [])] }),
    because('waypoint-metadata'),
  );
}

/** Reads the peer's metadata from the baggage of a tunnel. */
export const tunnelMetadata: NetworkFilter = networkFilter(
  'upstream_hbone_peer_metadata',
  typedStruct('envoy.extensions.network_filters.peer_metadata.Config', { baggage_key: 'io.istio.baggage' }),
  because('waypoint-metadata'),
);

/** `x-forwarded-client-cert` made from the caller's identity, on waypoints that are told so by an annotation. */
export const clientIdentity: HttpFilter = httpFilter(
  'istio.waypoint.xfcc_client_identity',
  typed('envoy.extensions.filters.http.header_mutation.v3.HeaderMutation', {
    mutations: {
      requestMutations: [
        {
          append: {
            header: {
              key: 'x-forwarded-client-cert',
              value: 'By=%FILTER_STATE(io.istio.local_principal:PLAIN)%;URI=%FILTER_STATE(io.istio.peer_principal:PLAIN)%',
            },
            appendAction: 'OVERWRITE_IF_EXISTS_OR_ADD',
          },
        },
      ],
    },
  }),
  because('waypoint-client-identity'),
);
