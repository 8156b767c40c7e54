import { asArray, asNumber, asObject, asString } from '#base/json.ts';
import type { FilterChain, Listener } from '#envoy/listener.ts';
import { listenerToProto } from '#envoy/to-proto.ts';
import type { ChainExplanation, ConnectionQuestion } from '#simulator/listener/explain-chain.ts';
import { explainChains } from '#simulator/listener/explain-chain.ts';
import type { LaneChain } from './design.ts';
import { laneChains } from './lane.ts';

/** A connection as a person writes it down. */
export interface ConnectionDraft {
  readonly address: string;
  readonly port: string;
  readonly tls: boolean;
  readonly serverName: string;
  /** Names with commas between them. */
  readonly protocols: string;
  readonly source: string;
}

/** A connection that the given chain was made for, as far as its match says so. */
export function draftFor(listener: Listener, chain: FilterChain | undefined): ConnectionDraft {
  const match = chain?.match ?? {};
  const range = asObject(asArray(match['prefixRanges'])[0]);
  const from = asObject(asArray(match['sourcePrefixRanges'])[0]);
  const own = /:(\d+)$/.exec(listener.address)?.[1] ?? '80';
  const names = asArray(match['serverNames']).map(String);
  return {
    address: asString(range['addressPrefix']) ?? '10.0.0.1',
    port: String(asNumber(match['destinationPort']) ?? own),
    tls: match['transportProtocol'] === 'tls' || names.length > 0,
    serverName: names[0]?.replace(/^\*/, 'www') ?? '',
    protocols: asArray(match['applicationProtocols']).map(String).slice(0, 1).join(', '),
    source: `${asString(from['addressPrefix']) ?? '10.0.0.9'}:41000`,
  };
}

/** Which chain takes the connection, and for each other one why not; with the chains as the screen names them. */
export function chooseFor(
  listener: Listener,
  draft: ConnectionDraft,
): { readonly chains: readonly LaneChain[]; readonly explanation: ChainExplanation } {
  const question: ConnectionQuestion = {
    destination: withPort(draft.address.trim(), draft.port.trim()),
    source: /:\d+$/.test(draft.source.trim()) ? draft.source.trim() : withPort(draft.source.trim(), '41000'),
    serverName: draft.tls ? draft.serverName.trim() : '',
    applicationProtocols: draft.protocols.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()])),
    tls: draft.tls,
  };
  return { chains: laneChains(listener, Number.NaN), explanation: explainChains(listenerToProto(listener), question) };
}

function withPort(address: string, port: string): string {
  return address.includes(':') && !address.startsWith('[') ? `[${address}]:${port}` : `${address}:${port}`;
}
