import type { JsonObject, JsonValue } from '#base/json.ts';
import type { FilterChain, HttpFilter, Listener, ListenerFilter, NetworkFilter } from '#envoy/listener.ts';
import { message, unlessDefault } from './proto-json.ts';

/** A listener as Envoy's proto JSON, as it was before it was opened up. */
export function listenerJson(listener: Listener): JsonObject {
  return message({
    name: unlessDefault(listener.name),
    ...listener.rest,
    trafficDirection: listener.direction === 'UNSPECIFIED' ? undefined : listener.direction,
    listenerFilters: unlessDefault(listener.listenerFilters.map(filterJson)),
    filterChains: unlessDefault(listener.filterChains.map(chainJson)),
    defaultFilterChain: listener.defaultFilterChain === undefined ? undefined : chainJson(listener.defaultFilterChain),
  });
}

function chainJson(chain: FilterChain): JsonObject {
  return message({
    name: unlessDefault(chain.name),
    filterChainMatch: chain.match,
    transportSocket: chain.transportSocket,
    ...chain.rest,
    filters: unlessDefault(chain.networkFilters.map(filterJson)),
  });
}

function filterJson(filter: ListenerFilter | NetworkFilter): JsonObject {
  return message({
    name: unlessDefault(filter.name),
    typedConfig: 'httpFilters' in filter ? httpManagerJson(filter) : filter.typedConfig,
    configDiscovery: filter.configDiscovery,
    ...filter.rest,
  });
}

/** The configuration of a network filter; a connection manager gets its filters back. */
export function httpManagerJson(filter: NetworkFilter): JsonObject | undefined {
  if (filter.typedConfig === undefined || filter.httpFilters === undefined) return filter.typedConfig;
  return { ...filter.typedConfig, httpFilters: filter.httpFilters.map(httpFilterJson) };
}

function httpFilterJson(filter: HttpFilter): JsonObject {
  const fields: Record<string, JsonValue | undefined> = {
    name: unlessDefault(filter.name),
    typedConfig: filter.typedConfig,
    configDiscovery: filter.configDiscovery,
    disabled: unlessDefault(filter.disabled),
    isOptional: unlessDefault(filter.isOptional),
  };
  return message(fields);
}
