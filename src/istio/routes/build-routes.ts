import type { JsonObject } from '#base/json.ts';
import type { Listener } from '#envoy/listener.ts';
import type { RoutePatcher } from '../envoyfilter/routes.ts';
import type { BuildContext } from '../listeners/context.ts';
import { gatewayRouteConfig } from './gateway-routes.ts';
import { outboundRouteConfig, rdsNameOf } from './outbound-routes.ts';

/** The route configurations that the connection managers of the listeners ask for by name, patched (istio/istio `httproute.go BuildHTTPRoutes`). */
export function buildRoutes(context: BuildContext, listeners: readonly Listener[], patcher: RoutePatcher): readonly JsonObject[] {
  const isGateway = context.proxy.type === 'router';
  return [...routeNames(listeners)].map((name) => {
    const config = isGateway ? gatewayRouteConfig(context, name) : outboundRouteConfig(context, name);
    return patcher.patch(isGateway ? 'GATEWAY' : 'SIDECAR_OUTBOUND', config, context.gateway?.serverPorts);
  });
}

function routeNames(listeners: readonly Listener[]): ReadonlySet<string> {
  const out = new Set<string>();
  for (const listener of listeners) {
    const chains = [...listener.filterChains, ...(listener.defaultFilterChain === undefined ? [] : [listener.defaultFilterChain])];
    for (const filter of chains.flatMap((chain) => chain.networkFilters)) {
      const name = filter.typedConfig === undefined ? undefined : rdsNameOf(filter.typedConfig);
      if (name !== undefined) out.add(name);
    }
  }
  return out;
}
