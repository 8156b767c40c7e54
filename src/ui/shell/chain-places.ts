import type { ResourceRef } from '#envoy/provenance.ts';
import { sameRef } from '#envoy/provenance.ts';
import type { Layer } from '#istio/placement/slots.ts';
import type { Lane, LaneGap, LaneRow } from '#workspace/design.ts';
import { isFilterOffer, type Insertable } from '#workspace/insertable.ts';
import type { Selection } from '#workspace/view.ts';

/**
 * Places in the lane are meant by their position in `lane.gaps`: several phases may share one place between the same two filters,
 * so `LaneGap.index` alone does not name one.
 */
export type GapPosition = number;

export function isSelected(row: LaneRow, selection: Selection | undefined): boolean {
  if (selection?.kind === 'resource') return sameRef(row.resource, selection.resource);
  return selection?.kind === 'filter' && selection.rowId === row.id;
}

/** What a click on the row selects: its resource, or for filters without one the filter itself. */
export function selectionOf(row: LaneRow): Selection {
  // A filter of a saved configuration is itself: a resource of the same name need not be the one that made it.
  return row.resource === undefined || row.kind === 'built-in' || row.provenance.origin === 'config'
    ? { kind: 'filter', rowId: row.id }
    : { kind: 'resource', resource: row.resource };
}

export function findRow(lane: Lane | undefined, id: string | undefined): LaneRow | undefined {
  return id === undefined ? undefined : [...(lane?.rows ?? []), ...(lane?.networkFilters ?? [])].find((row) => row.id === id);
}

export function rowOfResource(lane: Lane | undefined, resource: ResourceRef): LaneRow | undefined {
  return [...(lane?.rows ?? []), ...(lane?.networkFilters ?? [])].find((row) => sameRef(row.resource, resource));
}

/** Which filters a row stands among. */
export function layerOfRow(lane: Lane, row: LaneRow): Layer {
  return lane.networkFilters.some((item) => item.id === row.id) ? 'network' : 'http';
}

/** Which filters an entry of the catalogue belongs among. */
export function layerOfEntry(entry: Insertable): Layer {
  if (isFilterOffer(entry)) return entry.layer;
  return entry.type === 'NETWORK' ? 'network' : 'http';
}

/** Can it be tried there? A filter that ends a chain takes the place of the last one and of no other. */
export function fitsGap(lane: Lane, entry: Insertable, gap: LaneGap): boolean {
  if (layerOfEntry(entry) !== gap.layer) return false;
  if (!isFilterOffer(entry) || !entry.terminal) return true;
  const last = lane.networkFilters.at(-1);
  return (
    gap.index === lane.networkFilters.length - 1 &&
    last !== undefined &&
    !('httpFilters' in last.filter && last.filter.httpFilters !== undefined)
  );
}

/** The rows on both sides of a gap. */
export function rowsBeside(
  lane: Lane,
  { layer, index }: LaneGap,
): { readonly before: LaneRow | undefined; readonly after: LaneRow | undefined } {
  const rows = layer === 'http' ? lane.rows : lane.networkFilters;
  return { before: rows[index - 1], after: rows[index] };
}

/** A plugin of the chain: only those have a phase and a priority to move by. */
export function isMovable(lane: Lane | undefined, row: LaneRow | undefined): row is LaneRow & { readonly resource: ResourceRef } {
  return row?.kind === 'plugin' && row.resource !== undefined && row.provenance.origin !== 'config' && findRow(lane, row.id) !== undefined;
}

/** Would a plugin dropped there stand where it stands already? */
export function isSamePlace(row: LaneRow, gap: LaneGap): boolean {
  return (gap.index === row.index || gap.index === row.index + 1) && gap.band === (row.provenance.phase ?? 'UNSPECIFIED_PHASE');
}

/** The next place in a direction a plugin can be moved to by phase and priority alone. */
export function nextPlace(lane: Lane, row: LaneRow, direction: 1 | -1): GapPosition | undefined {
  const layer = layerOfRow(lane, row);
  const places = lane.gaps
    .map((gap, position) => ({ gap, position }))
    .filter(({ gap }) => gap.layer === layer && !gap.needsEnvoyFilter && !isSamePlace(row, gap))
    .filter(({ gap }) => (direction === 1 ? gap.index > row.index : gap.index <= row.index));
  return places.at(direction === 1 ? 0 : -1)?.position;
}

/** The place just before or after a row, a phase's rather than one that needs an EnvoyFilter. */
export function placeBeside(lane: Lane, row: LaneRow, side: 'before' | 'after'): GapPosition | undefined {
  const index = side === 'before' ? row.index : row.index + 1;
  const layer = layerOfRow(lane, row);
  const here = lane.gaps.map((gap, position) => ({ gap, position })).filter(({ gap }) => gap.layer === layer && gap.index === index);
  const inPhase = here.filter(({ gap }) => gap.band !== undefined);
  const own = inPhase.find(({ gap }) => row.kind === 'plugin' && gap.band === (row.provenance.phase ?? 'UNSPECIFIED_PHASE'));
  const nearest = side === 'before' ? (inPhase.at(-1) ?? here.at(-1)) : (inPhase[0] ?? here[0]);
  return (own ?? nearest)?.position;
}
