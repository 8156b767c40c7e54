import { WasmResult } from './abi.ts';
import type { HostBuffer } from './host.ts';

/**
 * The buffer a guest looked at last: Envoy's class `Buffer` inside `Context`. It holds a stream's body, which can be changed, or bytes that
 * can only be read, or nothing (reads give no bytes, writes are refused).
 */
export class BufferSlot {
  #bytes: Uint8Array | undefined;
  #buffer: HostBuffer | undefined;

  setBytes(bytes: Uint8Array | undefined): this {
    this.#bytes = bytes;
    this.#buffer = undefined;
    return this;
  }

  setBuffer(buffer: HostBuffer | undefined): this {
    this.#bytes = undefined;
    this.#buffer = buffer;
    return this;
  }

  get length(): number {
    return this.#buffer?.length ?? this.#bytes?.length ?? 0;
  }

  /** The caller stays inside the buffer. */
  read(start: number, length: number): Uint8Array {
    if (this.#buffer !== undefined) return this.#buffer.bytes(start, length);
    return this.#bytes?.subarray(start, start + length) ?? new Uint8Array(0);
  }

  /**
   * Envoy's `Buffer::copyFrom`: from the start, `length` bytes are replaced by `data` (so 0 prepends, everything replaces); at or behind
   * the end, `data` is appended; a piece in the middle cannot be changed.
   */
  write(start: number, length: number, data: Uint8Array): number {
    const buffer = this.#buffer;
    if (buffer === undefined) return WasmResult.BadArgument;
    if (start === 0) {
      buffer.drain(Math.min(length, buffer.length));
      if (data.length > 0) buffer.prepend(data);
    } else if (start >= buffer.length) {
      if (data.length > 0) buffer.append(data);
    } else return WasmResult.BadArgument;
    return WasmResult.Ok;
  }
}
