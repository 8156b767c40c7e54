import { asArray, asNumber, asObject, asString } from '#base/json.ts';
import type { Check } from './checks.ts';
import type { ChainDraft, ListenerDraft } from './draft.ts';
import type { Patch, PatchContext } from './patch.ts';

/** `undefined`: everything fits. Otherwise the first condition that does not. */
export type Match = Check | undefined;

const VIRTUAL: ReadonlySet<string> = new Set(['virtualInbound', 'virtualOutbound']);

/** Does a listener fit, its chains not looked at (istio/istio listener_patch.go commonConditionMatch, listenerMatch)? */
export function matchListener(patch: Patch, context: PatchContext, listener: ListenerDraft): Match {
  if (patch.context !== 'ANY' && patch.context !== context) return 'context';
  const want = patch.listener;
  if (want === undefined) return undefined;
  if (want.name !== undefined && want.name !== listener.name) return 'listener-name';
  // In the virtual listeners the port is compared with each chain instead.
  if (patch.applyTo !== 'LISTENER' && VIRTUAL.has(listener.name)) return undefined;
  return want.portNumber !== undefined && portOf(listener) !== want.portNumber ? 'listener-port' : undefined;
}

/** The port of a socket address; other addresses have none. */
export function portOf(listener: ListenerDraft): number | undefined {
  const socket = asObject(listener.rest['address'])['socketAddress'];
  if (socket !== undefined) return asNumber(asObject(socket)['portValue']) ?? 0;
  const port = /^(?!unix:).*:(\d+)$/.exec(listener.address)?.[1];
  return port === undefined ? undefined : Number(port);
}

/** Does a chain of a fitting listener fit (filterChainMatch)? */
export function matchChain(patch: Patch, listener: ListenerDraft, chain: ChainDraft): Match {
  const want = patch.listener;
  if (want === undefined) return undefined;
  const match = chain.match ?? {};
  const port = asNumber(match['destinationPort']);
  if (VIRTUAL.has(listener.name) && want.portNumber !== undefined && want.portNumber !== (port ?? 0)) return 'chain-port';
  const chainMatch = want.filterChain;
  if (chainMatch === undefined) return undefined;
  if (chainMatch.name !== undefined && chainMatch.name !== chain.name) return 'chain-name';
  if (chainMatch.sni !== undefined && !asArray(match['serverNames']).includes(chainMatch.sni)) return 'chain-sni';
  if (chainMatch.transportProtocol !== undefined && asString(match['transportProtocol']) !== chainMatch.transportProtocol)
    return 'chain-transport';
  if (chainMatch.applicationProtocols !== undefined) {
    const protocols = asArray(match['applicationProtocols']);
    if (!chainMatch.applicationProtocols.split(',').every((protocol) => protocols.includes(protocol))) return 'chain-alpn';
  }
  return chainMatch.destinationPort !== undefined && port !== chainMatch.destinationPort ? 'chain-destination' : undefined;
}

/** Does a network filter of a fitting chain fit? Without a filter in the match every one does. */
export function matchNetworkFilter(patch: Patch, name: string): boolean {
  const want = patch.listener?.filterChain?.filter;
  return want === undefined || want.name === name;
}

export function hasNetworkFilterMatch(patch: Patch): boolean {
  return patch.listener?.filterChain?.filter !== undefined;
}

/** Does an HTTP filter of a fitting connection manager fit? */
export function matchHttpFilter(patch: Patch, name: string): boolean {
  const want = patch.listener?.filterChain?.filter?.subFilter;
  return want === undefined || want.name === name;
}

export function hasHttpFilterMatch(patch: Patch): boolean {
  return patch.listener?.filterChain?.filter?.subFilter !== undefined;
}

export function matchListenerFilter(patch: Patch, name: string): boolean {
  const want = patch.listener?.listenerFilter;
  return want === undefined || want === name;
}

export function hasListenerFilterMatch(patch: Patch): boolean {
  return patch.listener?.listenerFilter !== undefined;
}
