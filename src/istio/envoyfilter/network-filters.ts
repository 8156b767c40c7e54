import { HCM_NAME, HCM_TYPE, type NetworkFilter } from '#envoy/listener.ts';
import type { ChainDraft, ListenerDraft } from './draft.ts';
import { patchHttpFilters } from './http-filters.ts';
import { changeList } from './list-operation.ts';
import { hasNetworkFilterMatch, matchNetworkFilter } from './match.ts';
import { mergeTypedConfig } from './merge.ts';
import { openNetworkFilter } from './open.ts';
import type { Patch } from './patch.ts';
import { patchedIn, patchedOver, valueOf, type ListenerRun, type PatchRun } from './run.ts';
import type { Place } from './trail.ts';

/**
 * NETWORK_FILTER patches of a chain that add, replace and remove; then, filter by filter, those that merge, each followed by the
 * HTTP_FILTER patches of that filter (istio/istio listener_patch.go patchNetworkFilters, patchNetworkFilter).
 */
export function patchNetworkFilters(
  run: ListenerRun,
  network: readonly Patch[],
  http: readonly Patch[],
  listener: ListenerDraft,
  chain: ChainDraft,
): void {
  const place = { listener: listener.name, chain: chain.name };
  chain.networkFilters = chain.networkFilters?.map((filter) => run.shared.latest(filter));
  for (const patch of network) {
    if (patch.operation === 'MERGE') continue;
    const change = changeList(run, chain.networkFilters ?? [], {
      patch,
      hasMatch: hasNetworkFilterMatch(patch),
      hits: (filter) => matchNetworkFilter(patch, filter.name),
      make: (provenance) => openNetworkFilter(valueOf(patch), provenance),
    });
    chain.networkFilters = change.items;
    if (change.effect !== undefined) run.trail.hit(patch, place, change.effect);
    else
      run.trail.miss(
        patch,
        change.miss === 'filter-match' ? 'filter-match' : change.miss === 'hit' ? 'network-filter' : 'operation',
        chain.name,
      );
  }
  const filters = chain.networkFilters ?? [];
  const merging = network.filter((patch) => patch.operation === 'MERGE');
  for (let index = 0; index < filters.length; index++) {
    for (const patch of merging) {
      const filter = filters[index];
      if (filter === undefined) continue;
      const latest = run.shared.latest(filter);
      const merged = mergeNetworkFilter(run, patch, place, latest);
      if (merged !== latest) run.shared.change(latest, merged);
      filters[index] = merged;
    }
    const filter = filters[index];
    if (filter !== undefined && http.length > 0) filters[index] = patchHttpFilters(run, http, listener, chain, filter);
  }
  if (!filters.some((filter) => filter.name === HCM_NAME)) for (const patch of http) run.trail.miss(patch, 'http-manager', chain.name);
}

function mergeNetworkFilter(run: PatchRun, patch: Patch, place: Place, filter: NetworkFilter): NetworkFilter {
  if (!matchNetworkFilter(patch, filter.name)) {
    run.trail.miss(patch, 'network-filter', place.chain);
    return filter;
  }
  if (filter.typedConfig === undefined) {
    run.trail.miss(patch, 'typed-config', filter.name);
    return filter;
  }
  const value = openNetworkFilter(valueOf(patch), filter.provenance);
  const effect = `merges into "${filter.name}"`;
  const typedConfig =
    value.typedConfig === undefined ? filter.typedConfig : mergeTypedConfig(run.merge, filter.typedConfig, value.typedConfig);
  run.trail.hit(patch, place, `it ${effect}`);
  const httpFilters = filter.httpFilters === undefined ? undefined : [...filter.httpFilters, ...appended(run, patch, value)];
  return {
    ...filter,
    name: value.name === '' ? filter.name : value.name,
    typedConfig,
    ...(httpFilters === undefined ? {} : { httpFilters }),
    provenance: patchedOver(filter.provenance, patch, effect),
  };
}

/** HTTP filters inside a merged connection manager go to the end, as every list does. */
function appended(run: PatchRun, patch: Patch, value: NetworkFilter): NonNullable<NetworkFilter['httpFilters']> {
  if (value.typedConfig?.['@type'] !== HCM_TYPE || value.httpFilters === undefined) return [];
  const provenance = patchedIn(run, patch, 'appends it to the connection manager');
  return value.httpFilters.map((filter) => ({ ...filter, provenance }));
}
