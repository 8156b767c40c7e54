import type { JsonObject } from '#base/json.ts';
import type { FilterChain, Listener, ListenerFilter } from '#envoy/listener.ts';
import { modeForPort, type MtlsMode } from '../policy/peer-authentication.ts';
import { message, unlessDefault } from '../proto-json.ts';
import { reason } from '../reasons.ts';
import { afterTlsTermination, isHttp2, listenerProtocol } from '../registry/protocol.ts';
import { refOf } from '../registry/service.ts';
import { inboundRouteConfig } from '../routes/inbound-routes.ts';
import { accessLogField, accessLogs } from './access-log.ts';
import { httpInspector, onPorts, originalDst, originalSrc, tcpProxy, tlsInspector } from './builtin-filters.ts';
import { chainOptions, matchOf, type ChainOption } from './chain-options.ts';
import type { BuildContext } from './context.ts';
import { addressText, because, filterChain, socketAddress } from './draft.ts';
import { buildHttpManager, http1Options } from './http-manager.ts';
import { inboundConfigs, passthroughConfig, type InboundConfig } from './inbound-configs.ts';
import { configMetadata } from './metadata.ts';
import {
  metadataExchange,
  networkChain,
  networkPluginsBeforeHttp,
  plainTcpChain,
  inboundStatPrefix,
  tcpFields,
  terminalFilters,
} from './network-chain.ts';
import { wildcardAddresses } from './ports.ts';
import { forwardClientCert, proxyHeaders, serverFields } from './proxy-headers.ts';
import { meshTlsContext, serverTlsContext, tlsTransportSocket } from './tls-context.ts';

/** `virtualInbound` and the inbound listeners on ports of their own (istio/istio `listener_inbound.go buildInboundListeners`). */
export function buildInboundListeners(context: BuildContext): readonly Listener[] {
  const { proxy, snapshot } = context;
  const virtual: FilterChain[] = [];
  const own: Listener[] = [];
  for (const config of inboundConfigs(context)) {
    const chains = portChains(context, config);
    if (config.bindToPort)
      own.push(inboundListener(context, `${config.bind}_${config.targetPort}`, [config.bind], config.targetPort, true, chains));
    else virtual.push(...chains);
  }
  if (proxy.interceptionMode === 'NONE') return own;
  const chains = [...passthroughChains(context), ...virtual];
  return [
    inboundListener(context, 'virtualInbound', wildcardAddresses(proxy), snapshot.mesh.proxyInboundListenPort, false, chains),
    ...own,
  ];
}

function portChains(context: BuildContext, config: InboundConfig): readonly FilterChain[] {
  const mode = modeForPort(context.mtls, config.targetPort);
  if (config.tls === undefined || mode !== 'DISABLE') {
    const protocol = config.tls === undefined ? config.protocol : afterTlsTermination(config.protocol);
    const option = chainOptions(mode, listenerProtocol(protocol), acceptsHttp10(context));
    return inboundChains(context, { ...config, protocol, port: { ...config.port, protocol } }, mode, option);
  }
  const protocol = afterTlsTermination(config.protocol);
  const socket = tlsTransportSocket(serverTlsContext(config.tls, context.proxy, context.snapshot, { tcpTermination: false }));
  const option: ChainOption = { protocol: listenerProtocol(protocol) === 'http' ? 'http' : 'tcp', transport: 'tls', tls: true };
  return inboundChains(context, { ...config, protocol, port: { ...config.port, protocol } }, mode, [option], socket);
}

export function acceptsHttp10(context: BuildContext): boolean {
  return context.snapshot.features.on('PILOT_HTTP10');
}

