import { asArray, isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { FilterChain, HttpFilter, Listener, ListenerFilter, NetworkFilter, TypedConfig } from '#envoy/listener.ts';
import { httpManagerJson, listenerJson } from './listener-json.ts';
import { compareText } from './resource-order.ts';

/** The short form of a listener in recorded answers. */
export interface CaseListener {
  readonly name: string;
  readonly address: string;
  readonly direction: string;
  readonly listenerFilters?: readonly string[] | undefined;
  readonly filterChains?: readonly CaseChain[] | undefined;
  readonly defaultFilterChain?: CaseChain | undefined;
}

export interface CaseChain {
  readonly name: string;
  readonly match?: JsonObject | undefined;
  readonly transportSocket?: string | undefined;
  readonly networkFilters: readonly string[];
  readonly httpFilters?: readonly string[] | undefined;
  readonly disabled?: readonly string[] | undefined;
}

export interface CaseSummary {
  readonly listeners: readonly CaseListener[];
  readonly filterTypes: Readonly<Record<string, readonly string[]>>;
  readonly shown: readonly JsonObject[];
  /** Filters that wait for ECDS. */
  readonly discovered: ReadonlySet<string>;
}

/** Names, matches and types of what is in the listeners, and the whole of what `show` names. */
export function summarise(listeners: readonly Listener[], only: readonly string[], show: readonly string[]): CaseSummary {
  const types = new Map<string, Set<string>>();
  const shown: JsonObject[] = [];
  const discovered = new Set<string>();
  const note = (listener: string, chain: string, filter: ListenerFilter | NetworkFilter | HttpFilter): void => {
    const { name, typedConfig, configDiscovery } = filter;
    const known = types.get(name) ?? new Set<string>();
    types.set(name, known);
    if (configDiscovery !== undefined) {
      discovered.add(name);
      for (const url of asArray(configDiscovery['typeUrls'])) known.add(`ecds: ${shortUrl(url)}`);
    } else known.add(typedConfig === undefined ? 'none' : typeOf(typedConfig));
    const isLua = typedConfig !== undefined && shortUrl(typedConfig['@type']) === 'envoy.extensions.filters.http.lua.v3.Lua';
    if (!matches(show, name) && (!isLua || shown.some((entry) => entry['filter'] === name))) return;
    const whole = 'httpFilters' in filter ? httpManagerJson(filter) : typedConfig;
    shown.push({
      listener,
      ...(chain === '' ? {} : { chain }),
      ...(name === '' ? {} : { filter: name }),
      config: configDiscovery ?? whole ?? null,
    });
  };
  const chainOf = (listener: string, chain: FilterChain): CaseChain => {
    const httpFilters: HttpFilter[] = [];
    for (const filter of chain.networkFilters) {
      note(listener, chain.name, filter);
      for (const http of filter.httpFilters ?? []) {
        httpFilters.push(http);
        note(listener, chain.name, http);
      }
    }
    const disabled = httpFilters.filter((filter) => filter.disabled === true).map((filter) => filter.name);
    const socket = isObject(chain.transportSocket) ? chain.transportSocket['name'] : undefined;
    return {
      name: chain.name,
      ...(chain.match !== undefined && Object.keys(chain.match).length > 0 ? { match: chain.match } : {}),
      ...(typeof socket === 'string' && socket !== '' ? { transportSocket: socket } : {}),
      networkFilters: chain.networkFilters.map((filter) => filter.name),
      ...(httpFilters.length > 0 ? { httpFilters: httpFilters.map((filter) => filter.name) } : {}),
      ...(disabled.length > 0 ? { disabled } : {}),
    };
  };
  const short = listeners
    .filter((listener) => only.length === 0 || matches(only, listener.name))
    .map((listener) => {
      if (matches(show, `listener:${listener.name}`)) shown.push({ listener: listener.name, config: listenerJson(listener) });
      for (const filter of listener.listenerFilters) note(listener.name, '', filter);
      const chains = listener.filterChains.map((chain) => chainOf(listener.name, chain));
      return {
        name: listener.name,
        address: listener.address,
        direction: listener.direction,
        ...(listener.listenerFilters.length > 0 ? { listenerFilters: listener.listenerFilters.map((filter) => filter.name) } : {}),
        ...(chains.length > 0 ? { filterChains: chains } : {}),
        ...(listener.defaultFilterChain === undefined ? {} : { defaultFilterChain: chainOf(listener.name, listener.defaultFilterChain) }),
      };
    });
  const filterTypes = Object.fromEntries([...types].map(([name, set]) => [name, [...set].sort(compareText)]));
  return { listeners: short, filterTypes, shown, discovered };
}

/** Go's `path.Match` for the globs that cases use: `*` stops at a slash. */
export function matches(globs: readonly string[], name: string): boolean {
  return globs.some((glob) => {
    if (glob === name) return true;
    if (!/[*?[]/.test(glob)) return false;
    const pattern = glob
      .replaceAll(/[.+^${}()|\\]/g, String.raw`\$&`)
      .replaceAll('*', '[^/]*')
      .replaceAll('?', '[^/]');
    return new RegExp(`^${pattern}$`).test(name);
  });
}

function shortUrl(url: JsonValue): string {
  return typeof url === 'string' ? url.replace(/^type\.googleapis\.com\//, '') : '';
}

/** The message type; for a TypedStruct also the type inside. */
function typeOf(config: TypedConfig): string {
  const name = shortUrl(config['@type']);
  if (name !== 'udpa.type.v1.TypedStruct' && name !== 'xds.type.v3.TypedStruct') return name;
  return `${name} of ${shortUrl(config['typeUrl'] ?? '')}`;
}
