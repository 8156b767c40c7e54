import { concatBytes } from '#base/bytes.ts';
import { bytesToNumber, numberToBytes, power } from './big-numbers.ts';
import { equalBytes } from './hmac.ts';
import type { Hash } from './hash.ts';
import { hash as digestOf } from './hash.ts';

/** Keys of previews: nothing here is secret, so nothing needs constant time. */
export interface RsaKey {
  readonly n: bigint;
  readonly e: bigint;
}

/** What signs with a key: its private exponent. */
export interface RsaPrivateKey extends RsaKey {
  readonly d: bigint;
}

/** DER of `DigestInfo` up to the digest (RFC 8017 §9.2, note 1). */
const digestInfo: Readonly<Record<Hash, readonly number[]>> = {
  'SHA-1': [0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14],
  'SHA-224': [0x30, 0x2d, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x04, 0x05, 0x00, 0x04, 0x1c],
  'SHA-256': [0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20],
  'SHA-384': [0x30, 0x41, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02, 0x05, 0x00, 0x04, 0x30],
  'SHA-512': [0x30, 0x51, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03, 0x05, 0x00, 0x04, 0x40],
};

export function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}

/** The encoded message inside a signature, or undefined where the signature has the wrong form (RFC 8017 §5.2.2). */
function open(key: RsaKey, signature: Uint8Array, length: number): Uint8Array | undefined {
  const s = bytesToNumber(signature);
  if (signature.length !== Math.ceil(bitLength(key.n) / 8) || s >= key.n) return undefined;
  return numberToBytes(power(s, key.e, key.n), length);
}

/** RSASSA-PKCS1-v1_5 (RFC 8017 §8.2.2). */
export function verifyPkcs1(key: RsaKey, hash: Hash, signature: Uint8Array, data: Uint8Array): boolean {
  const size = Math.ceil(bitLength(key.n) / 8);
  const message = open(key, signature, size);
  const encoded = encodePkcs1(size, hash, data);
  return message !== undefined && encoded !== undefined && equalBytes(message, encoded);
}

/** RSASSA-PKCS1-v1_5 (RFC 8017 §8.2.1); undefined for a key that is too short. */
export function signPkcs1(key: RsaPrivateKey, hash: Hash, data: Uint8Array): Uint8Array | undefined {
  const size = Math.ceil(bitLength(key.n) / 8);
  const encoded = encodePkcs1(size, hash, data);
  return encoded === undefined ? undefined : numberToBytes(power(bytesToNumber(encoded), key.d, key.n), size);
}

/** EMSA-PKCS1-v1_5 (RFC 8017 §9.2). */
function encodePkcs1(size: number, hash: Hash, data: Uint8Array): Uint8Array | undefined {
  const tail = concatBytes([new Uint8Array([0, ...digestInfo[hash]]), digestOf(hash, data)]);
  if (size < tail.length + 10) return undefined;
  const head = new Uint8Array(size - tail.length).fill(0xff);
  head.set([0, 1]);
  return concatBytes([head, tail]);
}

/** RSASSA-PSS with MGF1 of the same hash and a salt of any length, as BoringSSL recovers it (RFC 8017 §8.1.2, §9.1.2). */
export function verifyPss(key: RsaKey, hash: Hash, signature: Uint8Array, data: Uint8Array): boolean {
  const bits = bitLength(key.n) - 1;
  const size = Math.ceil(bits / 8);
  const message = open(key, signature, size);
  const digest = digestOf(hash, data);
  const dbLength = size - digest.length - 1;
  if (message === undefined || dbLength < 1 || message.at(-1) !== 0xbc) return false;
  const h = message.subarray(dbLength, dbLength + digest.length);
  const mask = mgf1(hash, h, dbLength);
  const db = message.subarray(0, dbLength).map((byte, i) => byte ^ (mask[i] ?? 0));
  const unused = 8 * size - bits;
  if (((message[0] ?? 0) & ~(0xff >> unused) & 0xff) !== 0) return false;
  db[0] = (db[0] ?? 0) & (0xff >> unused);
  const mark = db.findIndex((byte) => byte !== 0);
  if (mark < 0 || db[mark] !== 1) return false;
  const salt = db.subarray(mark + 1);
  return equalBytes(h, digestOf(hash, concatBytes([new Uint8Array(8), digest, salt])));
}

function mgf1(hash: Hash, seed: Uint8Array, length: number): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let have = 0, counter = 0n; have < length; counter++) {
    const part = digestOf(hash, concatBytes([seed, numberToBytes(counter, 4)]));
    parts.push(part);
    have += part.length;
  }
  return concatBytes(parts).subarray(0, length);
}
