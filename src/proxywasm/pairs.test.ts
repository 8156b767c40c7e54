import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byteStringToBytes } from '#base/bytes.ts';
import { decodePairs, encodePairs, maxPairs, pairsSize, writePairs } from './pairs.ts';
import { GuestMemory } from './memory.ts';

const byteString = fc.uint8Array({ maxLength: 90 }).map((bytes) => String.fromCharCode(...bytes));
const pairList = fc.array(fc.tuple(byteString, byteString), { maxLength: 30 });

describe('pairs', () => {
  test('have the layout of proxy-wasm-cpp-host', () => {
    const hex = '01000000 09000000 01000000 736f6d655f64617461 00 39 00'.replaceAll(' ', '');
    expect(Buffer.from(encodePairs([['some_data', '9']])).toString('hex')).toBe(hex);
    expect(encodePairs([])).toEqual(new Uint8Array(4));
  });

  test('come back as they were, whatever their bytes', () => {
    fc.assert(
      fc.property(pairList, (pairs) => {
        const bytes = encodePairs(pairs);
        expect(bytes.length).toBe(pairsSize(pairs));
        expect(decodePairs(bytes)).toEqual(pairs);
      }),
    );
  });

  test('are written to guest memory as to bytes', () => {
    fc.assert(
      fc.property(pairList, fc.nat(1000), (pairs, pointer) => {
        const memory = new GuestMemory(new WebAssembly.Memory({ initial: 2 }));
        writePairs(memory, pointer, pairs);
        expect(memory.copy(pointer, pairsSize(pairs))).toEqual(encodePairs(pairs));
        expect(memory.bytes.subarray(pointer + pairsSize(pairs)).every((byte) => byte === 0)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  test('never throw and never invent: garbage decodes to nothing or to what encodes the same', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const pairs = decodePairs(bytes);
        if (pairs.length > 0) expect(encodePairs(pairs)).toEqual(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  test('damaged at any one byte decode to nothing or to other bytes that encode the same', () => {
    fc.assert(
      fc.property(pairList, fc.nat(), fc.integer({ min: 1, max: 255 }), (pairs, place, by) => {
        const bytes = encodePairs(pairs);
        const at = place % bytes.length;
        bytes[at] = (bytes[at] ?? 0) ^ by;
        const read = decodePairs(bytes);
        if (read.length > 0) expect(encodePairs(read)).toEqual(bytes);
      }),
    );
  });

  test('are refused as a whole for each kind of damage', () => {
    const good = [...encodePairs([['a', 'b']])];
    expect(decodePairs(Uint8Array.from(good))).toEqual([['a', 'b']]);
    expect(decodePairs(Uint8Array.from([...good, 0]))).toEqual([]); // a byte left over
    expect(decodePairs(Uint8Array.from(good.slice(0, -1)))).toEqual([]); // cut off
    expect(decodePairs(Uint8Array.from([...good.slice(0, -1), 1]))).toEqual([]); // no zero at the end
    expect(decodePairs(Uint8Array.from([2, 0, 0]))).toEqual([]);
    expect(decodePairs(Uint8Array.from([255, 255, 255, 255]))).toEqual([]);
    const many = Array.from({ length: maxPairs + 1 }, (): [string, string] => ['', '']);
    expect(decodePairs(encodePairs(many.slice(1)))).toHaveLength(maxPairs);
    expect(decodePairs(encodePairs(many))).toEqual([]);
    expect(decodePairs(encodePairs([['k', 'v'.repeat(1 << 20)]]))).toEqual([]);
  });

  test('keep duplicates, order and empty values', () => {
    const pairs: [string, string][] = [
      ['set-cookie', 'a=1'],
      ['x', ''],
      ['set-cookie', 'b=2'],
      ['', ''],
    ];
    expect(decodePairs(encodePairs(pairs))).toEqual(pairs);
    expect(byteStringToBytes('ÿ')).toEqual(Uint8Array.of(255));
  });
});
