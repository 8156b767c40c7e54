import type { ByteString } from '#base/bytes.ts';
import type { LogLine, VmIdentity } from './host.ts';
import { byteStringOf, type GuestMemory } from './memory.ts';

const blockBytes = 65_536;

/**
 * Keeps the text of log lines as bytes until someone reads it: a guest that logs for nobody costs one copy. Lines share blocks, a block
 * goes when its last line goes.
 */
export class LogText {
  #block = new Uint8Array(0);
  #used = 0;

  line(memory: GuestMemory, pointer: number, size: number, level: number, prefix: string, vm: VmIdentity, contextId: number): LogLine {
    if (this.#used + size > this.#block.length) {
      this.#block = new Uint8Array(Math.max(blockBytes, size));
      this.#used = 0;
    }
    const block = this.#block;
    const start = this.#used;
    const from = memory.bytes;
    if (size < 64) for (let i = 0; i < size; i++) block[start + i] = from[pointer + i] ?? 0;
    else block.set(from.subarray(pointer, pointer + size), start);
    this.#used += size;
    return new GuestLine(level, prefix, vm, contextId, block, start, size);
  }

  /** Takes `bytes` over. */
  lineOf(bytes: Uint8Array, level: number, prefix: string, vm: VmIdentity, contextId: number): LogLine {
    return new GuestLine(level, prefix, vm, contextId, bytes, 0, bytes.length);
  }
}

class GuestLine implements LogLine {
  readonly from = 'guest';
  readonly level: number;
  readonly prefix: string;
  readonly vm: VmIdentity;
  readonly contextId: number;
  #block: Uint8Array | undefined;
  readonly #start: number;
  readonly #size: number;
  #text: ByteString = '';

  constructor(level: number, prefix: string, vm: VmIdentity, contextId: number, block: Uint8Array, start: number, size: number) {
    this.level = level;
    this.prefix = prefix;
    this.vm = vm;
    this.contextId = contextId;
    this.#block = block;
    this.#start = start;
    this.#size = size;
  }

  get message(): ByteString {
    if (this.#block !== undefined) {
      this.#text = byteStringOf(this.#block.subarray(this.#start, this.#start + this.#size));
      this.#block = undefined;
    }
    return this.#text;
  }
}
