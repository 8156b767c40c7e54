import type { ByteString } from '#base/bytes.ts';

/** The peer does not speak RESP. */
export class RespError extends Error {}

/** Bytes that may end anywhere: every reader answers undefined when more are needed. */
export class RespInput {
  readonly #bytes: ByteString;
  #at = 0;

  constructor(bytes: ByteString) {
    this.#bytes = bytes;
  }

  rest(): ByteString {
    return this.#bytes.slice(this.#at);
  }

  peek(): string {
    return this.#bytes.charAt(this.#at);
  }

  next(): string | undefined {
    return this.#at < this.#bytes.length ? this.#bytes.charAt(this.#at++) : undefined;
  }

  take(length: number): ByteString | undefined {
    if (this.#at + length > this.#bytes.length) {
      this.#at = this.#bytes.length;
      return undefined;
    }
    this.#at += length;
    return this.#bytes.slice(this.#at - length, this.#at);
  }

  /** The next byte has to be this one; false: it is not there yet. */
  expect(byte: string): boolean {
    const next = this.next();
    if (next !== undefined && next !== byte) this.fail();
    return next !== undefined;
  }

  /** A line; it ends at the first CR, which a LF has to follow. */
  line<T>(make: (text: ByteString) => T): T | undefined {
    const end = this.#bytes.indexOf('\r', this.#at);
    if (end < 0) return undefined;
    const text = this.#bytes.slice(this.#at, end);
    this.#at = end + 1;
    return this.expect('\n') ? make(text) : undefined;
  }

  integer<T>(make: (value: bigint) => T): T | undefined {
    const match = /^(-?)(\d*)(\r?)/.exec(this.#bytes.slice(this.#at, this.#at + 32));
    const [all = '', sign = '', digits = '', end = ''] = match ?? [];
    this.#at += all.length;
    if (end === '') return this.#at < this.#bytes.length ? this.fail() : undefined;
    if (!this.expect('\n')) return undefined;
    if (digits === '') this.fail();
    return make(sign === '-' ? -BigInt(digits) : BigInt(digits));
  }

  fail(): never {
    throw new RespError();
  }
}
