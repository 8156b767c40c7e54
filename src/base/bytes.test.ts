import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  base64ToBytes,
  byteStringToBytes,
  byteStringToUtf8,
  bytesToBase64,
  bytesToByteString,
  concatBytes,
  strictUtf8,
  utf8ToByteString,
} from './bytes.ts';

const bytes = fc.uint8Array({ maxLength: 50 });

describe('byte strings', () => {
  test('hold one byte a character', () => {
    expect(utf8ToByteString('é')).toBe('\u00C3\u00A9');
    expect(byteStringToUtf8('\u00C3\u00A9')).toBe('é');
    expect(byteStringToUtf8('\u00FF')).toBe('\uFFFD');
  });

  test('lose nothing', () => {
    fc.assert(fc.property(bytes, (data) => bytesToBase64(byteStringToBytes(bytesToByteString(data))) === bytesToBase64(data)));
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => byteStringToUtf8(utf8ToByteString(text)) === text));
  });

  test('can be long', () => {
    expect(bytesToByteString(new Uint8Array(100_000).fill(65))).toHaveLength(100_000);
  });
});

describe('base64', () => {
  test('goes there and back', () => {
    fc.assert(fc.property(bytes, (data) => [...(base64ToBytes(bytesToBase64(data)) ?? [])].join() === data.join()));
  });

  test.each([
    ['aGk=', 'hi'],
    ['aGk', 'hi'],
    ['_-8', '\u00FF\u00EF'],
    ['a!', undefined],
  ])('%s', (text, expected) => {
    const decoded = base64ToBytes(text);
    expect(decoded && bytesToByteString(decoded)).toBe(expected);
  });
});

test('strictUtf8 refuses what is not UTF-8 and keeps a byte order mark', () => {
  expect(strictUtf8(new Uint8Array([0xff]))).toBeUndefined();
  expect(strictUtf8(new Uint8Array([0xef, 0xbb, 0xbf, 0x61]))).toBe('\uFEFFa');
});

test('concatBytes joins', () => {
  expect([...concatBytes([new Uint8Array([1]), new Uint8Array(), new Uint8Array([2, 3])])]).toEqual([1, 2, 3]);
});
