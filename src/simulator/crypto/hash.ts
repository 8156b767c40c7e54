import { sha1 } from '../sha1.ts';
import type { Sha2 } from '#base/sha2.ts';
import { sha2 } from '#base/sha2.ts';

/** The hash functions of signatures. */
export type Hash = Sha2 | 'SHA-1';

export function hash(name: Hash, data: Uint8Array): Uint8Array {
  return name === 'SHA-1' ? sha1(data) : sha2(name, data);
}
