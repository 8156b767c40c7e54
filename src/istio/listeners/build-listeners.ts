import type { Listener } from '#envoy/listener.ts';
import { mergeGateways } from '../gateways/merge-gateways.ts';
import type { ProxyView } from '../registry/proxy-view.ts';
import { serviceTargetsOf } from '../registry/service-targets.ts';
import type { Proxy } from '../resource.ts';
import { sidecarScopeOf } from '../scope/sidecar-scope.ts';
import type { Snapshot } from '../snapshot.ts';
import { isEastWestGateway, waypointResources } from '../ambient/waypoint-resources.ts';
import { mtlsPolicyOf } from '../policy/peer-authentication.ts';
import { securityFilters, type BuildContext } from './context.ts';
import { buildGatewayListeners } from './gateway.ts';
import { connectOriginate, sendsHbone } from './hbone.ts';
import { httpProxyListener } from './http-proxy.ts';
import { buildInboundListeners } from './inbound.ts';
import { buildOutboundListeners } from './outbound.ts';
import { tunnelInboundListeners } from './tunnel-inbound.ts';
import { virtualOutbound } from './virtual-outbound.ts';
import { buildWaypointListeners } from './waypoint.ts';

/** Everything the builders need about one proxy. */
export function buildContextOf(
  proxy: Proxy,
  view: ProxyView,
  snapshot: Snapshot,
  patchInboundRoutes: BuildContext['patchInboundRoutes'],
): BuildContext {
  const targets = serviceTargetsOf(proxy, snapshot);
  const resources = waypointResources(view, targets, snapshot);
  return {
    proxy: view,
    snapshot,
    scope: sidecarScopeOf(view, snapshot),
    targets,
    mtls: mtlsPolicyOf(view, snapshot),
    security: securityFilters(view, snapshot),
    gateway: view.type === 'router' || isEastWestGateway(view) ? mergeGateways(view, targets, snapshot) : undefined,
    waypoint: resources,
    patchInboundRoutes,
  };
}

/** The listeners of a proxy before EnvoyFilters (istio/istio `pilot/pkg/networking/core/listener.go BuildListeners`). */
export function buildListeners(context: BuildContext): readonly Listener[] {
  const { proxy, snapshot } = context;
  if (proxy.type === 'router') return buildGatewayListeners(context);
  if (proxy.type === 'waypoint') return buildWaypointListeners(context);
  if (snapshot.mesh.proxyListenPort <= 0) return [];
  const proxyListener = httpProxyListener(context);
  return [
    ...buildOutboundListeners(context),
    ...(proxyListener === undefined ? [] : [proxyListener]),
    ...(proxy.interceptionMode === 'NONE' ? [] : [virtualOutbound(context)]),
    ...buildInboundListeners(context),
    ...tunnelInboundListeners(context),
  ];
}

/** What stands behind the patched listeners: EnvoyFilters never reach it. */
export function unpatchedListeners(context: BuildContext): readonly Listener[] {
  const { proxy, snapshot } = context;
  return sendsHbone(snapshot) && proxy.type !== 'waypoint' ? [connectOriginate(context)] : [];
}
