import { concatBytes } from '#base/bytes.ts';
import type { HostBuffer } from '#proxywasm/host.ts';

const EMPTY = new Uint8Array(0);

/** Envoy's `Buffer::Instance`: bytes on their way. Pieces are joined when somebody looks inside. */
export class BodyBuffer implements HostBuffer {
  #parts: Uint8Array[];
  #length: number;

  constructor(first?: Uint8Array) {
    this.#parts = first === undefined || first.length === 0 ? [] : [first];
    this.#length = first?.length ?? 0;
  }

  get length(): number {
    return this.#length;
  }

  /** All bytes; the array must not be changed. */
  all(): Uint8Array {
    const first = this.#parts[0];
    if (first === undefined) return EMPTY;
    if (this.#parts.length === 1) return first;
    const joined = concatBytes(this.#parts);
    this.#parts = [joined];
    return joined;
  }

  bytes(start: number, length: number): Uint8Array {
    return this.all().subarray(start, start + length);
  }

  drain(length: number): void {
    if (length <= 0) return;
    const rest = length >= this.#length ? EMPTY : this.all().subarray(length);
    this.#parts = rest.length === 0 ? [] : [rest];
    this.#length = rest.length;
  }

  clear(): void {
    this.#parts = [];
    this.#length = 0;
  }

  prepend(data: Uint8Array): void {
    if (data.length === 0) return;
    this.#parts.unshift(data);
    this.#length += data.length;
  }

  append(data: Uint8Array): void {
    if (data.length === 0) return;
    this.#parts.push(data);
    this.#length += data.length;
  }

  /** Envoy's `move`: takes everything out of `other`. */
  moveFrom(other: BodyBuffer): void {
    for (const part of other.#parts) this.append(part);
    other.clear();
  }

  /** Takes everything out. */
  take(): Uint8Array {
    const all = this.all();
    this.clear();
    return all;
  }

  replace(data: Uint8Array): void {
    this.clear();
    this.append(data);
  }
}
