import fc from 'fast-check';
import { expect, test } from 'vitest';
import { base64ToBytes, bytesToBase64 } from '#base/bytes.ts';
import { bytesToNumber } from './big-numbers.ts';
import { certificateKey, parsePublicKey, pemBytes } from './public-key.ts';

const { subtle } = globalThis.crypto;

async function exported(algorithm: RsaHashedKeyGenParams | EcKeyGenParams | { readonly name: string }) {
  const pair = await subtle.generateKey(algorithm, true, ['sign', 'verify']);
  if (!('publicKey' in pair)) throw new Error('not a pair of keys');
  return { der: new Uint8Array(await subtle.exportKey('spki', pair.publicKey)), jwk: await subtle.exportKey('jwk', pair.publicKey) };
}

const number = (text: string | undefined): bigint => bytesToNumber(base64ToBytes(text ?? '') ?? new Uint8Array(0));

test('keys as the platform exports them', async () => {
  const rsa = await exported({
    name: 'RSASSA-PKCS1-v1_5',
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
    hash: 'SHA-256',
  });
  expect(parsePublicKey(rsa.der)).toEqual({ kind: 'RSA', key: { n: number(rsa.jwk.n), e: 65537n } });
  for (const curve of ['P-256', 'P-384', 'P-521'] as const) {
    const { der, jwk } = await exported({ name: 'ECDSA', namedCurve: curve });
    expect(parsePublicKey(der)).toEqual({ kind: 'EC', key: { curve, x: number(jwk.x), y: number(jwk.y) } });
  }
  const ed = await exported({ name: 'Ed25519' });
  expect(parsePublicKey(ed.der)).toEqual({ kind: 'Ed25519', key: base64ToBytes(ed.jwk.x ?? '') });
});

test('other bytes are no key, and never a failure', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      expect(parsePublicKey(bytes)).toBeUndefined();
      expect(certificateKey(`-----BEGIN CERTIFICATE-----\n${bytesToBase64(bytes)}\n-----END CERTIFICATE-----\n`)).toBeUndefined();
    }),
  );
});

test('a PEM block by its label', () => {
  expect(pemBytes('x\n-----BEGIN PUBLIC KEY-----\nAQ\nID\n-----END PUBLIC KEY-----', 'PUBLIC KEY')).toEqual(new Uint8Array([1, 2, 3]));
  expect(pemBytes('-----BEGIN PUBLIC KEY-----', 'PUBLIC KEY')).toBeUndefined();
});
