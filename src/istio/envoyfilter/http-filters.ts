import { HCM_NAME, HCM_TYPE, type HttpFilter, type NetworkFilter } from '#envoy/listener.ts';
import type { ChainDraft, ListenerDraft } from './draft.ts';
import { changeList } from './list-operation.ts';
import { hasHttpFilterMatch, matchHttpFilter, matchNetworkFilter } from './match.ts';
import { mergeTypedConfig } from './merge.ts';
import { openHttpFilter } from './open.ts';
import type { Patch } from './patch.ts';
import { patchedOver, valueOf, type PatchRun } from './run.ts';
import type { Place } from './trail.ts';

/**
 * HTTP_FILTER patches on a connection manager: first those that add, replace and remove, in order; then, filter by filter, those that
 * merge (istio/istio listener_patch.go patchHTTPFilters). Returns the filter to put in its place; a panic leaves it as it was.
 */
export function patchHttpFilters(
  run: PatchRun,
  patches: readonly Patch[],
  listener: ListenerDraft,
  chain: ChainDraft,
  filter: NetworkFilter,
): NetworkFilter {
  if (filter.name !== HCM_NAME || filter.typedConfig?.['@type'] !== HCM_TYPE) return filter;
  const place = { listener: listener.name, chain: chain.name };
  const fitting = patches.filter((patch) => {
    const fits = matchNetworkFilter(patch, filter.name);
    if (!fits) run.trail.miss(patch, 'network-filter', chain.name);
    return fits;
  });
  if (fitting.length === 0) return filter;
  let filters = [...(filter.httpFilters ?? [])];
  for (const patch of fitting) {
    if (patch.operation === 'MERGE') continue;
    const change = changeList(run, filters, {
      patch,
      hasMatch: hasHttpFilterMatch(patch),
      hits: (item) => matchHttpFilter(patch, item.name),
      make: (provenance) => openHttpFilter(valueOf(patch), provenance),
    });
    filters = change.items;
    if (change.effect !== undefined) run.trail.hit(patch, place, change.effect);
    else
      run.trail.miss(
        patch,
        change.miss === 'filter-match' ? 'filter-match' : change.miss === 'hit' ? 'sub-filter' : 'operation',
        chain.name,
      );
  }
  const merging = fitting.filter((patch) => patch.operation === 'MERGE');
  if (merging.length > 0) filters = filters.map((item) => mergeHttpFilter(run, merging, place, item));
  return { ...filter, httpFilters: filters };
}

function mergeHttpFilter(run: PatchRun, patches: readonly Patch[], place: Place, filter: HttpFilter): HttpFilter {
  return patches.reduce((current, patch) => mergeOne(run, patch, place, current), filter);
}

function mergeOne(run: PatchRun, patch: Patch, place: Place, filter: HttpFilter): HttpFilter {
  if (!matchHttpFilter(patch, filter.name)) {
    run.trail.miss(patch, 'sub-filter', place.chain);
    return filter;
  }
  if (filter.typedConfig === undefined) {
    run.trail.miss(patch, 'typed-config', filter.name);
    return filter;
  }
  const value = openHttpFilter(valueOf(patch), filter.provenance);
  const effect = `merges into "${filter.name}"`;
  const typedConfig =
    value.typedConfig === undefined ? filter.typedConfig : mergeTypedConfig(run.merge, filter.typedConfig, value.typedConfig);
  run.trail.hit(patch, place, `it ${effect}`);
  return {
    ...filter,
    name: value.name === '' ? filter.name : value.name,
    typedConfig,
    provenance: patchedOver(filter.provenance, patch, effect),
  };
}
