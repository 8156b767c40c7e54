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
