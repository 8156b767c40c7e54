import { asArray, asObject, isObject } from '#base/json.ts';
import { labelSelector } from '../label-selector.ts';
import { compareServices, serviceRegistry } from '../registry/service-registry.ts';
import type { Service } from '../registry/service.ts';
import { perSnapshot, type Snapshot } from '../snapshot.ts';
import { waypointsOfService, type Waypoint } from './waypoints.ts';

/** Labels of what istiod deploys for Gateways. */
const managedLabel = 'gateway.istio.io/managed';
const ambientGateways: ReadonlySet<string | undefined> = new Set(['istio.io-mesh-controller', 'istio.io-eastwest-controller']);

/**
 * What a gateway between networks serves: the services whose scope is the whole mesh, and the waypoints of those
 * (istio/istio `pilot/pkg/serviceregistry/ambient/ambientindex.go AllLocalNetworkGlobalServices`).
 */
export const globalServices = perSnapshot((snapshot: Snapshot): readonly Service[] => {
  const all = [...serviceRegistry(snapshot).byHost.values()].flatMap((spaces) => [...spaces.values()]);
  const isGlobal = globalScope(snapshot);
  const wide = all.filter(isGlobal);
  const waypoints = new Set(
    wide
      .filter((service) => !ambientGateways.has(service.selector?.[managedLabel]))
      .flatMap((service) => waypointsInFront(snapshot, service))
      .map((waypoint) => `${waypoint.resource.namespace}/${waypoint.host ?? ''}`),
  );
  const own = new Set([...wide, ...all.filter((service) => waypoints.has(`${service.namespace}/${service.hostname}`))]);
  return [...own].sort(compareServices);
});

function waypointsInFront(snapshot: Snapshot, service: Service): readonly Waypoint[] {
  if (ambientGateways.has(service.labels[managedLabel])) return [];
  return waypointsOfService(snapshot, { namespace: service.namespace, labels: service.labels, annotations: service.resource.annotations });
}

/** Services of Kubernetes that `serviceScopeConfigs` of the mesh make global (`matchServiceScope`). */
function globalScope(snapshot: Snapshot): (service: Service) => boolean {
  const scopes = asArray(snapshot.mesh.raw['serviceScopeConfigs'])
    .filter(isObject)
    .filter((scope) => scope['scope'] === 'GLOBAL')
    .map((scope) => ({ namespaces: selectorOf(scope['namespaceSelector']), services: selectorOf(scope['servicesSelector']) }));
  const labelsOf = new Map(snapshot.list('', 'Namespace').map((resource) => [resource.name, resource.labels]));
  return (service) => {
    const namespace = labelsOf.get(service.namespace) ?? (snapshot.cluster === 'completed' ? {} : undefined);
    if (service.registry !== 'Kubernetes' || service.resolution === 'Alias' || namespace === undefined) return false;
    return scopes.some((scope) => scope.namespaces(namespace) && scope.services(service.labels));
  };
}

function selectorOf(value: Parameters<typeof labelSelector>[0]): ReturnType<typeof labelSelector> {
  return isObject(value) ? labelSelector(asObject(value)) : () => true;
}

/** The waypoint in front of a service, and whether requests of ingress gateways go through it too (`findServiceWaypoint`). */
export function waypointInFront(snapshot: Snapshot, service: Service): { readonly host: string; readonly forIngress: boolean } | undefined {
  const host = waypointsInFront(snapshot, service)[0]?.host;
  if (host === undefined) return undefined;
  const label = 'istio.io/ingress-use-waypoint';
  const own = service.labels[label];
  const namespace = snapshot.list('', 'Namespace').find((resource) => resource.name === service.namespace)?.labels[label];
  return { host, forIngress: own === undefined ? namespace?.toLowerCase() === 'true' : /^(?:1|t|T|TRUE|true|True)$/.test(own) };
}
