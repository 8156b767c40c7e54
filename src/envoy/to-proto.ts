import type { JsonObject } from '#base/json.ts';
import type { FilterChain, HttpFilter, Listener, ListenerFilter, NetworkFilter, TypedConfig } from './listener.ts';

/** The message `envoy.config.listener.v3.Listener` of a listener, as canonical proto JSON without provenance. */
export function listenerToProto(listener: Listener): JsonObject {
  const { name, direction, listenerFilters, filterChains, defaultFilterChain, rest } = listener;
  return present({
    name: name === '' ? undefined : name,
    address: addressToProto(listener.address),
    ...rest,
    filterChains: filterChains.length === 0 ? undefined : filterChains.map(filterChainToProto),
    defaultFilterChain: defaultFilterChain === undefined ? undefined : filterChainToProto(defaultFilterChain),
    listenerFilters: listenerFilters.length === 0 ? undefined : listenerFilters.map(listenerFilterToProto),
    trafficDirection: direction === 'UNSPECIFIED' ? rest['trafficDirection'] : direction,
  });
}

export function filterChainToProto({ name, match, transportSocket, networkFilters, rest }: FilterChain): JsonObject {
  return present({
    filterChainMatch: match,
    filters: networkFilters.length === 0 ? undefined : networkFilters.map(networkFilterToProto),
    ...rest,
    transportSocket,
    name: name === '' ? undefined : name,
  });
}

export function listenerFilterToProto(filter: ListenerFilter): JsonObject {
  return { ...named(filter), ...filter.rest };
}

export function networkFilterToProto(filter: NetworkFilter): JsonObject {
  return { ...named({ ...filter, typedConfig: networkConfig(filter) }), ...filter.rest };
}

export function httpFilterToProto(filter: HttpFilter): JsonObject {
  const { disabled, isOptional } = filter;
  return present({ ...named(filter), isOptional: isOptional || undefined, disabled: disabled || undefined });
}

/** The configuration of a network filter with the HTTP filters back inside. */
export function networkConfig({ typedConfig, httpFilters }: NetworkFilter): TypedConfig | undefined {
  if (typedConfig === undefined || httpFilters === undefined || httpFilters.length === 0) return typedConfig;
  return { ...typedConfig, httpFilters: httpFilters.map(httpFilterToProto) };
}

function named(filter: Pick<HttpFilter, 'name' | 'typedConfig' | 'configDiscovery'>): JsonObject {
  const { name, typedConfig, configDiscovery } = filter;
  return present({ name: name === '' ? undefined : name, typedConfig, configDiscovery });
}

/** For listeners made by rules, which may say their address as text only; `rest.address` wins where there is one. */
function addressToProto(address: string): JsonObject | undefined {
  if (address.startsWith('unix:')) return { pipe: { path: address.slice('unix:'.length) } };
  const [, host, port = ''] = /^\[?(.*?)\]?:(\w+)$/.exec(address) ?? [];
  if (host === undefined) return undefined;
  return { socketAddress: { address: host, ...(/^\d+$/.test(port) ? { portValue: Number(port) } : { namedPort: port }) } };
}

function present(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
