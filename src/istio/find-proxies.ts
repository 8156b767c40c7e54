import { asArray, asNumber, asObject, asString, asStringMap, isObject, type JsonObject } from '#base/json.ts';
import { parseYaml } from '#yaml/parse.ts';
import { isSubset } from './collections.ts';
import { mergeProxyConfig, resolveMeshConfig } from './mesh-config.ts';
import { installedMeshConfig } from './installed-mesh.ts';
import { refOf } from './registry/service.ts';
import { managedGateway } from './gateway-api/managed.ts';
import type { Proxy, Resource } from './resource.ts';

/**
 * The proxies of a mesh: each workload as sidecar or gateway, each gateway and waypoint of the Gateway API, and what is only known by a
 * Service or Gateway that selects it. In the order of the texts.
 */
export function findProxies(resources: readonly Resource[]): readonly Proxy[] {
  const mesh = resolveMeshConfig(installedMeshConfig(resources));
  const gateways = resources.filter((resource) => resource.group === 'networking.istio.io' && resource.kind === 'Gateway');
  const out: Proxy[] = [];
  for (const resource of resources) {
    const workload = workloadOf(resource);
    if (workload !== undefined && isInjected(workload))
      out.push(workloadProxy(resource, workload, gateways, mesh.defaultConfig, out.length));
  }
  for (const resource of resources) {
    const managed = managedGateway(resource, resources);
    if (managed === undefined || out.some((proxy) => proxy.namespace === resource.namespace && isSubset(managed.labels, proxy.labels)))
      continue;
    out.push({ ...managed, ip: addressAt(out.length), metadata: {}, workload: refOf(resource) });
  }
  return [...out, ...impliedProxies(resources, gateways, out)];
}

/** Pods without a status get an address of their own, so that endpoints can be told apart. */
function addressAt(index: number): string {
  return `10.1.${Math.floor(index / 250)}.${(index % 250) + 1}`;
}

interface Workload {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly pod: JsonObject;
  readonly podIp: string | undefined;
  /** All of them, where the pod runs. */
  readonly podIps: readonly string[];
}

const templateKinds = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'Job',
  'ReplicationController',
  'Rollout',
  'CloneSet',
]);

/** The pod template of a workload; nothing for what another workload owns. */
function workloadOf(resource: Resource): Workload | undefined {
  const metadata = asObject(resource.raw['metadata']);
  const owned = asArray(metadata['ownerReferences']).length > 0;
  if (resource.kind === 'Pod' && resource.group === '') {
    if (owned) return undefined;
    const status = asObject(resource.raw['status']);
    const podIp = asString(status['podIP']);
    const podIps = asArray(status['podIPs']).flatMap((entry) => asString(asObject(entry)['ip']) ?? []);
    return { labels: resource.labels, annotations: resource.annotations, pod: resource.spec, podIp, podIps };
  }
  const spec = resource.kind === 'CronJob' ? asObject(asObject(resource.spec['jobTemplate'])['spec']) : resource.spec;
  if (owned || (!templateKinds.has(resource.kind) && resource.kind !== 'CronJob')) return undefined;
  const template = asObject(spec['template']);
  const templateMetadata = asObject(template['metadata']);
  return {
    labels: asStringMap(templateMetadata['labels']),
    annotations: asStringMap(templateMetadata['annotations']),
    pod: asObject(template['spec']),
    podIp: undefined,
    podIps: [],
  };
}

/** Pods that say no, and those on the host's network, have no sidecar; istiod itself neither (istio/istio `pkg/kube/inject/inject.go injectRequired`). */
function isInjected(workload: Workload): boolean {
  const inject = workload.labels['sidecar.istio.io/inject'] ?? workload.annotations['sidecar.istio.io/inject'];
  return (
    inject !== 'false' &&
    workload.pod['hostNetwork'] !== true &&
    workload.labels['istio'] !== 'pilot' &&
    workload.labels['app'] !== 'istiod'
  );
}

function workloadProxy(
  resource: Resource,
  workload: Workload,
  gateways: readonly Resource[],
  defaultConfig: JsonObject,
  index: number,
): Proxy {
  const containers = [...asArray(workload.pod['containers']), ...asArray(workload.pod['initContainers'])].filter(isObject);
  const ports = containers.flatMap((container) => asArray(container['ports']).filter(isObject)).map(podPort);
  return {
    type: isWaypoint(workload) ? 'waypoint' : isGateway(workload, containers, gateways) ? 'router' : 'sidecar',
    name: resource.name,
    namespace: resource.namespace,
    labels: workload.labels,
    ip: workload.podIp ?? addressAt(index),

    metadata: metadataOf(workload, ports, defaultConfig),
    workload: refOf(resource),
  };
}

