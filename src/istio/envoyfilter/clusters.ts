import type { Diagnostic } from '#base/diagnostic.ts';
import { asArray, asNumber, asObject, asString, isObject, type JsonObject } from '#base/json.ts';
import type { Landing } from '../mesh.ts';
import { finding } from '../validation/rules.ts';
import type { Check } from './checks.ts';
import { mergeSocket } from './filter-chains.ts';
import { mergeMessages, type MergeContext } from './merge.ts';
import { PatchPanic } from './panic.ts';
import { MERGES, patchedMessages, type Patch, type PatchContext } from './patch.ts';
import { valueOf } from './run.ts';
import type { Selection, SelectionContext } from './select.ts';
import { Trail } from './trail.ts';

/** A cluster with the host names of the services behind it (for inbound clusters, whose name has none). */
export interface ClusterInput {
  readonly cluster: JsonObject;
  readonly hosts?: readonly string[] | undefined;
}

export interface PatchedClusters {
  readonly clusters: readonly JsonObject[];
  readonly landings: readonly Landing[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * CLUSTER patches of one side: each cluster is merged into or removed, then new ones are added (istio/istio
 * pilot/pkg/networking/core/envoyfilter/cluster_patch.go).
 */
export function patchClusters(
  clusters: readonly ClusterInput[],
  side: PatchContext,
  selection: Selection,
  context: Pick<SelectionContext, 'minor' | 'types'>,
): PatchedClusters {
  const trail = new Trail();
  const diagnostics: Diagnostic[] = [];
  const patches = selection.byKind.get('CLUSTER') ?? [];
  const run: ClusterRun = { side, patches, trail, merge: { types: context.types, minor: context.minor } };
  const out: JsonObject[] = [];
  for (const input of clusters) {
    const draft = { cluster: input.cluster };
    try {
      if (!patchCluster(run, draft, input.hosts ?? [])) continue;
    } catch (error) {
      if (!(error instanceof PatchPanic)) throw error;
      diagnostics.push(finding('istio/envoy-filter-panic', { why: error.message, listeners: asString(input.cluster['name']) ?? '' }));
    }
    out.push(draft.cluster);
  }
  for (const patch of patches) {
    if (patch.operation !== 'ADD') continue;
    const anySide = side === 'SIDECAR_OUTBOUND' || side === 'GATEWAY';
    if (patch.context !== side && !(patch.context === 'ANY' && anySide)) {
      trail.miss(patch, 'context', side, side);
    } else if (patch.value !== undefined) {
      out.push(patch.value);
      trail.hit(patch, placeOf(patch.value), 'a cluster is added');
    }
  }
  return { clusters: out, landings: trail.landings(patches, selection.reasonsOf), diagnostics };
}

interface ClusterRun {
  readonly side: PatchContext;
  readonly patches: readonly Patch[];
  readonly trail: Trail;
  readonly merge: MergeContext;
}

/** False when a patch removes the cluster. */
function patchCluster(run: ClusterRun, draft: { cluster: JsonObject }, hosts: readonly string[]): boolean {
  for (const patch of run.patches) {
    if (patch.operation === 'ADD') continue;
    const name = asString(draft.cluster['name']) ?? '';
    const miss = matchCluster(patch, run.side, draft.cluster, hosts);
    if (miss !== undefined) run.trail.miss(patch, miss, name, run.side);
    else if (patch.operation === 'REMOVE') {
      run.trail.hit(patch, placeOf(draft.cluster), `it removes the cluster "${name}"`);
      return false;
    } else if (!MERGES.has(patch.operation)) run.trail.miss(patch, 'operation', name);
    else if (patch.value === undefined) run.trail.miss(patch, 'value', name);
    else {
      mergeCluster(run, patch, draft);
      run.trail.hit(patch, placeOf(draft.cluster), `it merges into the cluster "${name}"`);
    }
  }
  return true;
}

function placeOf(cluster: JsonObject): { readonly listener: string; readonly chain: string } {
  return { listener: `cluster:${asString(cluster['name']) ?? ''}`, chain: '' };
}

/** A patch with a transport socket changes the socket only (mergeTransportSocketCluster). */
function mergeCluster(run: ClusterRun, patch: Patch, draft: { cluster: JsonObject }): void {
  const value = valueOf(patch);
  const { cluster } = draft;
  const socket = value['transportSocket'];
  if (!isObject(socket)) {
    draft.cluster = mergeMessages(run.merge, patchedMessages.CLUSTER, cluster, value, patch.operation === 'MERGE_AND_REPLACE_LIST');
    return;
  }
  const matches = asArray(cluster['transportSocketMatches']).map(asObject);
  if (matches.length > 0) {
    const at = matches.findIndex((match) => isObject(match['transportSocket']) && match['transportSocket']['name'] === socket['name']);
    const hit = matches[at];
    if (hit === undefined) return;
    const merged = { ...hit, transportSocket: mergeSocket(run.merge, asObject(hit['transportSocket']), socket) };
    draft.cluster = { ...cluster, transportSocketMatches: matches.with(at, merged) };
    return;
  }
  const own = cluster['transportSocket'];
  const same = isObject(own) && own['name'] === socket['name'];
  draft.cluster = { ...cluster, transportSocket: same ? mergeSocket(run.merge, own, socket) : socket };
}

/** A name in the match decides alone (clusterMatch). */
function matchCluster(patch: Patch, side: PatchContext, cluster: JsonObject, hosts: readonly string[]): Check | undefined {
  if (patch.context !== 'ANY' && patch.context !== side) return 'context';
  const want = patch.cluster;
  if (want === undefined) return undefined;
  const name = asString(cluster['name']) ?? '';
  if (want.name !== undefined) return want.name === name ? undefined : 'cluster-name';
  const key = parseSubsetKey(name);
  const own = key.direction === 'inbound' && hosts.length > 0 ? hosts : [key.host];
  if (want.subset !== undefined && want.subset !== key.subset) return 'cluster-subset';
  if (want.service !== undefined && !own.includes(want.service)) return 'cluster-service';
  return want.portNumber !== undefined && want.portNumber !== key.port ? 'cluster-port' : undefined;
}

/** `outbound|80|v1|cart.shop.svc.cluster.local` (istio/istio pilot/pkg/model/service.go ParseSubsetKey). */
function parseSubsetKey(name: string): {
  readonly direction: string;
  readonly port: number;
  readonly subset: string;
  readonly host: string;
} {
  const isSrv = /^(?:outbound|inbound)_/.test(name);
  const [direction = '', port = '', subset = '', host = '', ...more] = name.split(isSrv ? '_.' : '|');
  const isWhole = name !== direction;
  return {
    direction: isWhole ? direction : '',
    port: asNumber(/^\d+$/.test(port) ? Number(port) : undefined) ?? 0,
    subset,
    host: more.length > 0 ? '' : host,
  };
}
