import { asArray, asObject, asString, type JsonValue } from '#base/json.ts';
import { labelSelector, namespaceLabels } from './label-selector.ts';
import type { Resource } from './resource.ts';

/** Kinds without a namespace. */
export const clusterScoped: ReadonlySet<string> = new Set([
  'Namespace',
  'GatewayClass',
  'Node',
  'CustomResourceDefinition',
  'ClusterTrustBundle',
]);

/** Operators that need values, and those that take none. */
const takesValues: Readonly<Record<string, boolean>> = { In: true, NotIn: true, Exists: false, DoesNotExist: false };

function isValidSelector(selector: JsonValue): boolean {
  return asArray(asObject(selector)['matchExpressions']).every((entry) => {
    const { operator, values } = asObject(entry);
    const wanted = takesValues[asString(operator) ?? ''];
    return wanted !== undefined && wanted === asArray(values).length > 0;
  });
}

/**
 * Which namespaces `discoverySelectors` let istiod see: those that one selector fits (istio/istio `pkg/kube/namespace/filter.go`);
 * `undefined` when there are no selectors. In a cluster every namespace has an object; `as-given` only those named count.
 */
export function discoveryFilter(
  selectors: JsonValue | undefined,
  resources: readonly Resource[],
  cluster: 'completed' | 'as-given',
): ((namespace: string) => boolean) | undefined {
  const tests = asArray(selectors).map(labelSelector);
  // one that Kubernetes refuses switches all of them off
  if (tests.length === 0 || !asArray(selectors).every(isValidSelector)) return undefined;
  const isGiven = cluster === 'as-given';
  const known = new Map(
    resources
      .filter((resource) => resource.kind === 'Namespace' && resource.group === '')
      .map((resource) => [resource.name, isGiven ? resource.labels : namespaceLabels(resource.name, resource.labels)]),
  );
  const verdicts = new Map<string, boolean>();
  const isSelected = (namespace: string): boolean => {
    const labels = known.get(namespace) ?? (isGiven ? undefined : namespaceLabels(namespace, {}));
    return labels !== undefined && tests.some((test) => test(labels));
  };
  return (namespace) => {
    const verdict = verdicts.get(namespace) ?? isSelected(namespace);
    verdicts.set(namespace, verdict);
    return verdict;
  };
}
