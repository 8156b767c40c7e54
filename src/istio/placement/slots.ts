import type { HttpFilter } from '#envoy/listener.ts';
import type { Phase } from '#envoy/provenance.ts';
import type { Proxy } from '../resource.ts';

/** Where plugins of a phase stand in a chain: from `first` to `last` filters stand before them; the plugins of the phase lie between. */
export interface PhaseSlot {
  readonly phase: Phase;
  readonly first: number;
  readonly last: number;
}

/**
 * The steps in which istiod puts a chain together, phases among them (istio/istio `pilot/pkg/networking/core/listener_builder.go
 * buildHTTPConnectionManager`, `listener_waypoint.go buildWaypointHTTPFilters`, 1.31).
 */
const steps: Readonly<Record<'proxy' | 'waypoint', readonly (Phase | 'front' | 'custom' | 'jwt' | 'rules' | 'common' | 'late')[]>> = {
  proxy: ['front', 'custom', 'AUTHN', 'jwt', 'AUTHZ', 'rules', 'STATS', 'UNSPECIFIED_PHASE', 'common', 'late'],
  waypoint: ['front', 'custom', 'AUTHN', 'jwt', 'AUTHZ', 'rules', 'common', 'STATS', 'UNSPECIFIED_PHASE', 'late'],
};

/** The slots of all four phases in the order of the chain. */
export function phaseSlots(filters: readonly HttpFilter[], proxyType: Proxy['type']): readonly PhaseSlot[] {
  const order = steps[proxyType === 'waypoint' ? 'waypoint' : 'proxy'];
  const ranks: number[] = [];
  for (const filter of filters) {
    const step = stepOf(filter, proxyType);
    // what an EnvoyFilter inserted stays with the filter before it
    ranks.push(step === undefined ? (ranks.at(-1) ?? -1) : order.indexOf(step));
  }
  return order.flatMap((step, rank): PhaseSlot[] => {
    if (step !== 'AUTHN' && step !== 'AUTHZ' && step !== 'STATS' && step !== 'UNSPECIFIED_PHASE') return [];
    const first = ranks.findLastIndex((own) => own < rank) + 1;
    const next = ranks.findIndex((own) => own > rank);
    return [{ phase: step, first, last: Math.max(first, next === -1 ? filters.length : next) }];
  });
}

function stepOf({ name, provenance }: HttpFilter, proxyType: Proxy['type']): (typeof steps.proxy)[number] | undefined {
  const { origin, phase, reasons } = provenance;
  if (origin === 'envoy-filter') return undefined;
  if (origin === 'wasm-plugin' || origin === 'traffic-extension') return phase ?? 'UNSPECIFIED_PHASE';
  const has = (prefix: string): boolean => reasons.some((reason) => reason.code.startsWith(prefix));
  if (has('authz-custom')) return 'custom';
  if (has('jwt')) return 'jwt';
  if (has('authz-')) return 'rules';
  if (name === 'istio.metadata_exchange' || name === 'istio.waypoint.xfcc_client_identity') return 'front';
  const isLate = name === 'istio.stats' || name === 'waypoint_upstream_peer_metadata' || name === 'envoy.filters.http.router';
  return proxyType === 'waypoint' && isLate ? 'late' : 'common';
}
