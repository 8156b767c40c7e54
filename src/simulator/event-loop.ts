import { VirtualClock } from '#base/clock.ts';

/** Why `run` came back: the condition holds, real work outside (a digest, a compression) is awaited, or nothing is left to do. */
export type LoopStop = 'done' | 'outside' | 'idle';

/**
 * The one event loop of a simulated proxy: work posted for "after this call", timers on the virtual clock, and the results of real asynchronous
 * work of the platform, which are handed in in the order in which it was begun. Deterministic: no wall-clock time enters.
 */
export class EventLoop {
  readonly clock: VirtualClock;
  #ready: (() => void)[] = [];
  #outside: Promise<() => void>[] = [];
  #idle: (() => boolean) | undefined;

  constructor(startNs?: bigint) {
    this.clock = new VirtualClock(startNs);
  }

  get nowNs(): bigint {
    return this.clock.nowNs;
  }

  /** Runs `work` after everything that is on the stack and everything posted before. */
  post(work: () => void): void {
    this.#ready.push(work);
  }

  setTimer(ms: number, run: () => void): { cancel(): void } {
    return this.clock.setTimer(ms, run);
  }

  /** Hands the result of `promise` to `then` on this loop. A rejection is our own bug and surfaces from `runAsync`. */
  await<T>(promise: Promise<T>, then: (value: T) => void): void {
    this.#outside.push(promise.then((value) => () => then(value)));
  }

  /** Asked when nothing is ready, before time moves on; true if it found something to do. */
  whenIdle(ask: (() => boolean) | undefined): void {
    this.#idle = ask;
  }

  /** Works until `done()`, at most until the virtual time `untilNs`. */
  run(done: () => boolean, untilNs?: bigint): LoopStop {
    for (;;) {
      this.drain();
      if (done()) return 'done';
      if (this.#outside.length > 0) return 'outside';
      if (this.#idle?.() === true) continue;
      if (!this.clock.runNext(untilNs)) return 'idle';
    }
  }

  /** Like `run`, waiting for the platform where that is needed. */
  async runAsync(done: () => boolean, untilNs?: bigint): Promise<'done' | 'idle'> {
    for (;;) {
      const stop = this.run(done, untilNs);
      if (stop !== 'outside') return stop;
      const work = await this.#outside.shift();
      if (work !== undefined) this.post(work);
    }
  }

  /** Everything that can be done without time passing. */
  drain(): void {
    while (this.#ready.length > 0) {
      const work = this.#ready;
      this.#ready = [];
      for (const item of work) item();
    }
  }

  /** Moves to `untilNs`, running what falls due. */
  async runTo(untilNs: bigint): Promise<void> {
    await this.runAsync(() => false, untilNs);
    const rest = untilNs - this.clock.nowNs;
    if (rest > 0n) this.clock.advance(Number(rest) / 1e6);
  }
}
