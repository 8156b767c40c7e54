import { asArray } from '#base/json.ts';
import type { Resource } from '../resource.ts';
import { perSnapshot, type Snapshot } from '../snapshot.ts';
import { mergeDelegates } from './delegates.ts';
import { gatewayApiVirtualServices } from '../gateway-api/routes.ts';
import { compareByCreation } from '../resource-order.ts';
import { withFullNames, type VirtualService } from './virtual-service.ts';

/** VirtualServices by the gateway that binds them, as seen from a namespace. */
export interface VirtualServiceIndex {
  readonly all: readonly VirtualService[];
  forGateway(proxyNamespace: string, gateway: string): readonly VirtualService[];
}

/** All VirtualServices, by creation time (istio/istio `pilot/pkg/model/push_context.go initVirtualServices`). */
export const virtualServiceIndex = perSnapshot((snapshot: Snapshot): VirtualServiceIndex => {
  const own = mergeDelegates(
    snapshot.list('networking.istio.io', 'VirtualService').map((resource) => withFullNames(resource)),
    snapshot,
  );
  const all = [...own, ...gatewayApiVirtualServices(snapshot)].sort((a, b) => compareByCreation(keyOf(a), keyOf(b)));
  const defaults = asArray(snapshot.mesh.raw['defaultVirtualServiceExportTo']).filter((item) => typeof item === 'string');
  const visible = new Map<string, VirtualService[]>();
  const add = (key: string, virtualService: VirtualService): void => {
    const list = visible.get(key) ?? [];
    list.push(virtualService);
    visible.set(key, list);
  };
  for (const virtualService of all) {
    const spread = new Set(virtualService.exportTo ?? defaults);
    for (const gateway of virtualService.gateways.length === 0 ? ['mesh'] : virtualService.gateways) {
      if (spread.has('*')) add(`*|${gateway}`, virtualService);
      else if (!spread.has('~')) {
        for (const space of spread) {
          const target = space === '.' ? virtualService.namespace : space;
          add(`${target === virtualService.namespace ? 'own' : 'to'}|${target}|${gateway}`, virtualService);
        }
      }
    }
  }
  return {
    all,
    forGateway(namespace, gateway) {
      const everyone = visible.get(`*|${gateway}`) ?? [];
      const isLocalRoute = (v: VirtualService): boolean => v.semantics === 'gateway-api' && v.namespace === namespace;
      return [
        ...(visible.get(`own|${namespace}|${gateway}`) ?? []),
        ...(visible.get(`to|${namespace}|${gateway}`) ?? []),
        ...everyone.filter(isLocalRoute),
        ...everyone.filter((v) => !isLocalRoute(v)),
      ];
    },
  };
});

/** The resource under the name istiod sorts by. */
function keyOf(virtualService: VirtualService): Resource {
  const { resource, name, namespace } = virtualService;
  return resource.name === name && resource.namespace === namespace ? resource : { ...resource, name, namespace };
}
