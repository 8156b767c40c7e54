import { asString, type JsonObject, type JsonValue } from '#base/json.ts';
import type { ExtensionConfig, FilterChain, HttpFilter, Listener, ListenerFilter, NetworkFilter } from '../listener.ts';
import { matchInWords } from '../match-words.ts';
import { parsePluginName, parseUnmarkedPluginName } from '../plugin-name.ts';
import { isAgentRewrite } from './agent-rewrite.ts';
import { aligned } from './align.ts';
import type { DiffPlace, Difference } from './difference.ts';
import { canonicalText, jsonChanges } from './json-diff.ts';

/** What one proxy has, or would have. */
export interface ProxyConfiguration {
  readonly listeners: readonly Listener[];
  /** Empty when they are not known: then nothing is said about them. */
  readonly extensions: readonly ExtensionConfig[];
  readonly routes: readonly JsonObject[];
}

/**
 * What differs between two configurations, by meaning: listeners by name, chains by their match, filters by name (or the plugin they are
 * of, whatever an Istio version calls them) and order, and configurations field by field. Provenance does not count.
 */
export function diffConfigurations(before: ProxyConfiguration, after: ProxyConfiguration): readonly Difference[] {
  const pairs = aligned(before.listeners, after.listeners, listenerTitle).pairs;
  const compare = new Comparison(before.extensions, after.extensions);
  return [
    ...pairs.flatMap(([old, fresh]) => compare.listeners(old, fresh)),
    ...(before.routes.length === 0 || after.routes.length === 0 ? [] : routeChanges(before.routes, after.routes)),
  ];
}

function routeChanges(before: readonly JsonObject[], after: readonly JsonObject[]): readonly Difference[] {
  const nameOf = (route: JsonObject): string => asString(route['name']) ?? '';
  return aligned(before, after, nameOf).pairs.flatMap(([old, fresh]) => {
    const place = { route: nameOf(fresh ?? old ?? {}) };
    return onlyOne(old, fresh, place) ?? changes(old, fresh, place);
  });
}

type Filter = HttpFilter | NetworkFilter | ListenerFilter;

class Comparison {
  readonly #before: ReadonlyMap<string, ExtensionConfig>;
  readonly #after: ReadonlyMap<string, ExtensionConfig>;

  constructor(before: readonly ExtensionConfig[], after: readonly ExtensionConfig[]) {
    this.#before = new Map(before.map((extension) => [extension.name, extension]));
    this.#after = new Map(after.map((extension) => [extension.name, extension]));
  }

  listeners(before: Listener | undefined, after: Listener | undefined): readonly Difference[] {
    const place: DiffPlace = { listener: listenerTitle(after ?? before ?? { name: '', address: '' }) };
    if (before === undefined || after === undefined) return onlyOne(before, after, place) ?? [];
    return [
      ...changes(listenerFields(before), listenerFields(after), place),
      ...this.#filters(before.listenerFilters, after.listenerFilters, place, 'filter', (old, fresh, at) =>
        changes(old.rest, fresh.rest, at),
      ),
      ...this.#chains(before, after, place),
    ];
  }

  #chains(before: Listener, after: Listener, place: DiffPlace): readonly Difference[] {
    const { pairs } = aligned(before.filterChains, after.filterChains, chainKeys(before.filterChains, after.filterChains));
    const all = [...pairs, [before.defaultFilterChain, after.defaultFilterChain] as const];
    const titles = chainTitles([...before.filterChains, ...after.filterChains]);
    return all.flatMap(([old, fresh], i) => this.#chain(old, fresh, place, i === pairs.length, titles));
  }

  #chain(
    before: FilterChain | undefined,
    after: FilterChain | undefined,
    outside: DiffPlace,
    isDefault: boolean,
    titles: (chain: FilterChain) => string,
  ): readonly Difference[] {
    const chain = after ?? before;
    if (chain === undefined) return [];
    const place = { ...outside, chain: isDefault ? 'default' : titles(chain) };
    if (before === undefined || after === undefined) return onlyOne(before, after, place) ?? [];
    return [
      ...changes(chainFields(before), chainFields(after), place),
      ...this.#filters(before.networkFilters, after.networkFilters, place, 'filter', (old, fresh, at) => [
        ...changes(old.rest, fresh.rest, at),
        ...this.#filters(old.httpFilters ?? [], fresh.httpFilters ?? [], at, 'httpFilter', (one, other, here) =>
          changes({ disabled: one.disabled, isOptional: one.isOptional }, { disabled: other.disabled, isOptional: other.isOptional }, here),
        ),
      ]),
    ];
  }

  /** Filters in their order; `more` compares what else this kind of filter has. */
  #filters<T extends Filter>(
    before: readonly T[],
    after: readonly T[],
    outside: DiffPlace,
    part: 'filter' | 'httpFilter',
    more: (before: T, after: T, place: DiffPlace) => readonly Difference[],
  ): readonly Difference[] {
    const { pairs, moved } = aligned(before, after, identityOf);
    return pairs.flatMap(([old, fresh]): readonly Difference[] => {
      const place = { ...outside, [part]: (fresh ?? old)?.name };
      if (old === undefined || fresh === undefined) return onlyOne(old, fresh, place) ?? [];
      return [
        ...(moved.has(fresh) ? [{ kind: 'moved', place } as const] : []),
        ...changes({ name: old.name, typedConfig: old.typedConfig }, { name: fresh.name, typedConfig: fresh.typedConfig }, place),
        ...this.#discovered(old, fresh, place),
        ...more(old, fresh, place),
      ];
    });
  }

  /** What comes by discovery counts, not how it is asked for; unless one side does not say it. */
  #discovered(before: Filter, after: Filter, place: DiffPlace): readonly Difference[] {
    const old = before.configDiscovery === undefined ? undefined : this.#before.get(before.name)?.typedConfig;
    const fresh = after.configDiscovery === undefined ? undefined : this.#after.get(after.name)?.typedConfig;
    if (old !== undefined && fresh !== undefined) return extensionChanges(old, fresh, place);
    return changes(before.configDiscovery, after.configDiscovery, place, ['configDiscovery']);
  }
}

