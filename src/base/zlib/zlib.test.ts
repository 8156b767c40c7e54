import { deflateRawSync, deflateSync, gunzipSync, gzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adler32, crc32 } from './checksum.ts';
import { Deflater } from './deflate.ts';
import { deflateGzip, deflateRaw, deflateZlib } from './formats.ts';
import { inflateGzip, inflateZlib } from './inflate.ts';

const bytes = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(text, 'latin1'));

/** Bytes with repetitions, so that there is something to find. */
const repetitive = fc
  .array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 40 })), { maxLength: 40 })
  .map((parts) => new Uint8Array(Buffer.concat(parts.flatMap(([part, times]) => Array.from({ length: times }, () => part)))));

/** Words by a simple rule: long texts that need no file. */
function words(length: number): Uint8Array<ArrayBuffer> {
  let seed = 7;
  const next = (below: number): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % below;
  const dictionary = Array.from({ length: 200 }, () => Array.from({ length: 2 + next(8) }, () => 'etaoinshrdlu'[next(12)]).join(''));
  let text = '';
  while (text.length < length) text += `${dictionary[next(200)]} `;
  return bytes(text.slice(0, length));
}

describe('compressed bytes are those of Envoy', () => {
  test.each([
    ['abcdefabcdefabcdefabcdefabcdef', 'eJxLTEpOSU1LxEECALSCC6o='],
    [
      'the quick brown fox jumps over the lazy dog the quick brown fox',
      'eJwryUhVKCzNTM5WSCrKL89TSMuvUMgqzS0oVsgvSy1SKMlIVchJrKpUSMlPB3PQ1AIA6s4XTQ==',
    ],
    ['r'.repeat(300), 'eJwrKhoFRUQCAI+ahZk='],
    [
      'abracadabra-alakazam-abracadabra-alakazam-hocus-pocus-abracadabra-hocus-alakazam-pocus',
      'eJxLTCpKTE5MSUwqStRNzEnMTqxKzNUF8TAEM/KTS4t1C8AksgKIOFwZWAEAkm4g8A==',
    ],
    ['x1y2z3x1y2z3x1y2z3x1y2z3x1y2z3q9w8e7q9w8e7q9w8e7q9w8e7q9w8e7q9w8e7q9w8e7x1y2z3', 'eJyrMKw0qjKuwEEWWpZbpJoTQ0LUAwAB2hm6'],
  ])('compress(%j)', (text, base64) => {
    expect(Buffer.from(deflateZlib(bytes(text))).toString('base64')).toBe(base64);
  });

  test("the compressor filter's default: a window of 4 KiB, gzip", () => {
    const compressed = deflateGzip(bytes('abcdef'.repeat(10)), { windowBits: 12, memLevel: 5 });
    expect(Buffer.from(compressed).toString('base64')).toBe('H4sIAAAAAAAAA0tMSk5JTUskiwQA0YHvWjwAAAA=');
  });
});

describe('deflate', () => {
  test('gives what other decompressors understand', () => {
    fc.assert(
      fc.property(
        fc.oneof(repetitive, fc.uint8Array({ maxLength: 2000 })),
        fc.integer({ min: 9, max: 15 }),
        fc.integer({ min: 1, max: 9 }),
        (data, windowBits, memLevel) => {
          expect(Buffer.compare(inflateSync(deflateZlib(data, { windowBits, memLevel })), data)).toBe(0);
          expect(Buffer.compare(gunzipSync(deflateGzip(data, { windowBits, memLevel })), data)).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  test.each([0, 1, 262, 263, 40_000, 70_000, 200_000])('%i bytes of text, more than the window too', (length) => {
    const data = words(length);
    for (const windowBits of [9, 12, 15]) {
      const compressed = deflateRaw(data, { windowBits, memLevel: 8 });
      expect(Buffer.compare(inflateRawSync(compressed, { windowBits: 15 }), data)).toBe(0);
    }
    expect(deflateRaw(data).length).toBeLessThan(deflateRawSync(data).length * 1.1 + 20);
  });

  test('piece by piece: everything so far can be read after each flush', () => {
    fc.assert(
      fc.property(fc.array(repetitive, { minLength: 1, maxLength: 6 }), (pieces) => {
        const deflater = new Deflater({ windowBits: 12, memLevel: 5 });
        const written: Uint8Array[] = [];
        pieces.forEach((piece, i) => {
          written.push(deflater.write(piece, 'none'), deflater.write(new Uint8Array(0), i + 1 < pieces.length ? 'sync' : 'finish'));
          const soFar = inflateRawSync(Buffer.concat(written), { finishFlush: 2 });
          expect(Buffer.compare(soFar, Buffer.concat(pieces.slice(0, i + 1)))).toBe(0);
        });
      }),
      { numRuns: 40 },
    );
  });
});

describe('inflate', () => {
  test('reads what other compressors write, at any level', () => {
    fc.assert(
      fc.property(fc.oneof(repetitive, fc.uint8Array({ maxLength: 2000 })), fc.integer({ min: 0, max: 9 }), (data, level) => {
        expect(inflateZlib(deflateSync(data, { level }))).toEqual(data);
        expect(inflateGzip(gzipSync(data, { level }))).toEqual(data);
      }),
      { numRuns: 60 },
    );
  });

  test('says of damaged bytes that they are, without throwing and without end', () => {
    const good = deflateZlib(words(500));
    for (let size = 0; size < good.length; size++) expect(inflateZlib(good.slice(0, size))).toBe('incomplete');
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const damaged = good.slice();
        damaged[at] = (damaged[at] ?? 0) ^ by;
        const result = inflateZlib(damaged, 100_000);
        expect(typeof result === 'string' || Buffer.compare(result, words(500)) === 0).toBe(true);
      }),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (data) => void inflateZlib(Uint8Array.from([0x78, 0x9c, ...data]), 100_000)));
  });

  test('stops at the limit', () => {
    const bomb = deflateSync(new Uint8Array(1_000_000));
    expect(inflateZlib(bomb, 999_999)).toBe('too-large');
    expect(inflateZlib(bomb, 1_000_000)).toHaveLength(1_000_000);
  });
});

test('checksums', () => {
  expect(adler32(bytes('Wikipedia')).toString(16)).toBe('11e60398');
  expect(crc32(bytes('123456789')).toString(16)).toBe('cbf43926');
});
