import fc from 'fast-check';
import { expect, test } from 'vitest';
import { utf8Bytes } from '#base/bytes.ts';
import { escaped, hexRows, hexText, readEscaped, readHex } from './escaped-text.ts';

const bytesOf = (text: string): number[] | string => {
  const read = readEscaped(text);
  return read.ok ? [...read.value] : read.error.message;
};

test('escapes stand for bytes', () => {
  expect(bytesOf('A\\r\\n\\t\\0\\\\\\xfF')).toEqual([65, 13, 10, 9, 0, 92, 255]);
  expect(bytesOf('é')).toEqual([...utf8Bytes('é')]);
  expect(bytesOf('\\q')).toBe('\\q means nothing here.');
  expect(bytesOf('end\\')).toBe('\\ means nothing here.');
});

test('hexadecimal digits in any case, with blanks between', () => {
  const read = (text: string): number[] | string => {
    const result = readHex(text);
    return result.ok ? [...result.value] : result.error.message;
  };
  expect(read('00 fF\n0a')).toEqual([0, 255, 10]);
  expect(read('0')).toBe('Half a byte is missing: two digits make one.');
  expect(read('0g')).toBe('g is not a hexadecimal digit.');
});

test('property: whatever the bytes, both ways of writing them read back as the same', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      expect(readEscaped(escaped(bytes))).toEqual({ ok: true, value: bytes });
      expect(readHex(hexText(bytes))).toEqual({ ok: true, value: bytes });
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(readEscaped(escaped(utf8Bytes(text)))).toEqual({ ok: true, value: utf8Bytes(text) });
    }),
  );
});

test('a hex dump has eight bytes a row', () => {
  const bytes = Uint8Array.from({ length: 10 }, (_, i) => i + 60);
  expect(hexRows(bytes, 1000)).toEqual([
    { offset: '0000', hex: '3c 3d 3e 3f 40 41 42 43', text: '<=>?@ABC' },
    { offset: '0008', hex: '44 45', text: 'DE' },
  ]);
  expect(hexRows(bytes, 5)).toHaveLength(1);
});
