import { asArray, asObject, asString, isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import {
  HCM_TYPE,
  type HttpFilter,
  type Listener,
  type ListenerFilter,
  type NetworkFilter,
  type TrafficDirection,
  type TypedConfig,
} from '#envoy/listener.ts';
import type { Provenance } from '#envoy/provenance.ts';
import type { ChainDraft, ListenerDraft } from './draft.ts';

/** The parts of a patch's value (canonical proto JSON) as the project holds them. */

function typedConfigOf(value: JsonValue | undefined): TypedConfig | undefined {
  const type = asObject(value)['@type'];
  return typeof type === 'string' ? { ...asObject(value), '@type': type } : undefined;
}

function restOf(value: JsonObject, known: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !known.includes(key)));
}

function configOf(value: JsonObject): Pick<HttpFilter, 'typedConfig' | 'configDiscovery'> {
  const typedConfig = typedConfigOf(value['typedConfig']);
  const configDiscovery = value['configDiscovery'];
  return { ...(typedConfig === undefined ? {} : { typedConfig }), ...(isObject(configDiscovery) ? { configDiscovery } : {}) };
}

export function openHttpFilter(value: JsonObject, provenance: Provenance): HttpFilter {
  return {
    name: asString(value['name']) ?? '',
    ...configOf(value),
    ...(value['disabled'] === true ? { disabled: true } : {}),
    ...(value['isOptional'] === true ? { isOptional: true } : {}),
    provenance,
  };
}

export function openListenerFilter(value: JsonObject, provenance: Provenance): ListenerFilter {
  return {
    name: asString(value['name']) ?? '',
    ...configOf(value),
    rest: restOf(value, ['name', 'typedConfig', 'configDiscovery']),
    provenance,
  };
}

export function openNetworkFilter(value: JsonObject, provenance: Provenance): NetworkFilter {
  const config = configOf(value);
  const filter = {
    name: asString(value['name']) ?? '',
    ...config,
    rest: restOf(value, ['name', 'typedConfig', 'configDiscovery']),
    provenance,
  };
  if (config.typedConfig?.['@type'] !== HCM_TYPE) return filter;
  const { httpFilters, ...typedConfig } = config.typedConfig;
  return {
    ...filter,
    typedConfig: { ...typedConfig, '@type': HCM_TYPE },
    httpFilters: asArray(httpFilters).map((item) => openHttpFilter(asObject(item), provenance)),
  };
}

/** Of the message FilterChain. */
export function openChain(value: JsonObject, provenance: Provenance): ChainDraft {
  const filters = asArray(value['filters']).map((item) => openNetworkFilter(asObject(item), provenance));
  const match = asObject(value['filterChainMatch']);
  return {
    name: asString(value['name']) ?? '',
    match: isObject(value['filterChainMatch']) ? match : undefined,
    transportSocket: isObject(value['transportSocket']) ? value['transportSocket'] : undefined,
    networkFilters: filters.length === 0 ? undefined : filters,
    rest: restOf(value, ['name', 'filterChainMatch', 'transportSocket', 'filters']),
    provenance,
  };
}

/** Of the message Listener. */
export function openListener(value: JsonObject, provenance: Provenance): ListenerDraft {
  const own = isObject(value['defaultFilterChain']) ? openChain(value['defaultFilterChain'], provenance) : undefined;
  return {
    ...listenerShell(value),
    listenerFilters: asArray(value['listenerFilters']).map((item) => openListenerFilter(asObject(item), provenance)),
    filterChains: asArray(value['filterChains']).map((item) => openChain(asObject(item), provenance)),
    defaultFilterChain: own,
    provenance,
  };
}

const SHELL_OMITS = ['name', 'trafficDirection', 'listenerFilters', 'filterChains', 'defaultFilterChain'];

/** Everything of a Listener but its filters and chains. */
export function listenerShell(value: JsonObject): Pick<ListenerDraft, 'name' | 'address' | 'direction' | 'rest'> {
  return {
    name: asString(value['name']) ?? '',
    address: formatAddress(value['address']),
    direction: directionOf(value['trafficDirection']),
    rest: restOf(value, SHELL_OMITS),
  };
}

function directionOf(value: JsonValue | undefined): TrafficDirection {
  return value === 'INBOUND' || value === 'OUTBOUND' ? value : 'UNSPECIFIED';
}

/** `0.0.0.0:80`, `unix:/path`, `internal`. */
function formatAddress(value: JsonValue | undefined): Listener['address'] {
  const address = asObject(value);
  if (isObject(address['socketAddress'])) {
    const socket = address['socketAddress'];
    return `${asString(socket['address']) ?? ''}:${typeof socket['portValue'] === 'number' ? socket['portValue'] : 0}`;
  }
  if (isObject(address['pipe'])) return `unix:${asString(address['pipe']['path']) ?? ''}`;
  return 'internal';
}
