import type { FilterChain, HttpFilter, NetworkFilter } from '#envoy/listener.ts';
import { httpManagerOf } from '#envoy/listener.ts';
import type { Phase } from '#envoy/provenance.ts';
import type { Proxy } from '../resource.ts';

/** Where plugins of a phase stand in a chain: from `first` to `last` filters stand before them; the plugins of the phase lie between. */
export interface PhaseSlot {
  readonly phase: Phase;
  readonly first: number;
  readonly last: number;
}

/** Plugins stand among the HTTP filters of a connection manager or among the network filters of a chain. */
export type Layer = 'http' | 'network';

/** A filter as far as its place is concerned. */
export type Placed = Pick<HttpFilter | NetworkFilter, 'name' | 'typedConfig' | 'provenance'>;

/** The filters of a layer, in their order. */
export function filtersOf(chain: FilterChain, layer: Layer): readonly Placed[] {
  return layer === 'network' ? chain.networkFilters : (httpManagerOf(chain)?.httpFilters ?? []);
}

/** Chains that end unknown or forbidden traffic are built without plugins (istio/istio `listener_builder.go buildOutboundCatchAllNetworkFiltersOnly`). */
const withoutPlugins = new Set(['blackhole', 'outbound-fallthrough']);

type Step = Phase | 'front' | 'custom' | 'jwt' | 'rules' | 'common' | 'late';

/**
 * The steps in which istiod puts a chain together, phases among them (istio/istio `pilot/pkg/networking/core/listener_builder.go
 * buildHTTPConnectionManager`, `listener_waypoint.go buildWaypointHTTPFilters`, `networkfilter.go buildCompleteNetworkFilters`, 1.31).
 */
const steps: Readonly<Record<'proxy' | 'waypoint' | 'network', readonly Step[]>> = {
  proxy: ['front', 'custom', 'AUTHN', 'jwt', 'AUTHZ', 'rules', 'STATS', 'UNSPECIFIED_PHASE', 'common', 'late'],
  waypoint: ['front', 'custom', 'AUTHN', 'jwt', 'AUTHZ', 'rules', 'common', 'STATS', 'UNSPECIFIED_PHASE', 'late'],
  network: ['front', 'custom', 'AUTHN', 'AUTHZ', 'rules', 'STATS', 'UNSPECIFIED_PHASE', 'late'],
};

/** The slots of all four phases in the order of the chain; none where istiod puts no plugins. */
export function phaseSlots(chain: FilterChain, layer: Layer, proxyType: Proxy['type']): readonly PhaseSlot[] {
  if (layer === 'network' && chain.provenance.reasons.some(({ code }) => withoutPlugins.has(code))) return [];
  const filters = filtersOf(chain, layer);
  const order = steps[layer === 'network' ? 'network' : proxyType === 'waypoint' ? 'waypoint' : 'proxy'];
  const ranks: number[] = [];
  for (const filter of filters) {
    const step = layer === 'network' ? networkStepOf(filter) : stepOf(filter, proxyType);
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

/** Undefined: put in by an EnvoyFilter. */
function pluginStepOf({ provenance: { origin, phase } }: Placed): Phase | 'built-in' | undefined {
  if (origin === 'envoy-filter') return undefined;
  return origin === 'wasm-plugin' || origin === 'traffic-extension' ? (phase ?? 'UNSPECIFIED_PHASE') : 'built-in';
}

function hasReason({ provenance }: Placed, prefix: string): boolean {
  return provenance.reasons.some((reason) => reason.code.startsWith(prefix));
}

function stepOf(filter: Placed, proxyType: Proxy['type']): Step | undefined {
  const own = pluginStepOf(filter);
  if (own !== 'built-in') return own;
  const { name } = filter;
  if (hasReason(filter, 'authz-custom')) return 'custom';
  if (hasReason(filter, 'jwt')) return 'jwt';
  if (hasReason(filter, 'authz-')) return 'rules';
  if (name === 'istio.metadata_exchange' || name === 'istio.waypoint.xfcc_client_identity') return 'front';
  const isLate = name === 'istio.stats' || name === 'waypoint_upstream_peer_metadata' || name === 'envoy.filters.http.router';
  return proxyType === 'waypoint' && isLate ? 'late' : 'common';
}

function networkStepOf(filter: Placed): Step | undefined {
  const own = pluginStepOf(filter);
  if (own !== 'built-in') return own;
  if (hasReason(filter, 'authz-custom')) return 'custom';
  if (hasReason(filter, 'authz-')) return 'rules';
  return filter.name === 'istio.metadata_exchange' ? 'front' : 'late';
}
