import { asArray, asObject, asString, asStringMap, isObject } from '#base/json.ts';
import { strings } from '../collections.ts';
import type { ProxyView } from '../registry/proxy-view.ts';
import { isIpAddress, isIpv6 } from '../registry/host.ts';
import { compareServices, serviceRegistry } from '../registry/service-registry.ts';
import type { Service } from '../registry/service.ts';
import type { ServiceTarget } from '../registry/service-targets.ts';
import { entryVisibility } from '../registry/visibility.ts';
import { compareText, creationTime } from '../resource-order.ts';
import type { Resource } from '../resource.ts';
import type { Snapshot } from '../snapshot.ts';
import { globalServices } from './global-services.ts';
import { waypointFor, waypointsByName, waypointsOfService, type Waypoint } from './waypoints.ts';

/** What a waypoint stands in front of. */
export interface WaypointResources {
  /** Oldest first. */
  readonly services: readonly Service[];
  /** The addresses of workloads, oldest workload first. */
  readonly workloads: readonly (readonly string[])[];
}

const nothing: WaypointResources = { services: [], workloads: [] };

/** Services and workloads bound to this waypoint (istio/istio `pilot/pkg/networking/core/waypoint.go findWaypointResources`). */
export function waypointResources(proxy: ProxyView, targets: readonly ServiceTarget[], snapshot: Snapshot): WaypointResources {
  if (proxy.type !== 'waypoint' || !snapshot.features.on('PILOT_ENABLE_AMBIENT')) return nothing;
  if (isEastWestGateway(proxy) && snapshot.features.on('AMBIENT_ENABLE_MULTI_NETWORK'))
    return { services: globalServices(snapshot), workloads: [] };
  const hosts = new Set(targets.map((target) => target.service.hostname));
  const ips = new Set(targets.flatMap((target) => target.service.clusterIps));
  const isOwn = (waypoint: Waypoint | undefined): waypoint is Waypoint =>
    waypoint !== undefined &&
    ((waypoint.resource.namespace === proxy.namespace && waypoint.host !== undefined && hosts.has(waypoint.host)) ||
      (waypoint.ip !== undefined && ips.has(waypoint.ip)));
  return { services: boundServices(snapshot, isOwn), workloads: isEastWestGateway(proxy) ? [] : boundWorkloads(snapshot, isOwn) };
}

/** Is it the ambient gateway between networks (istio/istio `pilot/pkg/model/context.go IsAmbientEastWestGateway`)? */
export function isEastWestGateway(proxy: Pick<ProxyView, 'type' | 'labels'>): boolean {
  return proxy.type === 'waypoint' && proxy.labels['gateway.istio.io/managed'] === 'istio.io-eastwest-controller';
}

function boundServices(snapshot: Snapshot, isOwn: (waypoint: Waypoint | undefined) => boolean): readonly Service[] {
  const byHost = new Map<string, Service>();
  for (const spaces of serviceRegistry(snapshot).byHost.values()) {
    for (const service of spaces.values()) {
      if (service.resolution === 'Alias' || (service.resolution === 'DynamicDNS' && !service.meshExternal)) continue;
      if (isWaypointService(service) || !hasReadableAddresses(service, snapshot)) continue;
      const bindable = { namespace: service.namespace, labels: service.labels, annotations: service.resource.annotations };
      if (service.registry !== 'Kubernetes' && !snapshot.isDiscovered(service.namespace)) continue;
      const visibility = service.registry === 'Kubernetes' ? 'public' : entryVisibility(snapshot)(service.namespace);
      const waypoints = visibility === 'none' ? [] : waypointsOfService(snapshot, bindable);
      // what is visible in its namespace only is not bound to a waypoint of another one
      if (visibility === 'namespace' && waypoints[0]?.resource.namespace !== service.namespace) continue;
      if (waypoints.some(isOwn)) byHost.set(service.hostname, service);
    }
  }
  return [...byHost.values()].sort(compareServices);
}

