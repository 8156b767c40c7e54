import { asNumber, asObject, asString, isObject, type JsonObject } from '#base/json.ts';
import type { FilterChain, Listener, NetworkFilter } from '#envoy/listener.ts';
import { isTerminatedHttps, sniHosts, type GatewayServer } from '../gateways/gateway-server.ts';
import type { MergedGateway, MergedPort } from '../gateways/merge-gateways.ts';
import { message, unlessDefault } from '../proto-json.ts';
import { reason } from '../reasons.ts';
import { isHttp } from '../registry/protocol.ts';
import { refOf } from '../registry/service.ts';
import { accessLogField, accessLogs } from './access-log.ts';
import { proxyProtocol, tlsInspector } from './builtin-filters.ts';
import { connectionSettings } from './connection-settings.ts';
import type { BuildContext } from './context.ts';
import { addressText, because, filterChain, ofResource, socketAddress } from './draft.ts';
import { gatewayTcpDrafts, type GatewayChainDraft, type TlsHosts } from './gateway-chains.ts';
import { innerConnectOriginate, outerConnectOriginate, sendsHbone } from './hbone.ts';
import { buildHttpManager } from './http-manager.ts';
import { networkPluginsBeforeHttp } from './network-chain.ts';
import { tcpMatch } from './outbound-listener.ts';
import { wildcardAddress } from './ports.ts';
import { proxyHeaders, serverFields } from './proxy-headers.ts';
import { quicTransportSocket, serverTlsContext, tlsTransportSocket } from './tls-context.ts';

interface GatewayListener {
  readonly bind: string;
  readonly port: number;
  readonly name: string;
  readonly chains: FilterChain[];
  needsTlsInspector: boolean;
  readonly server: GatewayServer;
  readonly isQuic?: boolean | undefined;
}

/** The listeners of a gateway, one for each address and port (istio/istio `pilot/pkg/networking/core/gateway.go buildGatewayListeners`). */
export function buildGatewayListeners(context: BuildContext): readonly Listener[] {
  const { gateway, proxy } = context;
  if (gateway === undefined) return [];
  const byName = new Map<string, GatewayListener>();
  const tlsHosts = new Map<number, TlsHosts>();
  for (const port of gateway.ports) {
    const [server] = port.servers;
    if (server === undefined || (proxy.unprivileged && port.number < 1024)) continue;
    const bind = port.bind === '' ? wildcardAddress(proxy) : port.bind;
    const name = `${bind}_${port.number}`;
    const listener = byName.get(name) ?? { bind, port: port.number, name, chains: [], needsTlsInspector: false, server };
    byName.set(name, listener);
    const known = tlsHosts.get(port.number) ?? new Map<string, string>();
    tlsHosts.set(port.number, known);
    addChains(context, listener, port, gateway, known);
    addQuicChains(context, byName, bind, port, gateway);
  }
  const listeners = [...byName.values()].filter((listener) => listener.chains.length > 0).map((listener) => finish(context, listener));
  return listeners.length > 0 && opensDoubleTunnels(context)
    ? [...listeners, innerConnectOriginate(context), outerConnectOriginate(context)]
    : listeners;
}

/** TLS that a gateway between ambient networks passes on, beside the tunnel (`pilot/pkg/networking/core/listener_waypoint.go buildEastWestTLSPassthroughListeners`). */
export function passthroughListeners(context: BuildContext): readonly Listener[] {
  const { gateway, proxy, snapshot } = context;
  if (gateway === undefined || !snapshot.minor.gatewayTunnels) return [];
  return gateway.ports.flatMap((port) => {
    const [server] = port.servers;
    if (server === undefined || port.number === 15_008) return [];
    const bind = port.bind === '' ? wildcardAddress(proxy) : port.bind;
    const listener = { bind, port: port.number, name: `${bind}_${port.number}`, chains: [], needsTlsInspector: false, server };
    const known: TlsHosts = new Map<string, string>();
    for (const each of port.servers) addTcpChains(context, listener, each, known);
    return listener.chains.length === 0 ? [] : [{ ...finish(context, listener), direction: 'INBOUND' as const }];
  });
}

