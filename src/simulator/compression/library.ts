import { ConfigError } from '../config-error.ts';
import type { ConfigReader } from '../config-reader.ts';
import { compileBrotliCompressor } from './brotli.ts';
import { compileBrotliDecompressor } from './brotli-decompressor.ts';
import { compileGzipCompressor } from './gzip-compressor.ts';
import { compileGzipDecompressor } from './gzip-decompressor.ts';
import { compileZstdCompressor } from './zstd.ts';
import { compileZstdDecompressor } from './zstd-decompressor.ts';

/** One body on its way through a compressor. */
export interface Compressor {
  /** What comes out for a piece: all of it so far (a flush), or with `finish` the end of the stream as well. */
  compress(data: Uint8Array, finish: boolean): Uint8Array;
}

/** A `compressor_library` (envoy `source/extensions/compression/`). */
export interface CompressorLibrary {
  /** The name in `accept-encoding` and `content-encoding`. */
  readonly encoding: string;
  /** Part of the names of statistics, with its dot. */
  readonly statPrefix: string;
  /** What is not as in Envoy. */
  readonly note: string | undefined;
  create(): Compressor;
}

/** One body on its way through a decompressor: gives what the bytes so far add. */
export interface Decompressor {
  decompress(data: Uint8Array): Uint8Array;
  /** There is no more: what is wrong with the whole can be told now. */
  end?(): void;
}

/** A `decompressor_library`. */
export interface DecompressorLibrary {
  readonly encoding: string;
  readonly statPrefix: string;
  /** Told once when the bytes are no such stream. */
  create(onError: (counter: string) => void): Decompressor;
  /** Counters of the library itself. */
  readonly counters: readonly string[];
}

const PREFIX = 'envoy.extensions.compression.';

/** The library of a compressor filter; a kind that is not known is refused as Envoy does. */
export function compileCompressorLibrary(extension: ConfigReader | undefined): CompressorLibrary {
  const [config, type] = open(extension);
  if (type === `${PREFIX}gzip.compressor.v3.Gzip`) return compileGzipCompressor(config);
  if (type === `${PREFIX}brotli.compressor.v3.Brotli`) return compileBrotliCompressor(config);
  if (type === `${PREFIX}zstd.compressor.v3.Zstd`) return compileZstdCompressor(config);
  throw new ConfigError(unknown(type));
}

/** The library of a decompressor filter; a kind that is not known is refused as Envoy does. */
export function compileDecompressorLibrary(extension: ConfigReader | undefined): DecompressorLibrary {
  const [config, type] = open(extension);
  if (type === `${PREFIX}gzip.decompressor.v3.Gzip`) return compileGzipDecompressor(config);
  if (type === `${PREFIX}brotli.decompressor.v3.Brotli`) return compileBrotliDecompressor(config);
  if (type === `${PREFIX}zstd.decompressor.v3.Zstd`) return compileZstdDecompressor(config);
  throw new ConfigError(unknown(type));
}

function open(extension: ConfigReader | undefined): readonly [ConfigReader, string] {
  const config = extension?.any('typed_config');
  if (extension === undefined || config === undefined)
    throw new ConfigError('Proto constraint validation failed (CompressorValidationError.CompressorLibrary: value is required)');
  const { typeUrl } = config;
  return [config, typeUrl.slice(typeUrl.lastIndexOf('/') + 1)];
}

function unknown(type: string): string {
  return `Didn't find a registered implementation for type: '${type}'`;
}
