import { byteStringToBytes, concatBytes, utf8Bytes } from '#base/bytes.ts';
import type { Headers } from '../http/headers.ts';
import { reasonPhrases } from './reason-phrases.ts';

/** Responses as HTTP/1.1 text (envoy `source/common/http/http1/codec_impl.cc` `ResponseEncoderImpl`). */
export class ResponseEncoder {
  #chunked = false;
  readonly #head: boolean;

  constructor(head: boolean) {
    this.#head = head;
  }

  headers(headers: Headers, endStream: boolean): Uint8Array {
    const status = Number(headers.get(':status'));
    let text = `HTTP/1.1 ${status} ${reasonPhrases[status] ?? 'Unknown'}\r\n`;
    for (const [name, value] of headers.entries()) if (!name.startsWith(':')) text += `${name}: ${value}\r\n`;
    if (!headers.has('content-length')) {
      const bodiless = status < 200 || status === 204 || status === 304;
      if (endStream && !bodiless && !this.#head) text += 'content-length: 0\r\n';
      else if (!endStream) {
        this.#chunked = true;
        text += 'transfer-encoding: chunked\r\n';
      }
    }
    return byteStringToBytes(`${text}\r\n`);
  }

  data(data: Uint8Array, endStream: boolean): Uint8Array {
    if (!this.#chunked) return data;
    const parts: Uint8Array[] = data.length === 0 ? [] : [utf8Bytes(`${data.length.toString(16)}\r\n`), data, utf8Bytes('\r\n')];
    if (endStream) parts.push(utf8Bytes('0\r\n\r\n'));
    return concatBytes(parts);
  }

  /** Trailers are dropped; the body ends. */
  end(): Uint8Array {
    return this.#chunked ? utf8Bytes('0\r\n\r\n') : new Uint8Array(0);
  }
}
