const text = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Reads Wasm's binary encoding. Never throws: reading past the end or a number that is too long sets `failed` and gives 0, so a parser
 * reads on and looks once at the end.
 */
export class Cursor {
  readonly #bytes: Uint8Array;
  readonly end: number;
  at: number;
  failed = false;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.at = start;
    this.end = Math.min(end, bytes.length);
    if (end > bytes.length || start > this.end) this.failed = true;
  }

  get done(): boolean {
    return this.failed || this.at >= this.end;
  }

  u8(): number {
    if (this.at >= this.end) {
      this.failed = true;
      return 0;
    }
    return this.#bytes[this.at++] ?? 0;
  }

  /** Unsigned LEB128 of up to 64 bits; exact up to 2^53. */
  leb(maxBytes = 5): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < maxBytes; i++) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    this.failed = true;
    return 0;
  }

  name(): string {
    return text.decode(this.take(this.leb()));
  }

  /** The next `size` bytes, not copied. */
  take(size: number): Uint8Array {
    const start = this.at;
    this.skip(size);
    return this.failed ? new Uint8Array(0) : this.#bytes.subarray(start, start + size);
  }

  skip(size: number): void {
    if (this.at + size > this.end) {
      this.failed = true;
      this.at = this.end;
    } else this.at += size;
  }

  /** A cursor over the next `size` bytes; this one moves behind them. */
  sub(size: number): Cursor {
    const part = new Cursor(this.#bytes, this.at, Math.min(this.at + size, this.end));
    this.skip(size);
    return part;
  }
}
