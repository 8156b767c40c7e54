import { asObject, asStringMap, type JsonObject } from '#base/json.ts';
import { goQuote } from '../../api/go-json.ts';
import { groupBy, isSubset } from '../../collections.ts';
import { compareText } from '../../resource-order.ts';
import { message, messages, number, text } from '../webhook/words/fields.ts';
import { goList, type Analyzed, type AnalyzedMesh, type Finding } from './finding.ts';
import { portText } from './hosts.ts';

const INJECT = 'sidecar.istio.io/inject';

/** Is a sidecar in it, or will one be put in (istio/istio pkg/config/analysis/analyzers/util/in_mesh.go)? */
export function isInMesh(
  mesh: AnalyzedMesh,
  namespace: string,
  metadata: { readonly labels: Readonly<Record<string, string>>; readonly annotations: Readonly<Record<string, string>> },
  containers: readonly JsonObject[],
): boolean {
  if (hasProxy(containers)) return true;
  const wish = metadata.labels[INJECT] ?? metadata.annotations[INJECT];
  if (wish !== undefined) return wish === 'true';
  return mesh.of('Namespace').some(({ resource }) => resource.name === namespace && resource.labels['istio-injection'] === 'enabled');
}

function hasProxy(containers: readonly JsonObject[]): boolean {
  return text(containers.find((one) => text(one, 'name') === 'istio-proxy') ?? {}, 'image') !== '';
}

/** Namespaces without, or with two, marks for injection, and pods that have missed it (injection/injection.go). */
export function analyzeInjection(mesh: AnalyzedMesh): readonly Finding[] {
  const out: Finding[] = [];
  const injected = new Set<string>();
  for (const { resource } of mesh.of('Namespace')) {
    const { name, labels } = resource;
    if (name === 'istio-system') continue;
    const injection = labels['istio-injection'];
    const marks = injection === undefined ? [] : [`istio-injection=${injection}`];
    for (const key of ['istio.io/rev', 'istio.io/dataplane-mode'])
      if (labels[key] !== undefined && (injection === undefined || injection === 'enabled')) marks.push(`${key}=${labels[key]}`);
    const path = ['metadata', 'name'];
    if (marks.length > 1) {
      const text = `The namespace has more than one type of injection labels ${goList(marks)}, which may lead to undefined behavior.`;
      out.push({ code: 'IST0123', resource, text: `${text} Make sure only one injection label exists.`, path: ['metadata', 'labels'] });
    }
    if (labels['istio.io/dataplane-mode'] === 'ambient') continue;
    if ((injection ?? '') === '' && labels['istio.io/rev'] === undefined) {
      const yes = `Run 'kubectl label namespace ${name} istio-injection=enabled' to enable it`;
      const no = `or 'kubectl label namespace ${name} istio-injection=disabled' to explicitly mark it as not needing injection.`;
      out.push({ code: 'IST0102', resource, text: `The namespace is not enabled for Istio injection. ${yes}, ${no}`, path });
    } else if (injection === 'enabled') injected.add(name);
  }
  for (const { resource, spec, namespace, name } of mesh.of('Pod')) {
    const wish = resource.labels[INJECT] ?? resource.annotations[INJECT] ?? '';
    if (!injected.has(namespace) || wish.toLowerCase() === 'false' || spec['hostNetwork'] === true) continue;
    if (hasProxy([...messages(spec, 'containers'), ...messages(spec, 'initContainers')])) continue;
    const text = `The pod ${name} is missing the Istio proxy. This can often be resolved by restarting or redeploying the workload.`;
    out.push({ code: 'IST0103', resource, text, path: ['metadata', 'name'] });
  }
  return out;
}

