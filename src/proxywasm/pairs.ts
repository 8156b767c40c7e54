import type { HeaderPair, HeaderPairs } from './host.ts';
import { byteStringOf, type GuestMemory } from './memory.ts';

/**
 * The codec of header lists (cpp-host `src/pairs_util.cc`):
 * `u32 count, count × (u32 name size, u32 value size), count × (name, 0, value, 0)`, little endian, sizes without the zeros.
 */
export const maxPairs = 1024;
export const maxPairsBytes = 1 << 20;

const none: HeaderPairs = [];

/** Bytes that `pairs` take when encoded. */
export function pairsSize(pairs: HeaderPairs): number {
  let size = 4 + pairs.length * 10;
  for (const [name, value] of pairs) size += name.length + value.length;
  return size;
}

/** Writes `pairs` to guest memory; the caller has made sure that `pairsSize` bytes fit. */
export function writePairs(memory: GuestMemory, pointer: number, pairs: HeaderPairs): void {
  const bytes = memory.bytes;
  memory.setU32(pointer, pairs.length);
  let sizes = pointer + 4;
  let at = sizes + pairs.length * 8;
  for (const [name, value] of pairs) {
    memory.setU32(sizes, name.length);
    memory.setU32(sizes + 4, value.length);
    sizes += 8;
    memory.setText(at, name);
    at += name.length;
    bytes[at++] = 0;
    memory.setText(at, value);
    at += value.length;
    bytes[at++] = 0;
  }
}

/** The same as bytes of their own: what a property of map or list type looks like. */
export function encodePairs(pairs: HeaderPairs): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pairsSize(pairs));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, pairs.length, true);
  let at = 4 + pairs.length * 8;
  pairs.forEach(([name, value], i) => {
    view.setUint32(4 + i * 8, name.length, true);
    view.setUint32(8 + i * 8, value.length, true);
    for (const text of [name, value]) {
      for (let c = 0; c < text.length; c++) bytes[at++] = text.charCodeAt(c);
      at++;
    }
  });
  return bytes;
}

/**
 * Reads a list that a guest wrote. Anything wrong with it – too large, too many, lengths beyond the end, a zero missing, bytes left
 * over – makes it an empty list, without an error (cpp-host `PairsUtil::toPairs`).
 */
export function decodePairs(bytes: Uint8Array): HeaderPairs {
  const size = bytes.length;
  if (size < 4 || size > maxPairsBytes) return none;
  const view = new DataView(bytes.buffer, bytes.byteOffset, size);
  const count = view.getUint32(0, true);
  if (count > maxPairs || 4 + count * 8 > size) return none;
  const pairs: HeaderPair[] = [];
  let at = 4 + count * 8;
  for (let i = 0; i < count; i++) {
    const valueAt = at + view.getUint32(4 + i * 8, true) + 1;
    const next = valueAt + view.getUint32(8 + i * 8, true) + 1;
    if (next > size || bytes[valueAt - 1] !== 0 || bytes[next - 1] !== 0) return none;
    pairs.push([byteStringOf(bytes.subarray(at, valueAt - 1)), byteStringOf(bytes.subarray(valueAt, next - 1))]);
    at = next;
  }
  return at === size ? pairs : none;
}
