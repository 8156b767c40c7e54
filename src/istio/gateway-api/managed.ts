import { asString } from '#base/json.ts';
import type { Proxy, Resource } from '../resource.ts';

/** Classes that istiod serves without being told (istio/istio `pilot/pkg/config/kube/gatewaycommon/classinfo.go`). */
const waypointClasses = new Set(['istio-waypoint']);
const gatewayClasses = new Set(['istio', 'istio-remote']);

/** What istiod deploys for a Gateway of the Gateway API; nothing for classes of others. */
export function managedGateway(resource: Resource): Pick<Proxy, 'type' | 'name' | 'namespace' | 'labels'> | undefined {
  if (resource.group !== 'gateway.networking.k8s.io' || resource.kind !== 'Gateway') return undefined;
  const className = asString(resource.spec['gatewayClassName']) ?? '';
  const { name, namespace } = resource;
  const labels = { 'gateway.networking.k8s.io/gateway-name': name, 'gateway.networking.k8s.io/gateway-class-name': className };
  if (waypointClasses.has(className)) {
    return { type: 'waypoint', name, namespace, labels: { ...labels, 'gateway.istio.io/managed': 'istio.io-mesh-controller' } };
  }
  if (!gatewayClasses.has(className)) return undefined;
  return { type: 'router', name: deploymentName(resource, className), namespace, labels };
}

/** `NAME-CLASS`, or what the annotation says. */
function deploymentName(resource: Resource, className: string): string {
  return resource.annotations['gateway.istio.io/name-override'] ?? `${resource.name}-${className}`;
}
