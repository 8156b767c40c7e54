import { asArray, asObject, asString, isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import {
  type FilterChain,
  HCM_TYPE,
  type HttpFilter,
  type Listener,
  type ListenerFilter,
  type NetworkFilter,
  type TrafficDirection,
  type TypedConfig,
} from './listener.ts';
import type { Provenance } from './provenance.ts';

/** A part of a listener that wants its provenance. */
export interface OpenedPart {
  readonly kind: 'listener' | 'listener-filter' | 'filter-chain' | 'network-filter' | 'http-filter';
  readonly name: string;
  readonly typedConfig?: TypedConfig | undefined;
  readonly configDiscovery?: JsonObject | undefined;
}

/** One provenance for all parts, or one asked for each. */
export type ProvenanceOf = Provenance | ((part: OpenedPart) => Provenance);

/**
 * Opens a message `envoy.config.listener.v3.Listener` (canonical proto JSON, see `EnvoyTypes.normalise`) where filters stand.
 * `listenerToProto` is the way back; only an empty `filterChainMatch` is lost, which means the same as none.
 */
export function listenerFromProto(proto: JsonObject, provenance: ProvenanceOf): Listener {
  const name = asString(proto['name']) ?? '';
  const chain = proto['defaultFilterChain'];
  const direction = directionOf(proto['trafficDirection']);
  return {
    name,
    address: addressText(proto['address']),
    direction,
    listenerFilters: asArray(proto['listenerFilters']).map((item) => listenerFilterFromProto(asObject(item), provenance)),
    filterChains: asArray(proto['filterChains']).map((item) => filterChainFromProto(asObject(item), provenance)),
    ...(isObject(chain) ? { defaultFilterChain: filterChainFromProto(chain, provenance) } : {}),
    rest: without(proto, [...(direction === 'UNSPECIFIED' ? [] : ['trafficDirection']), ...openedFields]),
    provenance: ask(provenance, { kind: 'listener', name }),
  };
}

const openedFields = ['name', 'listenerFilters', 'filterChains', 'defaultFilterChain'];

export function listenerFilterFromProto(proto: JsonObject, provenance: ProvenanceOf): ListenerFilter {
  const filter = filterOf(proto);
  const rest = without(proto, ['name', 'typedConfig', 'configDiscovery']);
  return { ...filter, rest, provenance: ask(provenance, { kind: 'listener-filter', ...filter }) };
}

export function filterChainFromProto(proto: JsonObject, provenance: ProvenanceOf): FilterChain {
  const name = asString(proto['name']) ?? '';
  const match = asObject(proto['filterChainMatch']);
  return {
    name,
    ...(Object.keys(match).length === 0 ? {} : { match }),
    ...(isObject(proto['transportSocket']) ? { transportSocket: proto['transportSocket'] } : {}),
    networkFilters: asArray(proto['filters']).map((item) => networkFilterFromProto(asObject(item), provenance)),
    rest: without(proto, ['name', 'filterChainMatch', 'transportSocket', 'filters']),
    provenance: ask(provenance, { kind: 'filter-chain', name }),
  };
}

export function networkFilterFromProto(proto: JsonObject, provenance: ProvenanceOf): NetworkFilter {
  const filter = filterOf(proto);
  const rest = without(proto, ['name', 'typedConfig', 'configDiscovery']);
  const own = ask(provenance, { kind: 'network-filter', ...filter });
  const { typedConfig } = filter;
  if (typedConfig?.['@type'] !== HCM_TYPE) return { ...filter, rest, provenance: own };
  return {
    name: filter.name,
    typedConfig: { ...without(typedConfig, ['httpFilters']), '@type': HCM_TYPE },
    httpFilters: asArray(typedConfig['httpFilters']).map((item) => httpFilterFromProto(asObject(item), provenance)),
    rest,
    provenance: own,
  };
}

export function httpFilterFromProto(proto: JsonObject, provenance: ProvenanceOf): HttpFilter {
  const filter = filterOf(proto);
  return {
    ...filter,
    ...(proto['disabled'] === true ? { disabled: true } : {}),
    ...(proto['isOptional'] === true ? { isOptional: true } : {}),
    provenance: ask(provenance, { kind: 'http-filter', ...filter }),
  };
}

/** `0.0.0.0:80`, `[::]:80`, `unix:/path`, `internal`: the address of a listener for people. */
export function addressText(value: JsonValue | undefined): string {
  const { socketAddress, pipe } = asObject(value);
  if (isObject(socketAddress)) {
    const host = asString(socketAddress['address']) ?? '';
    const port = socketAddress['portValue'] ?? socketAddress['namedPort'] ?? 0;
    return `${host.includes(':') ? `[${host}]` : host}:${typeof port === 'number' || typeof port === 'string' ? port : 0}`;
  }
  return isObject(pipe) ? `unix:${asString(pipe['path']) ?? ''}` : 'internal';
}

interface NamedConfig {
  readonly name: string;
  readonly typedConfig?: TypedConfig;
  readonly configDiscovery?: JsonObject;
}

function filterOf(proto: JsonObject): NamedConfig {
  const config = proto['typedConfig'];
  const type = isObject(config) ? config['@type'] : undefined;
  const discovery = proto['configDiscovery'];
  return {
    name: asString(proto['name']) ?? '',
    ...(isObject(config) && typeof type === 'string' ? { typedConfig: { ...config, '@type': type } } : {}),
    ...(isObject(discovery) ? { configDiscovery: discovery } : {}),
  };
}

function directionOf(value: JsonValue | undefined): TrafficDirection {
  return value === 'INBOUND' || value === 'OUTBOUND' ? value : 'UNSPECIFIED';
}

function ask(provenance: ProvenanceOf, part: OpenedPart): Provenance {
  return typeof provenance === 'function' ? provenance(part) : provenance;
}

function without(value: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !names.includes(key)));
}
