import { asArray, asNumber, asString, asStringMap, isObject, type JsonObject } from '#base/json.ts';
import { isSubset } from '../collections.ts';
import type { Resource } from '../resource.ts';
import { perSnapshot, type Snapshot } from '../snapshot.ts';
import type { Service, ServicePort } from './service.ts';

/** EndpointSlices by `namespace/service`. */
const slices = perSnapshot((snapshot: Snapshot): ReadonlyMap<string, readonly Resource[]> => {
  const out = new Map<string, Resource[]>();
  for (const slice of snapshot.list('discovery.k8s.io', 'EndpointSlice')) {
    const key = `${slice.namespace}/${slice.labels['kubernetes.io/service-name'] ?? ''}`;
    const list = out.get(key) ?? [];
    list.push(slice);
    out.set(key, list);
  }
  return out;
});

/** The addresses of each endpoint of a service's port, ready or not. */
export function endpointsOf(service: Service, port: ServicePort, snapshot: Snapshot): readonly (readonly string[])[] {
  if (service.registry === 'Kubernetes') {
    return (slices(snapshot).get(`${service.namespace}/${service.name}`) ?? []).flatMap((slice) => sliceEndpoints(slice.raw, port));
  }
  const own = asArray(service.resource.spec['endpoints']).filter(isObject);
  if (service.selector === undefined) return own.flatMap((endpoint) => addressesOf(endpoint));
  const { selector } = service;
  return snapshot
    .listIn('networking.istio.io', 'WorkloadEntry', service.namespace)
    .filter((entry) => isSubset(selector, { ...asStringMap(entry.spec['labels']), ...entry.labels }))
    .flatMap((entry) => addressesOf(entry.spec));
}

function sliceEndpoints(slice: JsonObject, port: ServicePort): readonly (readonly string[])[] {
  const has = asArray(slice['ports']).some(
    (candidate) => isObject(candidate) && (asString(candidate['name']) ?? '') === port.name && (asNumber(candidate['port']) ?? 0) > 0,
  );
  if (!has) return [];
  return asArray(slice['endpoints'])
    .filter(isObject)
    .flatMap((endpoint) => asArray(endpoint['addresses']).flatMap((address) => (typeof address === 'string' ? [[address]] : [])));
}

function addressesOf(endpoint: JsonObject): readonly (readonly string[])[] {
  const address = asString(endpoint['address']) ?? '';
  return address === '' ? [] : [[address]];
}

/**
 * The labels of each endpoint of a ServiceEntry host that is resolved by DNS: of those it lists, of those it selects, or the host itself
 * (istio/istio `pilot/pkg/serviceregistry/serviceentry/conversion.go convertServiceEntryToInstances`).
 */
export function endpointLabels(
  service: Service,
  snapshot: Snapshot,
  proxy: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> },
): readonly Readonly<Record<string, string>>[] {
  const { selector, namespace, resource, resolution } = service;
  if (selector === undefined) {
    const own = asArray(resource.spec['endpoints']).filter(isObject);
    if (own.length === 0) return [{}];
    // one address answers at a time: that of the first endpoint
    return (resolution === 'DNSRoundRobinLB' ? own.slice(0, 1) : own).map((endpoint) => asStringMap(endpoint['labels']));
  }
  const entries = snapshot
    .listIn('networking.istio.io', 'WorkloadEntry', namespace)
    .map((entry) => ({ ...asStringMap(entry.spec['labels']), ...entry.labels }));
  const pods = snapshot.listIn('', 'Pod', namespace).map((pod) => pod.labels);
  const all = [...entries, ...pods, ...(proxy.namespace === namespace ? [proxy.labels] : [])];
  return all.filter((labels) => isSubset(selector, labels));
}