/** A ServiceEntry with an address that cannot be read is not there for ambient; ranges can since 1.30. */
function hasReadableAddresses(service: Service, snapshot: Snapshot): boolean {
  if (service.registry === 'Kubernetes') return true;
  return strings(service.resource.spec['addresses']).every((text) => {
    const [address = '', length] = text.split('/');
    const full = isIpv6(address) ? 128 : 32;
    if (!isIpAddress(address) || (length !== undefined && !(Number(length) >= 0 && Number(length) <= full))) return false;
    return snapshot.minor.minor >= 30 || length === undefined || Number(length) === full;
  });
}

/** The Service in front of a waypoint has none itself. */
function isWaypointService(service: Service): boolean {
  const managed = [service.labels, service.selector ?? {}].map((labels) => labels['gateway.istio.io/managed'] ?? '');
  return managed.some((label) => label === 'istio.io-mesh-controller' || label === 'istio.io-eastwest-controller');
}

interface Workload {
  readonly id: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly creationTime: number;
  /** None for those that are known by a host only. */
  readonly addresses: readonly string[];
}

function boundWorkloads(snapshot: Snapshot, isOwn: (waypoint: Waypoint | undefined) => boolean): readonly (readonly string[])[] {
  return [...pods(snapshot), ...workloadEntries(snapshot), ...endpoints(snapshot)]
    .filter((workload) => {
      if (isInstance(snapshot, workload)) return false;
      const waypoint = waypointFor(snapshot, { ...workload, annotations: {} });
      return isOwn(waypoint) && (waypoint?.traffic === 'workload' || waypoint?.traffic === 'all');
    })
    .sort((a, b) => a.creationTime - b.creationTime || compareText(a.id, b.id))
    .map((workload) => workload.addresses);
}

/** The pods of a waypoint are not behind one. */
function isInstance(snapshot: Snapshot, workload: Workload): boolean {
  const name = workload.labels['gateway.networking.k8s.io/gateway-name'] ?? '';
  return waypointsByName(snapshot).has(`${workload.namespace}/${name}`);
}

function workload(kind: string, resource: Resource, labels: Workload['labels'], addresses: readonly string[], suffix = ''): Workload {
  const { namespace, name } = resource;
  const id = `Kubernetes/${kind}/${namespace}/${name}${suffix}`;
  return { id, namespace, labels, creationTime: creationTime(resource), addresses: addresses.filter(isIpAddress) };
}

function pods(snapshot: Snapshot): readonly Workload[] {
  return snapshot.list('', 'Pod').flatMap((resource) => {
    const status = asObject(resource.raw['status']);
    if (status['phase'] === 'Succeeded' || status['phase'] === 'Failed') return [];
    const all = asArray(status['podIPs'])
      .filter(isObject)
      .map((entry) => asString(entry['ip']) ?? '');
    const addresses = all.length > 0 ? all : [asString(status['podIP']) ?? ''];
    return addresses.every(isIpAddress) ? [workload('/Pod', resource, resource.labels, addresses)] : [];
  });
}

function workloadEntries(snapshot: Snapshot): readonly Workload[] {
  return snapshot
    .list('networking.istio.io', 'WorkloadEntry')
    .filter((entry) => snapshot.isDiscovered(entry.namespace))
    .map((entry) => workload('networking.istio.io/WorkloadEntry', entry, entry.labels, [asString(entry.spec['address']) ?? '']));
}

/** Endpoints that ServiceEntries spell out. */
function endpoints(snapshot: Snapshot): readonly Workload[] {
  const entries = snapshot.list('networking.istio.io', 'ServiceEntry').filter((entry) => snapshot.isDiscovered(entry.namespace));
  return entries.flatMap((entry) =>
    asArray(entry.spec['endpoints'])
      .filter(isObject)
      .map((endpoint) => {
        const address = asString(endpoint['address']) ?? '';
        return workload('networking.istio.io/ServiceEntry', entry, asStringMap(endpoint['labels']), [address], `/${address}`);
      }),
  );
}
