import { concatBytes } from '#base/bytes.ts';
import type { Sha2 } from '#base/sha2.ts';
import { blockSize, sha2 } from '#base/sha2.ts';

/** HMAC (RFC 2104) over SHA-2. */
export function hmac(algorithm: Sha2, key: Uint8Array, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const size = blockSize(algorithm);
  const block = new Uint8Array(size);
  block.set(key.length > size ? sha2(algorithm, key) : key);
  const inner = sha2(algorithm, concatBytes([block.map((byte) => byte ^ 0x36), data]));
  return sha2(algorithm, concatBytes([block.map((byte) => byte ^ 0x5c), inner]));
}

/** Byte for byte equal. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
