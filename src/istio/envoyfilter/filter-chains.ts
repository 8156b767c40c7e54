import { asArray, asObject, asString, isObject, type JsonObject } from '#base/json.ts';
import type { TypedConfig } from '#envoy/listener.ts';
import type { ChainDraft, ListenerDraft } from './draft.ts';
import { matchChain } from './match.ts';
import { mergeMessages, mergeTypedConfig, type MergeContext } from './merge.ts';
import { patchNetworkFilters } from './network-filters.ts';
import { openChain, openNetworkFilter } from './open.ts';
import { MERGES, patchedMessages, type Patch } from './patch.ts';
import { patchedIn, patchedOver, valueOf, type ListenerRun, type PatchRun } from './run.ts';

/** Patches that fit a listener, by the stage that applies them. */
export interface ListenerPatches {
  readonly chains: readonly Patch[];
  readonly network: readonly Patch[];
  readonly http: readonly Patch[];
}

/**
 * All chains of a listener, then the default one; new chains come last and are not patched further, and a chain without filters is
 * thrown away (istio/istio listener_patch.go patchFilterChains).
 */
export function patchFilterChains(run: ListenerRun, patches: ListenerPatches, listener: ListenerDraft): void {
  for (const chain of listener.filterChains) {
    if (chain.networkFilters !== undefined) patchFilterChain(run, patches, listener, chain);
  }
  const fallback = listener.defaultFilterChain;
  if (fallback?.networkFilters !== undefined) {
    patchFilterChain(run, patches, listener, fallback);
    if (isGone(fallback)) listener.defaultFilterChain = undefined;
  }
  for (const patch of patches.chains) {
    if (patch.operation !== 'ADD') continue;
    const chain = openChain(valueOf(patch), patchedIn(run, patch, 'adds this chain'));
    listener.filterChains.push(chain);
    run.trail.hit(
      patch,
      { listener: listener.name, chain: chain.name },
      chain.networkFilters === undefined ? 'the chain has no filters and is thrown away' : 'a chain is added',
    );
  }
  listener.filterChains = listener.filterChains.filter((chain) => chain.networkFilters !== undefined);
}

/** A function of its own because patching changes what the caller has already asked. */
function isGone(chain: ChainDraft): boolean {
  return chain.networkFilters === undefined;
}

function patchFilterChain(run: ListenerRun, patches: ListenerPatches, listener: ListenerDraft, chain: ChainDraft): void {
  for (const patch of patches.chains) {
    if (patch.operation === 'ADD') continue;
    const miss = matchChain(patch, listener, chain);
    if (miss !== undefined) {
      run.trail.miss(patch, miss, listener.name);
      continue;
    }
    const place = { listener: listener.name, chain: chain.name };
    if (patch.operation === 'REMOVE') {
      chain.networkFilters = undefined;
      return run.trail.hit(patch, place, 'it removes the chain');
    }
    if (!MERGES.has(patch.operation)) run.trail.miss(patch, 'operation', chain.name);
    else if (patch.value === undefined) run.trail.miss(patch, 'value', chain.name);
    else {
      mergeChain(run, patch, chain);
      run.trail.hit(patch, place, 'it merges into the chain');
    }
  }
  const fitting = (list: readonly Patch[]): readonly Patch[] =>
    list.filter((patch) => {
      const miss = matchChain(patch, listener, chain);
      if (miss !== undefined) run.trail.miss(patch, miss, listener.name);
      return miss === undefined;
    });
  patchNetworkFilters(run, fitting(patches.network), fitting(patches.http), listener, chain);
}

function mergeChain(run: PatchRun, patch: Patch, chain: ChainDraft): void {
  const value = valueOf(patch);
  const replaceLists = patch.operation === 'MERGE_AND_REPLACE_LIST';
  const socket = value['transportSocket'];
  if (isObject(socket) && chain.transportSocket !== undefined && asString(socket['name']) === asString(chain.transportSocket['name'])) {
    // The socket alone is merged; whatever else the patch has is lost (mergeTransportSocketListener).
    chain.transportSocket = mergeSocket(run.merge, chain.transportSocket, socket);
  } else {
    mergeWholeChain(run, patch, chain, value, replaceLists);
  }
  chain.provenance = patchedOver(chain.provenance, patch, 'merges into the chain');
}

/** Merges a patch's socket into one of the same name by their typed configs. */
export function mergeSocket(context: MergeContext, base: JsonObject, patch: JsonObject): JsonObject {
  const [own, other] = [base['typedConfig'], patch['typedConfig']];
  if (!isTyped(own) || !isTyped(other)) return base;
  return { ...base, typedConfig: mergeTypedConfig(context, own, other) };
}

function isTyped(value: JsonObject[string]): value is TypedConfig {
  return isObject(value) && typeof value['@type'] === 'string';
}

function mergeWholeChain(run: PatchRun, patch: Patch, chain: ChainDraft, value: JsonObject, replaceLists: boolean): void {
  const { filters, ...patchRest } = value;
  const base: JsonObject = {
    ...chain.rest,
    ...(chain.name === '' ? {} : { name: chain.name }),
    ...(chain.match === undefined ? {} : { filterChainMatch: chain.match }),
    ...(chain.transportSocket === undefined ? {} : { transportSocket: chain.transportSocket }),
  };
  const provenance = patchedIn(run, patch, 'appends it to the chain');
  const added = asArray(filters).map((item) => openNetworkFilter(asObject(item), provenance));
  const merged = openChain(mergeMessages(run.merge, patchedMessages.FILTER_CHAIN, base, patchRest, replaceLists), chain.provenance);
  const kept = replaceLists && added.length > 0 ? [] : (chain.networkFilters ?? []);
  Object.assign(chain, merged, {
    networkFilters: chain.networkFilters === undefined && added.length === 0 ? undefined : [...kept, ...added],
  });
}

/** The default chain of a listener that a LISTENER patch merges into. */
export function mergeDefaultChain(run: PatchRun, patch: Patch, chain: ChainDraft, value: JsonObject, replaceLists: boolean): void {
  mergeWholeChain(run, patch, chain, value, replaceLists);
  chain.provenance = patchedOver(chain.provenance, patch, 'merges into the default chain');
}
