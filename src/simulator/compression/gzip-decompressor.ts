import { concatBytes } from '#base/bytes.ts';
import { crc32 } from '#base/zlib/checksum.ts';
import { inflateSoFar } from '#base/zlib/inflate.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { Decompressor, DecompressorLibrary } from './library.ts';

const NO_BYTES = new Uint8Array(0);
const DEFAULT_CHUNK = 4096;
const DEFAULT_RATIO = 100;

interface Options {
  readonly chunk: number;
  readonly ratio: number;
}

/** gunzip as Envoy does it (envoy `source/extensions/compression/gzip/decompressor/zlib_decompressor_impl.cc`). */
export function compileGzipDecompressor(config: ConfigReader): DecompressorLibrary {
  // A window that is smaller than the stream's own only costs streams that no gzip of that window writes.
  config.ignore('window_bits');
  const options: Options = {
    chunk: config.number('chunk_size', 0) || DEFAULT_CHUNK,
    ratio: config.number('max_inflate_ratio', 0) || DEFAULT_RATIO,
  };
  return {
    encoding: 'gzip',
    statPrefix: 'gzip.',
    counters: ['zlib_errno', 'zlib_stream_error', 'zlib_data_error', 'zlib_mem_error', 'zlib_buf_error', 'zlib_version_error'],
    create: (onError) => new GzipDecompressor(options, onError),
  };
}

class GzipDecompressor implements Decompressor {
  readonly #options: Options;
  readonly #onError: (counter: string) => void;
  #input: Uint8Array = NO_BYTES;
  #given = 0;
  #isOver = false;
  #isBroken = false;

  constructor(options: Options, onError: (counter: string) => void) {
    this.#options = options;
    this.#onError = onError;
  }

  decompress(data: Uint8Array): Uint8Array {
    if (this.#isOver || data.length === 0) return NO_BYTES;
    if (this.#isBroken) {
      this.#onError('zlib_data_error');
      return NO_BYTES;
    }
    this.#input = concatBytes([this.#input, data]);
    const start = headerEnd(this.#input);
    if (start === 'incomplete') return NO_BYTES;
    if (start === 'damaged') {
      this.#break();
      return NO_BYTES;
    }
    const { bytes, end, isDamaged } = inflateSoFar(this.#input, start);
    const more = bytes.subarray(this.#given);
    this.#given = bytes.length;
    const { chunk, ratio } = this.#options;
    const limit = ratio * data.length;
    // A bomb: Envoy gives up between two chunks and keeps what it has got.
    const chunks = Math.floor(limit / chunk) + 1;
    if (more.length >= chunks * chunk) {
      this.#break();
      return more.subarray(0, chunks * chunk);
    }
    if (isDamaged) this.#break();
    if (end !== undefined) this.#finish(bytes, end);
    return more;
  }

  #finish(bytes: Uint8Array, end: number): void {
    if (this.#input.length < end + 8) return;
    this.#isOver = true;
    const view = new DataView(this.#input.buffer, this.#input.byteOffset);
    if (view.getUint32(end, true) !== crc32(bytes) || view.getUint32(end + 4, true) !== bytes.length % 2 ** 32) {
      this.#isOver = false;
      this.#break();
    }
  }

  #break(): void {
    this.#isBroken = true;
    this.#onError('zlib_data_error');
  }
}

/** Where the deflate stream of a gzip file begins (RFC 1952 §2.3). */
function headerEnd(bytes: Uint8Array): number | 'incomplete' | 'damaged' {
  const [a, b, method, flags = 0] = bytes;
  if (b === undefined) return 'incomplete';
  if (a !== 0x1f || b !== 0x8b || (method !== undefined && method !== 8) || (flags & 0xe0) !== 0) return 'damaged';
  let at = 10;
  if ((flags & 4) !== 0) at += 2 + (bytes[at] ?? 0) + (bytes[at + 1] ?? 0) * 256;
  for (const flag of [8, 16]) {
    if ((flags & flag) === 0) continue;
    const end = bytes.indexOf(0, at);
    if (end < 0) return 'incomplete';
    at = end + 1;
  }
  if ((flags & 2) !== 0) at += 2;
  return bytes.length < at ? 'incomplete' : at;
}
