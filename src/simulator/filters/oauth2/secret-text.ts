import type { ByteString } from '#base/bytes.ts';
import { base64ToBytes, byteStringToBytes, bytesToBase64, bytesToByteString, concatBytes } from '#base/bytes.ts';
import type { Random } from '#base/random.ts';
import { sha2 } from '#base/sha2.ts';
import { decryptCbc, encryptCbc } from '../../crypto/aes.ts';
import { hmac } from '../../crypto/hmac.ts';

const IV_LENGTH = 16;
/** What a cookie of the newer encryption begins with; Envoy reads and writes it by a runtime flag that is off. */
const GCM_MARK = 'gcm.';

/** envoy `Base64Url::encode`: without padding. */
export function base64Url(bytes: Uint8Array): ByteString {
  return bytesToBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** envoy `Base64Url::decode`: nothing for what is not exactly what `encode` writes. */
export function fromBase64Url(text: ByteString): Uint8Array<ArrayBuffer> {
  const bytes = /^[\w-]*$/.test(text) ? base64ToBytes(text.replaceAll('-', '+').replaceAll('_', '/')) : undefined;
  return bytes !== undefined && base64Url(bytes) === text ? bytes : new Uint8Array(0);
}

export function hmacBase64(secret: ByteString, text: ByteString): ByteString {
  return bytesToBase64(hmac('SHA-256', byteStringToBytes(secret), byteStringToBytes(text)));
}

/** The older form: base64 of the digits. */
export function hmacHexBase64(secret: ByteString, text: ByteString): ByteString {
  return bytesToBase64(byteStringToBytes(hex(hmac('SHA-256', byteStringToBytes(secret), byteStringToBytes(text)))));
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function randomBytes(random: Random, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  random.fill(bytes);
  return bytes;
}

/** AES-256-CBC under the digest of the secret, as base64 of start and content (envoy oauth2 `filter.cc` `encrypt`). */
export function encrypt(text: ByteString, secret: ByteString, random: Random): ByteString {
  const start = randomBytes(random, IV_LENGTH);
  return base64Url(concatBytes([start, encryptCbc(keyOf(secret), start, byteStringToBytes(text))]));
}

type Decrypted = { readonly text: ByteString } | { readonly error: string };

/** The other way, with Envoy's word for what is wrong. */
export function decrypt(text: ByteString, secret: ByteString): Decrypted {
  if (text.startsWith(GCM_MARK)) return { error: 'Invalid encrypted data' };
  const bytes = fromBase64Url(text);
  if (bytes.length <= IV_LENGTH) return { error: 'Invalid encrypted data' };
  const plain = decryptCbc(keyOf(secret), bytes.subarray(0, IV_LENGTH), bytes.subarray(IV_LENGTH));
  return plain === undefined ? { error: 'failed to finalize decryption' } : { text: bytesToByteString(plain) };
}

function keyOf(secret: ByteString): Uint8Array {
  return sha2('SHA-256', byteStringToBytes(secret));
}
