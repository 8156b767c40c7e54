import type { JsonObject } from '#base/json.ts';
import {
  HCM_NAME,
  HCM_TYPE,
  type FilterChain,
  type HttpFilter,
  type ListenerFilter,
  type NetworkFilter,
  type TypedConfig,
} from '#envoy/listener.ts';
import type { Origin, Provenance, Reason, ResourceRef } from '#envoy/provenance.ts';
import { message } from '../proto-json.ts';
import { reason, type RuleCode } from '../reasons.ts';

const nothing: JsonObject = {};

/** Provenance of a thing that a rule of istiod itself makes. */
export function because(code: RuleCode, args: Readonly<Record<string, string | number>> = {}, origin: Origin = 'istio'): Provenance {
  return { origin, reasons: [reason(code, args)] };
}

export function ofResource(origin: Origin, resource: ResourceRef, ...reasons: readonly Reason[]): Provenance {
  return { origin, resource, reasons };
}

export function httpFilter(name: string, typedConfig: TypedConfig, provenance: Provenance): HttpFilter {
  return { name, typedConfig, provenance };
}

export function networkFilter(name: string, typedConfig: TypedConfig, provenance: Provenance): NetworkFilter {
  return { name, typedConfig, rest: nothing, provenance };
}

export function listenerFilter(
  name: string,
  typedConfig: TypedConfig,
  provenance: Provenance,
  filterDisabled?: JsonObject,
): ListenerFilter {
  return { name, typedConfig, rest: message({ filterDisabled }), provenance };
}

/** A connection manager with its filters; `fields` are all others of the message. */
export function httpManager(fields: JsonObject, httpFilters: readonly HttpFilter[], provenance: Provenance): NetworkFilter {
  return { name: HCM_NAME, typedConfig: { '@type': HCM_TYPE, ...fields }, httpFilters, rest: nothing, provenance };
}

export interface ChainParts {
  readonly name?: string | undefined;
  readonly match?: JsonObject | undefined;
  readonly transportSocket?: JsonObject | undefined;
  readonly networkFilters: readonly NetworkFilter[];
  readonly rest?: JsonObject | undefined;
  readonly provenance: Provenance;
}

export function filterChain(parts: ChainParts): FilterChain {
  return {
    name: parts.name ?? '',
    match: parts.match,
    transportSocket: parts.transportSocket,
    networkFilters: parts.networkFilters,
    rest: parts.rest ?? nothing,
    provenance: parts.provenance,
  };
}

/** `envoy.config.core.v3.Address` of an IP address or a Unix socket. */
export function socketAddress(bind: string, port: number, protocol?: 'UDP'): JsonObject {
  if (bind.startsWith('unix://')) return { pipe: { path: bind.slice('unix://'.length) } };
  return { socketAddress: message({ address: bind, portValue: port === 0 ? undefined : port, protocol }) };
}

/** How we show an address: `0.0.0.0:80`, `unix:/path`. */
export function addressText(bind: string, port: number): string {
  return bind.startsWith('unix://') ? `unix:${bind.slice('unix://'.length)}` : `${bind}:${port}`;
}
