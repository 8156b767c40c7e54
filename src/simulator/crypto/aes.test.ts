import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decryptCbc, encryptCbc } from './aes.ts';

const { subtle } = globalThis.crypto;
const block = fc.uint8Array({ minLength: 16, maxLength: 16 });
const keys = fc.constantFrom(16, 32).chain((length) => fc.uint8Array({ minLength: length, maxLength: length }));

test('the platform packs to the same bytes, and they come back', async () => {
  await fc.assert(
    fc.asyncProperty(keys, block, fc.uint8Array({ maxLength: 100 }), async (key, iv, plain) => {
      const imported = await subtle.importKey('raw', key.slice(), 'AES-CBC', false, ['encrypt']);
      const packed = encryptCbc(key, iv, plain);
      expect(packed).toEqual(new Uint8Array(await subtle.encrypt({ name: 'AES-CBC', iv: iv.slice() }, imported, plain.slice())));
      expect(decryptCbc(key, iv, packed)).toEqual(plain);
    }),
    { numRuns: 50 },
  );
});

test('what is no whole number of blocks, or badly padded, gives nothing', () => {
  const key = new Uint8Array(32);
  const iv = new Uint8Array(16);
  const packed = encryptCbc(key, iv, new Uint8Array(20));
  expect(decryptCbc(key, iv, packed.subarray(1))).toBeUndefined();
  expect(decryptCbc(key, iv, packed.subarray(0, 16))).toBeUndefined();
  expect(decryptCbc(key, iv, new Uint8Array(0))).toBeUndefined();
});
