import type { ListenerFilter } from '#envoy/listener.ts';
import type { ListenerDraft } from './draft.ts';
import { changeList } from './list-operation.ts';
import { hasListenerFilterMatch, matchListenerFilter } from './match.ts';
import { mergeTypedConfig } from './merge.ts';
import { openListenerFilter } from './open.ts';
import type { Patch } from './patch.ts';
import { patchedOver, valueOf, type PatchRun } from './run.ts';

/** LISTENER_FILTER patches that fit the listener, in order (istio/istio listener_patch.go patchListenerFilters). */
export function patchListenerFilters(run: PatchRun, patches: readonly Patch[], listener: ListenerDraft): void {
  for (const patch of patches) {
    const place = { listener: listener.name, chain: '' };
    if (patch.operation === 'MERGE') {
      mergeListenerFilters(run, patch, listener);
      continue;
    }
    const change = changeList(run, listener.listenerFilters, {
      patch,
      hasMatch: hasListenerFilterMatch(patch),
      hits: (filter) => matchListenerFilter(patch, filter.name),
      make: (provenance) => openListenerFilter(valueOf(patch), provenance),
    });
    listener.listenerFilters = change.items;
    if (change.effect !== undefined) run.trail.hit(patch, place, change.effect);
    else run.trail.miss(patch, missOf(change.miss), listener.name);
  }
}

function missOf(miss: 'filter-match' | 'hit' | undefined): 'filter-match' | 'listener-filter' | 'operation' {
  return miss === 'filter-match' ? 'filter-match' : miss === 'hit' ? 'listener-filter' : 'operation';
}

/**
 * istiod merges into *every* listener filter with a typed config once the match names any filter: the name is not compared, and the
 * patch's name is not taken over (listener_patch.go mergeListenerFilter; new in 1.25).
 */
function mergeListenerFilters(run: PatchRun, patch: Patch, listener: ListenerDraft): void {
  if (run.merge.minor.minor < 25) return run.trail.miss(patch, 'operation', listener.name);
  if (!hasListenerFilterMatch(patch)) return run.trail.miss(patch, 'filter-match', listener.name);
  for (const [index, filter] of listener.listenerFilters.entries()) {
    if (filter.typedConfig === undefined) continue;
    const typedConfig = openListenerFilter(valueOf(patch), filter.provenance).typedConfig;
    if (typedConfig === undefined) continue;
    const effect = `merges into "${filter.name}"`;
    const merged: ListenerFilter = {
      ...filter,
      typedConfig: mergeTypedConfig(run.merge, filter.typedConfig, typedConfig),
      provenance: patchedOver(filter.provenance, patch, effect),
    };
    listener.listenerFilters[index] = merged;
    run.trail.hit(patch, { listener: listener.name, chain: '' }, `it ${effect}`);
  }
}
