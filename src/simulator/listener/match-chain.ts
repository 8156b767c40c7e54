import type { JsonObject } from '#base/json.ts';
import { ConfigReader } from '../config-reader.ts';
import { enumName } from '../format/header-operations.ts';
import { hostOf, portOf } from '../http/connection-info.ts';
import { isInRange } from '../matching/ip.ts';
import type { ConnectionFacts } from './connection-facts.ts';
import { isLocalSource } from './connection-facts.ts';

const sourceTypes = ['ANY', 'SAME_IP_OR_LOOPBACK', 'EXTERNAL'] as const;

/** A `FilterChainMatch`, read. */
export interface ChainMatch {
  readonly destinationPort: number | undefined;
  readonly prefixRanges: readonly Range[];
  readonly serverNames: readonly string[];
  readonly transportProtocol: string;
  readonly applicationProtocols: readonly string[];
  readonly directSourceRanges: readonly Range[];
  readonly sourceType: (typeof sourceTypes)[number];
  readonly sourceRanges: readonly Range[];
  readonly sourcePorts: readonly number[];
}

interface Range {
  readonly text: string;
  readonly length: number;
}

export function readChainMatch(value: JsonObject | undefined): ChainMatch {
  const config = new ConfigReader(value);
  return {
    destinationPort: config.number('destination_port'),
    prefixRanges: ranges(config, 'prefix_ranges'),
    serverNames: config.strings('server_names').map((name) => name.toLowerCase()),
    transportProtocol: config.string('transport_protocol'),
    applicationProtocols: config.strings('application_protocols'),
    directSourceRanges: ranges(config, 'direct_source_prefix_ranges'),
    sourceType: enumName(config.raw('source_type'), sourceTypes) ?? 'ANY',
    sourceRanges: ranges(config, 'source_prefix_ranges'),
    sourcePorts: config.numbers('source_ports'),
  };
}

function ranges(config: ConfigReader, name: string): readonly Range[] {
  return config.messages(name).map((range) => {
    const length = range.number('prefix_len', 0);
    return { text: `${range.string('address_prefix')}/${length}`, length };
  });
}

/** One criterion of the search: what it compared, and which chains stayed. For people. */
export interface MatchStep {
  readonly criterion: string;
  readonly value: string;
  readonly kept: readonly number[];
  readonly text: string;
}

/** The criterion at which a chain was out; `than`: a chain that says more of it, where the chain itself would match. */
export interface ChainLoss {
  readonly index: number;
  readonly criterion: string;
  readonly value: string;
  readonly than: number | undefined;
}

export interface ChainChoice {
  /** Index into the list of matches; undefined if no chain is left. */
  readonly index: number | undefined;
  readonly losses: readonly ChainLoss[];
  /** A matcher has named a chain that does not exist: the default chain is no way out. */
  readonly isFinal: boolean;
  readonly steps: readonly MatchStep[];
}

/**
 * Envoy's choice of a filter chain (envoy `source/common/listener_manager/filter_chain_manager_impl.cc` `findFilterChain`): criterion by criterion, each
 * keeps the most specific chains only, and there is no way back to the others.
 */
