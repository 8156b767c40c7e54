import { adler32, crc32 } from './checksum.ts';
import {
  codeLengthOrder,
  distanceBase,
  distanceExtra,
  endOfBlock,
  fixedDistanceLengths,
  fixedLiteralLengths,
  lengthBase,
  lengthExtra,
} from './codes.ts';

/** Why bytes could not be decompressed: they are damaged, they end too early, or they give more than the caller allows. */
export type InflateProblem = 'damaged' | 'incomplete' | 'too-large';

/** The bytes of a zlib stream (RFC 1950); what follows it is ignored. `limit` bounds the result. */
export function inflateZlib(bytes: Uint8Array, limit = Number.POSITIVE_INFINITY): Uint8Array<ArrayBuffer> | InflateProblem {
  const [method = 0, flags = 0] = bytes;
  if (bytes.length < 2) return 'incomplete';
  if ((method & 15) !== 8 || method >> 4 > 7 || (method * 256 + flags) % 31 !== 0 || (flags & 32) !== 0) return 'damaged';
  const reader = new Inflater(bytes, 2, limit);
  const problem = reader.run();
  if (problem !== undefined) return problem;
  const at = reader.position;
  if (at + 4 > bytes.length) return 'incomplete';
  const out = reader.result();
  return adler32(out) === new DataView(bytes.buffer, bytes.byteOffset).getUint32(at) ? out : 'damaged';
}

/** The bytes of a gzip file (RFC 1952) with one member. */
export function inflateGzip(bytes: Uint8Array, limit = Number.POSITIVE_INFINITY): Uint8Array<ArrayBuffer> | InflateProblem {
  if (bytes.length < 18) return 'incomplete';
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 8) return 'damaged';
  const flags = bytes[3] ?? 0;
  let at = 10;
  if (flags & 4) at += 2 + (bytes[at] ?? 0) + (bytes[at + 1] ?? 0) * 256;
  for (const flag of [8, 16]) {
    if (flags & flag) {
      const end = bytes.indexOf(0, at);
      if (end < 0) return 'incomplete';
      at = end + 1;
    }
  }
  if (flags & 2) at += 2;
  const reader = new Inflater(bytes, at, limit);
  const problem = reader.run();
  if (problem !== undefined) return problem;
  if (reader.position + 8 > bytes.length) return 'incomplete';
  const out = reader.result();
  return crc32(out) === new DataView(bytes.buffer, bytes.byteOffset).getUint32(reader.position, true) ? out : 'damaged';
}

/** What the bytes of a deflate stream (RFC 1951) that have come so far give. */
export interface InflateProgress {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where the byte after the last block begins; undefined before the end, and when the bytes are damaged. */
  readonly end: number | undefined;
  readonly isDamaged: boolean;
}

/** Decompresses a stream that begins at `at` and may not be complete yet. */
export function inflateSoFar(bytes: Uint8Array, at: number): InflateProgress {
  const reader = new Inflater(bytes, at, Number.POSITIVE_INFINITY);
  const problem = reader.run();
  return { bytes: reader.result(), end: problem === undefined ? reader.position : undefined, isDamaged: problem === 'damaged' };
}

/** A prefix code: symbols in the order of their codes, and how many there are of each length. */
interface Code {
  readonly counts: readonly number[];
  readonly symbols: readonly number[];
}

class Inflater {
  readonly #bytes: Uint8Array;
  readonly #limit: number;
  #at: number;
  #bits = 0;
  #bitCount = 0;
  #out = new Uint8Array(1024);
  #size = 0;
  #problem: InflateProblem | undefined;

  constructor(bytes: Uint8Array, at: number, limit: number) {
    this.#bytes = bytes;
    this.#at = at;
    this.#limit = limit;
  }

  /** Where the byte after the last block begins. */
  get position(): number {
    return this.#at;
  }

  result(): Uint8Array<ArrayBuffer> {
    return this.#out.slice(0, this.#size);
  }

  run(): InflateProblem | undefined {
    let isLast = false;
    while (!isLast && this.#problem === undefined) {
      isLast = this.#take(1) === 1;
      const type = this.#take(2);
      if (this.#problem !== undefined) break;
      if (type === 0) this.#stored();
      else if (type === 1) this.#block(codeOf(fixedLiteralLengths), codeOf(fixedDistanceLengths));
      else if (type === 2) this.#dynamic();
      else this.#problem = 'damaged';
    }
    return this.#problem;
  }

  #take(count: number): number {
    while (this.#bitCount < count) {
      if (this.#at >= this.#bytes.length) {
        this.#problem ??= 'incomplete';
        return 0;
      }
      this.#bits |= (this.#bytes[this.#at++] ?? 0) << this.#bitCount;
      this.#bitCount += 8;
    }
    const value = this.#bits & ((1 << count) - 1);
    this.#bits >>>= count;
    this.#bitCount -= count;
    return value;
  }

