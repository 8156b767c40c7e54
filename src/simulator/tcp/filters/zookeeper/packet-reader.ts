import { bytesToByteString } from '#base/bytes.ts';

/** A packet says something that cannot be; `opcode` when the operation was known. */
export class PacketError extends Error {
  opcode: string | undefined;
}

/** Numbers and texts at a moving place; a message may not be longer than `max` (envoy `zookeeper_proxy/utils.cc`). */
export class PacketReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #max: number;
  at = 0;
  #read = 0;

  constructor(bytes: Uint8Array, max: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#max = max;
  }

  get length(): number {
    return this.#bytes.length;
  }

  /** A new message begins. */
  reset(): void {
    this.#read = 0;
  }

  #take(size: number): number {
    this.#read += size;
    if (this.#read > this.#max || this.at + size > this.#bytes.length) throw new PacketError();
    this.at += size;
    return this.at - size;
  }

  int(): number {
    return this.#view.getInt32(this.#take(4));
  }

  long(): bigint {
    return this.#view.getBigInt64(this.#take(8));
  }

  bool(): boolean {
    return this.#view.getUint8(this.#take(1)) !== 0;
  }

  text(): string {
    const length = this.int() >>> 0;
    if (length === 0) return '';
    const at = this.#take(length);
    return bytesToByteString(this.#bytes.subarray(at, at + length));
  }

  skip(size: number): void {
    this.at += size;
    this.#read += size;
  }

  skipText(): void {
    const length = this.int();
    if (length > 0) this.skip(length);
  }

  skipTexts(): void {
    const count = this.int();
    for (let i = 0; i < count; i++) this.skipText();
  }
}
