import { asArray, asObject, isObject, type JsonObject } from '#base/json.ts';
import type { Listener } from '#envoy/listener.ts';
import { draftListener, finishListener, type ListenerDraft } from './draft.ts';
import { mergeDefaultChain, patchFilterChains } from './filter-chains.ts';
import { patchListenerFilters } from './listener-filters.ts';
import { matchListener } from './match.ts';
import { mergeMessages } from './merge.ts';
import { listenerShell, openChain, openListener, openListenerFilter } from './open.ts';
import { PatchPanic } from './panic.ts';
import { MERGES, patchedMessages, type ApplyTo, type Patch } from './patch.ts';
import { patchedIn, patchedOver, valueOf, type ListenerRun, type PatchRun } from './run.ts';

export interface PatchedListeners {
  readonly listeners: readonly Listener[];
  readonly panic?: PatchPanic | undefined;
}

/**
 * Patches one group of listeners as istiod does (istio/istio listener_patch.go ApplyListenerPatches). `skipAdds` for the listeners that
 * istiod patches one by one. After a panic the listeners stand as far as patching had come: those already removed keep their place
 * with an empty name.
 */
export function patchListenerGroup(run: ListenerRun, listeners: readonly Listener[], skipAdds: boolean): PatchedListeners {
  const drafts = listeners.map(draftListener);
  try {
    for (const draft of drafts) if (draft.name !== '') patchListener(run, draft);
    if (!skipAdds) addListeners(run, drafts);
  } catch (error) {
    if (!(error instanceof PatchPanic)) throw error;
    for (const applyTo of listenerKinds)
      for (const patch of run.patches(applyTo))
        run.trail.lose(patch, `istiod panics here (${error.message}); what was still to do for ${run.context} is lost`);
    return { listeners: drafts.slice(0, listeners.length).map(finishListener), panic: error };
  }
  return { listeners: drafts.filter((draft) => draft.name !== '').map(finishListener) };
}

export const listenerKinds: readonly ApplyTo[] = ['LISTENER', 'LISTENER_FILTER', 'FILTER_CHAIN', 'NETWORK_FILTER', 'HTTP_FILTER'];

function patchListener(run: ListenerRun, listener: ListenerDraft): void {
  for (const patch of run.patches('LISTENER')) {
    if (patch.operation === 'ADD') continue;
    const miss = matchListener(patch, run.context, listener);
    if (miss !== undefined) {
      noteMiss(run, patch, miss, listener);
      continue;
    }
    const place = { listener: listener.name, chain: '' };
    if (patch.operation === 'REMOVE') {
      listener.name = '';
      return run.trail.hit(patch, place, 'it removes the listener');
    }
    if (!MERGES.has(patch.operation)) run.trail.miss(patch, 'operation', listener.name);
    else {
      mergeListener(run, patch, listener);
      run.trail.hit(patch, place, 'it merges into the listener');
    }
  }
  const fitting = (applyTo: ApplyTo): readonly Patch[] =>
    run.patches(applyTo).filter((patch) => {
      const miss = matchListener(patch, run.context, listener);
      if (miss !== undefined) noteMiss(run, patch, miss, listener);
      return miss === undefined;
    });
  patchListenerFilters(run, fitting('LISTENER_FILTER'), listener);
  patchFilterChains(run, { chains: fitting('FILTER_CHAIN'), network: fitting('NETWORK_FILTER'), http: fitting('HTTP_FILTER') }, listener);
}

function noteMiss(run: PatchRun, patch: Patch, miss: NonNullable<ReturnType<typeof matchListener>>, listener: ListenerDraft): void {
  run.trail.miss(patch, miss, listener.name, miss === 'context' ? run.context : listener.address);
}

function mergeListener(run: PatchRun, patch: Patch, listener: ListenerDraft): void {
  const replaceLists = patch.operation === 'MERGE_AND_REPLACE_LIST';
  const { listenerFilters, filterChains, defaultFilterChain, ...patchShell } = valueOf(patch);
  const base: JsonObject = {
    ...listener.rest,
    name: listener.name,
    ...(listener.direction === 'UNSPECIFIED' ? {} : { trafficDirection: listener.direction }),
  };
  const merged = listenerShell(mergeMessages(run.merge, patchedMessages.LISTENER, base, patchShell, replaceLists));
  const hasAddress = patchShell['address'] !== undefined;
  Object.assign(listener, merged, hasAddress ? {} : { address: listener.address });
  const provenance = patchedIn(run, patch, 'appends it to the listener');
  const filters = asArray(listenerFilters).map((item) => openListenerFilter(asObject(item), provenance));
  const chains = asArray(filterChains).map((item) => openChain(asObject(item), provenance));
  listener.listenerFilters = replaceLists && filters.length > 0 ? filters : [...listener.listenerFilters, ...filters];
  listener.filterChains = replaceLists && chains.length > 0 ? chains : [...listener.filterChains, ...chains];
  if (isObject(defaultFilterChain)) {
    listener.defaultFilterChain ??= openChain({}, provenance);
    mergeDefaultChain(run, patch, listener.defaultFilterChain, defaultFilterChain, replaceLists);
  }
  listener.provenance = patchedOver(listener.provenance, patch, 'merges into the listener');
}

function addListeners(run: PatchRun, drafts: ListenerDraft[]): void {
  for (const patch of run.patches('LISTENER')) {
    if (patch.operation !== 'ADD') continue;
    // Without a context a listener is added for one side only.
    const anySide = run.context === 'SIDECAR_OUTBOUND' || run.context === 'GATEWAY';
    if (patch.context !== run.context && !(patch.context === 'ANY' && anySide)) {
      run.trail.miss(patch, 'context', run.context, run.context);
      continue;
    }
    const listener = openListener(valueOf(patch), patchedIn(run, patch, 'adds this listener'));
    drafts.push(listener);
    run.trail.hit(patch, { listener: listener.name, chain: '' }, 'a listener is added');
  }
}
