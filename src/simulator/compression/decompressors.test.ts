import fc from 'fast-check';
import { brotliCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { concatBytes } from '#base/bytes.ts';
import { ConfigReader } from '../config-reader.ts';
import { compileBrotliDecompressor } from './brotli-decompressor.ts';
import { compileZstdCompressor } from './zstd.ts';
import { compileZstdDecompressor } from './zstd-decompressor.ts';
import type { DecompressorLibrary } from './library.ts';

const config = new ConfigReader({});

function unpacked(
  library: DecompressorLibrary,
  pieces: readonly Uint8Array[],
): { readonly bytes: Uint8Array; readonly errors: readonly string[] } {
  const errors: string[] = [];
  const decompressor = library.create((counter) => errors.push(counter));
  const bytes = concatBytes(pieces.map((piece) => decompressor.decompress(piece)));
  decompressor.end?.();
  return { bytes, errors };
}

function cut(bytes: Uint8Array, places: readonly number[]): readonly Uint8Array[] {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, i) => bytes.subarray(at[i], end));
}

const body = fc.uint8Array({ maxLength: 2000 });
const places = fc.array(fc.nat(), { maxLength: 4 });

test('property: brotli comes out as it went in, whatever the pieces', () => {
  fc.assert(
    fc.property(body, places, (bytes, at) => {
      const packed = new Uint8Array(brotliCompressSync(bytes));
      expect(unpacked(compileBrotliDecompressor(config), cut(packed, at))).toEqual({ bytes, errors: [] });
    }),
    { numRuns: 50 },
  );
});

test('property: zstd comes out as it went in, whatever the pieces', () => {
  fc.assert(
    fc.property(body, places, (bytes, at) => {
      const packed = compileZstdCompressor(config).create().compress(bytes, true);
      expect(unpacked(compileZstdDecompressor(config), cut(packed, at))).toEqual({ bytes, errors: [] });
    }),
    { numRuns: 50 },
  );
});

test('brotli with something behind its end', () => {
  const packed = new Uint8Array([...brotliCompressSync(new Uint8Array([1, 2, 3])), 9]);
  expect(unpacked(compileBrotliDecompressor(config), [packed])).toEqual({
    bytes: new Uint8Array([1, 2, 3]),
    errors: ['brotli_redundant_input'],
  });
});
