import type { FilterChain } from '#envoy/listener.ts';
import { filterTitle } from '#envoy/filter-title.ts';
import type { Phase } from '#envoy/provenance.ts';
import type { Gap } from '#istio/placement/plan-placement.ts';
import { gapsOfChain } from '#istio/placement/plan-placement.ts';
import type { Layer, Placed } from '#istio/placement/slots.ts';
import { filtersOf } from '#istio/placement/slots.ts';
import type { Proxy } from '#istio/resource.ts';
import type { LaneGap } from './design.ts';

export const phaseTitles: Readonly<Record<Phase, string>> = {
  AUTHN: 'AUTHN',
  AUTHZ: 'AUTHZ',
  STATS: 'STATS',
  UNSPECIFIED_PHASE: 'no phase',
};

/**
 * The gaps of a chain with their meaning in words: those between HTTP filters, then those between network filters. A gap without a phase needs an
 * EnvoyFilter, for nothing less can put a plugin there.
 */
export function laneGaps(chain: FilterChain, proxyType: Proxy['type']): readonly LaneGap[] {
  return (['http', 'network'] as const).flatMap((layer) => gapsOfLayer(chain, layer, proxyType));
}

function gapsOfLayer(chain: FilterChain, layer: Layer, proxyType: Proxy['type']): readonly LaneGap[] {
  const filters = filtersOf(chain, layer);
  const all = gapsOfChain(chain, layer, proxyType);
  return (layer === 'network' ? all.filter((gap) => isWorthShowing(gap, all, filters)) : all).map(({ index, phase }) => ({
    layer,
    index,
    band: phase,
    text: phase === undefined ? `needs an EnvoyFilter: no phase leads ${besides(filters, index)}` : phaseText(filters, index, phase),
    needsEnvoyFilter: phase === undefined,
  }));
}

/**
 * Few chains have network plugins, and their phases mostly share one place: of those, the last is offered, and every phase that has plugins already, for there
 * the order matters.
 */
function isWorthShowing({ index, phase }: Gap, all: readonly Gap[], filters: readonly Placed[]): boolean {
  const last = all.findLast((gap) => gap.index === index);
  return phase === last?.phase || filters.some(({ provenance }) => provenance.resource !== undefined && provenance.phase === phase);
}

function phaseText(filters: readonly Placed[], index: number, phase: Phase): string {
  const previous = filters[index - 1];
  const next = filters[index];
  if (previous?.provenance.phase === phase) return `${phaseTitles[phase]}, after ${titleOf(previous)}`;
  if (next?.provenance.phase === phase) return `${phaseTitles[phase]}, before ${titleOf(next)}`;
  return phaseTitles[phase];
}

function besides(filters: readonly Placed[], index: number): string {
  const previous = filters[index - 1];
  const next = filters[index];
  return previous === undefined ? `before ${titleOf(next)}` : `behind ${titleOf(previous)}`;
}

function titleOf(filter: Placed | undefined): string {
  return filter === undefined ? '' : (filter.provenance.resource?.name ?? filterTitle(filter.name, filter.typedConfig));
}
