import { byteStringToBytes, concatBytes, utf8Bytes } from '#base/bytes.ts';

/** Writes a protobuf message field by field. */
export class ProtoWriter {
  readonly #parts: Uint8Array[] = [];

  varint(field: number, value: bigint): this {
    this.#tag(field, 0);
    this.#raw(value);
    return this;
  }

  double(field: number, value: number): this {
    this.#tag(field, 1);
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value, true);
    this.#parts.push(bytes);
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.#tag(field, 2);
    this.#raw(BigInt(value.length));
    this.#parts.push(value);
    return this;
  }

  string(field: number, value: string): this {
    return this.bytes(field, utf8Bytes(value));
  }

  /** A string that is already bytes, one a character. */
  byteString(field: number, value: string): this {
    return this.bytes(field, byteStringToBytes(value));
  }

  message(field: number, value: ProtoWriter): this {
    return this.bytes(field, value.finish());
  }

  /** A value whose wire form is known already. */
  raw(field: number, wire: number, bytes: Uint8Array): this {
    this.#tag(field, wire);
    this.#parts.push(bytes);
    return this;
  }

  finish(): Uint8Array<ArrayBuffer> {
    return concatBytes(this.#parts);
  }

  #tag(field: number, wire: number): void {
    this.#raw(BigInt(field * 8 + wire));
  }

  #raw(value: bigint): void {
    const out: number[] = [];
    let rest = BigInt.asUintN(64, value);
    while (rest > 127n) {
      out.push(Number(rest & 127n) | 128);
      rest >>= 7n;
    }
    out.push(Number(rest));
    this.#parts.push(new Uint8Array(out));
  }
}
