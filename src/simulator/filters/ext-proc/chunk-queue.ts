import { BodyBuffer } from '../../http/body-buffer.ts';

export interface QueuedChunk {
  readonly length: number;
  readonly endStream: boolean;
}

/** Pieces of a body that a processor has been shown and not yet answered (envoy `ChunkQueue`). */
export class ChunkQueue {
  readonly received = new BodyBuffer();
  #chunks: QueuedChunk[] = [];

  get isEmpty(): boolean {
    return this.#chunks.length === 0;
  }

  get front(): QueuedChunk | undefined {
    return this.#chunks[0];
  }

  push(data: BodyBuffer, endStream: boolean): void {
    this.#chunks.push({ length: data.length, endStream });
    this.received.moveFrom(data);
  }

  pop(): { readonly chunk: QueuedChunk; readonly data: BodyBuffer } | undefined {
    const chunk = this.#chunks.shift();
    if (chunk === undefined) return undefined;
    const data = new BodyBuffer(this.received.bytes(0, chunk.length).slice());
    this.received.drain(chunk.length);
    return { chunk, data };
  }

  /** All pieces become one; does it end the body? */
  consolidate(): boolean {
    const endStream = this.#chunks.at(-1)?.endStream ?? false;
    if (this.#chunks.length > 1) this.#chunks = [{ length: this.received.length, endStream }];
    return endStream;
  }

  clear(): void {
    if (this.#chunks.length <= 1) return;
    this.received.clear();
    this.#chunks = [];
  }
}
