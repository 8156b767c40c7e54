import type { Trace, TraceEvent } from './trace.ts';

/**
 * A request that has been through the proxy. What happened on its way has been noted down; `trace` makes events of it, which takes longer
 * than the stream itself and is not asked for where many streams are only counted.
 */
export class Exchange {
  readonly #result: Trace;
  readonly #notes: { readonly events: readonly TraceEvent[] } | undefined;

  /** `result` is the trace without events. */
  constructor(result: Trace, notes?: { readonly events: readonly TraceEvent[] }) {
    this.#result = result;
    this.#notes = notes;
  }

  get response(): Trace['response'] {
    return this.#result.response;
  }

  get measuredMs(): number {
    return this.#result.measuredMs;
  }

  /** Everything, as plain data. */
  trace(): Trace {
    return this.#notes === undefined ? this.#result : { ...this.#result, events: this.#notes.events };
  }
}