  #stored(): void {
    this.#bits = 0;
    this.#bitCount = 0;
    const [a = 0, b = 0, c = 0, d = 0] = this.#bytes.subarray(this.#at, this.#at + 4);
    const length = a | (b << 8);
    if (this.#at + 4 > this.#bytes.length) this.#problem = 'incomplete';
    else if (length !== (~(c | (d << 8)) & 0xffff)) this.#problem = 'damaged';
    else if (this.#at + 4 + length > this.#bytes.length) this.#problem = 'incomplete';
    else if (this.#reserve(length)) {
      this.#out.set(this.#bytes.subarray(this.#at + 4, this.#at + 4 + length), this.#size);
      this.#size += length;
      this.#at += 4 + length;
    }
  }

  #dynamic(): void {
    const literals = this.#take(5) + 257;
    const distances = this.#take(5) + 1;
    const count = this.#take(4) + 4;
    if (literals > 286 || distances > 30) this.#problem ??= 'damaged';
    const order = Array.from({ length: 19 }, () => 0);
    for (let i = 0; i < count; i++) order[codeLengthOrder[i] ?? 0] = this.#take(3);
    const code = codeOf(order);
    const lengths: number[] = [];
    while (lengths.length < literals + distances && this.#problem === undefined) {
      const symbol = this.#symbol(code);
      if (symbol < 16) lengths.push(symbol);
      else if (symbol === 16) {
        const previous = lengths.at(-1);
        if (previous === undefined) this.#problem = 'damaged';
        this.#repeat(lengths, previous ?? 0, 3 + this.#take(2));
      } else this.#repeat(lengths, 0, symbol === 17 ? 3 + this.#take(3) : 11 + this.#take(7));
    }
    if (lengths.length > literals + distances || lengths[endOfBlock] === 0) this.#problem ??= 'damaged';
    if (this.#problem === undefined) this.#block(codeOf(lengths.slice(0, literals)), codeOf(lengths.slice(literals)));
  }

  #repeat(lengths: number[], length: number, times: number): void {
    for (let i = 0; i < times; i++) lengths.push(length);
  }

  #block(literals: Code, distances: Code): void {
    while (this.#problem === undefined) {
      const symbol = this.#symbol(literals);
      if (this.#problem !== undefined || symbol === endOfBlock) return;
      if (symbol < endOfBlock) {
        if (this.#reserve(1)) this.#out[this.#size++] = symbol;
        continue;
      }
      const length = (lengthBase[symbol - 257] ?? 0) + this.#take(lengthExtra[symbol - 257] ?? 0);
      const code = this.#symbol(distances);
      const distance = (distanceBase[code] ?? 0) + this.#take(distanceExtra[code] ?? 0);
      if (this.#problem !== undefined) return;
      if (length === 0 || distance === 0 || distance > this.#size) this.#problem ??= 'damaged';
      else if (this.#reserve(length)) {
        for (let i = 0; i < length; i++, this.#size++) this.#out[this.#size] = this.#out[this.#size - distance] ?? 0;
      }
    }
  }

  /** The next symbol, one bit after the other: codes of one length are numbers in a row. */
  #symbol({ counts, symbols }: Code): number {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= 15; length++) {
      code |= this.#take(1);
      if (this.#problem !== undefined) return 0;
      const count = counts[length] ?? 0;
      if (code - count < first) return symbols[index + code - first] ?? 0;
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    this.#problem ??= 'damaged';
    return 0;
  }

  #reserve(more: number): boolean {
    const needed = this.#size + more;
    if (needed > this.#limit) {
      this.#problem = 'too-large';
      return false;
    }
    if (needed > this.#out.length) {
      const grown = new Uint8Array(Math.max(needed, this.#out.length * 2));
      grown.set(this.#out);
      this.#out = grown;
    }
    return true;
  }
}

function codeOf(lengths: readonly number[]): Code {
  const counts = Array.from({ length: 16 }, () => 0);
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1;
  counts[0] = 0;
  const symbols = lengths
    .map((length, symbol) => ({ length, symbol }))
    .filter(({ length }) => length > 0)
    .toSorted((a, b) => a.length - b.length || a.symbol - b.symbol)
    .map(({ symbol }) => symbol);
  return { counts, symbols };
}
