import { asArray, asNumber, asObject, asString, asStringMap, isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { isSubset } from '../collections.ts';
import { compareText } from '../resource-order.ts';
import type { Proxy, Resource } from '../resource.ts';
import type { Snapshot } from '../snapshot.ts';
import type { Service, ServicePort } from './service.ts';
import { serviceRegistry } from './service-registry.ts';

/** A port of a service that ends at the proxy's workload. */
export interface ServiceTarget {
  readonly service: Service;
  readonly port: ServicePort;
  readonly targetPort: number;
}

/**
 * The services whose traffic reaches this proxy's workload, oldest first, then by host
 * (istio/istio `pilot/pkg/model/context.go SetServiceTargets`).
 */
export function serviceTargetsOf(proxy: Proxy, snapshot: Snapshot): readonly ServiceTarget[] {
  const { all } = serviceRegistry(snapshot);
  const entry = workloadEntryOf(proxy, snapshot);
  const out = all.flatMap((service) => {
    if (service.namespace !== proxy.namespace) return [];
    if (service.registry === 'External') return entryTargets(service, proxy, entry);
    const labels = entry === undefined ? proxy.labels : workloadLabels(entry);
    if (service.selector === undefined || Object.keys(service.selector).length === 0) return [];
    return isSubset(service.selector, labels) ? kubernetesTargets(service, proxy, entry) : [];
  });
  return out.sort((a, b) => a.service.creationTime - b.service.creationTime || compareText(a.service.hostname, b.service.hostname));
}

function workloadEntryOf(proxy: Proxy, snapshot: Snapshot): Resource | undefined {
  return snapshot.listIn('networking.istio.io', 'WorkloadEntry', proxy.namespace).find((entry) => entry.spec['address'] === proxy.ip);
}

function workloadLabels(entry: Resource): Readonly<Record<string, string>> {
  return { ...asStringMap(entry.spec['labels']), ...entry.labels };
}

/** `GetProxyServiceTargetsByPod`: ports with the same target and protocol count once, the first one's name is kept. */
function kubernetesTargets(service: Service, proxy: Proxy, entry: Resource | undefined): ServiceTarget[] {
  const seen = new Set<string>();
  return asArray(service.resource.spec['ports']).flatMap((port, i) => {
    const known = service.ports[i];
    if (!isObject(port) || known === undefined) return [];
    // ports are found by name, and the first of a name answers for all of them
    const named = service.ports.find((candidate) => candidate.name === known.name) ?? known;
    const target = entry === undefined ? podPort(port, proxy) : entryPort(port, entry);
    if (target === undefined) return [];
    const key = `${target}/${named.protocol}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ service, port: named, targetPort: target }];
  });
}

/** A number as it is; a name is looked up among the containers' ports (`serviceregistry/kube/controller/util.go FindPort`). */
function podPort(port: JsonObject, proxy: Proxy): number | undefined {
  const target = port['targetPort'];
  if (target === undefined || target === null) return 0;
  if (typeof target === 'number') return target;
  const wanted = asString(target);
  const found = asArray(proxy.metadata['POD_PORTS'] ?? null).find(
    (candidate) => isObject(candidate) && candidate['name'] === wanted && (candidate['protocol'] ?? 'TCP') === (port['protocol'] ?? 'TCP'),
  );
  return isObject(found) ? asNumber(found['containerPort']) : undefined;
}

function entryPort(port: JsonObject, entry: Resource): number | undefined {
  const ports = asObject(entry.spec['ports']);
  const target = port['targetPort'];
  if (typeof target === 'number' && target !== 0) return target;
  return asNumber(ports[asString(target) ?? asString(port['name']) ?? '']) ?? asNumber(port['port']);
}

/** Workloads that a ServiceEntry names by selector or lists as an endpoint. */
function entryTargets(service: Service, proxy: Proxy, entry: Resource | undefined): readonly ServiceTarget[] {
  const { spec } = service.resource;
  const endpoint = asArray(spec['endpoints']).find((item) => isObject(item) && item['address'] === proxy.ip);
  const labels = entry === undefined ? proxy.labels : workloadLabels(entry);
  const selected = service.selector !== undefined && isSubset(service.selector, labels);
  if (!isObject(endpoint) && !selected) return [];
  const remap = isObject(endpoint) ? asObject(endpoint['ports']) : asObject(entry?.spec['ports']);
  return service.ports.map((port, i) => ({
    service,
    port,
    targetPort: asNumber(remap[port.name]) ?? positive(asObject(asArray(spec['ports'])[i])['targetPort']) ?? port.port,
  }));
}

function positive(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined;
}
