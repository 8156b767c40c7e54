import { asString } from '#base/json.ts';
import type { Features } from '../features.ts';
import type { Resource } from '../resource.ts';

export const gatewayApiGroup = 'gateway.networking.k8s.io';

/** What istiod makes of Gateways of a class. */
export interface GatewayClass {
  readonly role: 'gateway' | 'waypoint' | 'east-west' | 'remote';
  readonly controller: string;
  /** What is deployed is named after the Gateway and the class, not after the Gateway alone. */
  readonly nameSuffix: boolean;
  /** `gateway.istio.io/managed` of the pods. */
  readonly managedLabel: string;
}

const classes: readonly GatewayClass[] = [
  { role: 'gateway', controller: 'istio.io/gateway-controller', nameSuffix: true, managedLabel: 'istio.io-gateway-controller' },
  { role: 'remote', controller: 'istio.io/unmanaged-gateway', nameSuffix: true, managedLabel: '' },
  { role: 'waypoint', controller: 'istio.io/mesh-controller', nameSuffix: false, managedLabel: 'istio.io-mesh-controller' },
  { role: 'east-west', controller: 'istio.io/eastwest-controller', nameSuffix: false, managedLabel: 'istio.io-eastwest-controller' },
];

/** Classes that need no GatewayClass object. */
const builtIn: Readonly<Record<string, GatewayClass['role'] | undefined>> = {
  istio: 'gateway',
  'istio-remote': 'remote',
  'istio-waypoint': 'waypoint',
  'istio-east-west': 'east-west',
};

const controllersByName = new WeakMap<readonly Resource[], ReadonlyMap<string, string>>();

function gatewayClassControllers(resources: readonly Resource[]): ReadonlyMap<string, string> {
  let table = controllersByName.get(resources);
  if (table === undefined) {
    const own = resources.filter((resource) => resource.kind === 'GatewayClass' && resource.group === gatewayApiGroup);
    table = new Map(own.map((resource) => [resource.name, asString(resource.spec['controllerName']) ?? '']));
    controllersByName.set(resources, table);
  }
  return table;
}

/**
 * The class of a Gateway when it is istiod's: by its GatewayClass object, or one of the names istiod knows by itself
 * (istio/istio `pilot/pkg/config/kube/gatewaycommon/classinfo.go`).
 */
export function gatewayClass(name: string, resources: readonly Resource[], features?: Features): GatewayClass | undefined {
  const controller = gatewayClassControllers(resources).get(name);
  const role = Object.hasOwn(builtIn, name) ? builtIn[name] : undefined;
  const found = classes.find((each) => (controller === undefined ? each.role === role : each.controller === controller));
  return found?.role === 'east-west' && features?.on('AMBIENT_ENABLE_MULTI_NETWORK') === false ? undefined : found;
}

/** The controllers in the status of routes that istiod takes for its own. */
export function isOwnController(name: string, features: Features): boolean {
  const found = classes.find((each) => each.controller === name);
  if (found?.role === 'east-west') return features.on('AMBIENT_ENABLE_MULTI_NETWORK');
  return found !== undefined && (found.role !== 'waypoint' || features.on('PILOT_ENABLE_AMBIENT'));
}
