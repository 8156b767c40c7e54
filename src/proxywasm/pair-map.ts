import type { ByteString } from '#base/bytes.ts';
import type { ReadableMap } from './context.ts';
import type { HeaderPairs } from './host.ts';

/** A list of pairs as a map to read. */
export class PairMap implements ReadableMap {
  readonly #pairs: HeaderPairs;

  constructor(pairs: HeaderPairs) {
    this.#pairs = pairs;
  }

  get(name: ByteString): ByteString | undefined {
    return this.#pairs.find(([key]) => key === name)?.[1];
  }

  entries(): HeaderPairs {
    return this.#pairs;
  }

  get size(): number {
    return this.#pairs.length;
  }
}
