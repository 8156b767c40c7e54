import { concatBytes } from '#base/bytes.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { Compressor, CompressorLibrary } from './library.ts';

const MOST = 0x1_0000;
const MAGIC = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd);

/** Zstandard (RFC 8878) without compressing: the frame is valid and decompresses to the same body, but it is longer than Envoy's. */
export function compileZstdCompressor(config: ConfigReader): CompressorLibrary {
  config.ignore('compression_level', 'enable_checksum', 'strategy', 'chunk_size');
  return {
    encoding: 'zstd',
    statPrefix: 'zstd.',
    note: 'bodies are wrapped as zstd, not compressed: Envoy’s are shorter',
    create: () => new ZstdWrapper(),
  };
}

class ZstdWrapper implements Compressor {
  #begun = false;

  compress(data: Uint8Array, finish: boolean): Uint8Array {
    // No content size, no checksum; a window of 2^17 bytes holds the largest block (§3.1.1.1).
    const parts: Uint8Array[] = this.#begun ? [] : [MAGIC, Uint8Array.of(0, (17 - 10) << 3)];
    this.#begun = true;
    const count = Math.max(Math.ceil(data.length / MOST), finish ? 1 : 0);
    for (let i = 0; i < count; i++) {
      const piece = data.subarray(i * MOST, (i + 1) * MOST);
      // A raw block: last bit, type 0, size (§3.1.1.2).
      const header = (finish && i === count - 1 ? 1 : 0) | (piece.length << 3);
      parts.push(Uint8Array.of(header & 255, (header >> 8) & 255, header >> 16), piece);
    }
    return concatBytes(parts);
  }
}
