import { asString, type JsonObject } from '#base/json.ts';
import type { HttpFilter, Listener } from '#envoy/listener.ts';
import type { Provenance } from '#envoy/provenance.ts';
import { isEastWestGateway } from '../ambient/waypoint-resources.ts';
import { authorizationPoliciesOf, rbacFilters } from '../policy/authorization.ts';
import type { ListenerClass } from '../policy/telemetry.ts';
import { message, unlessDefault } from '../proto-json.ts';
import { accessLogField, accessLogs } from './access-log.ts';
import { originalDst, router, tcpProxy } from './builtin-filters.ts';
import { asHttp, type BuildContext } from './context.ts';
import { addressText, because, filterChain, httpManager, socketAddress } from './draft.ts';
import { connectAuthority, downstreamMetadata, propagateEndpoint, requestSource, tunnelMetadata, tunnelTarget } from './hbone-filters.ts';
import { wildcardAddresses } from './ports.ts';
import type { Snapshot } from '../snapshot.ts';
import { forwardClientCert, proxyHeaders, serverFields } from './proxy-headers.ts';
import { hboneTlsContext, tlsTransportSocket } from './tls-context.ts';

const hbonePort = 15_008;

/** May proxies open tunnels? Switches of ambient mesh count only where ambient itself is on. */
export function sendsHbone(snapshot: Snapshot): boolean {
  return snapshot.features.on('PILOT_ENABLE_AMBIENT') && snapshot.features.on('PILOT_ENABLE_SENDING_HBONE');
}

/** An internal listener: other parts of the same Envoy connect to it, not the network. */
export function internalListener(
  context: BuildContext,
  listenerClass: ListenerClass,
  parts: Pick<Listener, 'name' | 'listenerFilters' | 'filterChains' | 'provenance'> & {
    readonly direction?: Listener['direction'];
    readonly rest?: JsonObject;
  },
): Listener {
  return {
    name: parts.name,
    address: 'internal',
    direction: parts.direction ?? 'UNSPECIFIED',
    listenerFilters: parts.listenerFilters,
    filterChains: parts.filterChains,
    rest: message({
      internalListener: {},
      ...accessLogField(accessLogs(context.proxy, context.snapshot, listenerClass, 'listener')),
      ...parts.rest,
    }),
    provenance: parts.provenance,
  };
}

/** Ends the HBONE tunnel: one CONNECT for each connection, handed to `main_internal` (istio/istio `pilot/pkg/networking/core/listener_waypoint.go buildConnectTerminateListener`). */
export function connectTerminate(context: BuildContext): Listener {
  const { proxy, snapshot } = context;
  const [bind = '0.0.0.0', ...more] = wildcardAddresses(proxy);
  const headers = proxyHeaders(proxy.proxyConfig, 'inbound');
  const provenance = because('waypoint-terminate');
  const isLogged = snapshot.minor.minor >= 25;
  const manager = httpManager(
    {
      statPrefix: 'connect_terminate',
      routeConfig: { name: 'default', virtualHosts: [{ name: 'default', domains: ['*'], routes: [connectRoute] }] },
      ...message({ forwardClientCertDetails: forwardClientCert(headers.forwardedClientCert) }),
      setCurrentClientCertDetails: { subject: true, uri: true, dns: true },
      ...serverFields(headers),
      useRemoteAddress: false,
      ...(isLogged ? accessLogField(accessLogs(proxy, snapshot, 'inbound', 'hbone-termination')) : {}),
      streamIdleTimeout: '0s',
      upgradeConfigs: [{ upgradeType: 'CONNECT' }],
      http2ProtocolOptions: {
        allowConnect: true,
        maxConcurrentStreams: 100,
        connectionKeepalive: { interval: '10s', timeout: '20s' },
      },
    },
    [
      ...tunnelAuthorization(context),
      downstreamMetadata(snapshot.features.on('AMBIENT_ENABLE_BAGGAGE')),
      connectAuthority(proxy, snapshot),
      ...(forwardsTunnels(context) ? [requestSource(proxy, snapshot)] : []),
      router(headers.suppressDebugHeaders),
    ],
    provenance,
  );
  return {
    name: 'connect_terminate',
    address: addressText(bind, hbonePort),
    direction: 'UNSPECIFIED',
    listenerFilters: [],
    filterChains: [
      filterChain({
        name: 'default',
        transportSocket: tlsTransportSocket(hboneTlsContext(proxy, snapshot), 'tls'),
        networkFilters: [manager],
        provenance,
      }),
    ],
    rest: message({
      address: socketAddress(bind, hbonePort),
      additionalAddresses: unlessDefault(more.map((address) => ({ address: socketAddress(address, hbonePort) }))),
      connectionBalanceConfig: { exactBalance: {} },
      ...(isLogged ? accessLogField(accessLogs(proxy, snapshot, 'inbound', 'listener')) : {}),
    }),
    provenance,
  };
}

