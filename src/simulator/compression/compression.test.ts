import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { concatBytes, utf8Bytes } from '#base/bytes.ts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigReader } from '../config-reader.ts';
import { compileCompressorLibrary, compileDecompressorLibrary } from './library.ts';

const extension = (kind: string, direction: 'compressor' | 'decompressor', config = {}): ConfigReader => {
  const type = `type.googleapis.com/envoy.extensions.compression.${kind}.${direction}.v3.${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
  return new ConfigReader({ name: kind, typed_config: { '@type': type, ...config } });
};

function pack(kind: string, pieces: readonly Uint8Array[], config = {}): Uint8Array {
  const compressor = compileCompressorLibrary(extension(kind, 'compressor', config)).create();
  return concatBytes(pieces.map((piece, i) => compressor.compress(piece, i === pieces.length - 1)));
}

const pieces = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 5 });

describe('what is compressed can be read by others', () => {
  test('gzip, with a flush after each piece', () => {
    fc.assert(fc.property(pieces, (list) => Buffer.compare(gunzipSync(pack('gzip', list)), concatBytes(list)) === 0));
  });

  test('gzip at every level, with every strategy', () => {
    const text = utf8Bytes('abcabcabcd '.repeat(400));
    for (let level = 1; level <= 9; level++) {
      for (const strategy of ['DEFAULT_STRATEGY', 'FILTERED', 'HUFFMAN_ONLY', 'RLE', 'FIXED']) {
        const packed = pack('gzip', [text], { compression_level: level, compression_strategy: strategy });
        expect(gunzipSync(packed).length, `${level} ${strategy}`).toBe(text.length);
      }
    }
  });

  test('brotli, though nothing is made smaller', () => {
    fc.assert(fc.property(pieces, (list) => Buffer.compare(brotliDecompressSync(pack('brotli', list)), concatBytes(list)) === 0));
    const long = new Uint8Array(200_000).fill(7);
    expect(brotliDecompressSync(pack('brotli', [long])).length).toBe(long.length);
  });

  test('zstd: raw blocks in a frame (RFC 8878)', () => {
    expect(Buffer.from(pack('zstd', [utf8Bytes('ab'), utf8Bytes('c')])).toString('hex')).toBe(
      ['28b52ffd', '0038', '100000', '6162', '090000', '63'].join(''),
    );
  });
});

describe('gunzip piece by piece', () => {
  const unpack = (list: readonly Uint8Array[], config = {}): readonly [string, readonly string[]] => {
    const errors: string[] = [];
    const library = compileDecompressorLibrary(extension('gzip', 'decompressor', config));
    const decompressor = library?.create((counter) => errors.push(counter));
    const parts = list.map((piece) => decompressor?.decompress(piece) ?? new Uint8Array(0));
    return [Buffer.from(concatBytes(parts)).toString(), errors];
  };

  test('wherever the stream is cut', () => {
    const text = 'what is cut comes together again, again and again';
    const packed = new Uint8Array(gzipSync(text));
    fc.assert(
      fc.property(fc.nat(packed.length), fc.nat(packed.length), (a, b) => {
        const [from, to] = a < b ? [a, b] : [b, a];
        expect(unpack([packed.subarray(0, from), packed.subarray(from, to), packed.subarray(to)])).toEqual([text, []]);
      }),
    );
  });

  test('damaged bytes are counted, not thrown', () => {
    expect(unpack([utf8Bytes('no gzip')])).toEqual(['', ['zlib_data_error']]);
  });

  test('a body that grows beyond the ratio is cut between two chunks', () => {
    const [text, errors] = unpack([new Uint8Array(gzipSync('a'.repeat(50_000)))], { max_inflate_ratio: 10, chunk_size: 4096 });
    expect([text.length % 4096, errors]).toEqual([0, ['zlib_data_error']]);
  });
});

test('libraries that Envoy does not have are refused', () => {
  const unknown = new ConfigReader({ name: 'x', typed_config: { '@type': 'type.googleapis.com/some.Library' } });
  expect(() => compileCompressorLibrary(unknown)).toThrow("Didn't find a registered implementation for type: 'some.Library'");
});
