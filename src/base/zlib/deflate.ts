import { BlockWriter } from './block-writer.ts';
import { adler32, crc32 } from './checksum.ts';

/** How much the compressor remembers. The defaults are zlib's `compress()`. */
export interface DeflateOptions {
  /** Base 2 logarithm of the window, 9…15. */
  readonly windowBits?: number;
  /** 1…9: the size of a block is 2^(memLevel + 6) symbols. */
  readonly memLevel?: number;
  /** 1…9, fast to small. */
  readonly level?: number;
  readonly strategy?: 'default' | 'filtered' | 'huffman' | 'rle' | 'fixed';
}

const maxMatch = 258;
/** Shorter matches are not looked for. */
const minMatch = 4;
const minLookahead = maxMatch + 3 + 1;
/** How hard each level looks for matches (zlib-ng `configuration_table`). */
const defaultLevel = { good: 8, lazy: 16, nice: 128, chain: 128 };
const levels = [
  { good: 4, lazy: 4, nice: 8, chain: 4 },
  { good: 4, lazy: 4, nice: 8, chain: 4 },
  { good: 4, lazy: 4, nice: 8, chain: 4 },
  { good: 4, lazy: 6, nice: 16, chain: 6 },
  { good: 4, lazy: 12, nice: 32, chain: 24 },
  { good: 8, lazy: 16, nice: 32, chain: 32 },
  { good: 8, lazy: 16, nice: 128, chain: 128 },
  { good: 8, lazy: 32, nice: 128, chain: 256 },
  { good: 32, lazy: 128, nice: 258, chain: 1024 },
  { good: 32, lazy: 258, nice: 258, chain: 4096 },
];

/** A zlib stream (RFC 1950). */
export function deflateZlib(bytes: Uint8Array, options: DeflateOptions = {}): Uint8Array<ArrayBuffer> {
  const windowBits = options.windowBits ?? 15;
  const head = (((windowBits - 8) << 4) | 8) * 256 + 0x80;
  const body = deflateRaw(bytes, options);
  const out = new Uint8Array(body.length + 6);
  const view = new DataView(out.buffer);
  view.setUint16(0, head + 31 - (head % 31));
  out.set(body, 2);
  view.setUint32(2 + body.length, adler32(bytes));
  return out;
}