/** The redirection port itself, then traffic to undeclared ports (`buildInboundPassthroughChains`). */
function passthroughChains(context: BuildContext): readonly FilterChain[] {
  const { mtls, snapshot } = context;
  const declared = new Set(inboundPortsOf(context));
  const ports = [0, ...[...mtls.byPort.keys()].filter((port) => !declared.has(port))];
  return [
    filterChain({
      name: 'virtualInbound-blackhole',
      match: { destinationPort: snapshot.mesh.proxyInboundListenPort },
      networkFilters: [...metadataExchange(snapshot), ...plainTcpChain(context, 'inbound', 'BlackHoleCluster')],
      provenance: because('blackhole'),
    }),
    ...ports.flatMap((port) => {
      const mode = modeForPort(mtls, port);
      return inboundChains(context, passthroughConfig(port), mode, chainOptions(mode, 'auto', acceptsHttp10(context)));
    }),
  ];
}

/** Ports with chains of their own; those of a Sidecar's ingress count alone when there are any. */
function inboundPortsOf(context: BuildContext): readonly number[] {
  if (context.scope.ingress.length === 0) return context.targets.map((target) => target.targetPort);
  return context.scope.ingress.flatMap((listener) => {
    const { port } = listener;
    return typeof port === 'object' && port !== null && 'number' in port && typeof port.number === 'number' ? [port.number] : [];
  });
}

/** One chain for each way a client may come (`inboundChainForOpts`). */
export function inboundChains(
  context: BuildContext,
  config: InboundConfig,
  mode: MtlsMode,
  options: readonly ChainOption[],
  socket?: JsonObject,
): readonly FilterChain[] {
  const from = context.mtls.from.at(-1);
  const why = reason('mtls', {
    mode,
    why: from === undefined ? ', which is the default' : `, by PeerAuthentication ${from.namespace}/${from.name}`,
  });
  const provenance = {
    ...config.provenance,
    contributors: context.mtls.from.map(refOf),
    reasons: [...config.provenance.reasons, why],
  };
  return options.map((option) =>
    filterChain({
      name: chainName(config, option.protocol),
      match: emptyToNothing(matchOf(option, config.targetPort)),
      transportSocket: option.tls
        ? (socket ?? tlsTransportSocket(meshTlsContext(context.proxy, context.snapshot, option.protocol)))
        : undefined,
      networkFilters: option.protocol === 'http' ? httpChain(context, config) : tcpChain(context, config),
      rest: config.sidecar === undefined ? {} : { metadata: configMetadata('networking.istio.io/v1', config.sidecar) },
      provenance,
    }),
  );
}

function emptyToNothing(match: JsonObject): JsonObject | undefined {
  return Object.keys(match).length === 0 ? undefined : match;
}

function chainName(config: InboundConfig, protocol: 'http' | 'tcp'): string {
  if (config.passthrough) return protocol === 'http' ? 'virtualInbound-catchall-http' : 'virtualInbound';
  return `${config.bind}_${config.targetPort}`;
}

function httpChain(context: BuildContext, config: InboundConfig): FilterChain['networkFilters'] {
  const { proxy, snapshot } = context;
  const headers = proxyHeaders(proxy.proxyConfig, 'inbound');
  const details = headers.setCurrentClientCertDetails ?? {};
  const manager = buildHttpManager(context, {
    listenerClass: 'inbound',
    statPrefix: config.passthrough ? `${config.cluster};` : `inbound_${config.bind}_${config.targetPort};`,
    port: config.targetPort,
    protocol: config.protocol,
    routes: { config: context.patchInboundRoutes(inboundRouteConfig(context, config)) },
    hbone: config.hbone,
    fields: {
      ...message({
        forwardClientCertDetails: forwardClientCert(headers.forwardedClientCert),
        setCurrentClientCertDetails: message({
          subject: details['subject'] !== false,
          cert: unlessDefault(details['cert'] === true),
          chain: unlessDefault(details['chain'] === true),
          dns: unlessDefault(details['dns'] !== false),
          uri: unlessDefault(details['uri'] !== false),
        }),
      }),
      ...serverFields(headers),
      ...(isHttp2(config.protocol) ? { http2ProtocolOptions: {} } : {}),
      ...http1Options(context),
    },
    provenance: because('http-manager'),
  });
  const exchange = config.hbone ? [] : metadataExchange(snapshot);
  return [...exchange, ...networkPluginsBeforeHttp(context, 'inbound', config.targetPort), manager];
}