/** Processes that run as the user whose traffic is not captured (deployment/pod.go). */
export function analyzeUsers(mesh: AnalyzedMesh): readonly Finding[] {
  return ['Pod', 'Deployment'].flatMap((kind) =>
    mesh.of(kind).flatMap(({ resource, spec }): readonly Finding[] => {
      if (resource.labels['istio'] !== undefined || resource.labels['release'] === 'istio') return [];
      const own = kind === 'Pod' ? spec : asObject(asObject(spec['template'])['spec']);
      const base = kind === 'Pod' ? ['spec'] : ['spec', 'template', 'spec'];
      const isReserved = (of: JsonObject): boolean => number(message(of, 'securityContext') ?? {}, 'runAsUser') === 1337;
      const text = 'User ID (UID) 1337 is reserved for the sidecar proxy.';
      const inPod = isReserved(own) ? [[...base, 'securityContext', 'runAsUser']] : [];
      const inContainers = messages(own, 'containers').flatMap((one, at) =>
        ['istio-proxy', 'istio-operator'].includes(String(one['name'])) || !isReserved(one)
          ? []
          : [[...base, 'containers', at, 'securityContext', 'runAsUser']],
      );
      return [...inPod, ...inContainers].map((path) => ({ code: 'IST0144', resource, text, path }));
    }),
  );
}

/** Services that contradict each other in front of a Deployment (deployment/services.go). */
export function analyzeServiceAssociation(mesh: AnalyzedMesh): readonly Finding[] {
  return mesh.of('Deployment').flatMap((deployment) => {
    const { resource, spec, namespace } = deployment;
    const template = asObject(spec['template']);
    const metadata = asObject(template['metadata']);
    const labels = asStringMap(metadata['labels']);
    const containers = messages(asObject(template['spec']), 'containers');
    if (resource.labels['gateway.istio.io/managed'] === 'istio.io-mesh-controller') return [];
    if (!isInMesh(mesh, namespace, { labels, annotations: asStringMap(metadata['annotations']) }, containers)) return [];
    const services = mesh.of('Service').filter((service) => {
      const selector = asStringMap(service.spec['selector']);
      return service.namespace === namespace && Object.keys(selector).length > 0 && isSubset(selector, labels);
    });
    return [...protocolConflicts(deployment, services), ...targetConflicts(deployment, services)];
  });
}

function protocolConflicts({ resource }: Analyzed, services: readonly Analyzed[]): readonly Finding[] {
  const ports = services.flatMap(({ spec, name }) => messages(spec, 'ports').map((port) => ({ name, port })));
  return [...groupBy(ports, ({ port }) => number(port, 'port'))].flatMap(([number, own]): readonly Finding[] => {
    if (new Set(own.map(({ port }) => text(port, 'protocol') || 'TCP')).size < 2) return [];
    const names = goList(own.map(({ name }) => name).sort(compareText));
    const which = `associated with multiple services using port ${number} but different protocols: ${names}`;
    return [{ code: 'IST0116', resource, text: `This deployment ${resource.name} is ${which}`, path: ['metadata', 'name'] }];
  });
}

function targetConflicts({ resource }: Analyzed, services: readonly Analyzed[]): readonly Finding[] {
  const targets = new Map<string, Map<number, string>>();
  for (const { spec, name } of services) {
    for (const port of messages(spec, 'ports')) {
      const target = portText(port['targetPort']);
      const key = target === '0' || target === '' ? String(number(port, 'port')) : target;
      targets.set(key, (targets.get(key) ?? new Map<number, string>()).set(number(port, 'port'), name));
    }
  }
  return [...targets].flatMap(([target, own]): readonly Finding[] => {
    if (own.size < 2) return [];
    const names = goList([...own.values()].sort(compareText));
    const ports = goList([...own.keys()].sort((a, b) => a - b));
    const which = `associated with multiple services ${names} using targetPort ${goQuote(target)} but different ports: ${ports}`;
    return [{ code: 'IST0137', resource, text: `This deployment ${resource.name} is ${which}.`, path: ['metadata', 'name'] }];
  });
}
