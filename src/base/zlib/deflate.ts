import { BlockWriter } from './block-writer.ts';
import type { Level } from './levels.ts';
import { levelOf } from './levels.ts';
import type { Match } from './match.ts';
import { endsAlike } from './match.ts';

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
/**
 * Makes a deflate stream piece by piece, byte for byte what zlib-ng makes (`deflate.c`, `deflate_quick.c` … `deflate_slow.c`; level 9 looks for
 * matches in another order there): Envoy compresses with that library, so compressed bodies come out the same. Where the pieces end has an effect, as it has there.
 */
export class Deflater {
  readonly #writer: BlockWriter;
  readonly #level: Level;
  readonly #earlyExit: boolean;
  readonly #run: (toTheEnd: boolean, isLast: boolean) => void;
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
  readonly #filtered: boolean;
  /** Of the lazy levels: the match of the place before. */
  #previousLength = 0;
  #hasLiteral = false;

  constructor({ windowBits = 15, memLevel = 8, level = 6, strategy = 'default' }: DeflateOptions = {}) {
    this.#level = levelOf(level);
    this.#earlyExit = level < 5;
    const isQuick = level === 1 && strategy !== 'huffman' && strategy !== 'rle';
    this.#filtered = strategy === 'filtered';
    if (strategy === 'huffman') this.#run = (toTheEnd) => this.#compressHuffman(toTheEnd);
    else if (strategy === 'rle') this.#run = (toTheEnd) => this.#compressRuns(toTheEnd);
    else if (level === 1) this.#run = (toTheEnd, isLast) => this.#compressQuick(toTheEnd, isLast);
    else if (level === 2) this.#run = (toTheEnd) => this.#compressFast(toTheEnd);
    else if (level >= 7) this.#run = (toTheEnd) => this.#compressSlow(toTheEnd);
    else this.#run = (toTheEnd) => this.#compress(toTheEnd);
    this.#window = 1 << windowBits;
    this.#previous = new Int32Array(this.#window);
    this.#maxDistance = this.#window - minLookahead;
    this.#writer = new BlockWriter((1 << (memLevel + 6)) - 1, isQuick ? 'always' : strategy === 'fixed' ? 'preferred' : 'never');
  }

