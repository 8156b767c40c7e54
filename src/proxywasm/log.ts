import type { ByteString } from '#base/bytes.ts';
import { ByteLog } from './byte-log.ts';
import type { LogLine, VmIdentity } from './host.ts';
import { byteStringOf, type GuestMemory } from './memory.ts';

/** Keeps the text of log lines as bytes until someone reads it. */
export class LogText {
  readonly #bytes = new ByteLog();

  line(memory: GuestMemory, pointer: number, size: number, level: number, prefix: string, vm: VmIdentity, contextId: number): LogLine {
    const start = this.#bytes.keep(memory, pointer, size);
    return new GuestLine(level, prefix, vm, contextId, this.#bytes.block, start, size);
  }

  /** Takes `bytes` over. */
  lineOf(bytes: Uint8Array, level: number, prefix: string, vm: VmIdentity, contextId: number): LogLine {
    return new GuestLine(level, prefix, vm, contextId, new DataView(bytes.buffer, bytes.byteOffset), 0, bytes.length);
  }
}

class GuestLine implements LogLine {
  readonly from = 'guest';
  readonly level: number;
  readonly prefix: string;
  readonly vm: VmIdentity;
  readonly contextId: number;
  #block: DataView | undefined;
  readonly #start: number;
  readonly size: number;
  #text: ByteString = '';

  constructor(level: number, prefix: string, vm: VmIdentity, contextId: number, block: DataView, start: number, size: number) {
    this.level = level;
    this.prefix = prefix;
    this.vm = vm;
    this.contextId = contextId;
    this.#block = block;
    this.#start = start;
    this.size = size;
  }

  get message(): ByteString {
    if (this.#block !== undefined) {
      this.#text = byteStringOf(new Uint8Array(this.#block.buffer, this.#block.byteOffset + this.#start, this.size));
      this.#block = undefined;
    }
    return this.#text;
  }
}
