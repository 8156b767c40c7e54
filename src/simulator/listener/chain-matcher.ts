import type { JsonObject } from '#base/json.ts';
import { isObject } from '#base/json.ts';
import { ConfigReader } from '../config-reader.ts';
import { hostOf, portOf } from '../http/connection-info.ts';
import { isInRange } from '../matching/ip.ts';
import { compileStringMatcher } from '../matching/string-matcher.ts';
import type { ConnectionFacts } from './connection-facts.ts';
import { isLocalSource } from './connection-facts.ts';

/** What a listener's `filter_chain_matcher` says of a connection: the name of a chain, or none, and the way it went. */
export interface MatcherChoice {
  readonly chain: string | undefined;
  readonly steps: readonly string[];
}

export type ChainMatcher = (facts: ConnectionFacts) => MatcherChoice;

type Go = (facts: ConnectionFacts, steps: string[]) => string | undefined;

interface Input {
  readonly word: string;
  read(facts: ConnectionFacts): string | undefined;
}

/** The matcher of chains (xds `type/matcher/v3/matcher.proto`, envoy `source/common/matcher/`); undefined: the listener has none. */
export function compileChainMatcher(value: JsonObject | undefined): ChainMatcher | undefined {
  if (value === undefined) return undefined;
  const go = compileMatcher(new ConfigReader(value));
  return (facts) => {
    const steps: string[] = [];
    return { chain: go(facts, steps), steps };
  };
}

function compileMatcher(config: ConfigReader): Go {
  const tree = config.message('matcher_tree');
  const list = config.message('matcher_list');
  const otherwise = compileNext(config.message('on_no_match'));
  const first: Go = tree === undefined ? (list === undefined ? () => undefined : compileList(list)) : compileTree(tree);
  return (facts, steps) => first(facts, steps) ?? otherwise(facts, steps);
}

/** `OnMatch`: a chain's name, or another matcher. */
function compileNext(config: ConfigReader | undefined): Go {
  const matcher = config?.message('matcher');
  if (matcher !== undefined) return compileMatcher(matcher);
  const action = config?.message('action');
  if (action === undefined) return () => undefined;
  const name = action.message('typed_config')?.string('value') ?? '';
  return () => (name === '' ? undefined : name);
}

function compileList(list: ConfigReader): Go {
  const items = list.messages('matchers').map((item) => ({
    test: compilePredicate(item.message('predicate')),
    next: compileNext(item.message('on_match')),
  }));
  return (facts, steps) => {
    for (const { test, next } of items) {
      if (!test(facts)) continue;
      const found = next(facts, steps);
      if (found !== undefined) return found;
    }
    steps.push('no item of the list matches');
    return undefined;
  };
}

function compilePredicate(config: ConfigReader | undefined): (facts: ConnectionFacts) => boolean {
  const kind = config?.which('single_predicate', 'or_matcher', 'and_matcher', 'not_matcher');
  const body = kind === undefined ? undefined : config?.message(kind);
  if (kind === undefined || body === undefined) return () => false;
  if (kind === 'not_matcher') {
    const inner = compilePredicate(body);
    return (facts) => !inner(facts);
  }
  if (kind === 'single_predicate') {
    const input = readInput(body.message('input'));
    const matcher = body.message('value_match');
    const test = matcher === undefined ? () => false : compileStringMatcher(matcher);
    return (facts) => {
      const value = input.read(facts);
      return value !== undefined && test(value);
    };
  }
  const parts = body.messages('predicate').map(compilePredicate);
  return (facts) => (kind === 'or_matcher' ? parts.some((part) => part(facts)) : parts.every((part) => part(facts)));
}

