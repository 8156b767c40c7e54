import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { base64ToBytes, utf8Bytes } from '#base/bytes.ts';
import { bytesToNumber } from './big-numbers.ts';
import type { CurveName } from './ecdsa.ts';
import { isOnCurve, verifyEcdsa } from './ecdsa.ts';
import { verifyEd25519 } from './ed25519.ts';
import { hmac } from './hmac.ts';
import { verifyPkcs1, verifyPss } from './rsa.ts';
import type { Sha2 } from '#base/sha2.ts';
import { sha2 } from '#base/sha2.ts';

const hashes: readonly Sha2[] = ['SHA-256', 'SHA-384', 'SHA-512'];
const { subtle } = globalThis.crypto;
const data = utf8Bytes('the signed words');
const other = utf8Bytes('the signed wordS');

function number(text: string | undefined): bigint {
  return bytesToNumber(base64ToBytes(text ?? '') ?? new Uint8Array(0));
}

async function signed(
  algorithm: RsaHashedKeyGenParams | EcKeyGenParams | { readonly name: string },
  how: AlgorithmIdentifier | RsaPssParams | EcdsaParams,
) {
  const pair = await subtle.generateKey(algorithm, true, ['sign', 'verify']);
  if (!('publicKey' in pair)) throw new Error('not a pair of keys');
  const jwk = await subtle.exportKey('jwk', pair.publicKey);
  return { jwk, signature: new Uint8Array(await subtle.sign(how, pair.privateKey, data)) };
}

describe('the platform agrees', () => {
  test.each(hashes)('digest and HMAC with %s, at every length', async (hash) => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ minLength: 1, maxLength: 200 }), async (message, secret) => {
        expect(sha2(hash, message)).toEqual(new Uint8Array(await subtle.digest(hash, message.slice())));
        const key = await subtle.importKey('raw', secret.slice(), { name: 'HMAC', hash }, false, ['sign']);
        expect(hmac(hash, secret, message)).toEqual(new Uint8Array(await subtle.sign('HMAC', key, message.slice())));
      }),
      { numRuns: 60 },
    );
  });

  test.each(hashes)('RSA signatures with %s, PKCS 1 and PSS', async (hash) => {
    const shape = { modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash };
    const old = await signed({ name: 'RSASSA-PKCS1-v1_5', ...shape }, 'RSASSA-PKCS1-v1_5');
    const key = { n: number(old.jwk.n), e: number(old.jwk.e) };
    expect(verifyPkcs1(key, hash, old.signature, data)).toBe(true);
    expect(verifyPkcs1(key, hash, old.signature, other)).toBe(false);
    expect(verifyPkcs1(key, hash, old.signature.slice(1), data)).toBe(false);
    const pss = await signed({ name: 'RSA-PSS', ...shape }, { name: 'RSA-PSS', saltLength: 20 });
    const pssKey = { n: number(pss.jwk.n), e: number(pss.jwk.e) };
    expect(verifyPss(pssKey, hash, pss.signature, data)).toBe(true);
    expect(verifyPss(pssKey, hash, pss.signature, other)).toBe(false);
    expect(verifyPss(key, hash, pss.signature, data)).toBe(false);
  });

  test.each<[CurveName, Sha2]>([
    ['P-256', 'SHA-256'],
    ['P-384', 'SHA-384'],
    ['P-521', 'SHA-512'],
    ['P-256', 'SHA-512'],
  ])('ECDSA on %s with %s', async (curve, hash) => {
    const { jwk, signature } = await signed({ name: 'ECDSA', namedCurve: curve }, { name: 'ECDSA', hash });
    const key = { curve, x: number(jwk.x), y: number(jwk.y) };
    expect(isOnCurve(key)).toBe(true);
    expect(isOnCurve({ ...key, y: key.y + 1n })).toBe(false);
    expect(verifyEcdsa(key, hash, signature, data)).toBe(true);
    expect(verifyEcdsa(key, hash, signature, other)).toBe(false);
    expect(verifyEcdsa(key, hash, new Uint8Array(signature.length), data)).toBe(false);
  });

  test('Ed25519', async () => {
    const { jwk, signature } = await signed({ name: 'Ed25519' }, 'Ed25519');
    const key = base64ToBytes(jwk.x ?? '') ?? new Uint8Array(0);
    expect(verifyEd25519(key, signature, data)).toBe(true);
    expect(verifyEd25519(key, signature, other)).toBe(false);
    expect(verifyEd25519(key, signature.toReversed(), data)).toBe(false);
  });
});
