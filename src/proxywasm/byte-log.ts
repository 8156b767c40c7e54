import type { GuestMemory } from './memory.ts';

const blockBytes = 65_536;

/**
 * Where bytes of guests are kept until somebody looks at them, mostly nobody. Writers share blocks; a block goes when the last one who
 * refers to it goes.
 */
export class ByteLog {
  block = new DataView(new ArrayBuffer(0));
  #used = 0;

  /** Room for `size` bytes in `block`, which is another one than before if needed; gives the place. */
  reserve(size: number): number {
    if (this.#used + size > this.block.byteLength) {
      this.block = new DataView(new ArrayBuffer(Math.max(blockBytes, size)));
      this.#used = 0;
    }
    const at = this.#used;
    this.#used += size;
    return at;
  }

  /** A copy of a piece of the guest's memory in `block`; gives its place. */
  keep(memory: GuestMemory, pointer: number, size: number): number {
    const at = this.reserve(size);
    memory.copyTo(this.block, at, pointer, size);
    return at;
  }
}
