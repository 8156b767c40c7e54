import { asArray, asNumber, asObject, asString, type JsonObject } from '#base/json.ts';
import { groupBy, strings } from '../collections.ts';
import { hostsMatch, isSubsetOf, isWildcard } from '../registry/host.ts';
import { compareText } from '../resource-order.ts';
import type { Resource } from '../resource.ts';
import { perSnapshot, type Snapshot } from '../snapshot.ts';
import { gatewayApiGroup, gatewayClass } from './classes.ts';
import { convertedGateways, type RouteParent } from './gateways.ts';
import { gatewayKind, listenerSetKind, namespaceOf, referencedKind, serviceKind } from './references.ts';

/** A parent of a route that takes it. */
export interface AttachedParent {
  readonly parent: RouteParent;
  readonly isMesh: boolean;
  /** Hosts of the Service or ServiceEntry, for routes of the mesh. */
  readonly meshHosts: readonly string[];
  /** The port of the reference. */
  readonly port: number | undefined;
  /** Hosts of the other listeners with that port and protocol, which take what is more exactly theirs. */
  readonly otherHostnames: readonly string[];
}

const serviceEntryKind = 'networking.istio.io/ServiceEntry';

const mesh: RouteParent = {
  key: 'mesh',
  internalName: 'mesh',
  allowedKinds: ['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute'].map((kind) => `${gatewayApiGroup}/${kind}`),
  hostnames: [],
  originalHostname: '',
  sectionName: '',
  port: 0,
  protocol: '',
};

const parentsByKey = perSnapshot((snapshot: Snapshot): ReadonlyMap<string, readonly RouteParent[]> =>
  groupBy(
    convertedGateways(snapshot).map((gateway) => gateway.parent),
    (parent) => parent.key,
  ),
);

/** Is it a Gateway of istiod's, so that istiod writes about it into the status of routes? */
export function isOwnGateway(snapshot: Snapshot, namespace: string, name: string): boolean {
  return parentsByKey(snapshot).has(`${gatewayKind} ${namespace}/${name}`);
}

/** The parents that take a route, by their internal names (istio/istio `pilot/pkg/config/kube/gateway/conversion.go extractParentReferenceInfo`). */
export function attachedParents(snapshot: Snapshot, route: Resource, hostnames: readonly string[]): readonly AttachedParent[] {
  const routeKind = `${route.group}/${route.kind}`;
  return asArray(route.spec['parentRefs'])
    .map(asObject)
    .sort((a, b) => compareText(referenceText(a, route.namespace), referenceText(b, route.namespace)))
    .flatMap((reference) => parentsOf(snapshot, route, reference, routeKind, hostnames))
    .sort((a, b) => compareText(a.parent.internalName, b.parent.internalName));
}

function referenceText(reference: JsonObject, namespace: string): string {
  const [name, section] = [asString(reference['name']) ?? '', asString(reference['sectionName']) ?? ''];
  const port = asNumber(reference['port']) ?? 0;
  return `${referencedKind(reference, gatewayKind)}/${name}/${section}/${port}.${namespaceOf(reference['namespace'], namespace)}`;
}

function parentsOf(
  snapshot: Snapshot,
  route: Resource,
  reference: JsonObject,
  routeKind: string,
  hostnames: readonly string[],
): readonly AttachedParent[] {
  const kind = referencedKind(reference, gatewayKind);
  const namespace = namespaceOf(reference['namespace'], route.namespace);
  const name = asString(reference['name']) ?? '';
  const port = asNumber(reference['port']);
  if (kind === serviceKind || kind === serviceEntryKind) {
    const object = snapshot
      .listIn(kind === serviceKind ? '' : 'networking.istio.io', kind === serviceKind ? 'Service' : 'ServiceEntry', namespace)
      .find((resource) => resource.name === name);
    if (object === undefined || hasForeignWaypoint(snapshot, object)) return [];
    const meshHosts = kind === serviceKind ? [`${name}.${namespace}.svc.cluster.local`] : strings(object.spec['hosts']);
    return [{ parent: mesh, isMesh: true, meshHosts, port, otherHostnames: [] }];
  }
  if (kind !== gatewayKind && kind !== listenerSetKind) return [];
  const all = parentsByKey(snapshot).get(`${kind} ${namespace}/${name}`) ?? [];
  return all
    .filter((parent) => takes(parent, reference, routeKind, hostnames, route.namespace))
    .map((parent) => ({
      parent,
      isMesh: false,
      meshHosts: [],
      port,
      otherHostnames: all
        .filter((other) => other !== parent && other.port === parent.port && other.protocol === parent.protocol)
        .map((other) => other.originalHostname)
        .filter((host) => host !== parent.originalHostname),
    }));
}

/** Port, section, hosts, namespace and kind must fit (`referenceAllowed`). */
function takes(parent: RouteParent, reference: JsonObject, routeKind: string, hostnames: readonly string[], namespace: string): boolean {
  const port = asNumber(reference['port']) ?? 0;
  const section = asString(reference['sectionName']) ?? '';
  if (port !== 0 && port !== parent.port) return false;
  if (section !== '' && section !== parent.sectionName) return false;
  const fits = (hostnames.length === 0 ? ['*'] : hostnames).some((host) =>
    parent.hostnames.some((entry) => {
      const [space = '', allowed = ''] = entry.split('/');
      return hostsMatch(allowed, host) && (space === '*' || space === namespace);
    }),
  );
  return fits && parent.allowedKinds.includes(routeKind);
}

/** A host of a route belongs to the listener with the most exact host (`hostnameAllowedByIsolation`). */
export function isHostOfListener(attached: AttachedParent, host: string): boolean {
  const own = attached.parent.originalHostname;
  if (own !== '' && !isWildcard(own)) return true;
  if (own !== '' && !hostsMatch(host, own)) return false;
  return !attached.otherHostnames.some((other) => own.length <= other.length && isSubsetOf(host, other));
}

/** A service whose waypoint another controller serves is that controller's business (`waypointManagedByAnotherController`). */
function hasForeignWaypoint(snapshot: Snapshot, object: Resource): boolean {
  if (snapshot.minor.minor < 30) return false;
  const namespaceObject = snapshot.list('', 'Namespace').find((resource) => resource.name === object.namespace);
  const labels = object.labels['istio.io/use-waypoint'] === undefined ? (namespaceObject?.labels ?? {}) : object.labels;
  const waypoint = labels['istio.io/use-waypoint'] ?? '';
  if (waypoint === '' || waypoint.toLowerCase() === 'none') return false;
  const space = labels['istio.io/use-waypoint-namespace'] ?? '';
  const gateway = snapshot
    .listIn(gatewayApiGroup, 'Gateway', space === '' ? object.namespace : space)
    .find((resource) => resource.name === waypoint);
  const className = asString(gateway?.spec['gatewayClassName']) ?? '';
  const isNamed = snapshot.list(gatewayApiGroup, 'GatewayClass').some((resource) => resource.name === className);
  const role = gatewayClass(className, snapshot.resources)?.role;
  return gateway !== undefined && isNamed && role !== 'waypoint' && role !== 'gateway';
}
