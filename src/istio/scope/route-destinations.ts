import { asArray, asNumber, asObject, asString, isObject, type JsonObject } from '#base/json.ts';
import { compareText } from '../resource-order.ts';
import { isVisible } from '../registry/service-registry.ts';
import type { Service } from '../registry/service.ts';
import type { Snapshot } from '../snapshot.ts';
import type { VirtualService } from './virtual-service.ts';

/** Host → ports that routes of a VirtualService lead to; 0 stands for "no port named" (`push_context.go virtualServiceDestinations`). */
export function destinationsOf(virtualService: VirtualService, sourceNamespace?: string): ReadonlyMap<string, ReadonlySet<number>> {
  const out = new Map<string, Set<number>>();
  const add = (destination: JsonObject[string]): void => {
    if (!isObject(destination)) return;
    const host = asString(destination['host']) ?? '';
    const ports = out.get(host) ?? new Set<number>();
    ports.add(asNumber(asObject(destination['port'])['number']) ?? 0);
    out.set(host, ports);
  };
  for (const route of virtualService.http) {
    if (sourceNamespace !== undefined && !forNamespace(route, sourceNamespace)) continue;
    for (const entry of asArray(route['route'])) add(asObject(entry)['destination']);
    add(route['mirror']);
    for (const entry of asArray(route['mirrors'])) add(asObject(entry)['destination']);
  }
  for (const route of [...virtualService.tcp, ...virtualService.tls]) {
    for (const entry of asArray(route['route'])) add(asObject(entry)['destination']);
  }
  return out;
}

/** Could a caller of that namespace match the route at all? */
function forNamespace(route: JsonObject, namespace: string): boolean {
  const named = asArray(route['match'])
    .flatMap((match) => asString(asObject(match)['sourceNamespace']) ?? [])
    .filter((text) => text !== '');
  return named.length === 0 || named.includes(namespace);
}

/** Of several services of one host: that of Kubernetes, else the oldest visible one; in older versions that of the first namespace (`pickBestVisibleNamespace`). */
export function bestVisible(spaces: ReadonlyMap<string, Service>, namespace: string, snapshot: Snapshot): Service | undefined {
  const visible = [...spaces.values()].filter((service) => isVisible(snapshot, service, namespace));
  visible.sort((a, b) => compareText(a.namespace, b.namespace));
  if (!snapshot.features.on('PILOT_SIDECAR_PICK_BEST_SERVICE_NAMESPACE')) return visible[0];
  const kubernetes = visible.find((service) => service.registry === 'Kubernetes');
  if (kubernetes !== undefined) return kubernetes;
  let best: Service | undefined;
  for (const service of visible) {
    if (best === undefined || service.creationTime < best.creationTime) best = service;
  }
  return best;
}

/** The service with the one port of a Sidecar listener, if it has it. */
export function portsOfListener(service: Service, port: number): Service | undefined {
  const found = service.ports.filter((candidate) => candidate.port === port);
  if (found.length === 0) return undefined;
  return service.ports.length === 1 ? service : { ...service, ports: found.slice(0, 1) };
}

/** The service with the ports that routes name; all of them when a route names none. */
export function portsOfRoutes(service: Service, ports: ReadonlySet<number>): Service | undefined {
  if (ports.size === 0 || ports.has(0)) return service;
  const found = service.ports.filter((port) => ports.has(port.port));
  if (found.length === service.ports.length) return service;
  return found.length > 0 ? { ...service, ports: found } : undefined;
}
