import type { FilterChain, Listener } from '#envoy/listener.ts';
import { cidrRange } from '../policy/rbac-matchers.ts';
import { message } from '../proto-json.ts';
import { afterTlsTermination, listenerProtocol } from '../registry/protocol.ts';
import { originalDst } from './builtin-filters.ts';
import { chainOptions } from './chain-options.ts';
import { securityFilters, type BuildContext } from './context.ts';
import { because } from './draft.ts';
import { connectTerminate, internalListener } from './hbone.ts';
import { inboundConfigs, passthroughConfig, type InboundConfig } from './inbound-configs.ts';
import { acceptsHttp10, inboundChains, inboundListenerFilters } from './inbound.ts';

/**
 * A sidecar that takes HBONE ends the tunnel like a waypoint and sends what is inside to `main_internal`, which has the chains of its ports
 * again, without TLS (istio/istio `pilot/pkg/networking/core/listener_inbound.go buildInboundHBONEListeners`).
 */
export function tunnelInboundListeners(context: BuildContext): readonly Listener[] {
  const { proxy, snapshot } = context;
  const { on } = snapshot.features;
  if (!proxy.hbone || !on('PILOT_ENABLE_AMBIENT') || !on('PILOT_ENABLE_SIDECAR_LISTENING_HBONE')) return [];
  // the peer's identity is that of the tunnel, which the filter state carries
  const { localHttp, localTcp } = securityFilters(proxy, snapshot, { useFilterState: true });
  const inner: BuildContext = { ...context, security: { ...context.security, localHttp, localTcp } };
  const ports = inboundConfigs(context).flatMap((config) => chainsOf(inner, { ...config, hbone: true }));
  const chains = [...ports, ...chainsOf(inner, passthroughConfig(0))].map((chain) => onOwnAddresses(context, chain));
  const listener = internalListener(context, 'inbound', {
    name: 'main_internal',
    direction: 'INBOUND',
    listenerFilters: [originalDst, ...inboundListenerFilters(context, chains, true)],
    filterChains: chains,
    rest: { continueOnListenerFiltersTimeout: true },
    provenance: because('tunnel-inbound'),
  });
  return [connectTerminate(context), listener];
}

function chainsOf(context: BuildContext, given: InboundConfig): readonly FilterChain[] {
  const protocol = given.tls === undefined ? given.protocol : afterTlsTermination(given.protocol);
  const config = { ...given, protocol, port: { ...given.port, protocol } };
  return inboundChains(context, config, 'DISABLE', chainOptions('DISABLE', listenerProtocol(config.protocol), acceptsHttp10(context)));
}

/** Inside the tunnel nothing is TLS, and only the workload's own addresses count (`sanitizeFilterChainForHBONE`). */
function onOwnAddresses(context: BuildContext, chain: FilterChain): FilterChain {
  const { transportProtocol: _, ...match } = chain.match ?? {};
  const prefixRanges = context.proxy.ips.map(cidrRange).filter((range) => range !== undefined);
  return { ...chain, match: message({ ...match, prefixRanges }) };
}
