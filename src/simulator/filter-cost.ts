import type { FilterChain, HttpFilter, Listener } from '#envoy/listener.ts';
import type { SidecarConfig, SidecarRequest } from './simulator.ts';
import { createSidecar } from './simulator.ts';
import type { TraceRequest, TraceResponse } from './trace.ts';

/** What streams through one HTTP filter alone cost, and what came of the last one. */
export interface FilterCost {
  /** The least of many batches: what the machine does undisturbed. */
  readonly usPerStream: number;
  readonly streams: number;
  readonly response: TraceResponse | undefined;
  readonly upstream: TraceRequest | undefined;
}

/** Envoy would refuse the listener, with this message. */
export interface RefusedCost {
  readonly refused: string;
}

const warmUpMs = 120;
const measureMs = 400;
/** Long enough for the coarse clock of a page. */
const batchMs = 8;

/**
 * Sends `request` many times through the chain with none of its HTTP filters but `filter` (its place in the chain; undefined: none at all)
 * and the router, without noting down what happens.
 */
export async function measureFilter(
  config: SidecarConfig & { readonly listener: Listener },
  filter: number | undefined,
  request: SidecarRequest,
): Promise<FilterCost | RefusedCost> {
  const listener = aloneIn(config.listener, config.chain ?? 0, filter);
  const sidecar = createSidecar({ ...config, listener, detail: 'none', logLevel: 6 });
  try {
    const { refused } = await sidecar.start();
    if (refused !== undefined) return { refused };
    const run = async (count: number): Promise<number> => {
      const began = performance.now();
      for (let i = 0; i < count; i++) {
        const exchange = sidecar.exchange(request);
        if (exchange instanceof Promise) await exchange;
      }
      return performance.now() - began;
    };
    const warmUntil = performance.now() + warmUpMs;
    let count = 1;
    while (performance.now() < warmUntil) if ((await run(count)) < batchMs) count *= 2;
    let least = Number.POSITIVE_INFINITY;
    let streams = 0;
    const until = performance.now() + measureMs;
    do {
      least = Math.min(least, (await run(count)) / count);
      streams += count;
    } while (performance.now() < until);
    const { response, upstream } = await sidecar.send(request);
    return { usPerStream: least * 1000, streams, response, upstream };
  } finally {
    sidecar.close();
  }
}

/** The listener whose chain has one HTTP filter before its last one, which is the router. */
function aloneIn(listener: Listener, chain: number, filter: number | undefined): Listener {
  const reduce = (from: FilterChain): FilterChain => ({
    ...from,
    networkFilters: from.networkFilters.map((item) =>
      item.httpFilters === undefined ? item : { ...item, httpFilters: reduced(item.httpFilters, filter) },
    ),
  });
  if (chain < 0) {
    const { defaultFilterChain } = listener;
    return defaultFilterChain === undefined ? listener : { ...listener, defaultFilterChain: reduce(defaultFilterChain) };
  }
  return { ...listener, filterChains: listener.filterChains.map((item, i) => (i === chain ? reduce(item) : item)) };
}

function reduced(filters: readonly HttpFilter[], filter: number | undefined): readonly HttpFilter[] {
  return filters.filter((_, i) => i === filter || i === filters.length - 1);
}
