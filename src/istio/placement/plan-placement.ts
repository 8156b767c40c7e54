import type { FilterChain } from '#envoy/listener.ts';
import type { Phase, ResourceRef } from '#envoy/provenance.ts';
import { sameRef } from '#envoy/provenance.ts';
import type { Proxy } from '../resource.ts';
import type { Layer, PhaseSlot, Placed } from './slots.ts';
import { filtersOf, phaseSlots } from './slots.ts';

/** A place between two filters of a chain where something can be dropped. */
export interface Gap {
  /** How many filters stand before it. */
  readonly index: number;
  /** The phase that puts a plugin there; absent where no phase can. */
  readonly phase: Phase | undefined;
}

/** How to get a plugin to a gap. */
export type PlacementPlan =
  | {
      readonly kind: 'phase';
      readonly phase: Phase;
      /** What the plugin's own priority must be; `undefined` leaves it as it is. */
      readonly priority: number | undefined;
      /** Neighbours whose priority must change first: the fewest that will do. */
      readonly renumber: readonly { readonly resource: ResourceRef; readonly priority: number }[];
    }
  | {
      readonly kind: 'envoy-filter';
      readonly operation: 'INSERT_BEFORE' | 'INSERT_AFTER';
      /** The filter it is put beside: the first of that name in the chain. */
      readonly anchor: string;
    }
  | { readonly kind: 'none'; readonly reason: string };

const lowest = -2_147_483_648;
const highest = 2_147_483_647;
/** Room left between priorities, so that the next drop needs no renumbering. */
const step = 10;

/** Every gap of a layer in reading order; several phases may share one place. Behind the last filter (the router, tcp_proxy) nothing can stand. */
export function gapsOfChain(chain: FilterChain, layer: Layer, proxyType: Proxy['type']): readonly Gap[] {
  const slots = phaseSlots(chain, layer, proxyType);
  return filtersOf(chain, layer).flatMap((_, index): Gap[] => {
    const here = slots.filter((slot) => slot.first <= index && index <= slot.last);
    return here.length === 0 ? [{ index, phase: undefined }] : here.map((slot) => ({ index, phase: slot.phase }));
  });
}

/** The plugins a gap lies between: those of its phase before and after it, in chain order, without `subject`. */
export function neighbours(
  filters: readonly Placed[],
  slot: PhaseSlot,
  index: number,
  subject: ResourceRef | undefined,
): { readonly before: readonly Placed[]; readonly after: readonly Placed[] } {
  const isPeer = (filter: Placed, at: number): boolean =>
    at >= slot.first &&
    at < slot.last &&
    filter.provenance.phase === slot.phase &&
    filter.provenance.resource !== undefined &&
    !sameRef(filter.provenance.resource, subject);
  return {
    before: filters.filter((filter, at) => at < index && isPeer(filter, at)),
    after: filters.filter((filter, at) => at >= index && isPeer(filter, at)),
  };
}

/**
 * Phase and priority that put a plugin exactly into `gap`, by istiod's order: higher priority first, an absent one last of all
 * (istio/istio `pilot/pkg/model/push_context.go sortByPriority`). Equal priorities are never relied on. Where no phase leads to the gap,
 * the EnvoyFilter operation that does.
 */
export function planPlacement(
  chain: FilterChain,
  layer: Layer,
  proxyType: Proxy['type'],
  gap: Gap,
  subject: ResourceRef | undefined,
): PlacementPlan {
  const filters = filtersOf(chain, layer);
  const slot = phaseSlots(chain, layer, proxyType).find((item) => item.phase === gap.phase);
  if (gap.phase === undefined || slot === undefined) return planEnvoyFilter(filters, gap.index);
  const { before, after } = neighbours(filters, slot, gap.index, subject);
  const own = filters.find((filter) => sameRef(filter.provenance.resource, subject))?.provenance;
  const above = before.length === 0 ? Infinity : priorityOf(before.at(-1));
  const below = after.length === 0 ? -Infinity : priorityOf(after[0]);
  const current = own === undefined ? undefined : (own.priority ?? lowest);
  if (current !== undefined && current < above && current > below)
    return { kind: 'phase', phase: gap.phase, priority: undefined, renumber: [] };
  const between = numberBetween(above, below);
  if (between !== undefined) return { kind: 'phase', phase: gap.phase, priority: between, renumber: [] };
  return { kind: 'phase', phase: gap.phase, ...makeRoom(before, after) };
}

