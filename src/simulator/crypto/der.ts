import { concatBytes } from '#base/bytes.ts';
import { bytesToNumber, numberToBytes } from './big-numbers.ts';

/** One element of DER: its tag, its content, and where the next one begins. */
export interface DerElement {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly end: number;
}

/** Tags (X.690 §8). */
export const DerTag = { Integer: 0x02, BitString: 0x03, OctetString: 0x04, ObjectId: 0x06, Sequence: 0x30, Version: 0xa0 } as const;

/** All elements of a content; nothing when one of them is damaged. */
export function derElements(content: Uint8Array): readonly DerElement[] {
  const out: DerElement[] = [];
  for (let at = 0; at < content.length;) {
    const element = derElement(content, at);
    if (element === undefined) return [];
    out.push(element);
    at = element.end;
  }
  return out;
}

/** The element that begins at `at`. */
export function derElement(bytes: Uint8Array, at: number): DerElement | undefined {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined) return undefined;
  const longForm = first >= 0x80;
  const start = at + 2 + (longForm ? first & 0x7f : 0);
  const length = longForm ? Number(bytesToNumber(bytes.subarray(at + 2, start))) : first;
  const end = start + length;
  return end > bytes.length ? undefined : { tag, content: bytes.subarray(start, end), end };
}

/** A positive INTEGER. */
export function derInteger(value: bigint): Uint8Array {
  // One bit more than the number has: the first one is the sign.
  return derOf(DerTag.Integer, numberToBytes(value, Math.floor(value.toString(2).length / 8) + 1));
}

export function derSequence(items: readonly Uint8Array[]): Uint8Array {
  return derOf(DerTag.Sequence, concatBytes(items));
}

function derOf(tag: number, content: Uint8Array): Uint8Array {
  const size = content.length;
  const long = size < 0x80 ? [] : [...numberToBytes(BigInt(size), Math.ceil(size.toString(16).length / 2))];
  return concatBytes([new Uint8Array(long.length === 0 ? [tag, size] : [tag, 0x80 | long.length, ...long]), content]);
}
