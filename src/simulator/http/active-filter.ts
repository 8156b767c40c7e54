import type { BodyBuffer } from './body-buffer.ts';
import type { HttpFilter, LocalReplyRequest } from './filter.ts';
import type { PathFilter } from './filter-path.ts';
import type { ChainEntry } from './http-manager.ts';
import type { Headers } from './headers.ts';
import { Headers as HeaderMap } from './headers.ts';
import type { HttpStream } from './stream.ts';

/** A filter of the chain in one stream, and what it may ask of Envoy (`StreamDecoderFilterCallbacks`, `StreamEncoderFilterCallbacks`). */
export class ActiveFilter {
  readonly stream: HttpStream;
  readonly entry: ChainEntry;
  #filter: HttpFilter | undefined;
  #decode: PathFilter | undefined;
  #encode: PathFilter | undefined;

  constructor(stream: HttpStream, entry: ChainEntry) {
    this.stream = stream;
    this.entry = entry;
  }

  attach(filter: HttpFilter): void {
    this.#filter = filter;
  }

  get filter(): HttpFilter {
    return this.#filter ?? {};
  }

  get decode(): PathFilter {
    return present(this.#decode);
  }

  set decode(half: PathFilter) {
    this.#decode = half;
  }

  get encode(): PathFilter {
    return present(this.#encode);
  }

  set encode(half: PathFilter) {
    this.#encode = half;
  }

  continueDecoding(): void {
    this.stream.request.resume(this.decode);
  }

  continueEncoding(): void {
    this.stream.response.resume(this.encode);
  }

  sendLocalReply(reply: LocalReplyRequest): void {
    this.stream.sendLocalReply(reply);
  }

  addDecodedData(data: BodyBuffer, streaming: boolean): void {
    this.stream.request.addData(this.decode, data, streaming);
  }

  addEncodedData(data: BodyBuffer, streaming: boolean): void {
    this.stream.response.addData(this.encode, data, streaming);
  }

  addDecodedTrailers(): Headers {
    this.stream.request.trailers ??= HeaderMap.requestTrailers();
    return this.stream.request.trailers;
  }

  addEncodedTrailers(): Headers {
    this.stream.response.trailers ??= HeaderMap.responseTrailers();
    return this.stream.response.trailers;
  }

  get decodingBuffer(): BodyBuffer | undefined {
    return this.stream.request.buffered;
  }

  get encodingBuffer(): BodyBuffer | undefined {
    return this.stream.response.buffered;
  }
}

function present(half: PathFilter | undefined): PathFilter {
  if (half === undefined) throw new Error('Broken invariant: the filter is not part of the chain yet');
  return half;
}
