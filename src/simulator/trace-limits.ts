/** How much of one stream, or of what happens between streams, is kept. Beyond it only counts go on: a guest must not fill the tab. */
export const traceLimits = { events: 20_000, hostCalls: 100_000, bytes: 32 * 1024 * 1024 } as const;

/** What of a trace has been kept and what not. */
export class TraceBudget {
  #hostCalls = 0;
  #bytes = 0;
  #leftEvents = 0;
  #leftHostCalls = 0;

  /** Whether a further event is kept, `kept` being those there are; `size` is what its text holds. */
  takesEvent(kept: number, size = 0): boolean {
    if (kept < traceLimits.events && this.#bytes + size <= traceLimits.bytes) {
      this.#bytes += size;
      return true;
    }
    this.#leftEvents++;
    return false;
  }

  takesHostCall(size: number): boolean {
    if (this.#hostCalls < traceLimits.hostCalls && this.#bytes + size <= traceLimits.bytes) {
      this.#hostCalls++;
      this.#bytes += size;
      return true;
    }
    this.#leftHostCalls++;
    return false;
  }

  /** What was left out, as a sentence; undefined when nothing was. */
  get text(): string | undefined {
    if (this.#leftEvents + this.#leftHostCalls === 0) return undefined;
    const parts = [
      ...(this.#leftEvents > 0 ? [`${this.#leftEvents} further events`] : []),
      ...(this.#leftHostCalls > 0 ? [`${this.#leftHostCalls} further host calls`] : []),
    ];
    return `Too much for a trace: ${parts.join(' and ')} are not in it`;
  }
}