  /** Takes `bytes` in and gives what is complete: nothing perhaps (`none`), all so far (`sync`), all and the end (`finish`). */
  write(bytes: Uint8Array, flush: 'none' | 'sync' | 'finish'): Uint8Array<ArrayBuffer> {
    this.#append(bytes);
    this.#run(flush !== 'none', flush === 'finish');
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
      if (!this.#earlyExit && this.#lookahead > minLookahead && end - this.#base < 2 * this.#window - minLookahead) {
        next = this.#find(end, true);
        if (next.length > 1) this.#moveLeft(current, next);
      }
      const isFull = this.#emit(current);
      this.#at = current.at + current.length;
      if (isFull) this.#flush(false);
    }
    if (toTheEnd) this.#waiting = Math.min(this.#at - this.#base, 2);
  }

  /** Whether there is something to look at; false when more bytes are needed first. */
  #hasBytes(toTheEnd: boolean, least = minLookahead): boolean {
    if (this.#lookahead < least) {
      this.#fillWindow();
      if (this.#lookahead === 0 || (this.#lookahead < least && !toTheEnd)) return false;
    }
    return true;
  }

  #put(isFull: boolean): void {
    if (isFull) this.#flush(false);
  }

  /** `deflate_quick`: fixed codes, and only the newest place with the same hash; the last block begins with the call that ends the stream. */
  #compressQuick(toTheEnd: boolean, isLast: boolean): void {
    if (isLast && this.#writer.hasSymbols) this.#flush(false);
    while (this.#hasBytes(toTheEnd)) {
      const m = this.#bytes;
      const at = this.#at;
      const candidate = this.#lookahead >= minMatch ? Math.max(this.#insertAt(at), this.#base) : at;
      const most = Math.min(maxMatch, this.#lookahead);
      let length = 0;
      if (candidate < at && at - candidate <= this.#maxDistance) {
        while (length < most && m[candidate + length] === m[at + length]) length++;
      }
      this.#at += length >= minMatch ? length : 1;
      if (length >= minMatch) this.#writer.match(length, at - candidate);
      else this.#writer.literal(m[at] ?? 0);
    }
    if (toTheEnd) this.#waiting = Math.min(this.#at - this.#base, 2);
  }

  /** `deflate_fast`: takes every match it finds. */
  #compressFast(toTheEnd: boolean): void {
    while (this.#hasBytes(toTheEnd)) {
      const at = this.#at;
      const { length, start } = this.#find(at, this.#lookahead >= minMatch);
      if (length < minMatch) {
        this.#at++;
        this.#put(this.#writer.literal(this.#bytes[at] ?? 0));
        continue;
      }
      const isFull = this.#writer.match(length, at - start);
      this.#at = at + length;
      if (length <= this.#level.lazy && this.#lookahead >= minMatch) this.#insertRange(at + 1, length - 1);
      else this.#insertAt(this.#at - 1);
      this.#put(isFull);
    }
    if (toTheEnd) this.#waiting = Math.min(this.#at - this.#base, 2);
  }

  /** `deflate_slow`: a match is taken when the next place has none that is longer. */
  #compressSlow(toTheEnd: boolean): void {
    while (this.#hasBytes(toTheEnd)) {
      const at = this.#at;
      const head = this.#lookahead >= minMatch ? this.#insertAt(at) : 0;
      const previousStart = this.#matchStart;
      const distance = at - head;
      let length = 2;
      if (distance > 0 && distance <= this.#maxDistance && this.#previousLength < this.#level.lazy && head > this.#base) {
        length = this.#longest(head, at, this.#previousLength === 0 ? 2 : this.#previousLength);
        if (length <= 5 && this.#filtered) length = 2;
      }
      if (this.#previousLength >= 3 && length <= this.#previousLength) {
        const lastInsert = at + this.#lookahead - 3;
        const isFull = this.#writer.match(this.#previousLength, at - 1 - previousStart);
        const forward = this.#previousLength - 2;
        if (lastInsert > at) this.#insertRange(at + 1, Math.min(forward, lastInsert - at));
        this.#previousLength = 0;
        this.#hasLiteral = false;
        this.#at = at + forward + 1;
        this.#put(isFull);
        continue;
      }
      if (this.#hasLiteral) this.#put(this.#writer.literal(this.#bytes[at - 1] ?? 0));
      this.#hasLiteral = true;
      this.#previousLength = length;
      this.#at++;
    }
    if (!toTheEnd) return;
    if (this.#hasLiteral) this.#writer.literal(this.#bytes[this.#at - 1] ?? 0);
    this.#hasLiteral = false;
    this.#waiting = Math.min(this.#at - this.#base, 2);
  }

  #compressHuffman(toTheEnd: boolean): void {
    while (this.#hasBytes(toTheEnd, 1)) this.#put(this.#writer.literal(this.#bytes[this.#at++] ?? 0));
  }

  /** `deflate_rle`: nothing but repetitions of the byte before. */
  #compressRuns(toTheEnd: boolean): void {
    while (this.#hasBytes(toTheEnd, maxMatch + 1)) {
      const m = this.#bytes;
      const at = this.#at;
      const most = Math.min(maxMatch, this.#lookahead);
      let length = 0;
      if (at > this.#base) while (length < most && m[at + length] === m[at - 1]) length++;
      this.#at += length >= 3 ? length : 1;
      this.#put(length >= 3 ? this.#writer.match(length, 1) : this.#writer.literal(m[at] ?? 0));
    }
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

  #longest(head: number, at: number, least = 2): number {
    const m = this.#bytes;
    const lookahead = this.#read - at;
    const limit = Math.max(this.#base, at - this.#maxDistance);
    const most = Math.min(maxMatch, lookahead);
    let best = least;
    let chain = best >= this.#level.good ? this.#level.chain >> 2 : this.#level.chain;
    for (let candidate = head; candidate < at;) {
      if (m[candidate + best] === m[at + best] && m[candidate] === m[at]) {
        let length = 0;
        while (length < most && m[candidate + length] === m[at + length]) length++;
        if (length > best) {
          this.#matchStart = candidate;
          best = length;
          if (best >= lookahead || best >= this.#level.nice) return best;
        } else if (this.#earlyExit && length >= 8 && endsAlike(m, candidate, at, best)) break;
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
