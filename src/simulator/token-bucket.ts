/**
 * A token bucket on virtual time that fills all the time (envoy `source/common/common/token_bucket_impl.cc` `AtomicTokenBucketImpl`): two tokens a
 * second are one token after half of it.
 */
export class TokenBucket {
  readonly max: number;
  /** Tokens that come in a second. */
  readonly fillRate: number;
  readonly #now: () => bigint;
  #held: number;
  #countedNs: bigint;

  constructor(now: () => bigint, max: number, perFill: number, intervalMs: number) {
    this.#now = now;
    this.max = max;
    this.fillRate = intervalMs > 0 ? (perFill * 1000) / intervalMs : 0;
    this.#held = max;
    this.#countedNs = now();
  }

  /** Whole tokens there are now. */
  get tokens(): number {
    this.#fill();
    return Math.floor(this.#held);
  }

  /** Seconds until there is a whole token, rounded up; 0 when there is one. */
  get secondsToToken(): number {
    this.#fill();
    return this.#held >= 1 ? 0 : Math.ceil((1 - this.#held) / this.fillRate);
  }

  /** Takes `count` tokens, or none. */
  take(count = 1): boolean {
    this.#fill();
    if (this.#held < count) return false;
    this.#held -= count;
    return true;
  }

  /** Takes as many whole tokens as there are, `count` at most. */
  takeUpTo(count: number): number {
    const taken = Math.min(this.tokens, count);
    this.#held -= taken;
    return taken;
  }

  /** Sets how many tokens there are. */
  reset(tokens: number): void {
    this.#fill();
    this.#held = Math.min(this.max, tokens);
  }

  #fill(): void {
    const nowNs = this.#now();
    this.#held = Math.min(this.max, this.#held + (Number(nowNs - this.#countedNs) / 1e9) * this.fillRate);
    this.#countedNs = nowNs;
  }
}
