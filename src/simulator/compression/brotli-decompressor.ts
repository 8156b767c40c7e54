import { decompress } from 'brotli/decompress';
import type { ConfigReader } from '../config-reader.ts';
import type { DecompressorLibrary } from './library.ts';
import { WholeDecompressor } from './whole-decompressor.ts';

/** Brotli as Envoy unpacks it (envoy `source/extensions/compression/brotli/decompressor/brotli_decompressor_impl.cc`). */
export function compileBrotliDecompressor(config: ConfigReader): DecompressorLibrary {
  config.ignore('disable_ring_buffer_reallocation', 'chunk_size');
  const counters = { damaged: 'brotli_error', redundant: 'brotli_redundant_input' };
  return {
    encoding: 'br',
    statPrefix: 'brotli.',
    counters: ['brotli_error', 'brotli_output_overflow', 'brotli_redundant_input'],
    create: (onError) => new WholeDecompressor(unpack, counters, onError),
  };
}

function unpack(bytes: Uint8Array): Uint8Array | 'cut' | 'damaged' {
  try {
    return decompress(bytes);
  } catch (error) {
    return error instanceof Error && error.message.startsWith('Unexpected end of input') ? 'cut' : 'damaged';
  }
}
