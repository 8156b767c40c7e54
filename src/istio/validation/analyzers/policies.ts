import { asStringMap } from '#base/json.ts';
import { goQuote } from '../../api/go-json.ts';
import { isSubset } from '../../collections.ts';
import { message, messages, texts } from '../webhook/words/fields.ts';
import { selectorText, type AnalyzedMesh, type Finding } from './finding.ts';
import { isInMesh } from './workloads.ts';

/** AuthorizationPolicies for no pods, and namespaces that are not there (istio/istio pkg/config/analysis/analyzers/authz/authorizationpolicies.go). */
export function analyzeAuthorization(mesh: AnalyzedMesh, rootNamespace: string): readonly Finding[] {
  const pods = mesh
    .of('Pod')
    .filter(
      ({ resource, spec, namespace }) =>
        resource.annotations['ambient.istio.io/redirection'] === 'enabled' ||
        isInMesh(mesh, namespace, resource, [...messages(spec, 'containers'), ...messages(spec, 'initContainers')]),
    );
  const namespaces = mesh.of('Namespace').map(({ resource }) => resource.name);
  return mesh.of('AuthorizationPolicy').flatMap(({ resource, spec, namespace }) => {
    const selector = message(spec, 'selector');
    const labels = asStringMap(selector?.['matchLabels']);
    const isRoot = namespace === rootNamespace;
    const own = isRoot ? pods : pods.filter((pod) => pod.namespace === namespace);
    const isMissed = selector === undefined ? !isRoot && own.length === 0 : !own.some((pod) => isSubset(labels, pod.resource.labels));
    const text = `No matching workloads for this resource with the following labels: ${selectorText(labels)}`;
    const missed: readonly Finding[] = isMissed ? [{ code: 'IST0127', resource, text, path: ['spec', 'selector'] }] : [];
    const unknown = messages(spec, 'rules').flatMap((rule, index) =>
      messages(rule, 'from').flatMap((from, at) =>
        ['namespaces', 'notNamespaces'].flatMap((field) =>
          texts(message(from, 'source') ?? {}, field)
            .map((wanted, value) => ({ wanted, value }))
            .filter(({ wanted }) => !namespaces.some((name) => matches(name, wanted)))
            .map(({ wanted, value }): Finding => ({
              code: 'IST0101',
              resource,
              text: `Referenced namespace not found: ${goQuote(wanted)}`,
              path: ['spec', 'rules', index, 'from', at, 'source', field, value],
            })),
        ),
      ),
    );
    return [...missed, ...unknown];
  });
}

function matches(namespace: string, wanted: string): boolean {
  if (wanted === '*') return true;
  if (wanted.startsWith('*')) return namespace.endsWith(wanted.slice(1));
  return wanted.endsWith('*') ? namespace.startsWith(wanted.slice(0, -1)) : namespace.toLowerCase() === wanted.toLowerCase();
}

/** Logging for which no provider is named anywhere (telemetry/providers.go). */
export function analyzeLogProviders(mesh: AnalyzedMesh, defaults: readonly string[]): readonly Finding[] {
  if (defaults.length > 0) return [];
  return mesh.of('Telemetry').flatMap(({ resource, spec, namespace }) =>
    messages(spec, 'accessLogging').flatMap((logging, index): readonly Finding[] => {
      if (logging['disabled'] === true || messages(logging, 'providers').length > 0) return [];
      const text = `The Telemetry ${resource.name} in namespace ${goQuote(namespace)} with empty providers will be ignored.`;
      return [{ code: 'IST0157', resource, text, path: ['spec', 'accessLogging', index] }];
    }),
  );
}
