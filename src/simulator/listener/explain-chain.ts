import type { JsonObject } from '#base/json.ts';
import { ConfigReader } from '../config-reader.ts';
import { matcherOf } from './chain-matcher.ts';
import { newFacts } from './connection-facts.ts';
import type { ChainLoss } from './match-chain.ts';
import { chooseChain, readChainMatch } from './match-chain.ts';

/** A connection as its listener filters would have found it. */
export interface ConnectionQuestion {
  /** `10.0.0.1:80` */
  readonly destination: string;
  readonly source: string;
  readonly serverName: string;
  readonly applicationProtocols: readonly string[];
  readonly tls: boolean;
}

/** What becomes of one chain of the listener; `index` is its place, -1 for the default chain. */
export type ChainVerdict =
  | { readonly index: number; readonly kind: 'chosen' }
  /** A criterion it does not meet. */
  | { readonly index: number; readonly kind: 'no-match'; readonly criterion: string; readonly value: string }
  /** It would match, but another chain says more of this criterion; Envoy never goes back. */
  | { readonly index: number; readonly kind: 'less-specific'; readonly criterion: string; readonly value: string; readonly than: number }
  /** The same match as a chain before it, or the matcher leads elsewhere. */
  | { readonly index: number; readonly kind: 'not-reached' };

export interface ChainExplanation {
  /** Place of the chosen chain; undefined: none, the connection is closed. */
  readonly chosen: number | undefined;
  readonly verdicts: readonly ChainVerdict[];
  /** The way through `filter_chain_matcher`; empty where the chains' own matches decide. */
  readonly steps: readonly string[];
}

/**
 * Which filter chain of a listener (proto JSON) takes a connection, and for every other chain why not. A `filter_chain_matcher` decides alone where
 * there is one; otherwise the criteria of `FilterChainMatch` in Envoy's order (envoy `filter_chain_manager_impl.cc`).
 */
export function explainChains(listener: JsonObject, question: ConnectionQuestion): ChainExplanation {
  const config = new ConfigReader(listener);
  const chains = config.messages('filter_chains');
  const hasDefault = config.message('default_filter_chain') !== undefined;
  const facts = newFacts(question.source, question.destination);
  facts.serverName = question.serverName;
  facts.applicationProtocols = question.applicationProtocols;
  facts.transportProtocol = question.tls ? 'tls' : 'raw_buffer';
  const matcher = matcherOf(config);
  if (matcher !== undefined) {
    const { chain: name, steps } = matcher(facts);
    const at = name === undefined ? -1 : chains.findIndex((chain) => chain.string('name') === name);
    return verdictsOf(at < 0 ? undefined : at, chains.length, hasDefault, name !== undefined, [], steps);
  }
  const matches = chains.map((chain) => readChainMatch(chain.message('filter_chain_match')?.value));
  const { index, losses } = chooseChain(matches, facts);
  return verdictsOf(index, chains.length, hasDefault, false, losses, []);
}

function verdictsOf(
  index: number | undefined,
  count: number,
  hasDefault: boolean,
  isFinal: boolean,
  losses: readonly ChainLoss[],
  steps: readonly string[],
): ChainExplanation {
  const chosen = index ?? (hasDefault && !isFinal ? -1 : undefined);
  const all = [...Array.from({ length: count }, (_, i) => i), ...(hasDefault ? [-1] : [])];
  const verdicts = all.map((place): ChainVerdict => {
    if (place === chosen) return { index: place, kind: 'chosen' };
    const loss = losses.find((item) => item.index === place);
    if (loss === undefined) return { index: place, kind: 'not-reached' };
    const { criterion, value, than } = loss;
    return than === undefined
      ? { index: place, kind: 'no-match', criterion, value }
      : { index: place, kind: 'less-specific', criterion, value, than };
  });
  return { chosen, verdicts, steps };
}
