import type { JsonObject } from '#base/json.ts';
import type { Listener } from '#envoy/listener.ts';
import type { ListenerClass } from '../policy/telemetry.ts';
import { message } from '../proto-json.ts';
import { accessLogField, accessLogs } from './access-log.ts';
import { originalDst, tcpProxy } from './builtin-filters.ts';
import type { BuildContext } from './context.ts';
import { because, filterChain } from './draft.ts';

/** An internal listener: other parts of the same Envoy connect to it, not the network. */
export function internalListener(
  context: BuildContext,
  listenerClass: ListenerClass,
  parts: Pick<Listener, 'name' | 'listenerFilters' | 'filterChains' | 'provenance'> & { readonly rest?: JsonObject },
): Listener {
  return {
    name: parts.name,
    address: 'internal',
    direction: 'UNSPECIFIED',
    listenerFilters: parts.listenerFilters,
    filterChains: parts.filterChains,
    rest: message({
      useOriginalDst: false,
      internalListener: {},
      ...accessLogField(accessLogs(context.proxy, context.snapshot, listenerClass, 'listener')),
      ...parts.rest,
    }),
    provenance: parts.provenance,
  };
}

/** Begins an HBONE tunnel (istio/istio `pilot/pkg/networking/core/listener_waypoint.go buildConnectForwarder`). */
export function connectOriginate(context: BuildContext): Listener {
  const { proxy, snapshot } = context;
  const listenerClass: ListenerClass = proxy.type === 'waypoint' ? 'inbound' : proxy.type === 'router' ? 'gateway' : 'outbound';
  const cluster = 'connect_originate';
  const fields = {
    tunnelingConfig: { hostname: '%DOWNSTREAM_LOCAL_ADDRESS%' },
    ...accessLogField(accessLogs(proxy, snapshot, listenerClass, 'hbone-origination')),
  };
  const provenance = because('waypoint-originate');
  return internalListener(context, listenerClass, {
    name: cluster,
    listenerFilters: [originalDst],
    filterChains: [filterChain({ networkFilters: [tcpProxy({ statPrefix: cluster, cluster, fields })], provenance })],
    provenance,
  });
}