/** Gateways reach other networks through two tunnels, one in the other (`pilot/pkg/model/context.go ShouldCreateDoubleHBONEResources`). */
function opensDoubleTunnels(context: BuildContext): boolean {
  const { proxy, snapshot } = context;
  const { on } = snapshot.features;
  const isIngress =
    proxy.labels['gateway.istio.io/managed'] === 'istio.io-gateway-controller' || proxy.labels['istio'] === 'ingressgateway';
  const sends = sendsHbone(snapshot) && proxy.metadata['DISABLE_HBONE_SEND'] !== 'true';
  return isIngress && sends && on('AMBIENT_ENABLE_MULTI_NETWORK') && on('AMBIENT_ENABLE_MULTI_NETWORK_INGRESS');
}

/** HTTP/3: a listener on UDP with a chain for each HTTPS server; network plugins do not reach it (`buildGatewayHTTP3FilterChains`). */
function addQuicChains(
  context: BuildContext,
  byName: Map<string, GatewayListener>,
  bind: string,
  port: MergedPort,
  gateway: MergedGateway,
): void {
  for (const server of gateway.quic.get(port) ?? []) {
    const name = `udp_${bind}_${port.number}`;
    const listener = byName.get(name) ?? { bind, port: port.number, name, chains: [], needsTlsInspector: false, server, isQuic: true };
    byName.set(name, listener);
    const manager = httpChainManager(context, listener, gateway.routeOf.get(server) ?? '', server.name, server);
    const tls = serverTlsContext(server.tls ?? {}, context.proxy, context.snapshot, { tcpTermination: false, quic: true });
    const chain = chainOf(context, server, tcpMatch({ sniHosts: sniHosts(server), cidrs: [] }), undefined, [manager]);
    listener.chains.push({ ...chain, transportSocket: quicTransportSocket(tls) });
  }
}

function addChains(context: BuildContext, listener: GatewayListener, port: MergedPort, gateway: MergedGateway, tlsHosts: TlsHosts): void {
  // the plugins are taken once for a port, so that only its first connection manager gets them
  let plugins: readonly NetworkFilter[] = networkPluginsBeforeHttp(context, 'gateway', port.number);
  const [first] = port.servers;
  if (isHttp(port.protocol) && first !== undefined) {
    const manager = httpChainManager(context, listener, port.routeName, '', first);
    listener.chains.push(chainOf(context, first, undefined, undefined, [...plugins, manager]));
    return;
  }
  for (const server of port.servers) {
    if (isTerminatedHttps(server)) {
      const manager = httpChainManager(context, listener, gateway.routeOf.get(server) ?? '', server.name, server);
      const tls = serverTlsContext(server.tls ?? {}, context.proxy, context.snapshot, { tcpTermination: false });
      listener.needsTlsInspector = true;
      listener.chains.push(chainOf(context, server, tcpMatch({ sniHosts: sniHosts(server), cidrs: [] }), tls, [...plugins, manager]));
      plugins = [];
      continue;
    }
    addTcpChains(context, listener, server, tlsHosts);
  }
}

function addTcpChains(context: BuildContext, listener: GatewayListener, server: GatewayServer, tlsHosts: TlsHosts): void {
  for (const draft of gatewayTcpDrafts(context, server, tlsHosts)) {
    listener.needsTlsInspector ||= draft.sniHosts.length > 0 || draft.terminates !== undefined;
    listener.chains.push(tcpChain(context, server, draft));
  }
}

function tcpChain(context: BuildContext, server: GatewayServer, draft: GatewayChainDraft): FilterChain {
  const tls =
    draft.terminates === undefined
      ? undefined
      : serverTlsContext(server.tls ?? {}, context.proxy, context.snapshot, { tcpTermination: server.port.protocol !== 'HTTPS' });
  const chain = chainOf(context, server, tcpMatch(draft), tls, draft.networkFilters);
  if (draft.route === undefined) return chain;
  const ref = refOf(draft.route.resource);
  return {
    ...chain,
    provenance: {
      ...chain.provenance,
      contributors: [ref],
      reasons: [...chain.provenance.reasons, reason('gateway-route', { route: `${ref.namespace}/${ref.name}` })],
    },
  };
}

