import { BodyBuffer } from '../http/body-buffer.ts';

/** One gRPC message with its five-byte prefix. */
export function grpcFrame(message: Uint8Array): Uint8Array {
  const out = new Uint8Array(5 + message.length);
  new DataView(out.buffer).setUint32(1, message.length);
  out.set(message, 5);
  return out;
}

/** Takes gRPC messages out of a body as it arrives. */
export class GrpcFrameReader {
  readonly #buffer = new BodyBuffer();

  /** The messages that are complete now; undefined when the bytes are no gRPC frames. */
  read(data: Uint8Array): readonly Uint8Array[] | undefined {
    this.#buffer.append(data);
    const out: Uint8Array[] = [];
    while (this.#buffer.length >= 5) {
      const head = this.#buffer.bytes(0, 5);
      if ((head[0] ?? 0) > 1) return undefined;
      const length = new DataView(head.buffer, head.byteOffset, 5).getUint32(1);
      if (this.#buffer.length < 5 + length) break;
      out.push(this.#buffer.bytes(5, length).slice());
      this.#buffer.drain(5 + length);
    }
    return out;
  }
}

/** Counts the gRPC messages that begin in a body (envoy `Grpc::FrameInspector`). */
export class GrpcFrameCounter {
  count = 0;
  readonly #head: number[] = [];
  #skip = 0;
  #broken = false;

  /** How many more have begun. */
  add(data: Uint8Array): number {
    const before = this.count;
    for (let at = 0; at < data.length && !this.#broken;) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, data.length - at);
        this.#skip -= step;
        at += step;
        continue;
      }
      const byte = data[at++] ?? 0;
      if (this.#head.length === 0) {
        if (byte > 1) this.#broken = true;
        else this.count++;
      }
      this.#head.push(byte);
      if (this.#head.length === 5) {
        this.#skip = this.#head.slice(1).reduce((sum, part) => sum * 256 + part, 0);
        this.#head.length = 0;
      }
    }
    return this.count - before;
  }
}