function tcpChain(context: BuildContext, config: InboundConfig): FilterChain['networkFilters'] {
  const { snapshot } = context;
  const pattern = snapshot.mesh.raw['inboundClusterStatName'];
  const statPrefix = inboundStatPrefix(pattern, config, config.port) ?? config.cluster;
  const filter = tcpProxy({ statPrefix, cluster: config.cluster, fields: tcpFields(context, 'inbound') });
  return networkChain(context, {
    listenerClass: 'inbound',
    port: config.port.port,
    includeMx: true,
    security: context.security,
    terminal: terminalFilters(snapshot, config.protocol, filter, statPrefix, config.cluster),
  });
}

function inboundListener(
  context: BuildContext,
  name: string,
  addresses: readonly string[],
  port: number,
  bindToPort: boolean,
  filterChains: readonly FilterChain[],
): Listener {
  const { proxy, snapshot } = context;
  const [bind = '0.0.0.0'] = addresses;
  const timeout = snapshot.mesh.raw['protocolDetectionTimeout'];
  return {
    name,
    address: addressText(bind, port),
    direction: 'INBOUND',
    listenerFilters: inboundListenerFilters(context, filterChains, bindToPort),
    filterChains,
    rest: message({
      address: socketAddress(bind, port),
      continueOnListenerFiltersTimeout: true,
      maxConnectionsToAcceptPerSocketEvent: unlessDefault(snapshot.features.maxConnectionsPerSocketEvent),
      connectionBalanceConfig: proxy.metadata['INBOUND_LISTENER_EXACT_BALANCE'] === 'true' ? { exactBalance: {} } : undefined,
      transparent: !bindToPort && proxy.interceptionMode === 'TPROXY' ? true : undefined,
      listenerFiltersTimeout: timeout,
      ...accessLogField(accessLogs(proxy, snapshot, 'inbound', 'listener')),
    }),
    provenance: name === 'virtualInbound' ? because('virtual-inbound') : (filterChains[0]?.provenance ?? because('virtual-inbound')),
  };
}

/** Inspectors run only for ports whose chains need them (`populateListenerFilters`). */
export function inboundListenerFilters(
  context: BuildContext,
  chains: readonly FilterChain[],
  bindToPort: boolean,
): readonly ListenerFilter[] {
  const needs = new Map<number, { tls: boolean; http: boolean }>();
  for (const chain of chains) {
    const match = chain.match ?? {};
    const port = typeof match['destinationPort'] === 'number' ? match['destinationPort'] : 0;
    const known = needs.get(port) ?? { tls: false, http: false };
    const protocols = Array.isArray(match['applicationProtocols']) ? match['applicationProtocols'] : [];
    known.tls ||= match['transportProtocol'] === 'tls';
    known.http ||= protocols.includes('http/1.1') || protocols.includes('h2c');
    needs.set(port, known);
  }
  const all = [...needs].sort(([a], [b]) => a - b);
  const ports = (wanted: (need: { tls: boolean; http: boolean }) => boolean): readonly number[] =>
    all.filter(([, need]) => wanted(need)).map(([port]) => port);
  const out: ListenerFilter[] = [];
  if (!bindToPort) out.push(originalDst);
  if (!bindToPort && context.proxy.interceptionMode === 'TPROXY') out.push(originalSrc);
  if (all.some(([, need]) => need.tls)) out.push(tlsInspector(tlsPredicate(needs.get(0)?.tls === true, ports)));
  if (all.some(([, need]) => need.http)) {
    const off = ports((need) => !need.http);
    out.push(httpInspector(off.length === 0 ? undefined : onPorts(off)));
  }
  return out;
}

/** Off for the ports without TLS when unknown ports need it, else on for the ports with TLS only. */
function tlsPredicate(
  byDefault: boolean,
  ports: (wanted: (need: { tls: boolean }) => boolean) => readonly number[],
): JsonObject | undefined {
  const listed = ports((need) => need.tls !== byDefault).filter((port) => port !== 0);
  if (listed.length === 0) return undefined;
  return byDefault ? onPorts(listed) : { notMatch: onPorts(listed) };
}
