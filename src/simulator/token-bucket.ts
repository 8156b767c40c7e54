/** A token bucket on virtual time that is filled at the end of each interval (envoy `LocalRateLimiterImpl` with timer-based buckets). */
export class TokenBucket {
  readonly max: number;
  readonly #perFill: number;
  readonly #intervalNs: bigint;
  readonly #now: () => bigint;
  #tokens: number;
  #lastFillNs: bigint;

  constructor(now: () => bigint, max: number, perFill: number, intervalMs: number) {
    this.#now = now;
    this.max = max;
    this.#perFill = perFill;
    this.#intervalNs = BigInt(Math.max(1, Math.round(intervalMs * 1e6)));
    this.#tokens = max;
    this.#lastFillNs = now();
  }

  get tokens(): number {
    this.#fill();
    return this.#tokens;
  }

  /** Milliseconds until the next fill. */
  get msToFill(): number {
    this.#fill();
    return Number(this.#intervalNs - (this.#now() - this.#lastFillNs)) / 1e6;
  }

  take(count = 1): boolean {
    this.#fill();
    if (this.#tokens < count) return false;
    this.#tokens -= count;
    return true;
  }

  #fill(): void {
    const passed = (this.#now() - this.#lastFillNs) / this.#intervalNs;
    if (passed <= 0n) return;
    this.#lastFillNs += passed * this.#intervalNs;
    this.#tokens = Math.min(this.max, this.#tokens + Number(passed) * this.#perFill);
  }
}
