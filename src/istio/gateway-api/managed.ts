import { asArray, asObject, asString, asStringMap, type JsonObject } from '#base/json.ts';
import type { Proxy, Resource } from '../resource.ts';
import { gatewayApiGroup, gatewayClass, type GatewayClass } from './classes.ts';

/** What istiod deploys for a Gateway of the Gateway API; nothing for classes of others and for Gateways that name a Service. */
export function managedGateway(
  resource: Resource,
  resources: readonly Resource[],
): Pick<Proxy, 'type' | 'name' | 'namespace' | 'labels'> | undefined {
  if (resource.group !== gatewayApiGroup || resource.kind !== 'Gateway' || !isManaged(resource.spec)) return undefined;
  const className = asString(resource.spec['gatewayClassName']) ?? '';
  const found = gatewayClass(className, resources);
  if (found === undefined || found.role === 'remote') return undefined;
  return {
    type: found.role === 'gateway' ? 'router' : 'waypoint',
    name: deploymentName(resource, found),
    namespace: resource.namespace,
    labels: {
      ...asStringMap(asObject(resource.spec['infrastructure'])['labels']),
      'gateway.networking.k8s.io/gateway-name': resource.name,
      'gateway.networking.k8s.io/gateway-class-name': className,
      'gateway.istio.io/managed': found.managedLabel,
    },
  };
}

/** Does istiod deploy it? Not when the Gateway names the Service of an existing one (`pilot/pkg/config/kube/gatewaycommon/gateway_utils.go IsManaged`). */
export function isManaged(spec: JsonObject): boolean {
  const addresses = asArray(spec['addresses']);
  if (addresses.length === 0) return true;
  const type = asObject(addresses[0])['type'];
  return addresses.length === 1 && (type === undefined || type === null || type === 'IPAddress');
}

/** `NAME-CLASS` for gateways, `NAME` for waypoints, or what the annotation says. */
export function deploymentName(resource: Resource, found: GatewayClass): string {
  const override = resource.annotations['gateway.istio.io/name-override'] ?? '';
  if (override !== '') return override;
  return found.nameSuffix ? `${resource.name}-${asString(resource.spec['gatewayClassName']) ?? ''}` : resource.name;
}
