import type { Result } from '#base/result.ts';
import { fail, ok } from '#base/result.ts';
import type { EnvoyTypes } from '#envoy/types.ts';
import type { ResourceRef } from '#envoy/provenance.ts';
import { sameRef } from '#envoy/provenance.ts';
import { asNumber } from '#base/json.ts';
import { planPlacement } from '#istio/placement/plan-placement.ts';
import { filtersOf } from '#istio/placement/slots.ts';
import type { MeshOutput } from '#istio/mesh.ts';
import type { Design, LaneGap } from '../design.ts';
import { buildFor } from '../derive.ts';
import type { WorkspaceDocument } from '../document.ts';
import type { FilterOffer } from '../insertable.ts';
import type { EditContext } from './edit-resource.ts';
import type { FilterPlace } from './fresh-filter.ts';
import { freshFilter } from './fresh-filter.ts';
import type { FreshResource } from './fresh-plugin.ts';

interface PlacedFilter {
  readonly ref: ResourceRef;
  readonly document: WorkspaceDocument;
}

/** Room for others between two priorities. */
const priorityStep = 10;

/**
 * The workspace with an EnvoyFilter that puts `entry` exactly on `gap`: what istiod makes of it is looked at. It is the last to be
 * applied, so that no other moves its anchor; without a priority, age would decide (istio/istio analyzer IST0151).
 */
export function placeFilter(
  entry: FilterOffer,
  gap: LaneGap,
  { chain, listener, proxy, resources }: Design,
  istio: string,
  types: EnvoyTypes | undefined,
  write: (fresh: FreshResource) => Result<EditContext>,
): Result<PlacedFilter> {
  if (chain === undefined || listener === undefined || proxy === undefined) return fail('no-chain', 'There is no workload to put it on.');
  if (gap.layer !== entry.layer) return fail('wrong-layer', layerText(entry));
  const place = entry.terminal ? replaceLast(entry, gap, { chain }) : placeBeside(gap, { chain, proxy });
  if (!place.ok) return place;
  const index = listener.filterChains.indexOf(chain);
  const highest = Math.max(...resources.filter(({ kind }) => kind === 'EnvoyFilter').map(({ spec }) => asNumber(spec['priority']) ?? 0), 0);
  const fresh = freshFilter(entry, place.value, { proxy, listener, chain, resources }, highest + priorityStep);
  const written = write(fresh);
  if (!written.ok) return written;
  const mesh = buildFor(written.value.resources, proxy, istio, types);
  const built = mesh.listeners.find(({ name }) => name === listener.name);
  const now = index === -1 ? built?.defaultFilterChain : built?.filterChains[index];
  const filters = now === undefined ? [] : filtersOf(now, entry.layer);
  if (sameRef(filters[gap.index]?.provenance.resource, fresh.ref)) return ok({ ref: fresh.ref, document: written.value.document });
  const why = missReason(mesh, fresh.ref) ?? `istiod does not put it there by an EnvoyFilter on ${proxy.name}.`;
  return fail('no-place', why, 'Choose another place, or write the EnvoyFilter by hand.');
}

function layerText({ layer, title }: FilterOffer): string {
  return layer === 'network'
    ? `${title} sees the bytes of a connection: its place is among the network filters.`
    : `${title} sees requests: its place is among the HTTP filters, inside the connection manager.`;
}

function placeBeside(
  gap: LaneGap,
  { chain, proxy }: { readonly chain: NonNullable<Design['chain']>; readonly proxy: NonNullable<Design['proxy']> },
): Result<FilterPlace> {
  const plan = planPlacement(chain, gap.layer, proxy.type, { index: gap.index, phase: undefined }, undefined);
  if (plan.kind === 'envoy-filter') return ok(plan);
  return fail('no-place', plan.kind === 'none' ? plan.reason : 'A phase leads to this place, an EnvoyFilter does not.');
}

/** A terminal filter must be the last, and there can be one only: it takes over from tcp_proxy or its like. */
function replaceLast(
  { title }: FilterOffer,
  gap: LaneGap,
  { chain }: { readonly chain: NonNullable<Design['chain']> },
): Result<FilterPlace> {
  const filters = chain.networkFilters;
  const last = filters.at(-1);
  if (last?.httpFilters !== undefined || last === undefined)
    return fail(
      'terminal-filter',
      `${title} ends the chain, and so does the connection manager.`,
      'Choose a TCP chain, or add the filter in the YAML view.',
    );
  if (gap.index !== filters.length - 1)
    return fail(
      'terminal-filter',
      `${title} ends the chain: it takes the place of ${last.name}.`,
      'Insert it right before the last filter.',
    );
  return ok({ operation: 'REPLACE', anchor: last.name });
}

function missReason({ landings }: MeshOutput, ref: ResourceRef): string | undefined {
  return landings.find((landing) => !landing.landed && sameRef(landing.resource, ref))?.reasons.at(-1)?.text;
}