function chainOf(
  context: BuildContext,
  server: GatewayServer,
  match: JsonObject | undefined,
  tls: JsonObject | undefined,
  networkFilters: readonly NetworkFilter[],
): FilterChain {
  const timeout = context.snapshot.features.transportSocketConnectTimeout;
  return filterChain({
    match,
    transportSocket: tlsTransportSocket(tls),
    networkFilters,
    rest: timeout === undefined ? {} : { transportSocketConnectTimeout: timeout },
    provenance: serverProvenance(server),
  });
}

function serverProvenance(server: GatewayServer): FilterChain['provenance'] {
  return ofResource(
    'service',
    server.ref,
    reason('gateway-server', { gateway: `${server.ref.namespace}/${server.ref.name}`, port: server.port.number }),
  );
}

function httpChainManager(
  context: BuildContext,
  listener: GatewayListener,
  rds: string,
  statPrefix: string,
  server: GatewayServer,
): NetworkFilter {
  const { proxy } = context;
  const headers = proxyHeaders(proxy.proxyConfig, 'gateway');
  const topology = asObject(proxy.proxyConfig['gatewayTopology']);
  const given = asString(topology['forwardClientCertDetails']) ?? 'UNDEFINED';
  const forward = given === 'UNDEFINED' ? 'SANITIZE_SET' : given;
  const http10 = context.snapshot.features.on('PILOT_HTTP10') || proxy.http10;
  return buildHttpManager(context, {
    listenerClass: 'gateway',
    statPrefix: statPrefix === '' ? `outbound_${listener.name};` : statPrefix,
    port: listener.port,
    protocol: server.port.protocol,
    routes: { rds },
    useRemoteAddress: true,
    skipMetadataHeaders: headers.skipMetadataHeaders,
    fields: message({
      xffNumTrustedHops: unlessDefault(asNumber(topology['numTrustedProxies'])),
      forwardClientCertDetails: forward === 'SANITIZE' ? undefined : forward,
      setCurrentClientCertDetails:
        forward === 'APPEND_FORWARD' || forward === 'SANITIZE_SET' ? { subject: true, cert: true, dns: true, uri: true } : undefined,
      httpProtocolOptions: http10 ? { acceptHttp10: true } : {},
      ...(listener.isQuic === true ? { codecType: 'HTTP3', http3ProtocolOptions: {} } : {}),
      ...serverFields(headers),
    }),
    provenance: because('http-manager'),
  });
}

function finish(context: BuildContext, listener: GatewayListener): Listener {
  const { proxy, snapshot } = context;
  const limit = asNumber(connectionSettings(proxy, snapshot)?.['listenerPerConnectionBufferLimitBytes']);
  const stripsProxyHeader = isObject(asObject(proxy.proxyConfig['gatewayTopology'])['proxyProtocol']);
  return {
    name: listener.name,
    address: addressText(listener.bind, listener.port),
    direction: 'OUTBOUND',
    listenerFilters: [
      ...(stripsProxyHeader && listener.isQuic !== true ? [proxyProtocol] : []),
      ...(listener.needsTlsInspector ? [tlsInspector()] : []),
    ],
    filterChains: listener.chains,
    rest: message({
      address: socketAddress(listener.bind, listener.port, listener.isQuic === true ? 'UDP' : undefined),
      udpListenerConfig: listener.isQuic === true ? { quicOptions: {}, downstreamSocketConfig: {} } : undefined,
      maxConnectionsToAcceptPerSocketEvent: unlessDefault(snapshot.features.maxConnectionsPerSocketEvent),
      perConnectionBufferLimitBytes: limit === undefined || limit < 0 ? undefined : limit,
      connectionBalanceConfig:
        proxy.metadata['OUTBOUND_LISTENER_EXACT_BALANCE'] === 'true' && listener.isQuic !== true ? { exactBalance: {} } : undefined,
      ...accessLogField(accessLogs(proxy, snapshot, 'gateway', 'listener')),
    }),
    provenance: serverProvenance(listener.server),
  };
}
