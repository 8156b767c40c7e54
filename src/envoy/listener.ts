import type { JsonObject } from '#base/json.ts';
import type { Provenance } from './provenance.ts';

/**
 * The currency of the project: Envoy's v3 `Listener` as proto JSON (lowerCamelCase field names), opened up where filters
 * stand, each part with its provenance. What we do not open up stays in `rest` as it is, so nothing is lost on the way out
 * (`to-proto.ts` gives back plain proto JSON).
 */
export interface Listener {
  readonly name: string;
  /** For people: `0.0.0.0:15006`, `[::1]:80`, `unix:/path`, `internal`. `rest.address` has the message, where there is one. */
  readonly address: string;
  readonly direction: TrafficDirection;
  readonly listenerFilters: readonly ListenerFilter[];
  readonly filterChains: readonly FilterChain[];
  readonly defaultFilterChain?: FilterChain | undefined;
  /** All other fields of the proto message, `address` among them. */
  readonly rest: JsonObject;
  readonly provenance: Provenance;
}

export type TrafficDirection = 'UNSPECIFIED' | 'INBOUND' | 'OUTBOUND';

export interface ListenerFilter {
  readonly name: string;
  readonly typedConfig?: TypedConfig | undefined;
  readonly configDiscovery?: JsonObject | undefined;
  readonly rest: JsonObject;
  readonly provenance: Provenance;
}

export interface FilterChain {
  /** Often empty, and not unique. */
  readonly name: string;
  /** `FilterChainMatch` as proto JSON; absent when empty. */
  readonly match?: JsonObject | undefined;
  readonly transportSocket?: JsonObject | undefined;
  readonly networkFilters: readonly NetworkFilter[];
  readonly rest: JsonObject;
  readonly provenance: Provenance;
}

export interface NetworkFilter {
  readonly name: string;
  /** For the HTTP connection manager without its `httpFilters`, which stand in `httpFilters`. */
  readonly typedConfig?: TypedConfig | undefined;
  readonly configDiscovery?: JsonObject | undefined;
  /** Present exactly for HTTP connection managers. */
  readonly httpFilters?: readonly HttpFilter[] | undefined;
  readonly rest: JsonObject;
  readonly provenance: Provenance;
}

export interface HttpFilter {
  readonly name: string;
  readonly typedConfig?: TypedConfig | undefined;
  readonly configDiscovery?: JsonObject | undefined;
  readonly disabled?: boolean | undefined;
  readonly isOptional?: boolean | undefined;
  readonly provenance: Provenance;
}

/** The JSON form of `google.protobuf.Any`: the message's fields beside its `@type`. */
export interface TypedConfig extends JsonObject {
  readonly '@type': string;
}

/** A `TypedExtensionConfig` served by ECDS: what a filter with `configDiscovery` of that name really gets. */
export interface ExtensionConfig {
  readonly name: string;
  readonly typedConfig?: TypedConfig | undefined;
  /** The chain refers to it, but nothing answers. */
  readonly missing?: boolean | undefined;
  readonly provenance?: Provenance | undefined;
}

export const HCM_NAME = 'envoy.filters.network.http_connection_manager';
export const HCM_TYPE = 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';
export const HTTP_WASM_TYPE = 'type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm';
export const NETWORK_WASM_TYPE = 'type.googleapis.com/envoy.extensions.filters.network.wasm.v3.Wasm';

/** `type.googleapis.com/a.b.C` → `a.b.C`. */
export function messageName(typeUrl: string): string {
  return typeUrl.slice(typeUrl.lastIndexOf('/') + 1);
}

/** The connection manager of a chain, if it has one. */
export function httpManagerOf(chain: FilterChain): NetworkFilter | undefined {
  return chain.networkFilters.find((filter) => filter.httpFilters !== undefined);
}