function priorityOf(filter: Placed | undefined): number {
  return filter?.provenance.priority ?? lowest;
}

/** A priority strictly between the two, with room to both sides where there is some; never the value that stands for "absent". */
function numberBetween(above: number, below: number): number | undefined {
  const floor = Math.max(below, lowest);
  const low = floor + 1;
  const high = Math.min(above, highest + 1) - 1;
  if (low > high) return undefined;
  if (above === Infinity) return below === -Infinity || below === lowest ? step : Math.min(below + step, high);
  if (below === -Infinity || below === lowest) return Math.max(above - step, low);
  return Math.floor((low + high) / 2);
}

interface Room {
  readonly priority: number;
  readonly renumber: readonly { readonly resource: ResourceRef; readonly priority: number }[];
}

/** No number is free: raise those above or lower those below, whichever touches fewer. */
function makeRoom(before: readonly Placed[], after: readonly Placed[]): Room {
  const options = [raise(before, after), lower(before, after)].filter((option) => option !== undefined);
  options.sort((a, b) => a.renumber.length - b.renumber.length);
  return options[0] ?? renumberAll(before, after);
}

function raise(before: readonly Placed[], after: readonly Placed[]): Room | undefined {
  const below = priorityOf(after[0]);
  const priority = after.length === 0 || below === lowest ? 0 : below + 1;
  return shift([...before].reverse(), priority, 1);
}

function lower(before: readonly Placed[], after: readonly Placed[]): Room | undefined {
  if (before.length === 0 || priorityOf(before.at(-1)) === lowest) return undefined;
  return shift(after, priorityOf(before.at(-1)) - 1, -1);
}

/** Moves neighbours away from `priority` one by one until one already stands far enough. */
function shift(neighbours: readonly Placed[], priority: number, direction: 1 | -1): Room | undefined {
  const renumber: { resource: ResourceRef; priority: number }[] = [];
  let last = priority;
  for (const filter of neighbours) {
    const own = priorityOf(filter);
    if (direction === 1 ? own > last : own < last) break;
    last += direction * step;
    if (filter.provenance.resource === undefined) return undefined;
    renumber.push({ resource: filter.provenance.resource, priority: last });
  }
  return priority <= lowest || priority > highest || last <= lowest || last > highest ? undefined : { priority, renumber };
}

function renumberAll(before: readonly Placed[], after: readonly Placed[]): Room {
  const all = [...before, ...after];
  const priorities = all.map((_, i) => (all.length + 1 - (i < before.length ? i : i + 1)) * step);
  return {
    priority: (all.length + 1 - before.length) * step,
    renumber: all.flatMap(({ provenance }, i) =>
      provenance.resource === undefined ? [] : [{ resource: provenance.resource, priority: priorities[i] ?? 0 }],
    ),
  };
}

/** INSERT_BEFORE and INSERT_AFTER take the first filter of a name, so the anchor must be the first of its name. */
function planEnvoyFilter(filters: readonly Placed[], index: number): PlacementPlan {
  const isFirst = (at: number): boolean => filters.findIndex((filter) => filter.name === filters[at]?.name) === at;
  const next = filters[index];
  const previous = filters[index - 1];
  if (next !== undefined && isFirst(index)) return { kind: 'envoy-filter', operation: 'INSERT_BEFORE', anchor: next.name };
  if (previous !== undefined && isFirst(index - 1)) return { kind: 'envoy-filter', operation: 'INSERT_AFTER', anchor: previous.name };
  return {
    kind: 'none',
    reason: `The filters on both sides have names that come earlier in the chain too (${next?.name ?? previous?.name ?? ''}), so no EnvoyFilter can mean this place.`,
  };
}
