import type { JsonObject } from '#base/json.ts';
import type { FilterChain, Listener, ListenerFilter, NetworkFilter } from '#envoy/listener.ts';
import type { Provenance } from '#envoy/provenance.ts';
import { cidrRange } from '../policy/rbac-matchers.ts';
import { message, unlessDefault } from '../proto-json.ts';
import { reason } from '../reasons.ts';
import { refOf } from '../registry/service.ts';
import { httpInspector, tlsInspector } from './builtin-filters.ts';
import { plaintextHttpAlpns } from './chain-options.ts';
import type { BuildContext } from './context.ts';
import { addressText, because, filterChain, ofResource, socketAddress } from './draft.ts';
import { sniForwardProxyName } from './dynamic-forward-proxy.ts';
import { buildHttpManager, http1Options } from './http-manager.ts';
import { networkPluginsBeforeHttp } from './network-chain.ts';
import type { TcpChainDraft } from './outbound-chains.ts';
import type { HttpChainDraft, OutboundEntry } from './outbound-entries.ts';
import { proxyHeaders, serverFields } from './proxy-headers.ts';
import { fallthroughChain } from './virtual-outbound.ts';

/** A collected entry as a listener (istio/istio `pilot/pkg/networking/core/listener.go buildListenerFromEntry`). */
export function outboundListener(context: BuildContext, entry: OutboundEntry): Listener {
  const { snapshot, proxy } = context;
  const name = `${entry.bind}_${entry.port.port}`;
  const provenance = entryProvenance(entry);
  let plugins: readonly NetworkFilter[] = networkPluginsBeforeHttp(context, 'outbound', entry.port.port);
  const chains: FilterChain[] = [];
  let fallback: FilterChain | undefined;
  const timeout = snapshot.features.transportSocketConnectTimeout;
  const rest = timeout !== undefined ? { transportSocketConnectTimeout: timeout } : {};
  for (const chain of entry.chains) {
    if (chain.kind === 'http') {
      const networkFilters = [...plugins, httpChainManager(context, chain, name, entry.port.port)];
      plugins = []; // they go into the first HTTP chain only
      const match = chain.sniffed
        ? { applicationProtocols: plaintextHttpAlpns(snapshot.features.on('PILOT_HTTP10')), transportProtocol: 'raw_buffer' }
        : undefined;
      const made = filterChain({ match, networkFilters, rest, provenance });
      if (match === undefined) fallback = made;
      else chains.push(made);
      continue;
    }
    const match = tcpMatch(chain.draft);
    const made = filterChain({
      match,
      networkFilters: chain.draft.networkFilters,
      rest: message({ ...rest, metadata: chain.draft.metadata }),
      provenance: tcpProvenance(chain.draft, provenance),
    });
    if (match === undefined) fallback = made;
    else chains.push(made);
  }
  const onlyFallback = fallback !== undefined && chains.length === 0;
  return {
    name,
    address: addressText(entry.bind, entry.port.port),
    direction: 'OUTBOUND',
    listenerFilters: listenerFilters(context, entry),
    filterChains: onlyFallback && fallback !== undefined ? [fallback] : chains,
    defaultFilterChain: onlyFallback ? undefined : (fallback ?? fallthroughChain(context)),
    rest: message({
      address: socketAddress(entry.bind, entry.port.port),
      additionalAddresses: unlessDefault(entry.addresses.slice(1).map((extra) => ({ address: socketAddress(extra, entry.port.port) }))),
      continueOnListenerFiltersTimeout: true,
      bindToPort: entry.bindToPort ? undefined : false,
      maxConnectionsToAcceptPerSocketEvent: entry.bindToPort ? unlessDefault(snapshot.features.maxConnectionsPerSocketEvent) : undefined,
      connectionBalanceConfig: proxy.metadata['OUTBOUND_LISTENER_EXACT_BALANCE'] === 'true' ? { exactBalance: {} } : undefined,
      listenerFiltersTimeout: sniffs(entry) ? snapshot.mesh.raw['protocolDetectionTimeout'] : '0s',
    }),
    provenance,
  };
}

function sniffs(entry: OutboundEntry): boolean {
  return entry.chains.some((chain) => chain.kind === 'http' && chain.sniffed);
}

function entryProvenance(entry: OutboundEntry): Provenance {
  const { service, port } = entry;
  if (entry.chains.length === 1 && entry.chains[0]?.kind === 'http') return ofResource('service', service.source, reason('outbound-http'));
  const code = entry.protocol === 'auto' ? 'outbound-auto' : 'outbound-tcp';
  return ofResource('service', service.source, reason(code, { service: service.hostname, port: port.port, protocol: port.protocol }));
}

function tcpProvenance(draft: TcpChainDraft, fallback: Provenance): Provenance {
  if (draft.route === undefined) return fallback;
  const ref = refOf(draft.route.resource);
  return ofResource('service', ref, reason('gateway-route', { route: `${ref.namespace}/${ref.name}` }));
}

function listenerFilters(context: BuildContext, entry: OutboundEntry): readonly ListenerFilter[] {
  const bySni = entry.chains.some(
    (chain) =>
      chain.kind === 'tcp' &&
      (chain.draft.sniHosts.length > 0 || chain.draft.networkFilters.some((filter) => filter.name === sniForwardProxyName)),
  );
  const sniffed = sniffs(entry);
  const tls = bySni || (sniffed && context.snapshot.minor.outboundTlsInspector);
  return [...(tls ? [tlsInspector()] : []), ...(sniffed ? [httpInspector()] : [])];
}

function httpChainManager(context: BuildContext, chain: HttpChainDraft, name: string, port: number): NetworkFilter {
  const headers = proxyHeaders(context.proxy.proxyConfig, 'outbound');
  return buildHttpManager(context, {
    listenerClass: 'outbound',
    statPrefix: `outbound_${name};`,
    port,
    protocol: chain.protocol,
    routes: { rds: chain.rds },
    useRemoteAddress: context.snapshot.features.on('PILOT_SIDECAR_USE_REMOTE_ADDRESS'),
    skipMetadataHeaders: headers.skipMetadataHeaders,
    service: chain.service,
    fields: { ...serverFields(headers), ...http1Options(context) },
    provenance: because('http-manager'),
  });
}

/** `FilterChainMatch` of a TCP chain; `undefined` when it takes everything (`toFilterChainMatch`). */
export function tcpMatch(draft: Pick<TcpChainDraft, 'sniHosts' | 'cidrs' | 'alpn'>): JsonObject | undefined {
  const anyName = draft.sniHosts.length === 0 || draft.sniHosts.includes('*');
  if (anyName && draft.cidrs.length === 0 && draft.alpn === undefined) return undefined;
  const ranges = [...draft.cidrs]
    .sort()
    .map(cidrRange)
    .filter((range) => range !== undefined);
  return message({
    applicationProtocols: draft.alpn,
    serverNames: anyName ? undefined : [...draft.sniHosts].sort(),
    prefixRanges: unlessDefault(ranges.filter((range) => range['addressPrefix'] !== '0.0.0.0')),
  });
}
