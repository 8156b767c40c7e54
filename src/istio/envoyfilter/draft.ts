import type { JsonObject } from '#base/json.ts';
import type { FilterChain, Listener, ListenerFilter, NetworkFilter, TrafficDirection } from '#envoy/listener.ts';
import type { Provenance } from '#envoy/provenance.ts';

/** A listener while patches work on it: they change it in place, and what they changed stays when one of them panics. */
export interface ListenerDraft {
  /** Empty once a patch has removed it. */
  name: string;
  address: string;
  direction: TrafficDirection;
  listenerFilters: ListenerFilter[];
  filterChains: ChainDraft[];
  defaultFilterChain: ChainDraft | undefined;
  rest: JsonObject;
  provenance: Provenance;
}

export interface ChainDraft {
  name: string;
  match: JsonObject | undefined;
  transportSocket: JsonObject | undefined;
  /** `undefined`: it never had filters, or a patch has removed the chain; empty: patches have removed all of them. */
  networkFilters: NetworkFilter[] | undefined;
  rest: JsonObject;
  provenance: Provenance;
}

export function draftListener(listener: Listener): ListenerDraft {
  return {
    ...listener,
    listenerFilters: [...listener.listenerFilters],
    filterChains: listener.filterChains.map(draftChain),
    defaultFilterChain: listener.defaultFilterChain === undefined ? undefined : draftChain(listener.defaultFilterChain),
  };
}

export function draftChain(chain: FilterChain): ChainDraft {
  return {
    name: chain.name,
    match: chain.match,
    transportSocket: chain.transportSocket,
    networkFilters: chain.networkFilters.length === 0 ? undefined : [...chain.networkFilters],
    rest: chain.rest,
    provenance: chain.provenance,
  };
}

export function finishListener(draft: ListenerDraft): Listener {
  const { defaultFilterChain, ...listener } = draft;
  return {
    ...listener,
    filterChains: draft.filterChains.map(finishChain),
    ...(defaultFilterChain === undefined ? {} : { defaultFilterChain: finishChain(defaultFilterChain) }),
  };
}

function finishChain(draft: ChainDraft): FilterChain {
  const { match, transportSocket, networkFilters, ...chain } = draft;
  return {
    ...chain,
    ...(match === undefined ? {} : { match }),
    ...(transportSocket === undefined ? {} : { transportSocket }),
    networkFilters: networkFilters ?? [],
  };
}
