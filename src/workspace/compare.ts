import { diffConfigurations, type ProxyConfiguration } from '#envoy/diff/diff-listeners.ts';
import { foldDifferences, type Difference, type FoldedDifference } from '#envoy/diff/difference.ts';
import { buildMesh } from '#istio/build-listeners.ts';
import { installedMeshConfig } from '#istio/installed-mesh.ts';
import { newestMinor, oldestMinor } from '#istio/minors.ts';
import type { MeshOutput } from '#istio/mesh.ts';
import type { Resource } from '#istio/resource.ts';
import type { Design } from './design.ts';
import type { ProxySource } from './proxy-source.ts';
import type { ViewState } from './view.ts';
import type { Vocabulary } from './vocabulary.ts';

/** One side of a comparison: a source, for resources with the istiod that builds. */
export interface CompareSide {
  readonly key: string;
  readonly source: ProxySource;
  readonly istio: string | undefined;
}

/** Everything that what is in view can be compared with, the likeliest first: what the same workload has or would get elsewhere. */
export function compareSides(
  { sources, source }: Pick<Design, 'sources' | 'source'>,
  { istio }: Pick<ViewState, 'istio'>,
): readonly CompareSide[] {
  const sides = sources.flatMap((item): readonly CompareSide[] => {
    if (item.kind !== 'resources') return [{ key: item.key, source: item, istio: undefined }];
    const minors = item === source ? otherMinors(istio) : [istio];
    return minors.map((minor) => ({ key: `${item.key} ${minor}`, source: item, istio: minor }));
  });
  const others = sides.filter((side) => side.source !== source || side.source.kind === 'resources');
  return others.toSorted((a, b) => likeness(b.source, source) - likeness(a.source, source));
}

/** The nearest older ones first: what one upgrades from. */
function otherMinors(istio: string): readonly string[] {
  const now = Number(istio.split('.')[1]);
  const all = Array.from({ length: newestMinor - oldestMinor + 1 }, (_, i) => newestMinor - i).filter((minor) => minor !== now);
  return all.toSorted((a, b) => Number(a > now) - Number(b > now) || Math.abs(a - now) - Math.abs(b - now)).map((minor) => `1.${minor}`);
}

function likeness(one: ProxySource, other: ProxySource | undefined): number {
  if (other === undefined) return 0;
  const same = one.proxy.namespace === other.proxy.namespace && (one.proxy.name === other.proxy.name || sharesLabels(one, other));
  return (one.kind === other.kind ? 0 : 1) + (same ? 2 : 0) + (one.proxy.type === other.proxy.type ? 1 : 0) - (one === other ? 3 : 0);
}

function sharesLabels({ proxy: one }: ProxySource, { proxy: other }: ProxySource): boolean {
  return one.labels['app'] !== undefined && one.labels['app'] === other.labels['app'];
}

/** What the side has, or what istiod would build for it. */
export function configurationOf(
  { source, istio }: Pick<CompareSide, 'source' | 'istio'>,
  resources: readonly Resource[],
  types: Vocabulary['types'],
): ProxyConfiguration & Partial<Pick<MeshOutput, 'landings'>> {
  if (source.output !== undefined) return source.output;
  return buildMesh({
    resources,
    proxy: source.proxy,
    istio: istio ?? `1.${newestMinor}`,
    meshConfig: installedMeshConfig(resources),
    types,
  });
}

/** What differs between two configurations, arranged for the eye. */
export interface ComparedConfigurations {
  /** The same in several chains once. */
  readonly differences: readonly FoldedDifference[];
  /** Listeners and routes that only one side has: often because it knows more of the mesh. */
  readonly onlyBefore: readonly string[];
  readonly onlyAfter: readonly string[];
}

/** `listener`: only of that one. */
export function compareConfigurations(before: ProxyConfiguration, after: ProxyConfiguration, listener?: string): ComparedConfigurations {
  const only = (side: ProxyConfiguration): ProxyConfiguration =>
    listener === undefined ? side : { ...side, listeners: side.listeners.filter(({ name }) => name === listener), routes: [] };
  const all = diffConfigurations(only(before), only(after));
  const names = (kind: Difference['kind']): readonly string[] =>
    all.filter((item) => item.kind === kind && isWhole(item)).map(({ place }) => place.listener ?? place.route ?? '');
  return { differences: foldDifferences(all.filter((item) => !isWhole(item))), onlyBefore: names('removed'), onlyAfter: names('added') };
}

function isWhole({ kind, place }: Difference): boolean {
  return kind !== 'changed' && place.chain === undefined && place.filter === undefined;
}
