import type { Resource } from '../resource.ts';
import type { VirtualService } from '../scope/virtual-service.ts';

/** A VirtualService that stands for a route. */
export function derivedVirtualService(
  route: Resource,
  name: string,
  host: string,
  gateway: string,
  rules: Partial<Pick<VirtualService, 'http' | 'tls' | 'tcp' | 'endpointPickers'>>,
): VirtualService {
  return {
    name,
    namespace: route.namespace,
    hosts: [host],
    gateways: [gateway],
    http: [],
    tls: [],
    tcp: [],
    ...rules,
    exportTo: undefined,
    semantics: 'gateway-api',
    isTlsRoute: route.kind === 'TLSRoute',
    resource: route,
    apiVersion: 'networking.istio.io/v1',
  };
}

/** Remembers the value of each key. */
export function cached<K, V>(compute: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const value = known.get(key) ?? compute(key);
    known.set(key, value);
    return value;
  };
}
