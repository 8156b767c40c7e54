import { asArray, asNumber, asObject, asString, isObject, type JsonObject } from '#base/json.ts';
import { gatewayApiObjects } from '../gateway-api/crds.ts';
import { gatewayApiGroup, gatewayClass } from '../gateway-api/classes.ts';
import { labelSelector } from '../label-selector.ts';
import type { Resource } from '../resource.ts';
import { perSnapshot, type Snapshot } from '../snapshot.ts';

/** A Gateway that Services and workloads may name as their waypoint. */
export interface Waypoint {
  readonly resource: Resource;
  /** Where it is reached: the host of its Service, or an address. */
  readonly host: string | undefined;
  readonly ip: string | undefined;
  readonly traffic: 'service' | 'workload' | 'all' | 'none';
  /** May objects of that namespace use it? */
  readonly admits: (namespace: string) => boolean;
}

/** All waypoints by `namespace/name`; a Gateway is one as soon as it has an address (istio/istio `pilot/pkg/serviceregistry/ambient/waypoints.go`). */
export const waypointsByName = perSnapshot((snapshot: Snapshot): ReadonlyMap<string, Waypoint> => {
  const out = new Map<string, Waypoint>();
  for (const resource of gatewayApiObjects(snapshot, 'Gateway')) {
    const addresses = addressesOf(snapshot, resource);
    if (addresses.length === 0) continue;
    const valueOf = (type: string): string | undefined =>
      asString(addresses.find((address) => address['type'] === type && asString(address['value']) !== undefined)?.['value']);
    const host = valueOf('Hostname');
    out.set(`${resource.namespace}/${resource.name}`, {
      resource,
      host,
      ip: host === undefined ? valueOf('IPAddress') : undefined,
      traffic: trafficOf(snapshot, resource),
      admits: admission(snapshot, resource),
    });
  }
  return out;
});

/** The addresses of its status; in a completed cluster a waypoint is ready. */
function addressesOf(snapshot: Snapshot, resource: Resource): readonly JsonObject[] {
  const given = asArray(asObject(resource.raw['status'])['addresses']).filter(isObject);
  if (given.length > 0 || snapshot.cluster === 'as-given') return given;
  const role = gatewayClass(asString(resource.spec['gatewayClassName']) ?? '', snapshot.resources)?.role;
  if (role !== 'waypoint' && role !== 'east-west') return given;
  return [{ type: 'Hostname', value: `${resource.name}.${resource.namespace}.svc.cluster.local` }];
}

function trafficOf(snapshot: Snapshot, resource: Resource): Waypoint['traffic'] {
  const className = asString(resource.spec['gatewayClassName']) ?? '';
  const byClass = snapshot.list(gatewayApiGroup, 'GatewayClass').find((object) => object.name === className);
  const text = resource.labels['istio.io/waypoint-for'] ?? byClass?.labels['istio.io/waypoint-for'] ?? 'service';
  return text === 'service' || text === 'workload' || text === 'all' ? text : 'none';
}

/** `allowedRoutes` of the HBONE listener: the waypoint's own namespace by default (`makeAllowedRoutes`). */
function admission(snapshot: Snapshot, resource: Resource): Waypoint['admits'] {
  const listener = asArray(resource.spec['listeners'])
    .filter(isObject)
    .find((candidate) => candidate['protocol'] === 'HBONE' && asNumber(candidate['port']) === 15_008);
  const namespaces = asObject(asObject(listener?.['allowedRoutes'])['namespaces']);
  const from = asString(namespaces['from']) ?? 'Same';
  if (from === 'All') return () => true;
  if (from !== 'Selector') return (namespace) => namespace === resource.namespace;
  const selects = labelSelector(namespaces['selector']);
  return (namespace) => selects(snapshot.list('', 'Namespace').find((object) => object.name === namespace)?.labels ?? {});
}

/** What can be bound to a waypoint. */
export interface Bindable {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The waypoint an object is bound to, by its own labels or those of its namespace (`fetchWaypointForTarget`). */
export function waypointFor(snapshot: Snapshot, object: Bindable): Waypoint | undefined {
  return find(snapshot, object.namespace, bindingOf(snapshot, object), 'istio.io/use-waypoint');
}

/** The waypoints of a service: its own and, since 1.31, one that is tried out with a share of the connections (`buildWeightedWaypoints`). */
export function waypointsOfService(snapshot: Snapshot, object: Bindable): readonly Waypoint[] {
  const binding = bindingOf(snapshot, object);
  const takesServices = (waypoint: Waypoint | undefined): waypoint is Waypoint =>
    waypoint !== undefined && (waypoint.traffic === 'service' || waypoint.traffic === 'all');
  const primary = find(snapshot, object.namespace, binding, 'istio.io/use-waypoint');
  if (!takesServices(primary)) return [];
  const inherited = binding === object ? undefined : binding;
  const label = 'istio.io/use-waypoint-canary';
  const canary = find(snapshot, object.namespace, object.labels[label] === undefined ? (inherited ?? object) : object, label);
  const weight = object.annotations[`${label}-weight`] ?? inherited?.annotations[`${label}-weight`] ?? '0';
  const isValid = /^[+-]?\d+$/.test(weight) && Number(weight) >= 0 && Number(weight) <= 100;
  const counts = snapshot.minor.minor >= 31 && isValid && canary !== primary && takesServices(canary);
  return counts && canary !== undefined ? [primary, canary] : [primary];
}

/** The object itself when it names a waypoint, else its namespace. */
function bindingOf(snapshot: Snapshot, object: Bindable): Bindable {
  if (object.labels['istio.io/use-waypoint'] !== undefined) return object;
  return snapshot.list('', 'Namespace').find((resource) => resource.name === object.namespace) ?? object;
}

function find(snapshot: Snapshot, namespace: string, binding: Bindable, label: string): Waypoint | undefined {
  const name = binding.labels[label];
  if (name === undefined || name === 'none') return undefined;
  const found = waypointsByName(snapshot).get(`${binding.labels[`${label}-namespace`] ?? namespace}/${name}`);
  return found?.admits(namespace) === true ? found : undefined;
}
