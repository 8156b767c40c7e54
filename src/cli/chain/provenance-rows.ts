import type { FilterChain, Listener } from '#envoy/listener.ts';
import type { Provenance } from '#envoy/provenance.ts';

/** Where one part of the configuration comes from; the parts stand in the order of Envoy's own JSON. */
export interface ProvenanceRow {
  readonly listener: string;
  /** The chain's place in `filterChains`, or `default`. */
  readonly chain?: number | 'default';
  readonly listenerFilter?: string;
  readonly networkFilter?: string;
  readonly httpFilter?: string;
  readonly provenance: Provenance;
}

/** The provenance of a listener, its chains and all its filters. Envoy's JSON has no room for it. */
export function provenanceRows(listener: Listener): readonly ProvenanceRow[] {
  const { name, defaultFilterChain } = listener;
  return [
    { listener: name, provenance: listener.provenance },
    ...listener.listenerFilters.map((filter) => ({ listener: name, listenerFilter: filter.name, provenance: filter.provenance })),
    ...listener.filterChains.flatMap((chain, i) => chainRows(name, i, chain)),
    ...(defaultFilterChain === undefined ? [] : chainRows(name, 'default', defaultFilterChain)),
  ];
}

function chainRows(listener: string, chain: number | 'default', { provenance, networkFilters }: FilterChain): readonly ProvenanceRow[] {
  return [
    { listener, chain, provenance },
    ...networkFilters.flatMap((filter) => [
      { listener, chain, networkFilter: filter.name, provenance: filter.provenance },
      ...(filter.httpFilters ?? []).map((http) => ({ listener, chain, httpFilter: http.name, provenance: http.provenance })),
    ]),
  ];
}
