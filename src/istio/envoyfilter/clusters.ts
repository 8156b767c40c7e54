import type { ClusterName, ClusterSide } from '../clusters/proxy-clusters.ts';
import type { Landing } from '../mesh.ts';
import type { Check } from './checks.ts';
import { MERGES, type Patch, type PatchContext } from './patch.ts';
import type { Selection } from './select.ts';
import { Trail } from './trail.ts';

/**
 * What CLUSTER patches do to the clusters of a proxy, by their names: each is merged into or removed, then new ones are added (istio/istio
 * pilot/pkg/networking/core/envoyfilter/cluster_patch.go).
 */
export function clusterLandings(
  sidesOf: (annotated: readonly string[]) => readonly ClusterSide[],
  selection: Selection,
): readonly Landing[] {
  const patches = selection.byKind.get('CLUSTER') ?? [];
  if (patches.length === 0) return [];
  const trail = new Trail();
  for (const { side, clusters, adds } of sidesOf(annotatedServices(selection))) {
    for (const cluster of clusters) patchCluster(trail, patches, side, cluster);
    for (const patch of patches) if (patch.operation === 'ADD') add(trail, patch, side, adds);
  }
  return trail.landings(patches, selection.reasonsOf);
}

/** Services that waypoints shall have clusters for because an EnvoyFilter says so (`pilot/pkg/model/envoyfilter.go convertToEnvoyFilterWrapper`). */
function annotatedServices({ patches }: Selection): readonly string[] {
  const resources = new Set(patches.map((patch) => patch.resource));
  return [...resources].flatMap((resource) => resource.annotations['envoyfilter.istio.io/referenced-services']?.split(',') ?? []);
}

/** A removed cluster is not looked at again. */
function patchCluster(trail: Trail, patches: readonly Patch[], side: PatchContext, cluster: ClusterName): void {
  const place = { listener: `cluster:${cluster.name}`, chain: '' };
  for (const patch of patches) {
    if (patch.operation === 'ADD') continue;
    const miss = matchCluster(patch, side, cluster);
    if (miss !== undefined) trail.miss(patch, miss, cluster.name, side);
    else if (patch.operation === 'REMOVE') {
      trail.hit(patch, place, `it removes the cluster "${cluster.name}"`);
      return;
    } else if (!MERGES.has(patch.operation)) trail.miss(patch, 'operation', cluster.name);
    else if (patch.value === undefined) trail.miss(patch, 'value', cluster.name);
    else trail.hit(patch, place, `it merges into the cluster "${cluster.name}"`);
  }
}

/** Without a context, clusters are added for traffic that leaves and for gateways only. */
function add(trail: Trail, patch: Patch, side: PatchContext, adds: boolean): void {
  const fits = adds && (patch.context === side || (patch.context === 'ANY' && side !== 'SIDECAR_INBOUND'));
  if (!fits) trail.miss(patch, 'context', side, side);
  else if (patch.value === undefined) trail.miss(patch, 'value', side);
  else trail.hit(patch, { listener: `cluster:${String(patch.value['name'] ?? '')}`, chain: '' }, 'a cluster is added');
}

/** A name in the match decides alone (`clusterMatch`). */
function matchCluster(patch: Patch, side: PatchContext, { name, hosts }: ClusterName): Check | undefined {
  if (patch.context !== 'ANY' && patch.context !== side) return 'context';
  const want = patch.cluster;
  if (want === undefined) return undefined;
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
  const isBySni = /^(?:outbound|inbound)_/.test(name);
  const [direction = '', port = '', subset = '', host = '', ...more] = name.split(isBySni ? '_.' : '|');
  return {
    direction: name === direction ? '' : direction,
    port: /^\d+$/.test(port) ? Number(port) : 0,
    subset,
    host: more.length > 0 ? '' : host,
  };
}
