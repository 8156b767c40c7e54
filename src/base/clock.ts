/**
 * Virtual time. The simulator and its guests live on it, so a pause of 30 s costs nothing and every run is the same.
 * Times are nanoseconds since the Unix epoch, as Proxy-Wasm reads them.
 */
export interface Timer {
  readonly dueNs: bigint;
  cancel(): void;
}

interface Entry {
  readonly dueNs: bigint;
  readonly order: number;
  readonly run: () => void;
  cancelled: boolean;
}

export class VirtualClock {
  #nowNs: bigint;
  #order = 0;
  #queue: Entry[] = [];
  #cancelled = 0;

  /** `startNs`: what the clock shows first; the default is a fixed moment so that traces repeat exactly. */
  constructor(startNs: bigint = 1_760_000_000_000_000_000n) {
    this.#nowNs = startNs;
  }

  get nowNs(): bigint {
    return this.#nowNs;
  }

  /** Calls `run` once, `delayMs` from now (fractions allowed); entries due at one time run in the order they were set. */
  setTimer(delayMs: number, run: () => void): Timer {
    const dueNs = this.#nowNs + BigInt(Math.max(0, Math.round(delayMs * 1e6)));
    const entry: Entry = { dueNs, order: this.#order++, run, cancelled: false };
    this.#queue.push(entry);
    return { dueNs, cancel: () => this.#cancel(entry) };
  }

  /** Cancelled entries go when they are the larger part: a clock nobody lets run must not keep what they hold. */
  #cancel(entry: Entry): void {
    if (entry.cancelled) return;
    entry.cancelled = true;
    if (++this.#cancelled * 2 > this.#queue.length) this.#sweep();
  }

  #sweep(): void {
    this.#queue = this.#queue.filter((entry) => !entry.cancelled);
    this.#cancelled = 0;
  }

  /** Runs the next timer due at or before `untilNs` and moves the time to it. False when there is none. */
  runNext(untilNs?: bigint): boolean {
    if (this.#cancelled > 0) this.#sweep();
    let best: Entry | undefined;
    for (const entry of this.#queue) {
      if (best === undefined || entry.dueNs < best.dueNs || (entry.dueNs === best.dueNs && entry.order < best.order)) best = entry;
    }
    if (best === undefined || (untilNs !== undefined && best.dueNs > untilNs)) return false;
    best.cancelled = true;
    this.#cancelled++;
    if (best.dueNs > this.#nowNs) this.#nowNs = best.dueNs;
    best.run();
    return true;
  }

  /** Runs everything due within the next `ms` and then stands at that moment. */
  advance(ms: number): void {
    const untilNs = this.#nowNs + BigInt(Math.round(ms * 1e6));
    while (this.runNext(untilNs));
    if (untilNs > this.#nowNs) this.#nowNs = untilNs;
  }

  get pending(): number {
    return this.#queue.filter((entry) => !entry.cancelled).length;
  }
}
