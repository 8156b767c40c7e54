import { isSubset } from '../collections.ts';
import type { Service } from '../registry/service.ts';

/** Services one by one, each host once. */
export interface ServiceList {
  readonly services: Service[];
  readonly byHost: Map<string, Service>;
}

/**
 * Adds a service; of two with one host that of Kubernetes wins, ports of equals are put together
 * (istio/istio `pilot/pkg/model/sidecar.go appendSidecarServices`).
 */
export function appendService(list: ServiceList, service: Service): void {
  const existing = list.byHost.get(service.hostname);
  if (existing === undefined) {
    list.services.push(service);
    list.byHost.set(service.hostname, service);
    return;
  }
  if (existing === service) return;
  if (existing.registry === 'Kubernetes' && service.registry !== 'Kubernetes') return;
  if (existing.registry !== 'Kubernetes' && service.registry === 'Kubernetes') replace(list, existing, service);
  else if (!samePorts(existing, service) && canMerge(existing, service)) {
    const known = new Set(existing.ports.map((port) => port.port));
    replace(list, existing, { ...existing, ports: [...existing.ports, ...service.ports.filter((port) => !known.has(port.port))] });
  }
}

function replace(list: ServiceList, old: Service, service: Service): void {
  list.services[list.services.indexOf(old)] = service;
  list.byHost.set(service.hostname, service);
}

function samePorts(a: Service, b: Service): boolean {
  return (
    a.ports.length === b.ports.length &&
    a.ports.every((port, i) => port.port === b.ports[i]?.port && port.name === b.ports[i]?.name && port.protocol === b.ports[i]?.protocol)
  );
}

function canMerge(a: Service, b: Service): boolean {
  const sameLabels = (x: Readonly<Record<string, string>> = {}, y: Readonly<Record<string, string>> = {}): boolean =>
    isSubset(x, y) && isSubset(y, x);
  return (
    a.namespace === b.namespace &&
    a.resolution === b.resolution &&
    a.registry === b.registry &&
    sameLabels(a.labels, b.labels) &&
    sameLabels(a.selector, b.selector) &&
    [...(a.exportTo ?? [])].sort().join() === [...(b.exportTo ?? [])].sort().join()
  );
}
