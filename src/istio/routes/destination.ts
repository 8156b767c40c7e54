import { asNumber, asObject, asString, isObject, type JsonObject } from '#base/json.ts';
import type { Service } from '../registry/service.ts';

/** The cluster of a route's destination (istio/istio `pilot/pkg/networking/core/route/route.go GetDestinationCluster`). */
export function destinationCluster(destination: JsonObject, service: Service | undefined, listenerPort: number): string {
  const named = asString(destination['host']) ?? '';
  // a backend of the Gateway API that cannot be used has no host
  if (named === '') return 'UnknownService';
  const host =
    service?.externalName !== undefined && service.externalName !== '' && service.resolution === 'Alias' ? service.externalName : named;
  const only = service?.ports.length === 1 ? service.ports[0]?.port : undefined;
  const port = isObject(destination['port']) ? (asNumber(asObject(destination['port'])['number']) ?? 0) : (only ?? listenerPort);
  return `outbound|${port}|${asString(destination['subset']) ?? ''}|${host}`;
}