/** Is it a gateway between networks, which ends the outer of two tunnels and hands the inner one on? */
export function forwardsTunnels({ proxy, snapshot }: BuildContext): boolean {
  return isEastWestGateway(proxy) && snapshot.features.on('AMBIENT_ENABLE_MULTI_NETWORK');
}

const connectRoute: JsonObject = {
  match: { connectMatcher: {} },
  route: { cluster: 'main_internal', upgradeConfigs: [{ upgradeType: 'CONNECT', connectConfig: {} }] },
};

/** Policies with selectors, enforced on the tunnel as a gateway's (`ENABLE_LAYERED_WAYPOINT_AUTHORIZATION_POLICIES`). */
function tunnelAuthorization(context: BuildContext): readonly HttpFilter[] {
  const { proxy, snapshot } = context;
  if (!snapshot.features.on('ENABLE_LAYERED_WAYPOINT_AUTHORIZATION_POLICIES')) return [];
  const policies = authorizationPoliciesOf(proxy, snapshot, { asWaypoint: false });
  return rbacFilters(policies, snapshot, { layer: 'tcp-as-http', useFilterState: false }).map(asHttp);
}

const overwrite = (key: string, value: string): JsonObject => ({
  header: message({ key, value: unlessDefault(value) }),
  appendAction: 'OVERWRITE_IF_EXISTS_OR_ADD',
});
const baggage = overwrite('baggage', '%FILTER_STATE(io.istio.baggage:PLAIN)%');

/** Begins an HBONE tunnel (`buildConnectForwarder`). */
export function connectOriginate(context: BuildContext): Listener {
  const { proxy, snapshot } = context;
  const listenerClass: ListenerClass = proxy.type === 'waypoint' ? 'inbound' : proxy.type === 'router' ? 'gateway' : 'outbound';
  const withBaggage = snapshot.features.on('AMBIENT_ENABLE_BAGGAGE');
  const tunnelingConfig = message({
    hostname: '%DOWNSTREAM_LOCAL_ADDRESS%',
    ...(withBaggage ? { propagateResponseHeaders: true, headersToAdd: [baggage] } : {}),
  });
  return originate(context, listenerClass, 'connect_originate', tunnelingConfig, withBaggage ? [tunnelMetadata] : [], true);
}

/** Hands the inner tunnel on as it is (`buildForwardInnerConnectListener`). */
export function forwardInnerConnect(context: BuildContext): Listener {
  const logs = accessLogField(accessLogs(context.proxy, context.snapshot, 'inbound', 'tunnel'));
  return forwarder(context, 'inbound', 'forward_inner_connect', logs, [], true, because('east-west-forward'));
}

/** The inner of two tunnels to another network. */
export function innerConnectOriginate(context: BuildContext): Listener {
  const { proxy, snapshot } = context;
  const withBaggage = snapshot.features.on('AMBIENT_ENABLE_BAGGAGE');
  const network = overwrite('x-forwarded-network', asString(proxy.metadata['NETWORK']) ?? '');
  const tunnelingConfig = message({
    hostname: tunnelTarget,
    propagateResponseHeaders: unlessDefault(withBaggage),
    headersToAdd: withBaggage ? [network, baggage] : [network],
  });
  const filters = [propagateEndpoint(proxy, snapshot), ...(withBaggage ? [tunnelMetadata] : [])];
  return originate(context, 'inbound', 'inner_connect_originate', tunnelingConfig, filters, false);
}

/** The outer tunnel, to the gateway of the other network. */
export function outerConnectOriginate(context: BuildContext): Listener {
  const source = { router: 'gateway', waypoint: 'waypoint', sidecar: 'sidecar' }[context.proxy.type];
  const tunnelingConfig = { hostname: tunnelTarget, headersToAdd: [overwrite('x-istio-source', source)] };
  return originate(context, 'inbound', 'outer_connect_originate', tunnelingConfig, [], true);
}

function originate(
  context: BuildContext,
  listenerClass: ListenerClass,
  name: string,
  tunnelingConfig: JsonObject,
  filters: Listener['filterChains'][number]['networkFilters'],
  restoresDestination: boolean,
): Listener {
  const fields = {
    tunnelingConfig,
    ...accessLogField(accessLogs(context.proxy, context.snapshot, listenerClass, 'hbone-origination')),
  };
  return forwarder(context, listenerClass, name, fields, filters, restoresDestination, because('waypoint-originate'));
}

/** An internal listener that sends everything to the cluster of its name. */
function forwarder(
  context: BuildContext,
  listenerClass: ListenerClass,
  name: string,
  fields: JsonObject,
  filters: Listener['filterChains'][number]['networkFilters'],
  restoresDestination: boolean,
  provenance: Provenance,
): Listener {
  return internalListener(context, listenerClass, {
    name,
    listenerFilters: restoresDestination ? [originalDst] : [],
    filterChains: [filterChain({ networkFilters: [...filters, tcpProxy({ statPrefix: name, cluster: name, fields })], provenance })],
    rest: { useOriginalDst: false },
    provenance,
  });
}
