import { base64ToBytes, byteStringToBytes, bytesToBase64, bytesToByteString, utf8Bytes } from '#base/bytes.ts';
import type { ActiveFilter } from '../http/active-filter.ts';
import { BodyBuffer } from '../http/body-buffer.ts';
import type {
  DataStatus as DataResult,
  HeadersStatus as HeadersResult,
  HttpFilter,
  TrailersStatus as TrailersResult,
} from '../http/filter.ts';
import { DataStatus, HeadersStatus, TrailersStatus } from '../http/filter.ts';
import type { Headers } from '../http/headers.ts';
import { encodeGrpcMessage, grpcStatusOf } from '../http/local-reply.ts';
import type { HttpFilterType } from './filter-type.ts';

const binaryTypes = new Set(['application/grpc-web', 'application/grpc-web+proto']);
const textTypes = new Set(['application/grpc-web-text', 'application/grpc-web-text+proto']);
const TRAILERS_FRAME = 0x80;

/** envoy.filters.http.grpc_web: gRPC-Web of browsers to gRPC and back (envoy `source/extensions/filters/http/grpc_web`). */
export const filterType: HttpFilterType = {
  compile: () => ({ create: (callbacks) => new GrpcWebFilter(callbacks) }),
};

class GrpcWebFilter implements HttpFilter {
  readonly #callbacks: ActiveFilter;
  #active = false;
  #textRequest = false;
  #textResponse = false;
  #pendingText = '';
  #pendingBytes = new BodyBuffer();
  /** The upstream's answer is not gRPC: it becomes the message of an error. */
  #foreign: Headers | undefined;

  constructor(callbacks: ActiveFilter) {
    this.#callbacks = callbacks;
  }

  decodeHeaders(headers: Headers): HeadersResult {
    const type = headers.get('content-type') ?? '';
    this.#textRequest = textTypes.has(type);
    if (!this.#textRequest && !binaryTypes.has(type)) return HeadersStatus.Continue;
    this.#active = true;
    headers.remove('content-length');
    headers.set('content-type', 'application/grpc');
    this.#textResponse = textTypes.has(headers.get('accept') ?? '');
    headers.set('te', 'trailers');
    headers.set('grpc-accept-encoding', 'identity');
    return HeadersStatus.Continue;
  }

  decodeData(data: BodyBuffer, endStream: boolean): DataResult {
    if (!this.#active || !this.#textRequest) return DataStatus.Continue;
    const text = this.#pendingText + bytesToByteString(data.take());
    const whole = endStream ? text.length : text.length - (text.length % 4);
    this.#pendingText = text.slice(whole);
    const decoded = text.slice(0, whole) === '' ? new Uint8Array(0) : decodeGroups(text.slice(0, whole));
    if (decoded === undefined) {
      this.#callbacks.sendLocalReply({
        code: 400,
        body: 'Bad gRPC-web request, invalid base64 data.',
        details: 'grpc_base_64_decode_failed',
      });
      return DataStatus.StopIterationNoBuffer;
    }
    data.append(decoded);
    if (decoded.length === 0 && !endStream) return DataStatus.StopIterationNoBuffer;
    return DataStatus.Continue;
  }

  encodeHeaders(headers: Headers, endStream: boolean): HeadersResult {
    if (!this.#active) return HeadersStatus.Continue;
    const type = headers.get('content-type') ?? '';
    const isGrpc = type === 'application/grpc' || type.startsWith('application/grpc+') || binaryTypes.has(type) || textTypes.has(type);
    if (!endStream && !isGrpc) {
      this.#foreign = headers;
      return HeadersStatus.StopIteration;
    }
    headers.set('content-type', this.#textResponse ? 'application/grpc-web-text+proto' : 'application/grpc-web+proto');
    return HeadersStatus.Continue;
  }

  encodeData(data: BodyBuffer, endStream: boolean): DataResult {
    if (!this.#active) return DataStatus.Continue;
    if (this.#foreign !== undefined) {
      if (!endStream) return DataStatus.StopIterationAndBuffer;
      this.#callbacks.encodingBuffer?.moveFrom(data);
      const held = this.#callbacks.encodingBuffer ?? data;
      this.#turnIntoError(this.#foreign, bytesToByteString(held.take()));
      return DataStatus.Continue;
    }
    if (this.#textResponse) this.#encodeText(data, endStream);
    return DataStatus.Continue;
  }

  encodeTrailers(trailers: Headers): TrailersResult {
    if (!this.#active) return TrailersStatus.Continue;
    if (this.#foreign !== undefined) {
      this.#turnIntoError(this.#foreign, bytesToByteString(this.#callbacks.encodingBuffer?.take() ?? new Uint8Array(0)));
      return TrailersStatus.Continue;
    }
    const text = trailers
      .entries()
      .map(([name, value]) => `${name}:${value}\r\n`)
      .join('');
    const frame = new Uint8Array(5 + text.length);
    frame[0] = TRAILERS_FRAME;
    new DataView(frame.buffer).setUint32(1, text.length);
    frame.set(byteStringToBytes(text), 5);
    const data = new BodyBuffer(frame);
    if (this.#textResponse) this.#encodeText(data, true);
    this.#callbacks.addEncodedData(data, true);
    trailers.setAll([]);
    return TrailersStatus.Continue;
  }

  /** Whole groups of three bytes as base64; the rest waits for more. */
  #encodeText(data: BodyBuffer, endStream: boolean): void {
    this.#pendingBytes.append(data.take());
    const { length } = this.#pendingBytes;
    const ready = endStream ? length : length - (length % 3);
    if (ready === 0) return;
    const bytes = this.#pendingBytes.bytes(0, ready);
    data.append(utf8Bytes(bytesToBase64(bytes)));
    this.#pendingBytes.drain(ready);
  }

  #turnIntoError(headers: Headers, message: string): void {
    const status = Number(headers.get(':status'));
    headers.set('grpc-status', String(grpcStatusOf(status)));
    if (message !== '') headers.set('grpc-message', encodeGrpcMessage(message));
    headers.set(':status', '200');
    headers.set('content-type', this.#textResponse ? 'application/grpc-web-text+proto' : 'application/grpc-web+proto');
    headers.remove('content-length');
  }
}

/** Base64 whose padding may stand after any group of four. */
function decodeGroups(text: string): Uint8Array | undefined {
  const out = new BodyBuffer();
  for (const part of text.split(/(?<==)(?!=)/)) {
    const bytes = base64ToBytes(part);
    if (bytes === undefined) return undefined;
    out.append(bytes);
  }
  return out.take();
}
