import type { HostBuffer } from './host.ts';

/** A buffer of its own, for bytes that a guest may change although nobody reads them afterwards (a received gRPC message). */
export class BytesBuffer implements HostBuffer {
  #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get length(): number {
    return this.#bytes.length;
  }

  bytes(start: number, length: number): Uint8Array {
    return this.#bytes.subarray(start, start + length);
  }

  drain(length: number): void {
    this.#bytes = this.#bytes.subarray(length);
  }

  prepend(data: Uint8Array): void {
    this.#join(data, this.#bytes);
  }

  append(data: Uint8Array): void {
    this.#join(this.#bytes, data);
  }

  #join(first: Uint8Array, second: Uint8Array): void {
    const joined = new Uint8Array(first.length + second.length);
    joined.set(first);
    joined.set(second, first.length);
    this.#bytes = joined;
  }
}
