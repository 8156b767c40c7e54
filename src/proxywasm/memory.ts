import type { ByteString } from '#base/bytes.ts';
import { lowerCase } from './lower-case.ts';

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();
const fromCode = String.fromCharCode;

/** From this length on the engine's own text codecs beat a loop; measured in V8. */
const longText = 56;

/**
 * A guest's linear memory. Views die whenever the guest grows its memory, which any call into it may do, so every access checks the view
 * first. Addresses and sizes are unsigned numbers (`>>> 0` done by the caller), sums of them stay exact in doubles; nothing outside
 * `[0, length)` is ever touched.
 */
export class GuestMemory {
  readonly #memory: WebAssembly.Memory;
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  readonly #names = new TextCache((bytes, pointer, size) => interned(shortByteString(bytes, pointer, size)));
  readonly #lowerNames = new TextCache((bytes, pointer, size) => interned(lowerCase(shortByteString(bytes, pointer, size))));
  readonly #values = new TextCache(shortByteString);

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#bytes = new Uint8Array(memory.buffer);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** The whole memory. Valid until the guest runs again. */
  get bytes(): Uint8Array<ArrayBuffer> {
    // a detached view has length 0; so has a memory of no pages, for which a new view costs little
    if (this.#bytes.length === 0) this.#renew();
    return this.#bytes;
  }

  get length(): number {
    return this.bytes.length;
  }

  /** The same as a view. */
  get view(): DataView {
    if (this.#bytes.length === 0) this.#renew();
    return this.#view;
  }

  #renew(): void {
    this.#bytes = new Uint8Array(this.#memory.buffer);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Whether `size` bytes at `pointer` are inside the memory (cpp-host `WasmVm::getMemory`). */
  has(pointer: number, size: number): boolean {
    return pointer + size <= this.bytes.length;
  }

  /** The bytes themselves, without a copy. The caller has asked `has` and reads before the guest runs again. */
  slice(pointer: number, size: number): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(pointer, pointer + size);
  }

  copy(pointer: number, size: number): Uint8Array<ArrayBuffer> {
    return this.bytes.slice(pointer, pointer + size);
  }

  /** Copies a piece that is inside the memory. Short pieces, word by word, take a fifth of the time of `set`, which needs a view (measured in V8). */
  copyTo(target: DataView, at: number, pointer: number, size: number): void {
    if (size > 256) {
      new Uint8Array(target.buffer, target.byteOffset + at, size).set(this.slice(pointer, size));
      return;
    }
    const view = this.view;
    let i = 0;
    for (; i + 4 <= size; i += 4) target.setInt32(at + i, view.getInt32(pointer + i, true), true);
    for (; i < size; i++) target.setUint8(at + i, view.getUint8(pointer + i));
  }

  u32(pointer: number): number {
    return this.#view.getUint32(pointer, true);
  }

  /** False when the place is not inside the memory; then nothing was written. */
  setU32(pointer: number, value: number): boolean {
    if (pointer + 4 > this.bytes.length) return false;
    this.#view.setUint32(pointer, value, true);
    return true;
  }

  /** Pointer and size of a block at two addresses. */
  setBlock(pointerAt: number, pointer: number, sizeAt: number, size: number): boolean {
    return this.setU32(pointerAt, pointer) && this.setU32(sizeAt, size);
  }

  setU64(pointer: number, value: bigint): boolean {
    if (pointer + 8 > this.bytes.length) return false;
    this.#view.setBigUint64(pointer, value, true);
    return true;
  }

  /** The caller has made sure that the place is inside the memory. */
  setBytes(pointer: number, data: Uint8Array): void {
    this.bytes.set(data, pointer);
  }

  setText(pointer: number, text: ByteString): void {
    const bytes = this.bytes;
    const length = text.length;
    if (length >= longText && encoder.encodeInto(text, bytes.subarray(pointer, pointer + length)).read === length) return;
    for (let i = 0; i < length; i++) bytes[pointer + i] = text.charCodeAt(i);
  }

  /** The bytes as a byte string. The caller has asked `has`. */
  text(pointer: number, size: number): ByteString {
    const bytes = this.bytes;
    return size >= longText ? longByteString(bytes, pointer, size) : shortByteString(bytes, pointer, size);
  }

  /** The same for texts that come again and again (header names, metric names): gives one string for equal bytes, mostly without making one. */
  name(pointer: number, size: number): ByteString {
    if (size >= longText) return longByteString(this.bytes, pointer, size);
    return this.#names.get(this, pointer, size);
  }

  /** A header's name as Envoy keeps it, in lower case. */
  headerName(pointer: number, size: number): ByteString {
    if (size >= longText) return lowerCase(longByteString(this.bytes, pointer, size));
    return this.#lowerNames.get(this, pointer, size);
  }

  /** A header's value: short ones come again and again, too. */
  value(pointer: number, size: number): ByteString {
    return size > 32 ? this.text(pointer, size) : this.#values.get(this, pointer, size);
  }
}

const slots = 512;
/** Words of a slot: first and last one, which may overlap, and those between. */
const slotWords = 16;

/**
 * Short texts that come again and again, each with the bytes it was made of: comparing those, four at a time, is several times faster than
 * making a string. A place is found by length, first and last four bytes.
 */
class TextCache {
  readonly #texts: ByteString[] = Array.from({ length: slots }, () => '');
  readonly #sizes = new Uint8Array(slots);
  readonly #words = new Int32Array(slots * slotWords);
  readonly #make: (bytes: Uint8Array, pointer: number, size: number) => ByteString;