export function chooseChain(matches: readonly ChainMatch[], facts: ConnectionFacts): ChainChoice {
  const steps: MatchStep[] = [];
  const losses: ChainLoss[] = [];
  let kept: readonly number[] = matches.map((_, i) => i);
  const narrow = (criterion: string, value: string, rank: (match: ChainMatch) => number): void => {
    const before = kept;
    kept = mostSpecific(before, matches, rank);
    for (const index of before) {
      const match = matches[index];
      if (kept.includes(index) || match === undefined) continue;
      losses.push({ index, criterion, value, than: rank(match) < 0 ? undefined : kept[0] });
    }
    if (before.length === kept.length && kept.every((i) => isSilent(matches[i], rank))) return;
    steps.push({ criterion, value, kept, text: stepText(criterion, value, before.length, kept.length) });
  };
  const port = portOf(facts.localAddress);
  const local = hostOf(facts.localAddress);
  const direct = hostOf(facts.directRemoteAddress);
  const remote = hostOf(facts.remoteAddress);
  const sourcePort = portOf(facts.remoteAddress);
  const sni = facts.serverName.toLowerCase();
  const transport = facts.transportProtocol === '' ? 'raw_buffer' : facts.transportProtocol;
  narrow('destination port', String(port), ({ destinationPort }) =>
    destinationPort === undefined ? 0 : destinationPort === port ? 1 : -1,
  );
  narrow('destination address', local, ({ prefixRanges }) => longestPrefix(prefixRanges, local));
  narrow('server name', sni, ({ serverNames }) => bestName(serverNames, sni));
  narrow('transport protocol', transport, ({ transportProtocol }) =>
    transportProtocol === '' ? 0 : transportProtocol === transport ? 1 : -1,
  );
  const { applicationProtocols: offered } = facts;
  narrow('application protocols', offered.join(', '), ({ applicationProtocols }) => bestProtocol(applicationProtocols, offered));
  narrow('direct source address', direct, ({ directSourceRanges }) => longestPrefix(directSourceRanges, direct));
  const isLocal = isLocalSource(facts);
  narrow('source type', isLocal ? 'SAME_IP_OR_LOOPBACK' : 'EXTERNAL', ({ sourceType }) =>
    sourceType === 'ANY' ? 0 : (sourceType === 'EXTERNAL') === !isLocal ? 1 : -1,
  );
  narrow('source address', remote, ({ sourceRanges }) => longestPrefix(sourceRanges, remote));
  narrow('source port', String(sourcePort), ({ sourcePorts }) =>
    sourcePorts.length === 0 ? 0 : sourcePorts.includes(sourcePort) ? 1 : -1,
  );
  return { index: kept[0], steps, losses, isFinal: false };
}

/** Chains that say nothing of a criterion rank 0, those that do not match -1; the highest rank stays. */
function mostSpecific(kept: readonly number[], matches: readonly ChainMatch[], rank: (match: ChainMatch) => number): readonly number[] {
  let best = -1;
  let out: number[] = [];
  for (const index of kept) {
    const match = matches[index];
    const value = match === undefined ? -1 : rank(match);
    if (value < 0 || value < best) continue;
    if (value > best) out = [];
    best = value;
    out.push(index);
  }
  return out;
}

function isSilent(match: ChainMatch | undefined, rank: (match: ChainMatch) => number): boolean {
  return match !== undefined && rank(match) === 0;
}

function stepText(criterion: string, value: string, before: number, after: number): string {
  const shown = value === '' ? 'none' : value;
  if (after === 0) return `${criterion} ${shown}: no chain is left`;
  return before === after ? `${criterion} ${shown}: all of them match` : `${criterion} ${shown}: ${after} of ${before} chains stay`;
}

/** One more than the length of the longest prefix that holds the address, so that /0 still beats silence. */
function longestPrefix(list: readonly Range[], address: string): number {
  if (list.length === 0) return 0;
  let best = -1;
  for (const range of list) if (range.length + 1 > best && isInRange(address, range.text)) best = range.length + 1;
  return best;
}

const EXACT = 1_000_000;

/** The exact name beats every wildcard; among wildcards the longest suffix wins. */
function bestName(names: readonly string[], sni: string): number {
  if (names.length === 0) return 0;
  if (sni === '') return -1;
  if (names.includes(sni)) return EXACT;
  let best = -1;
  for (const name of names) {
    const suffix = name.slice(1);
    if (name.startsWith('*.') && sni.length > suffix.length && sni.endsWith(suffix)) best = Math.max(best, suffix.length);
  }
  return best;
}

/** The client's order decides. */
function bestProtocol(protocols: readonly string[], offered: readonly string[]): number {
  if (protocols.length === 0) return 0;
  const at = offered.findIndex((protocol) => protocols.includes(protocol));
  return at < 0 ? -1 : offered.length - at;
}
