import { buildTree, type Tree } from './huffman.ts';
import {
  codeLengthOrder,
  codesOf,
  distanceBase,
  distanceCodes,
  distanceExtra,
  endOfBlock,
  fixedDistanceLengths,
  fixedLiteralLengths,
  lengthBase,
  lengthExtra,
  literalCodes,
} from './codes.ts';

const fixedLiterals = codesOf(fixedLiteralLengths);
const fixedDistances = codesOf(fixedDistanceLengths);

/** `never`: a block has codes of its own where they are shorter; `preferred`: it has none; `always`: it is not stored either. */
type FixedCodes = 'never' | 'preferred' | 'always';

/** Writes blocks of literals and matches, each in the shortest of the three forms, as zlib does (`trees.c` `_tr_flush_block`). */
export class BlockWriter {
  #bytes = new Uint8Array(1024);
  #size = 0;
  #bits = 0;
  #bitCount = 0;
  #literals = Array.from({ length: literalCodes }, () => 0);
  #distances = Array.from({ length: distanceCodes }, () => 0);
  #symbols: number[] = [];
  readonly #capacity: number;
  readonly #fixedCodes: FixedCodes;

  /** `capacity`: how many symbols a block holds before it is full; which forms it may take. */
  constructor(capacity: number, fixedCodes: FixedCodes = 'never') {
    this.#capacity = capacity;
    this.#fixedCodes = fixedCodes;
  }

  /** True when the block is full. */
  literal(byte: number): boolean {
    this.#symbols.push(byte);
    this.#literals[byte] = (this.#literals[byte] ?? 0) + 1;
    return this.#symbols.length === this.#capacity;
  }

  /** True when the block is full. */
  match(length: number, distance: number): boolean {
    this.#symbols.push(length * 65_536 + distance);
    const lengthCode = 257 + codeFor(lengthBase, length);
    this.#literals[lengthCode] = (this.#literals[lengthCode] ?? 0) + 1;
    const distanceCode = codeFor(distanceBase, distance);
    this.#distances[distanceCode] = (this.#distances[distanceCode] ?? 0) + 1;
    return this.#symbols.length === this.#capacity;
  }

  /** Ends the block whose bytes are `stored`. */
  flush(stored: Uint8Array, isLast: boolean): void {
    this.#literals[endOfBlock] = 1;
    const literals = buildTree(this.#literals, 15);
    const distances = buildTree(this.#distances, 15);
    const header = dynamicHeader(literals, distances);
    const fixedBits = this.#cost(fixedLiteralLengths, fixedDistanceLengths);
    const dynamicBits = this.#cost(literals.lengths, distances.lengths) + header.bits;
    const fixedBytes = (fixedBits + 3 + 7) >>> 3;
    const bytes = Math.min(fixedBytes, (dynamicBits + 3 + 7) >>> 3);
    const last = isLast ? 1 : 0;
    if (this.#fixedCodes !== 'always' && stored.length + 4 <= bytes) this.#store(stored, last);
    else if (this.#fixedCodes !== 'never' || bytes === fixedBytes) {
      this.#put(last + 2, 3);
      this.#write(fixedLiteralLengths, fixedLiterals, fixedDistanceLengths, fixedDistances);
    } else {
      this.#put(last + 4, 3);
      for (const [value, count] of header.fields) this.#put(value, count);
      this.#write(literals.lengths, codesOf(literals.lengths), distances.lengths, codesOf(distances.lengths));
    }
    this.#literals.fill(0);
    this.#distances.fill(0);
    this.#symbols = [];
    if (isLast) this.#align();
  }

  get hasSymbols(): boolean {
    return this.#symbols.length > 0;
  }

  /** A block without contents, which brings everything before it to a byte boundary. */
  emptyBlock(): void {
    this.#store(new Uint8Array(0), 0);
  }

  /** The whole bytes written since the last time. */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = this.#bytes.slice(0, this.#size);
    this.#size = 0;
    return bytes;
  }

  #cost(literals: readonly number[], distances: readonly number[]): number {
    let bits = 0;
    this.#literals.forEach((count, symbol) => (bits += count * ((literals[symbol] ?? 0) + (lengthExtra[symbol - 257] ?? 0))));
    this.#distances.forEach((count, symbol) => (bits += count * ((distances[symbol] ?? 0) + (distanceExtra[symbol] ?? 0))));
    return bits;
  }

  #write(
    literalLengths: readonly number[],
    literals: readonly number[],
    distanceLengths: readonly number[],
    distances: readonly number[],
  ): void {
    for (const symbol of this.#symbols) {
      if (symbol < 256) {
        this.#put(literals[symbol] ?? 0, literalLengths[symbol] ?? 0);
        continue;
      }
      const length = Math.floor(symbol / 65_536);
      const distance = symbol % 65_536;
      const lengthCode = codeFor(lengthBase, length);
      this.#put(literals[257 + lengthCode] ?? 0, literalLengths[257 + lengthCode] ?? 0);
      this.#put(length - (lengthBase[lengthCode] ?? 0), lengthExtra[lengthCode] ?? 0);
      const code = codeFor(distanceBase, distance);
      this.#put(distances[code] ?? 0, distanceLengths[code] ?? 0);
      this.#put(distance - (distanceBase[code] ?? 0), distanceExtra[code] ?? 0);
    }
    this.#put(literals[endOfBlock] ?? 0, literalLengths[endOfBlock] ?? 0);
  }

