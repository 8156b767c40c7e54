import type { EventLoop } from '../../../event-loop.ts';
import type { Metric, StatsStore } from '../../../stats.ts';

const names = ['delay_fault', 'error', 'error_fault', 'success', 'total'] as const;

/** Statistics of one command (envoy `command_splitter_impl.h` `ALL_COMMAND_STATS`). */
export class CommandStats {
  readonly #counters: Readonly<Record<(typeof names)[number], Metric>>;
  readonly #stats: StatsStore;
  readonly #prefix: string;

  constructor(stats: StatsStore, prefix: string) {
    this.#stats = stats;
    this.#prefix = prefix;
    const counter = (name: string): Metric => stats.counter(prefix + name);
    this.#counters = {
      delay_fault: counter('delay_fault'),
      error: counter('error'),
      error_fault: counter('error_fault'),
      success: counter('success'),
      total: counter('total'),
    };
  }

  count(name: (typeof names)[number]): void {
    this.#counters[name].add(1n);
  }

  /** A command has its answer: how it went and how long it took since `startNs`. */
  done(success: boolean, startNs: bigint, loop: EventLoop): void {
    this.count(success ? 'success' : 'error');
    this.latency(startNs, loop);
  }

  latency(startNs: bigint, loop: EventLoop): void {
    this.#stats.metric('histogram', `${this.#prefix}latency`).record((loop.nowNs - startNs) / 1_000_000n);
  }
}