function onlyOne(before: unknown, after: unknown, place: DiffPlace): readonly Difference[] | undefined {
  if (before === undefined) return [{ kind: 'added', place }];
  return after === undefined ? [{ kind: 'removed', place }] : undefined;
}

function changes(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  place: DiffPlace,
  base: readonly string[] = [],
): readonly Difference[] {
  return jsonChanges(before, after, base).map(({ path, before: old, after: fresh }) => ({
    kind: 'changed',
    place,
    field: path,
    before: old,
    after: fresh,
  }));
}

function extensionChanges(before: JsonObject, after: JsonObject, place: DiffPlace): readonly Difference[] {
  return jsonChanges(before, after).map((change) => ({
    kind: 'changed',
    place,
    field: ['extension', ...change.path],
    before: change.before,
    after: change.after,
    ...(isAgentRewrite(change, before, after) ? { expected: 'istio-agent' } : {}),
  }));
}

/** Static listeners need no name. */
function listenerTitle({ name, address }: Pick<Listener, 'name' | 'address'>): string {
  return name === '' ? address : name;
}

function listenerFields({ direction, address, rest }: Listener): JsonObject {
  const { address: message, ...others } = rest;
  return { ...others, address: message ?? address, trafficDirection: direction };
}

function chainFields({ name, match, transportSocket, rest }: FilterChain): JsonObject {
  return { ...rest, name, match, transportSocket };
}

/** Plugins are the same under all names that Istio versions give them. */
function identityOf(filter: Filter): string {
  const marked = parsePluginName(filter.name);
  const plugin = marked ?? (filter.configDiscovery === undefined ? undefined : parseUnmarkedPluginName(filter.name));
  return plugin === undefined ? filter.name : `${plugin.namespace}/${plugin.name}`;
}

/** The name, with the match where chains share a name; the match alone where there is none. */
function chainTitles(chains: readonly FilterChain[]): (chain: FilterChain) => string {
  const matches = new Map<string, Set<string>>();
  for (const { name, match } of chains) {
    const known = matches.get(name) ?? new Set();
    matches.set(name, known.add(matchInWords(match)));
  }
  return ({ name, match }) => {
    if (name === '') return matchInWords(match);
    return (matches.get(name)?.size ?? 0) > 1 ? `${name} (${matchInWords(match)})` : name;
  };
}

/** A match is unique in a listener; where it changed, a name that only one chain of each side has tells. */
function chainKeys(before: readonly FilterChain[], after: readonly FilterChain[]): (chain: FilterChain) => string {
  const matchOf = ({ match }: FilterChain): string => canonicalText(match ?? {});
  const counted = (list: readonly FilterChain[], of: (chain: FilterChain) => string): ReadonlyMap<string, number> => {
    const counts = new Map<string, number>();
    for (const chain of list) counts.set(of(chain), (counts.get(of(chain)) ?? 0) + 1);
    return counts;
  };
  const sides = [before, after].map((list) => ({ matches: counted(list, matchOf), names: counted(list, ({ name }) => name) }));
  return (chain) => {
    const own = matchOf(chain);
    const isMatchOnBoth = sides.every(({ matches }) => matches.get(own) === 1);
    const isNameOnBoth = chain.name !== '' && sides.every(({ names }) => names.get(chain.name) === 1);
    return isMatchOnBoth || !isNameOnBoth ? `match ${own}` : `name ${chain.name}`;
  };
}
