import { asArray, asNumber, asObject, asString, isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { FilterChain, Listener } from './listener.ts';
import { matchInWords } from './match-words.ts';

/**
 * When a chain takes the connection, in words: by its own match, or by the way the listener's `filter_chain_matcher` goes to it. Envoy looks
 * at the matcher alone where there is one (envoyproxy/envoy `envoy/config/listener/v3/listener.proto`).
 */
export function chainMatchInWords({ rest }: Pick<Listener, 'rest'>, chain: Pick<FilterChain, 'name' | 'match'>): string {
  const matcher = rest['filterChainMatcher'];
  if (!isObject(matcher)) return matchInWords(chain.match);
  const [first, ...others] = waysTo(chain.name, matcher);
  if (first === undefined) return 'never';
  const text = first.length === 0 ? 'everything else' : first.join(' · ');
  return others.length === 0 ? text : `${text} · or ${others.length} more`;
}

type Way = readonly string[];

function waysTo(name: string, matcher: JsonObject): readonly Way[] {
  const { matcherTree, matcherList, onNoMatch } = matcher;
  return [...treeWays(name, asObject(matcherTree)), ...listWays(name, asObject(matcherList)), ...goOn(name, onNoMatch)];
}

function treeWays(name: string, tree: JsonObject): readonly Way[] {
  const input = inputWord(asObject(tree['input']));
  const ways: Way[] = [];
  for (const [kind, sign] of [
    ['exactMatchMap', ' '],
    ['prefixMatchMap', ' begins with '],
  ] as const) {
    for (const [value, next] of Object.entries(asObject(asObject(tree[kind])['map']))) {
      ways.push(...goOn(name, next).map((way) => [`${input}${sign}${value}`, ...way]));
    }
  }
  for (const range of asArray(asObject(asObject(tree['customMatch'])['typedConfig'])['rangeMatchers']).map(asObject)) {
    const ranges = asArray(range['ranges']).map((item) => cidrText(asObject(item)));
    ways.push(...goOn(name, range['onMatch']).map((way) => [`${input} ${ranges.join(', ')}`, ...way]));
  }
  return ways;
}

function listWays(name: string, { matchers }: JsonObject): readonly Way[] {
  return asArray(matchers).flatMap((item) => {
    const { predicate, onMatch } = asObject(item);
    const single = asObject(asObject(predicate)['singlePredicate']);
    const value = Object.values(asObject(single['valueMatch'])).find((text) => typeof text === 'string');
    const words = value === undefined ? ['a condition'] : [`${inputWord(asObject(single['input']))} ${value}`];
    return goOn(name, onMatch).map((way) => [...words, ...way]);
  });
}

/** An action names the chain; otherwise there is another matcher. */
function goOn(name: string, next: JsonValue | undefined): readonly Way[] {
  const { action, matcher } = asObject(next);
  if (isObject(matcher)) return waysTo(name, matcher);
  const { name: own, typedConfig } = asObject(action);
  return (asString(asObject(typedConfig)['value']) ?? asString(own)) === name && name !== '' ? [[]] : [];
}

const inputs: Readonly<Record<string, string>> = {
  DestinationIPInput: 'dst',
  DestinationPortInput: 'dst port',
  SourceIPInput: 'source',
  SourcePortInput: 'source port',
  ServerNameInput: 'SNI',
  TransportProtocolInput: 'transport',
  ApplicationProtocolInput: 'protocol',
};

function inputWord({ name, typedConfig }: JsonObject): string {
  const type = asString(asObject(typedConfig)['@type']) ?? '';
  return inputs[type.slice(type.lastIndexOf('.') + 1)] ?? asString(name) ?? 'input';
}

function cidrText({ addressPrefix, prefixLen }: JsonObject): string {
  const address = asString(addressPrefix) ?? '';
  const length = asNumber(prefixLen) ?? 0;
  return length === (address.includes(':') ? 128 : 32) ? address : `${address}/${length}`;
}
