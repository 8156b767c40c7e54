import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { utf8Bytes } from '#base/bytes.ts';
import { sha256 } from './sha256.ts';

test('known digests', () => {
  expect(sha256(new Uint8Array())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  expect(sha256(utf8Bytes('abc'))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test('agrees with OpenSSL for every length, also on a part of a buffer', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat({ max: 20 }), (bytes, cut) => {
      const part = bytes.subarray(cut);
      expect(sha256(part)).toBe(createHash('sha256').update(part).digest('hex'));
    }),
  );
});
