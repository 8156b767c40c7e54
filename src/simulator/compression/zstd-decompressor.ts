import { decompress, ZstdErrorCode } from 'fzstd';
import type { ConfigReader } from '../config-reader.ts';
import type { DecompressorLibrary } from './library.ts';
import { WholeDecompressor } from './whole-decompressor.ts';

/** Zstandard as Envoy unpacks it (envoy `source/extensions/compression/zstd/decompressor/zstd_decompressor_impl.cc`). */
export function compileZstdDecompressor(config: ConfigReader): DecompressorLibrary {
  config.ignore('dictionaries', 'chunk_size');
  const counters = { damaged: 'zstd_generic_error', redundant: undefined };
  return {
    encoding: 'zstd',
    statPrefix: 'zstd.',
    counters: ['zstd_generic_error', 'zstd_dictionary_error', 'zstd_checksum_wrong_error', 'zstd_memory_error'],
    create: (onError) => new WholeDecompressor(unpack, counters, onError),
  };
}

function unpack(bytes: Uint8Array): Uint8Array | 'cut' | 'damaged' {
  try {
    return decompress(bytes);
  } catch (error) {
    const isCut = error instanceof Error && 'code' in error && error.code === ZstdErrorCode.UnexpectedEOF;
    return isCut ? 'cut' : 'damaged';
  }
}
