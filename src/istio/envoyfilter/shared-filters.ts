import type { FilterChain, Listener, NetworkFilter, TrafficDirection } from '#envoy/listener.ts';

/** Network filters of which istiod makes one object for all chains of a side. */
const sharedNames: ReadonlySet<string> = new Set([
  'istio.stats', // pilot/pkg/model/telemetry.go TCPFilters keeps them for a whole push
  'istio.metadata_exchange', // a variable of pilot/pkg/xds/filters/filters.go
  'envoy.filters.network.rbac', // pilot/pkg/networking/plugin/authz/authorization.go BuildTCP
  'envoy.filters.network.ext_authz',
]);

/**
 * A MERGE writes into the filter it finds (istio/istio listener_patch.go patchNetworkFilter), and some filters are one object in many
 * chains: there the change is seen at once, and a list grows with every chain the patch fits.
 */
export class SharedFilters {
  readonly #keys = new WeakMap<NetworkFilter, string>();
  readonly #changed = new Map<string, NetworkFilter>();

  constructor(listeners: readonly Listener[]) {
    for (const listener of listeners)
      for (const chain of chainsOf(listener)) for (const filter of chain.networkFilters) this.#register(listener.direction, filter);
  }

  #register(direction: TrafficDirection, filter: NetworkFilter): void {
    if (sharedNames.has(filter.name) && filter.typedConfig !== undefined)
      this.#keys.set(filter, JSON.stringify([direction, filter.name, filter.typedConfig]));
  }

  /** The filter as it is by now. */
  latest(filter: NetworkFilter): NetworkFilter {
    const key = this.#keys.get(filter);
    return (key === undefined ? undefined : this.#changed.get(key)) ?? filter;
  }

  /** Notes that `changed` has taken the place of `filter`. */
  change(filter: NetworkFilter, changed: NetworkFilter): void {
    const key = this.#keys.get(filter);
    if (key === undefined) return;
    this.#keys.set(changed, key);
    this.#changed.set(key, changed);
  }

  /** The listeners with every shared filter as it is in the end. */
  finish(listeners: readonly Listener[]): readonly Listener[] {
    return this.#changed.size === 0 ? listeners : listeners.map((listener) => this.#finishListener(listener));
  }

  #finishListener(listener: Listener): Listener {
    const { defaultFilterChain: fallback } = listener;
    return {
      ...listener,
      filterChains: listener.filterChains.map((chain) => this.#finishChain(chain)),
      ...(fallback === undefined ? {} : { defaultFilterChain: this.#finishChain(fallback) }),
    };
  }

  #finishChain(chain: FilterChain): FilterChain {
    return { ...chain, networkFilters: chain.networkFilters.map((filter) => this.latest(filter)) };
  }
}

function chainsOf(listener: Listener): readonly FilterChain[] {
  return listener.defaultFilterChain === undefined ? listener.filterChains : [...listener.filterChains, listener.defaultFilterChain];
}
