const blockBytes = 65_536;

/**
 * Where bytes of guests are kept until somebody looks at them, mostly nobody. Writers share blocks; a block goes when the last one who
 * refers to it goes.
 */
export class ByteLog {
  block = new Uint8Array(0);
  #used = 0;

  /** Room for `size` bytes in `block`, which is another one than before if needed; gives the place. */
  reserve(size: number): number {
    if (this.#used + size > this.block.length) {
      this.block = new Uint8Array(Math.max(blockBytes, size));
      this.#used = 0;
    }
    const at = this.#used;
    this.#used += size;
    return at;
  }
}

/** For short pieces a loop beats the view that `set` needs; measured in V8. */
export function copyInto(target: Uint8Array, at: number, source: Uint8Array, start: number, size: number): void {
  if (size < 64) for (let i = 0; i < size; i++) target[at + i] = source[start + i] ?? 0;
  else target.set(source.subarray(start, start + size), at);
}