  constructor(make: (bytes: Uint8Array, pointer: number, size: number) => ByteString) {
    this.#make = make;
  }

  /** `size` is less than `longText`. */
  get(memory: GuestMemory, pointer: number, size: number): ByteString {
    const { view } = memory;
    const first = size >= 4 ? view.getInt32(pointer, true) : fewBytes(view, pointer, size);
    const last = size >= 4 ? view.getInt32(pointer + size - 4, true) : 0;
    const hash = Math.imul(first, 0x9e37_79b1) + Math.imul(last, 0x85eb_ca6b) + size;
    const slot = (hash ^ (hash >>> 15)) & (slots - 1);
    const words = this.#words;
    const base = slot * slotWords;
    if (this.#sizes[slot] === size && words[base] === first && words[base + 1] === last) {
      const end = pointer + size - 4;
      let word = base + 2;
      let at = pointer + 4;
      for (; at < end && view.getInt32(at, true) === words[word]; at += 4) word++;
      if (at >= end) return this.#texts[slot] ?? '';
    }
    this.#sizes[slot] = size;
    words[base] = first;
    words[base + 1] = last;
    for (let i = 4; i < size - 4; i += 4) words[base + 1 + (i >> 2)] = view.getInt32(pointer + i, true);
    return (this.#texts[slot] = this.#make(memory.bytes, pointer, size));
  }
}

/** Up to three bytes as a number. */
function fewBytes(view: DataView, pointer: number, size: number): number {
  let word = 0;
  for (let i = 0; i < size; i++) word |= view.getUint8(pointer + i) << (i * 8);
  return word;
}

/** The engine's one copy of a text: such strings are compared by address. Property names are kept that way. */
function interned(text: string): string {
  for (const name in { [text]: 0 }) return name;
  return text;
}

/** Byte strings of any bytes that are not in a guest's memory. */
export function byteStringOf(bytes: Uint8Array): ByteString {
  return bytes.length >= longText ? longByteString(bytes, 0, bytes.length) : shortByteString(bytes, 0, bytes.length);
}

function longByteString(bytes: Uint8Array, pointer: number, size: number): ByteString {
  const end = pointer + size;
  for (let i = pointer; i < end; i++) if ((bytes[i] ?? 0) >= 0x80) return anyByteString(bytes, pointer, end);
  return utf8.decode(bytes.subarray(pointer, end));
}

function anyByteString(bytes: Uint8Array, start: number, end: number): ByteString {
  let text = '';
  for (let i = start; i < end; i += 4096) text += fromCode(...bytes.subarray(i, Math.min(i + 4096, end)));
  return text;
}

/** Eight characters at a time: several times faster than one by one. */
function shortByteString(m: Uint8Array, pointer: number, size: number): ByteString {
  const end = pointer + size;
  let text = '';
  let i = pointer;
  for (; i + 8 <= end; i += 8) {
    text += fromCode(m[i] ?? 0, m[i + 1] ?? 0, m[i + 2] ?? 0, m[i + 3] ?? 0, m[i + 4] ?? 0, m[i + 5] ?? 0, m[i + 6] ?? 0, m[i + 7] ?? 0);
  }
  if (i + 4 <= end) {
    text += fromCode(m[i] ?? 0, m[i + 1] ?? 0, m[i + 2] ?? 0, m[i + 3] ?? 0);
    i += 4;
  }
  for (; i < end; i++) text += fromCode(m[i] ?? 0);
  return text;
}
