import { concatBytes } from '#base/bytes.ts';
import type { Decompressor } from './library.ts';

const NO_BYTES = new Uint8Array(0);

/** A whole stream unpacked; otherwise whether its end is missing or it is no such stream. */
type Unpack = (bytes: Uint8Array) => Uint8Array | 'cut' | 'damaged';

interface Counters {
  readonly damaged: string;
  /** Bytes behind the end of a stream; undefined where they are not noticed. */
  readonly redundant: string | undefined;
}

/** For packages that read whole streams: everything comes out with the last piece, where Envoy gives with each piece what it can. */
export class WholeDecompressor implements Decompressor {
  readonly #unpack: Unpack;
  readonly #counters: Counters;
  readonly #onError: (counter: string) => void;
  #input: Uint8Array = NO_BYTES;
  #state: 'cut' | 'damaged' | 'over' = 'cut';

  constructor(unpack: Unpack, counters: Counters, onError: (counter: string) => void) {
    this.#unpack = unpack;
    this.#counters = counters;
    this.#onError = onError;
  }

  decompress(data: Uint8Array): Uint8Array {
    if (data.length === 0) return NO_BYTES;
    if (this.#state === 'over') {
      this.#countRedundant();
      return NO_BYTES;
    }
    this.#input = concatBytes([this.#input, data]);
    const out = this.#unpack(this.#input);
    if (typeof out === 'string') {
      this.#state = out;
      return NO_BYTES;
    }
    this.#state = 'over';
    // The stream is whole without its last byte too: there is something behind its end.
    if (this.#counters.redundant !== undefined && typeof this.#unpack(this.#input.subarray(0, -1)) !== 'string') this.#countRedundant();
    return out;
  }

  end(): void {
    if (this.#state === 'damaged') this.#onError(this.#counters.damaged);
  }

  #countRedundant(): void {
    if (this.#counters.redundant !== undefined) this.#onError(this.#counters.redundant);
  }
}
