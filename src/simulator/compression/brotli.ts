import type { ConfigReader } from '../config-reader.ts';
import type { Compressor, CompressorLibrary } from './library.ts';

const MOST = 0x1_0000;

/**
 * Brotli (RFC 7932) without compressing: the stream is valid and decompresses to the same body, but it is longer than Envoy's. Compressing
 * as Google's library does would need its dictionary of 122 KB.
 */
export function compileBrotliCompressor(config: ConfigReader): CompressorLibrary {
  config.ignore('quality', 'encoder_mode', 'window_bits', 'input_block_bits', 'chunk_size', 'disable_literal_context_modeling');
  return {
    encoding: 'br',
    statPrefix: 'brotli.',
    note: 'bodies are wrapped as brotli, not compressed: Envoy’s are shorter',
    create: () => new BrotliWrapper(),
  };
}

class BrotliWrapper implements Compressor {
  #begun = false;

  compress(data: Uint8Array, finish: boolean): Uint8Array {
    const bits = new Bits();
    // WBITS 16 is a single 0 bit (§9.1).
    if (!this.#begun) bits.put(0, 1);
    this.#begun = true;
    for (let at = 0; at < data.length; at += MOST) {
      const piece = data.subarray(at, at + MOST);
      // ISLAST 0, MNIBBLES 4, MLEN − 1, ISUNCOMPRESSED 1 (§9.2).
      bits.put(0, 1);
      bits.put(0, 2);
      bits.put(piece.length - 1, 16);
      bits.put(1, 1);
      bits.align();
      bits.bytes(piece);
    }
    if (finish) bits.put(3, 2);
    // An empty metadata block brings a flush to a byte boundary: ISLAST 0, MNIBBLES 0, reserved 0, MSKIPBYTES 0.
    else if (data.length === 0) bits.put(6, 6);
    bits.align();
    return bits.result();
  }
}

class Bits {
  readonly #out: number[] = [];
  #held = 0;
  #count = 0;

  put(value: number, count: number): void {
    for (let i = 0; i < count; i++) {
      this.#held |= ((value >> i) & 1) << this.#count++;
      if (this.#count === 8) this.align();
    }
  }

  align(): void {
    if (this.#count > 0) this.#out.push(this.#held);
    this.#held = 0;
    this.#count = 0;
  }

  bytes(bytes: Uint8Array): void {
    for (const byte of bytes) this.#out.push(byte);
  }

  result(): Uint8Array {
    return Uint8Array.from(this.#out);
  }
}