/** A gzip file (RFC 1952) without name and time. */
export function deflateGzip(bytes: Uint8Array, options: DeflateOptions = {}): Uint8Array<ArrayBuffer> {
  const body = deflateRaw(bytes, options);
  const out = new Uint8Array(body.length + 18);
  out.set([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
  out.set(body, 10);
  const view = new DataView(out.buffer);
  view.setUint32(10 + body.length, crc32(bytes), true);
  view.setUint32(14 + body.length, bytes.length, true);
  return out;
}

interface Match {
  start: number;
  length: number;
  at: number;
  /** Where it was found; `at` may be moved to the left later. */
  foundAt: number;
}

/** A whole deflate stream (RFC 1951). */
export function deflateRaw(bytes: Uint8Array, options: DeflateOptions = {}): Uint8Array<ArrayBuffer> {
  return new Deflater(options).write(bytes, 'finish');
}

/**
 * Makes a deflate stream piece by piece, byte for byte what zlib-ng's default level makes (`deflate.c`, `deflate_medium.c`): Envoy
 * compresses with that library, so compressed bodies come out the same. Where the pieces end has an effect, as it has there.
 */
export class Deflater {
  readonly #writer: BlockWriter;
  readonly #level: (typeof levels)[number];
  readonly #window: number;
  readonly #maxDistance: number;
  readonly #heads = new Int32Array(65_536);
  readonly #previous: Int32Array;
  #bytes = new Uint8Array(1024);
  /** How much of `#bytes` has been given, how much of that the window has taken in, and where the window begins. */
  #size = 0;
  #read = 0;
  #base = 0;
  #at = 0;
  #matchStart = 0;
  #blockStart = 0;
  #waiting = 0;

  constructor({ windowBits = 15, memLevel = 8, level = 6 }: DeflateOptions = {}) {
    this.#level = levels[level] ?? defaultLevel;
    this.#window = 1 << windowBits;
    this.#previous = new Int32Array(this.#window);
    this.#maxDistance = this.#window - minLookahead;
    this.#writer = new BlockWriter((1 << (memLevel + 6)) - 1);
  }

  /** Takes `bytes` in and gives what is complete: nothing perhaps (`none`), all so far (`sync`), all and the end (`finish`). */
  write(bytes: Uint8Array, flush: 'none' | 'sync' | 'finish'): Uint8Array<ArrayBuffer> {
    this.#append(bytes);
    this.#compress(flush !== 'none');
    if (flush === 'finish') this.#flush(true);
    if (flush === 'sync') {
      if (this.#writer.hasSymbols) this.#flush(false);
      this.#writer.emptyBlock();
    }
    return this.#writer.take();
  }

  #append(bytes: Uint8Array): void {
    if (this.#size + bytes.length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#size + bytes.length, this.#bytes.length * 2));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes.set(bytes, this.#size);
    this.#size += bytes.length;
  }

  get #lookahead(): number {
    return this.#read - this.#at;
  }

  #compress(toTheEnd: boolean): void {
    let next: Match | undefined;
    for (;;) {
      if (this.#lookahead < minLookahead) {
        this.#fillWindow();
        if (this.#lookahead === 0 || (this.#lookahead < minLookahead && !toTheEnd)) break;
        next = undefined;
      }
      const current = next ?? this.#find(this.#at, this.#lookahead >= minMatch);
      this.#insert(current);
      next = undefined;
      const end = current.at + current.length;
      if (this.#lookahead > minLookahead && end - this.#base < 2 * this.#window - minLookahead) {
        next = this.#find(end, true);
        if (next.length > 1) this.#moveLeft(current, next);
      }
      const isFull = this.#emit(current);
      this.#at = current.at + current.length;
      if (isFull) this.#flush(false);
    }
    if (toTheEnd) this.#waiting = Math.min(this.#at - this.#base, 2);
  }

  #flush(isLast: boolean): void {
    this.#writer.flush(this.#bytes.subarray(this.#blockStart, this.#at), isLast);
    this.#blockStart = this.#at;
  }

  /** Moves the window on when it is nearly used up, and reads what fits. */
  #fillWindow(): void {
    do {
      if (this.#at - this.#base >= this.#window + this.#maxDistance) this.#slide();
      if (this.#read === this.#size) break;
      this.#read = Math.min(this.#size, this.#base + 2 * this.#window);
      this.#insertWaiting();
    } while (this.#lookahead < minLookahead && this.#read < this.#size);
  }

  #slide(): void {
    this.#base += this.#window;
    for (const table of [this.#heads, this.#previous]) {
      for (let i = 0; i < table.length; i++) if ((table[i] ?? 0) <= this.#base) table[i] = 0;
    }
  }

  /** The last places before a flush could not be hashed for want of the bytes behind them. */
  #insertWaiting(): void {
    if (this.#lookahead + this.#waiting < 3) return;
    const from = this.#at - this.#waiting;
    if (from - this.#base >= 1) this.#insertAt(from - 1);
    const count = this.#lookahead === 1 ? this.#waiting - 1 : this.#waiting;
    if (count > 0) {
      this.#insertRange(from, count);
      this.#waiting -= count;
    }
  }

  /** The longest match at `at`, or one byte. */
  #find(at: number, insert: boolean): Match {
    const head = insert ? this.#insertAt(at) : 0;
    const distance = at - head;
    if (head > this.#base && distance > 0 && distance <= this.#maxDistance) {
      const length = this.#longest(head, at);
      if (length >= minMatch && this.#matchStart < at) return { start: this.#matchStart, length, at, foundAt: at };
    }
    return { start: this.#base, length: 1, at, foundAt: at };
  }

  /** Puts the place into the dictionary; the place before it with the same hash. The first byte of the window is never matched. */
  #insertAt(at: number): number {
    const m = this.#bytes;
    const word = (m[at] ?? 0) | ((m[at + 1] ?? 0) << 8) | ((m[at + 2] ?? 0) << 16) | ((m[at + 3] ?? 0) << 24);
    const hash = Math.imul(word, 0x9e3779b1) >>> 16;
    const head = this.#heads[hash] ?? 0;
    if (head !== at) {
      this.#previous[at & (this.#window - 1)] = head;
      this.#heads[hash] = at;
    }
    return head;
  }

  #insertRange(from: number, count: number): void {
    for (let at = from; at < from + count; at++) this.#insertAt(at);
  }

  #longest(head: number, at: number): number {
    const m = this.#bytes;
    const lookahead = this.#read - at;
    const limit = Math.max(this.#base, at - this.#maxDistance);
    const most = Math.min(maxMatch, lookahead);
    let best = 2;
    let chain = this.#level.chain;
    for (let candidate = head; candidate < at;) {
      if (m[candidate + best] === m[at + best] && m[candidate] === m[at]) {
        let length = 0;
        while (length < most && m[candidate + length] === m[at + length]) length++;
        if (length > best) {
          this.#matchStart = candidate;
          best = length;
          if (best >= lookahead || best >= this.#level.nice) return best;
        }
      }
      if (--chain === 0) break;
      candidate = this.#previous[candidate & (this.#window - 1)] ?? 0;
      if (candidate <= limit) break;
    }
    return best;
  }

  /** Puts the places inside a match into the dictionary. */
  #insert({ at, length, foundAt }: Match): void {
    if (this.#lookahead <= length + minMatch) return;
    const from = at + 1;
    const count = length - 1;
    if (length < minMatch) {
      if (count > 0 && from >= foundAt) this.#insertRange(from, from + count - 1 >= foundAt ? count : foundAt - from + 1);
    } else if (length <= 16 * this.#level.lazy) {
      if (from >= foundAt) this.#insertRange(from, from + count - 1 >= foundAt ? count : foundAt - from + 1);
      else if (foundAt < from + count) this.#insertRange(foundAt, from + count - foundAt);
    } else this.#insertAt(at + length - 1);
  }

  /** Lets the next match begin earlier where that leaves nothing, or a byte, of the current one. */
  #moveLeft(current: Match, next: Match): void {
    const m = this.#bytes;
    const start = next.start - this.#base;
    if (current.length <= 1 || current.length > 1 + start || current.length > 1 + next.at - this.#base) return;
    if (m[next.start - current.length + 1] !== m[next.at - current.length + 1]) return;
    const limit = Math.max(this.#base, next.at - this.#maxDistance);
    let { length } = current;
    const moved = { ...next };
    while (m[moved.start - 1] === m[moved.at - 1]) {
      if (length < 1 || moved.at <= limit || moved.length >= 256 || moved.start - this.#base <= 1) break;
      moved.at--;
      moved.start--;
      moved.length++;
      length--;
    }
    if (moved.at === next.at || length > 1 || moved.length === 2) return;
    moved.foundAt++;
    current.length = length;
    Object.assign(next, moved);
  }

  #emit({ at, start, length }: Match): boolean {
    if (length >= minMatch) return this.#writer.match(length, at - start);
    let isFull = false;
    for (let i = at; i < at + length; i++) if (this.#writer.literal(this.#bytes[i] ?? 0)) isFull = true;
    return isFull;
  }
}