function compileTree(tree: ConfigReader): Go {
  const input = readInput(tree.message('input'));
  const kind = tree.which('exact_match_map', 'prefix_match_map', 'custom_match');
  if (kind === 'custom_match') return compileRanges(input, tree.message('custom_match')?.any('typed_config'));
  const entries = (kind === undefined ? [] : (tree.message(kind)?.map('map') ?? [])).map(([key, next]) => ({ key, go: compileNext(next) }));
  const isPrefix = kind === 'prefix_match_map';
  return (facts, steps) => {
    const value = input.read(facts);
    if (value === undefined) return undefined;
    const fitting = entries.filter(({ key }) => (isPrefix ? value.startsWith(key) : value === key));
    // The longest prefix first, and shorter ones if that leads nowhere.
    for (const { key, go } of fitting.toSorted((a, b) => b.key.length - a.key.length)) {
      const found = go(facts, [...steps]);
      if (found === undefined) continue;
      steps.push(`${input.word} ${isPrefix ? 'begins with' : 'is'} ${key}`);
      go(facts, steps);
      return found;
    }
    steps.push(`${input.word} ${value === '' ? 'is none' : value}: nothing is listed for it`);
    return undefined;
  };
}

interface RangeEntry {
  readonly text: string;
  readonly length: number;
  readonly go: Go;
}

/** Addresses by range: the longest prefix that leads to a chain (envoy `source/common/matcher/trie_matcher.h`). */
function compileRanges(input: Input, config: ConfigReader | undefined): Go {
  const entries = (config?.messages('range_matchers') ?? []).flatMap((item): readonly RangeEntry[] => {
    const go = compileNext(item.message('on_match'));
    return item.messages('ranges').map((range) => {
      const length = range.number('prefix_len', 0);
      return { text: `${range.string('address_prefix')}/${length}`, length, go };
    });
  });
  const sorted = entries.toSorted((a, b) => b.length - a.length);
  return (facts, steps) => {
    const value = input.read(facts) ?? '';
    for (const { text, go } of sorted) {
      if (!isInRange(value, text)) continue;
      const tried: string[] = [];
      const found = go(facts, tried);
      if (found === undefined) continue;
      steps.push(`${input.word} ${value} is in ${text}`, ...tried);
      return found;
    }
    steps.push(`${input.word} ${value}: in no listed range`);
    return undefined;
  };
}

const inputs: Readonly<Record<string, Input>> = {
  DestinationIPInput: { word: 'destination address', read: (facts) => hostOf(facts.localAddress) },
  DestinationPortInput: { word: 'destination port', read: (facts) => String(portOf(facts.localAddress)) },
  SourceIPInput: { word: 'source address', read: (facts) => hostOf(facts.remoteAddress) },
  SourcePortInput: { word: 'source port', read: (facts) => String(portOf(facts.remoteAddress)) },
  DirectSourceIPInput: { word: 'direct source address', read: (facts) => hostOf(facts.directRemoteAddress) },
  SourceTypeInput: { word: 'source type', read: (facts) => (isLocalSource(facts) ? 'local' : undefined) },
  ServerNameInput: { word: 'server name', read: (facts) => (facts.serverName === '' ? undefined : facts.serverName.toLowerCase()) },
  TransportProtocolInput: {
    word: 'transport protocol',
    read: (facts) => (facts.transportProtocol === '' ? 'raw_buffer' : facts.transportProtocol),
  },
  ApplicationProtocolInput: {
    word: 'application protocols',
    read: (facts) =>
      facts.applicationProtocols.length === 0 ? undefined : facts.applicationProtocols.map((name) => `'${name}'`).join(','),
  },
};

function readInput(config: ConfigReader | undefined): Input {
  const type = config?.any('typed_config')?.typeUrl ?? '';
  const name = type.slice(type.lastIndexOf('.') + 1);
  return inputs[name] ?? { word: name === '' ? 'an input' : name, read: () => undefined };
}

/** The matcher of a listener in proto JSON. */
export function matcherOf(listener: ConfigReader): ChainMatcher | undefined {
  const value = listener.raw('filter_chain_matcher');
  return isObject(value) ? compileChainMatcher(value) : undefined;
}
