import type { JsonObject } from '#base/json.ts';
import { asObject } from '#base/json.ts';
import { HCM_NAME, type ExtensionConfig, type HttpFilter, type Listener, type NetworkFilter } from '#envoy/listener.ts';
import type { Proxy } from '../../../resource.ts';
import { configOf, spreadOf, type Mode, type SeenChain } from './chains.ts';
import { orderedBy } from './steps.ts';

/** A filter that istiod does not make and no plugin is: an EnvoyFilter must have put it there. */
export interface ForeignFilter {
  readonly chain: SeenChain;
  readonly index: number;
}

interface Patched {
  readonly filter: HttpFilter | NetworkFilter;
  readonly layer: SeenChain['layer'];
  readonly mode: Mode;
  readonly anchor: string | undefined;
  readonly typed: JsonObject | undefined;
  readonly chains: Set<SeenChain>;
}

/**
 * The `configPatches` that put the filters where they stand: before the next filter that is not one of them. In the order of the chains,
 * so that neighbours keep their order.
 */
export function configPatches(
  foreign: readonly ForeignFilter[],
  chains: readonly SeenChain[],
  extensions: ReadonlyMap<string, ExtensionConfig>,
  proxyType: Proxy['type'],
): readonly JsonObject[] {
  const patched = new Map<string, Patched>();
  for (const { chain, index } of foreign) {
    const filter = chain.filters[index];
    if (filter === undefined) continue;
    const anchor = chain.filters
      .slice(index + 1)
      .find((_, i) => !foreign.some((one) => one.chain === chain && one.index === index + 1 + i))?.name;
    const typed = configOf(filter, extensions);
    const key = JSON.stringify([chain.layer, chain.mode, filter.name, anchor, typed]);
    const known = patched.get(key) ?? { filter, layer: chain.layer, mode: chain.mode, anchor, typed, chains: new Set<SeenChain>() };
    patched.set(key, known);
    known.chains.add(chain);
  }
  const inserted = orderedBy([...patched.values()], standsBefore).flatMap((item) => {
    const candidates = chains.filter(
      ({ mode, layer, filters }) => mode === item.mode && layer === item.layer && hasAnchor(filters, item.anchor),
    );
    const spread = spreadOf(candidates, item.layer, (chain) => item.chains.has(chain));
    const ports = spread?.flatMap((side) => side.ports) ?? [];
    return (ports.length === 0 ? [undefined] : ports).map((port) => patchOf(item, port, proxyType));
  });
  const asked = new Map(
    [...patched.values()].flatMap(({ filter, typed }) =>
      filter.configDiscovery === undefined || typed === undefined ? [] : [[filter.name, typed]],
    ),
  );
  return [...[...asked].map(([name, typed]) => answerPatch(name, typed)), ...inserted];
}

/** In some chain both stand in, the one is in front of the other. */
function standsBefore(one: Patched, other: Patched): boolean {
  return [...one.chains].some(({ filters }) => {
    const at = filters.indexOf(one.filter) === -1 ? filters.findIndex(({ name }) => name === one.filter.name) : filters.indexOf(one.filter);
    return filters.slice(at + 1).some(({ name }) => name === other.filter.name && name !== one.filter.name);
  });
}

function answerPatch(name: string, typed: JsonObject): JsonObject {
  return { applyTo: 'EXTENSION_CONFIG', patch: { operation: 'ADD', value: { name, typed_config: typed } } };
}

const ownListenerFilters = new Set(
  [
    'original_dst',
    'original_src',
    'tls_inspector',
    'http_inspector',
    'proxy_protocol',
    'set_dst_address',
    'set_destination_address',
  ].flatMap((name) => [name, `envoy.filters.listener.${name}`]),
);

/** Listener filters that istiod does not make, each before the next one that it does. */
export function listenerFilterPatches(listeners: readonly Listener[], proxyType: Proxy['type']): readonly JsonObject[] {
  return listeners.flatMap(({ name, direction, listenerFilters }) => {
    if (direction === 'UNSPECIFIED') return [];
    return listenerFilters.flatMap((filter, i) => {
      if (ownListenerFilters.has(filter.name)) return [];
      const anchor = listenerFilters.slice(i + 1).find((next) => ownListenerFilters.has(next.name))?.name;
      const mode = direction === 'INBOUND' ? 'SERVER' : 'CLIENT';
      const listener = { name, ...(anchor === undefined ? {} : { listenerFilter: anchor }) };
      const value = {
        name: filter.name,
        ...(filter.typedConfig === undefined ? {} : { typed_config: asObject(filter.typedConfig) }),
        ...filter.rest,
      };
      return [
        {
          applyTo: 'LISTENER_FILTER',
          match: { context: contextOf(mode, proxyType), listener },
          patch: { operation: anchor === undefined ? 'ADD' : 'INSERT_BEFORE', value },
        },
      ];
    });
  });
}

/** A patch does nothing where its anchor is missing. */
function hasAnchor(filters: SeenChain['filters'], anchor: string | undefined): boolean {
  return anchor === undefined || filters.some(({ name }) => name === anchor);
}

function patchOf({ filter, layer, mode, anchor, typed }: Patched, port: number | undefined, proxyType: Proxy['type']): JsonObject {
  const outer =
    layer === 'http' ? { name: HCM_NAME, ...(anchor === undefined ? {} : { subFilter: { name: anchor } }) } : { name: anchor ?? '' };
  const listener = {
    ...(port === undefined ? {} : { portNumber: port }),
    ...(layer === 'network' && anchor === undefined ? {} : { filterChain: { filter: outer } }),
  };
  const { disabled } = filter as HttpFilter;
  const config =
    filter.configDiscovery !== undefined
      ? { config_discovery: filter.configDiscovery }
      : typed === undefined
        ? {}
        : { typed_config: typed };
  const value = { name: filter.name, ...config, ...(disabled === true ? { disabled } : {}) };
  return {
    applyTo: layer === 'http' ? 'HTTP_FILTER' : 'NETWORK_FILTER',
    match: { context: contextOf(mode, proxyType), listener },
    patch: { operation: anchor === undefined ? 'ADD' : 'INSERT_BEFORE', value },
  };
}

function contextOf(mode: Mode, proxyType: Proxy['type']): string {
  if (proxyType === 'router') return 'GATEWAY';
  if (proxyType === 'waypoint') return 'WAYPOINT';
  return mode === 'SERVER' ? 'SIDECAR_INBOUND' : 'SIDECAR_OUTBOUND';
}
