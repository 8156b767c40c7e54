import { asArray, asObject, isObject } from '#base/json.ts';
import { labelSelector, namespaceLabels, type Labels } from '../label-selector.ts';
import { perSnapshot, type Snapshot } from '../snapshot.ts';
import type { Service } from './service.ts';

/** How far a ServiceEntry is seen. */
export type EntryVisibility = 'public' | 'namespace' | 'none';

const names: Readonly<Record<string, EntryVisibility>> = { NAMESPACE: 'namespace', NONE: 'none' };

/**
 * The visibility of ServiceEntries of a namespace by `serviceEntryVisibility` of the mesh: that of the first policy all of whose rules fit
 * the labels of the namespace, else the default (istio/istio `pilot/pkg/model/serviceentry_visibility.go`).
 */
export const entryVisibility = perSnapshot((snapshot: Snapshot): ((namespace: string) => EntryVisibility) => {
  const settings = snapshot.mesh.raw['serviceEntryVisibility'];
  if (!isObject(settings) || !snapshot.minor.entryVisibility) return () => 'public';
  const fallback = visibilityOf(settings['defaultVisibility']);
  const policies = asArray(settings['policies'])
    .filter(isObject)
    .map((policy) => ({
      visibility: visibilityOf(policy['visibility']),
      // a rule of another kind never fits
      rules: asArray(policy['matchingRules']).map((rule) => labelSelector(asObject(rule)['namespaceSelector'])),
    }));
  const known = new Map(snapshot.list('', 'Namespace').map((resource) => [resource.name, resource.labels]));
  const isGiven = snapshot.cluster === 'as-given';
  const labelsOf = (name: string): Labels => (isGiven ? (known.get(name) ?? {}) : namespaceLabels(name, known.get(name) ?? {}));
  return (namespace) => {
    const labels = labelsOf(namespace);
    return policies.find(({ rules }) => rules.every((fits) => fits(labels)))?.visibility ?? fallback;
  };
});

function visibilityOf(value: unknown): EntryVisibility {
  return names[typeof value === 'string' ? value : ''] ?? 'public';
}

/** `exportTo` of a service, narrowed by that visibility where sidecars follow it (`pilot/pkg/model/push_context.go serviceExportTo`). */
export function narrowedExport(service: Service, spread: ReadonlySet<string>, snapshot: Snapshot): ReadonlySet<string> {
  if (service.registry === 'Kubernetes' || (spread.size === 1 && spread.has('~'))) return spread;
  if (asObject(snapshot.mesh.raw['serviceEntryVisibility'])['applyToSidecars'] !== true) return spread;
  const visibility = entryVisibility(snapshot)(service.namespace);
  if (visibility === 'public') return spread;
  const own = ['*', '.', service.namespace].some((target) => spread.has(target));
  return new Set([visibility === 'namespace' && own ? '.' : '~']);
}