function podPort(port: JsonObject): JsonObject {
  return {
    name: asString(port['name']) ?? '',
    containerPort: asNumber(port['containerPort']) ?? 0,
    protocol: asString(port['protocol']) ?? 'TCP',
  };
}

/** What the agent reports that the pod's annotations decide. */
function metadataOf(workload: Workload, ports: readonly JsonObject[], defaultConfig: JsonObject): JsonObject {
  const mode = workload.annotations['sidecar.istio.io/interceptionMode'];
  const text = workload.annotations['proxy.istio.io/config'];
  const own = text === undefined ? undefined : parseYaml(text, 'proxy.istio.io/config').documents[0]?.value;
  return {
    ...(ports.length > 0 ? { POD_PORTS: ports } : {}),
    ...(workload.podIps.length > 1 ? { INSTANCE_IPS: workload.podIps.join(',') } : {}),
    ...(Object.keys(workload.annotations).length > 0 ? { ANNOTATIONS: workload.annotations } : {}),
    ...(mode === undefined ? {} : { INTERCEPTION_MODE: mode }),
    ...(isObject(own) ? { PROXY_CONFIG: mergeProxyConfig(defaultConfig, own) } : {}),
  };
}

function isWaypoint(workload: Workload): boolean {
  return workload.labels['gateway.istio.io/managed'] === 'istio.io-mesh-controller';
}

/** A gateway template, a proxy that runs as router, or a Gateway whose selector means this workload. */
function isGateway(workload: Workload, containers: readonly JsonObject[], gateways: readonly Resource[]): boolean {
  const templates = workload.annotations['inject.istio.io/templates'] ?? '';
  if (templates.split(',').some((template) => template.trim() === 'gateway')) return true;
  if (workload.labels['gateway.networking.k8s.io/gateway-name'] !== undefined) return true;
  const runsRouter = containers.some((container) => container['name'] === 'istio-proxy' && asArray(container['args']).includes('router'));
  return runsRouter || gateways.some((gateway) => selects(gateway, workload.labels));
}

function selects(gateway: Resource, labels: Readonly<Record<string, string>>): boolean {
  const selector = asStringMap(gateway.spec['selector']);
  return Object.keys(selector).length > 0 && isSubset(selector, labels);
}

/** Workloads that are not in the texts, though a Gateway or Service speaks of them. */
function impliedProxies(resources: readonly Resource[], gateways: readonly Resource[], known: readonly Proxy[]): readonly Proxy[] {
  const out: Proxy[] = [];
  const isKnown = (labels: Readonly<Record<string, string>>, namespace: string | undefined): boolean =>
    [...known, ...out].some((proxy) => (namespace === undefined || proxy.namespace === namespace) && isSubset(labels, proxy.labels));
  const services = resources.filter((resource) => resource.kind === 'Service' && resource.group === '');
  const add = (
    type: Proxy['type'],
    resource: Resource,
    name: string,
    namespace: string,
    labels: Readonly<Record<string, string>>,
  ): void => {
    const ip = addressAt(known.length + out.length);
    out.push({ type, name, namespace, labels, ip, metadata: {}, workload: refOf(resource) });
  };
  for (const gateway of gateways) {
    const selector = asStringMap(gateway.spec['selector']);
    if (Object.keys(selector).length === 0 || isKnown(selector, undefined)) continue;
    const service = services.find((candidate) => isSubset(selector, asStringMap(candidate.spec['selector'])));
    const labels = service === undefined ? selector : asStringMap(service.spec['selector']);
    const name = service?.name ?? (selector['istio'] === undefined ? 'gateway' : `istio-${selector['istio']}`);
    add('router', gateway, name, service?.namespace ?? (gateway.namespace === 'default' ? 'istio-system' : gateway.namespace), labels);
  }
  for (const service of services) {
    const selector = asStringMap(service.spec['selector']);
    if (Object.keys(selector).length === 0 || isKnown(selector, service.namespace) || selector['istio'] === 'pilot') continue;
    add('sidecar', service, service.name, service.namespace, selector);
  }
  return out;
}
