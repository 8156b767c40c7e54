import { concatBytes } from '#base/bytes.ts';
import { crc32 } from '#base/zlib/checksum.ts';
import type { DeflateOptions } from '#base/zlib/deflate.ts';
import { Deflater } from '#base/zlib/deflate.ts';
import type { ConfigReader } from '../config-reader.ts';
import { enumName } from '../format/header-operations.ts';
import type { Compressor, CompressorLibrary } from './library.ts';

const NO_BYTES = new Uint8Array(0);
const DEFAULT_LEVEL = 6;
const BEST = 9;
const DEFAULT_MEMORY_LEVEL = 5;
const DEFAULT_WINDOW_BITS = 12;

const levels = [
  'DEFAULT_COMPRESSION',
  'COMPRESSION_LEVEL_1',
  'COMPRESSION_LEVEL_2',
  'COMPRESSION_LEVEL_3',
  'COMPRESSION_LEVEL_4',
  'COMPRESSION_LEVEL_5',
  'COMPRESSION_LEVEL_6',
  'COMPRESSION_LEVEL_7',
  'COMPRESSION_LEVEL_8',
  'COMPRESSION_LEVEL_9',
] as const;
const otherNames: Readonly<Record<string, number>> = { BEST_SPEED: 1, BEST_COMPRESSION: 9 };
const strategies = ['DEFAULT_STRATEGY', 'FILTERED', 'HUFFMAN_ONLY', 'RLE', 'FIXED'] as const;
const strategyOptions = { DEFAULT_STRATEGY: 'default', FILTERED: 'filtered', HUFFMAN_ONLY: 'huffman', RLE: 'rle', FIXED: 'fixed' } as const;

/** gzip with Envoy's own bytes (envoy `source/extensions/compression/gzip/compressor`, zlib-ng). Pieces of output have no visible size, so `chunk_size` is without effect. */
export function compileGzipCompressor(config: ConfigReader): CompressorLibrary {
  config.ignore('chunk_size');
  const given = config.raw('compression_level');
  const named = typeof given === 'string' ? otherNames[given] : undefined;
  const level = named ?? levels.indexOf(enumName(given, levels) ?? 'DEFAULT_COMPRESSION');
  const options: Required<DeflateOptions> = {
    level: level === 0 ? DEFAULT_LEVEL : level,
    strategy: strategyOptions[enumName(config.raw('compression_strategy'), strategies) ?? 'DEFAULT_STRATEGY'],
    memLevel: config.number('memory_level', 0) || DEFAULT_MEMORY_LEVEL,
    windowBits: config.number('window_bits', 0) || DEFAULT_WINDOW_BITS,
  };
  return {
    encoding: 'gzip',
    statPrefix: 'gzip.',
    note: options.level === BEST ? 'level 9 packs a little differently than Envoy' : undefined,
    create: () => new GzipCompressor(options),
  };
}

class GzipCompressor implements Compressor {
  readonly #deflater: Deflater;
  readonly #extraFlags: number;
  #crc = 0;
  #size = 0;
  #begun = false;

  constructor(options: Required<DeflateOptions>) {
    this.#deflater = new Deflater(options);
    const { level, strategy } = options;
    const isFast = strategy === 'huffman' || strategy === 'rle' || strategy === 'fixed' || level < 2;
    this.#extraFlags = level === 9 ? 2 : isFast ? 4 : 0;
  }

  compress(data: Uint8Array, finish: boolean): Uint8Array {
    // zlib does not flush twice when nothing has come in between.
    if (data.length === 0 && !finish && this.#begun) return NO_BYTES;
    const parts: Uint8Array[] = [];
    if (!this.#begun) parts.push(Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, this.#extraFlags, 3));
    this.#begun = true;
    this.#crc = crc32(data, this.#crc);
    this.#size += data.length;
    // Envoy hands the data over first and flushes afterwards; where zlib-ng's matcher stops depends on it.
    if (data.length > 0) parts.push(this.#deflater.write(data, 'none'));
    parts.push(this.#deflater.write(NO_BYTES, finish ? 'finish' : 'sync'));
    if (finish) parts.push(this.#trailer());
    return concatBytes(parts);
  }

  #trailer(): Uint8Array {
    const out = new Uint8Array(8);
    const view = new DataView(out.buffer);
    view.setUint32(0, this.#crc, true);
    view.setUint32(4, this.#size % 2 ** 32, true);
    return out;
  }
}