  #store(bytes: Uint8Array, last: number): void {
    this.#put(last, 3);
    this.#align();
    for (const value of [bytes.length, ~bytes.length & 0xffff]) {
      this.#byte(value & 255);
      this.#byte(value >> 8);
    }
    for (const byte of bytes) this.#byte(byte);
  }

  #put(value: number, count: number): void {
    this.#bits |= value << this.#bitCount;
    this.#bitCount += count;
    while (this.#bitCount >= 8) {
      this.#byte(this.#bits & 255);
      this.#bits >>>= 8;
      this.#bitCount -= 8;
    }
  }

  #align(): void {
    if (this.#bitCount > 0) this.#byte(this.#bits & 255);
    this.#bits = 0;
    this.#bitCount = 0;
  }

  #byte(byte: number): void {
    if (this.#size === this.#bytes.length) {
      const grown = new Uint8Array(this.#bytes.length * 2);
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes[this.#size++] = byte;
  }
}

/** The last code whose first value is not above `value`. */
function codeFor(base: readonly number[], value: number): number {
  let low = 0;
  let high = base.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((base[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

interface Header {
  readonly fields: readonly (readonly [value: number, bits: number])[];
  readonly bits: number;
}

/** The code lengths of a block's own codes, themselves compressed (`scan_tree`, `send_tree`). */
function dynamicHeader(literals: Tree, distances: Tree): Header {
  const runs = [...runsOf(literals.lengths.slice(0, literals.last + 1)), ...runsOf(distances.lengths.slice(0, distances.last + 1))];
  const frequencies = Array.from({ length: 19 }, () => 0);
  for (const [symbol] of runs) frequencies[symbol] = (frequencies[symbol] ?? 0) + 1;
  const { lengths } = buildTree(frequencies, 7);
  const codes = codesOf(lengths);
  let count = 18;
  while (count >= 3 && lengths[codeLengthOrder[count] ?? 0] === 0) count--;
  const fields: (readonly [number, number])[] = [
    [literals.last + 1 - 257, 5],
    [distances.last + 1 - 1, 5],
    [count + 1 - 4, 4],
    ...codeLengthOrder.slice(0, count + 1).map((symbol) => [lengths[symbol] ?? 0, 3] as const),
    ...runs.flatMap(([symbol, extra, bits]) => [[codes[symbol] ?? 0, lengths[symbol] ?? 0] as const, [extra, bits] as const]),
  ];
  return { fields, bits: fields.reduce((sum, [, bits]) => sum + bits, 0) };
}

/** Code lengths as symbols of the code length alphabet, with their extra bits. */
function runsOf(lengths: readonly number[]): readonly (readonly [symbol: number, extra: number, bits: number])[] {
  const runs: (readonly [number, number, number])[] = [];
  let previous = -1;
  let count = 0;
  let max = lengths[0] === 0 ? 138 : 7;
  let min = lengths[0] === 0 ? 3 : 4;
  lengths.forEach((length, i) => {
    const next = i + 1 < lengths.length ? lengths[i + 1] : -1;
    count++;
    if (count < max && length === next) return;
    if (count < min) for (let n = 0; n < count; n++) runs.push([length, 0, 0]);
    else if (length !== 0) {
      if (length !== previous) {
        runs.push([length, 0, 0]);
        count--;
      }
      runs.push([16, count - 3, 2]);
    } else if (count <= 10) runs.push([17, count - 3, 3]);
    else runs.push([18, count - 11, 7]);
    count = 0;
    previous = length;
    [max, min] = next === 0 ? [138, 3] : length === next ? [6, 3] : [7, 4];
  });
  return runs;
}
