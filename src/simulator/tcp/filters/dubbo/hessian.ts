import { bytesToUtf8 } from '#base/bytes.ts';

/** A Hessian value: what routes can compare is a text, everything else is only stepped over. */
export type HessianValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | readonly (readonly [HessianValue, HessianValue])[]
  | { readonly items: readonly HessianValue[] };

export class DubboError extends Error {}

/** Reads Hessian 2.0 (the specification's grammar; envoy uses `hessian2-codec`). Objects keep their fields without names. */
export class HessianReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #definitions: number[] = [];
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
  }

  get done(): boolean {
    return this.at >= this.#bytes.length;
  }

  #take(size: number): number {
    if (size < 0 || this.at + size > this.#bytes.length) throw new DubboError('the body ends too early');
    this.at += size;
    return this.at - size;
  }

  #u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  #u16(): number {
    return this.#view.getUint16(this.#take(2));
  }

  peek(): number {
    return this.#bytes[this.at] ?? -1;
  }

  text(): string {
    const value = this.value();
    if (typeof value !== 'string') throw new DubboError('a text is expected');
    return value;
  }

  int(): number {
    const value = this.value();
    if (typeof value !== 'number') throw new DubboError('a number is expected');
    return value;
  }

  value(): HessianValue {
    const code = this.#u8();
    if (code <= 0x1f) return this.#chars(code);
    if (code <= 0x2f) return this.#skip(code - 0x20);
    if (code <= 0x33) return this.#chars(((code - 0x30) << 8) | this.#u8());
    if (code <= 0x37) return this.#skip(((code - 0x34) << 8) | this.#u8());
    if (code <= 0x3f) return BigInt(((code - 0x3c) << 16) | this.#u16());
    if (code === 0x58) return this.#items(this.int(), false);
    if (code >= 0x60 && code <= 0x6f) return this.#object(code - 0x60);
    if (code >= 0x70 && code <= 0x77) return this.#items(code - 0x70, true);
    if (code >= 0x78 && code <= 0x7f) return this.#items(code - 0x78, false);
    if (code >= 0x80 && code <= 0xbf) return code - 0x90;
    if (code >= 0xc0 && code <= 0xcf) return ((code - 0xc8) << 8) | this.#u8();
    if (code >= 0xd0 && code <= 0xd7) return ((code - 0xd4) << 16) | this.#u16();
    if (code >= 0xd8 && code <= 0xef) return BigInt(code - 0xe0);
    if (code >= 0xf0) return (BigInt(code - 0xf8) << 8n) | BigInt(this.#u8());
    return this.#other(code);
  }

  #other(code: number): HessianValue {
    switch (String.fromCharCode(code)) {
      case 'N':
        return null;
      case 'T':
        return true;
      case 'F':
        return false;
      case 'I':
        return this.#view.getInt32(this.#take(4));
      case 'L':
        return this.#view.getBigInt64(this.#take(8));
      case 'D':
        return this.#view.getFloat64(this.#take(8));
      case '[':
        return 0;
      case '\\':
        return 1;
      case ']':
        return this.#view.getInt8(this.#take(1));
      case '^':
        return this.#view.getInt16(this.#take(2));
      case '_':
        return this.#view.getFloat32(this.#take(4));
      case 'J':
        return this.#view.getBigInt64(this.#take(8));
      case 'K':
        return BigInt(this.#view.getInt32(this.#take(4))) * 60_000n;
      case 'R':
        return this.#chars(this.#u16()) + String(this.value() ?? '');
      case 'S':
        return this.#chars(this.#u16());
      case 'A':
        this.#skip(this.#u16());
        return this.value();
      case 'B':
        return this.#skip(this.#u16());
      case 'M':
        this.#type();
        return this.#map();
      case 'H':
        return this.#map();
      case 'U':
        this.#type();
        return this.#untilEnd();
      case 'W':
        return this.#untilEnd();
      case 'V':
        this.#type();
        return this.#items(this.int(), false);
      case 'C': {
        this.text();
        const fields = this.int();
        for (let i = 0; i < fields; i++) this.text();
        this.#definitions.push(fields);
        return this.value();
      }
      case 'O':
        return this.#object(this.int());
      case 'Q':
        this.int();
        return undefined;
      default:
        throw new DubboError(`0x${code.toString(16)} begins no value`);
    }
  }

  /** Lengths count characters, not bytes. */
  #chars(length: number): string {
    const start = this.at;
    for (let i = 0; i < length; i++) {
      const first = this.#u8();
      this.#take(first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3);
      if (first >= 0xf0) i++;
    }
    return bytesToUtf8(this.#bytes.subarray(start, this.at));
  }

  #skip(size: number): undefined {
    this.#take(size);
  }

  /** The name of a type, or the place of one that came before. */
  #type(): void {
    this.value();
  }

  #items(count: number, typed: boolean): HessianValue {
    if (typed) this.#type();
    if (count > this.#bytes.length) throw new DubboError('a list is longer than the body');
    return { items: Array.from({ length: count }, () => this.value()) };
  }

  #untilEnd(): HessianValue {
    const items: HessianValue[] = [];
    while (!this.#end()) items.push(this.value());
    return { items };
  }

  #map(): HessianValue {
    const pairs: (readonly [HessianValue, HessianValue])[] = [];
    while (!this.#end()) pairs.push([this.value(), this.value()]);
    return pairs;
  }

  #end(): boolean {
    if (this.done) throw new DubboError('the body ends too early');
    if (this.peek() !== 0x5a) return false;
    this.at++;
    return true;
  }

  #object(definition: number): HessianValue {
    const fields = this.#definitions[definition];
    if (fields === undefined) throw new DubboError('an object without its class');
    return { items: Array.from({ length: fields }, () => this.value()) };
  }
}

/** A text as Hessian writes it. */
export function hessianText(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  const { length } = text;
  const head = length < 32 ? [length] : length < 1024 ? [0x30 | (length >> 8), length & 255] : [0x53, length >> 8, length & 255];
  return Uint8Array.from([...head, ...bytes]);
}
