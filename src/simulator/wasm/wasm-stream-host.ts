import type { HeaderMap, HostBuffer, HttpStreamHost, LocalReply } from '#proxywasm/host.ts';
import type { ActiveFilter } from '../http/active-filter.ts';
import { BodyBuffer } from '../http/body-buffer.ts';

/** The filter manager as a Wasm filter sees it, and the maps of its stream when that is logged. */
export class WasmStreamHost implements HttpStreamHost {
  readonly kind = 'http';
  readonly callbacks: ActiveFilter;

  constructor(callbacks: ActiveFilter) {
    this.callbacks = callbacks;
  }

  get requestHeaders(): HeaderMap | undefined {
    return this.callbacks.stream.request.headers;
  }

  get responseHeaders(): HeaderMap | undefined {
    return this.callbacks.stream.response.headers;
  }

  get responseTrailers(): HeaderMap | undefined {
    return this.callbacks.stream.response.trailers;
  }

  continueDecoding(): void {
    this.callbacks.continueDecoding();
  }

  continueEncoding(): void {
    this.callbacks.continueEncoding();
  }

  sendLocalReply(reply: LocalReply): void {
    this.callbacks.sendLocalReply({
      code: reply.code,
      body: reply.body,
      details: reply.details,
      grpcStatus: reply.grpcStatus,
      modifyHeaders: (headers) => {
        for (const [name, value] of reply.headers) headers.add(name, value);
      },
    });
  }

  resetStream(): void {
    this.callbacks.stream.resetStream('local reset');
  }

  setResponseCodeDetails(details: string): void {
    this.callbacks.stream.info.responseCodeDetails ??= details;
  }

  addDecodedData(data: HostBuffer): void {
    if (data instanceof BodyBuffer) this.callbacks.addDecodedData(data, false);
  }

  addEncodedData(data: HostBuffer): void {
    if (data instanceof BodyBuffer) this.callbacks.addEncodedData(data, false);
  }

  decodingBuffer(): HostBuffer | undefined {
    return this.callbacks.decodingBuffer;
  }

  encodingBuffer(): HostBuffer | undefined {
    return this.callbacks.encodingBuffer;
  }

  addDecodedTrailers(): HeaderMap {
    return this.callbacks.addDecodedTrailers();
  }

  addEncodedTrailers(): HeaderMap {
    return this.callbacks.addEncodedTrailers();
  }

  clearRouteCache(): void {
    this.callbacks.stream.routes.clear();
  }
}
