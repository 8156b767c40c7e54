import { ThriftError, Underflow } from './message.ts';

/** Big-endian values and variable-length integers off the front of a buffer; `Underflow` at its end. */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  take(size: number): number {
    if (size > this.left) throw new Underflow();
    this.at += size;
    return this.at - size;
  }

  u8(): number {
    return this.#view.getUint8(this.take(1));
  }

  i16(): number {
    return this.#view.getInt16(this.take(2));
  }

  i32(): number {
    return this.#view.getInt32(this.take(4));
  }

  i64(): bigint {
    return this.#view.getBigInt64(this.take(8));
  }

  double(): number {
    return this.#view.getFloat64(this.take(8));
  }

  slice(size: number): Uint8Array {
    if (size < 0) throw new ThriftError(`negative size ${size}`);
    const at = this.take(size);
    return this.bytes.slice(at, at + size);
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.u8();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    throw new ThriftError('invalid variable length integer');
  }

  zigzag(): bigint {
    const value = this.varint();
    return (value >> 1n) ^ -(value & 1n);
  }
}

/** The counterpart of `ByteReader`. */
export class ByteWriter {
  readonly #bytes: number[] = [];

  u8(value: number): void {
    this.#bytes.push(value & 255);
  }

  int(value: bigint, size: number): void {
    for (let i = size - 1; i >= 0; i--) this.#bytes.push(Number((value >> BigInt(i * 8)) & 255n));
  }

  i16(value: number): void {
    this.int(BigInt(value), 2);
  }

  i32(value: number): void {
    this.int(BigInt(value), 4);
  }

  double(value: number): void {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, value);
    this.raw(new Uint8Array(view.buffer));
  }

  raw(bytes: Uint8Array): void {
    for (const byte of bytes) this.#bytes.push(byte);
  }

  varint(value: bigint): void {
    let rest = value;
    while (rest > 127n) {
      this.#bytes.push(Number(rest & 127n) | 128);
      rest >>= 7n;
    }
    this.#bytes.push(Number(rest));
  }

  zigzag(value: bigint): void {
    this.varint(BigInt.asUintN(64, (value << 1n) ^ (value >> 63n)));
  }

  get length(): number {
    return this.#bytes.length;
  }

  done(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}
