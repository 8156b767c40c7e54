import type { FilterChain, HttpFilter } from '#envoy/listener.ts';
import { httpManagerOf } from '#envoy/listener.ts';
import { filterTitle } from '#envoy/filter-title.ts';
import type { Phase } from '#envoy/provenance.ts';
import { gapsOfChain } from '#istio/placement/plan-placement.ts';
import type { Proxy } from '#istio/resource.ts';
import type { LaneGap } from './design.ts';

export const phaseTitles: Readonly<Record<Phase, string>> = {
  AUTHN: 'AUTHN',
  AUTHZ: 'AUTHZ',
  STATS: 'STATS',
  UNSPECIFIED_PHASE: 'no phase',
};

/** The gaps of a chain with their meaning in words. A gap without a phase needs an EnvoyFilter, for nothing less can put a plugin there. */
export function laneGaps(chain: FilterChain, proxyType: Proxy['type']): readonly LaneGap[] {
  const filters = httpManagerOf(chain)?.httpFilters ?? [];
  return gapsOfChain(filters, proxyType).map(({ index, phase }) => ({
    index,
    band: phase,
    text: phase === undefined ? `needs an EnvoyFilter: no phase leads ${besides(filters, index)}` : phaseText(filters, index, phase),
    needsEnvoyFilter: phase === undefined,
  }));
}

function phaseText(filters: readonly HttpFilter[], index: number, phase: Phase): string {
  const previous = filters[index - 1];
  const next = filters[index];
  if (previous?.provenance.phase === phase) return `${phaseTitles[phase]}, after ${titleOf(previous)}`;
  if (next?.provenance.phase === phase) return `${phaseTitles[phase]}, before ${titleOf(next)}`;
  return phaseTitles[phase];
}

function besides(filters: readonly HttpFilter[], index: number): string {
  const previous = filters[index - 1];
  const next = filters[index];
  return previous === undefined ? `before ${titleOf(next)}` : `behind ${titleOf(previous)}`;
}

function titleOf(filter: HttpFilter | undefined): string {
  return filter === undefined ? '' : (filter.provenance.resource?.name ?? filterTitle(filter.name, filter.typedConfig));
}
