import { asStringMap, isObject } from '#base/json.ts';
import { goQuote } from '../../api/go-json.ts';
import { groupBy, isSubset } from '../../collections.ts';
import { compareText } from '../../resource-order.ts';
import { message } from '../webhook/words/fields.ts';
import { goList, selectorText, type Analyzed, type AnalyzedMesh, type AnalyzerCode, type Finding } from './finding.ts';

interface Selecting {
  readonly kind: string;
  readonly plural: string;
  readonly selector: string;
  readonly labels: string;
  readonly several: AnalyzerCode;
  readonly conflict: AnalyzerCode;
}

const sidecars: Selecting = {
  kind: 'Sidecar',
  plural: 'Sidecars',
  selector: 'workloadSelector',
  labels: 'labels',
  several: 'IST0111',
  conflict: 'IST0110',
};

const telemetries: Selecting = {
  kind: 'Telemetry',
  plural: 'Telemetries',
  selector: 'selector',
  labels: 'matchLabels',
  several: 'IST0160',
  conflict: 'IST0159',
};

/** Sidecars and Telemetries that nothing or the same is selected by (istio/istio pkg/config/analysis/analyzers sidecar/selector.go, telemetry/selector.go, default_selector.go). */
export function analyzeSelectors(mesh: AnalyzedMesh): readonly Finding[] {
  return [sidecars, telemetries].flatMap((kind) => {
    const all = mesh.of(kind.kind);
    const labelsOf = ({ spec }: Analyzed): Readonly<Record<string, string>> =>
      asStringMap((message(spec, kind.selector) ?? {})[kind.labels]);
    const bySelector = all.filter((one) => Object.keys(labelsOf(one)).length > 0);
    const byNamespace = all.filter((one) =>
      kind === sidecars ? Object.keys(labelsOf(one)).length === 0 : !isObject(one.spec[kind.selector]),
    );
    return [...alone(mesh, kind, bySelector, labelsOf), ...together(mesh, kind, byNamespace)];
  });
}

type LabelsOf = (one: Analyzed) => Readonly<Record<string, string>>;

function alone(mesh: AnalyzedMesh, kind: Selecting, all: readonly Analyzed[], labelsOf: LabelsOf): readonly Finding[] {
  const selects = (one: Analyzed, pod: Analyzed): boolean =>
    pod.namespace === one.namespace && isSubset(labelsOf(one), pod.resource.labels);
  const missed = all
    .filter((one) => !mesh.of('Pod').some((pod) => selects(one, pod)))
    .map((one): Finding => ({
      code: 'IST0101',
      resource: one.resource,
      text: `Referenced selector not found: ${goQuote(selectorText(labelsOf(one)))}`,
      path: ['spec', kind.selector],
    }));
  const conflicts = mesh.of('Pod').flatMap((pod) => {
    const own = all.filter((one) => selects(one, pod));
    if (kind === sidecars && pod.resource.annotations['ambient.istio.io/redirection'] === 'enabled')
      return own.map((one) => ineffective(one, 'selected workload is in ambient mode, the policy has no impact'));
    if (own.length < 2) return [];
    const where = `in namespace ${goQuote(pod.namespace)} select the same workload pod ${goQuote(pod.resource.name)}`;
    const text = `The ${kind.plural} ${names(own)} ${where}, which can lead to undefined behavior.`;
    return own.map((one): Finding => ({ code: kind.conflict, resource: one.resource, text, path: ['spec', kind.selector] }));
  });
  return [...missed, ...conflicts];
}

function names(all: readonly Analyzed[]): string {
  return goList(all.map(({ resource }) => resource.name).sort(compareText));
}

function ineffective(one: Analyzed, why: string): Finding {
  return { code: 'IST0167', resource: one.resource, text: `The policy has no impact: ${why}.`, path: ['spec'] };
}

function together(mesh: AnalyzedMesh, kind: Selecting, all: readonly Analyzed[]): readonly Finding[] {
  return [...groupBy(all, (one) => one.namespace)].flatMap(([namespace, own]): readonly Finding[] => {
    if (kind === sidecars && isAmbient(mesh, namespace))
      return own.map((one) => ineffective(one, 'namespace is in ambient mode, the policy has no impact'));
    if (own.length < 2) return [];
    const where = `in namespace ${goQuote(namespace)} have no workload selector`;
    const text = `The ${kind.plural} ${names(own)} ${where}, which can lead to undefined behavior.`;
    return own.map((one) => ({ code: kind.several, resource: one.resource, text, path: ['metadata', 'name'] }));
  });
}

function isAmbient(mesh: AnalyzedMesh, namespace: string): boolean {
  const labels = mesh.of('Namespace').find(({ resource }) => resource.name === namespace)?.resource.labels ?? {};
  if (labels['istio-injection'] === 'enabled' || (labels['istio.io/rev'] ?? '') !== '') return false;
  return labels['istio.io/dataplane-mode'] === 'ambient';
}

const gatewayName = 'gateway.networking.k8s.io/gateway-name';

/** Selectors on pods of Gateway API gateways (k8sgateway/workloadselector.go). */
export function analyzeGatewaySelectors(mesh: AnalyzedMesh): readonly Finding[] {
  const pods = mesh.of('Pod').filter(({ resource }) => resource.labels[gatewayName] !== undefined);
  return ['AuthorizationPolicy', 'RequestAuthentication', 'Telemetry', 'WasmPlugin'].flatMap((kind) =>
    mesh.of(kind).flatMap(({ resource, spec, namespace }) => {
      const selector = message(spec, 'selector');
      if (selector === undefined || spec['targetRef'] !== undefined) return [];
      const labels = asStringMap(selector['matchLabels']);
      const own = pods.filter((pod) => pod.namespace === namespace && isSubset(labels, pod.resource.labels));
      return own.map((pod): Finding => {
        const gateway = pod.resource.labels[gatewayName] ?? '';
        const text = `Ineffective selector on Kubernetes Gateway ${gateway}. Use the TargetRef field instead.`;
        return { code: 'IST0166', resource, text, path: ['spec', 'selector'] };
      });
    }),
  );
}
