import type { HeaderPairs } from '#proxywasm/host.ts';
import type { PathObserver } from './filter-path.ts';
import type { Headers } from './headers.ts';
import type { HttpStream } from './stream.ts';

/** The client's side of a stream: what the codec would write. */
export interface StreamClient {
  /** A 1xx answer before the answer itself. */
  informational?(headers: Headers): void;
  headers(headers: Headers, endStream: boolean): void;
  data(data: Uint8Array, endStream: boolean): void;
  trailers(trailers: Headers): void;
  /** Envoy ended the stream abnormally. */
  reset(reason: string): void;
  /** After logs and destruction of the filters. */
  finished(): void;
}

/** Sees what happens to a stream beside the filters' callbacks; present while a trace is recorded. */
export interface StreamObserver extends PathObserver {
  localReply(stream: HttpStream, status: number, details: string, body: string): void;
  routeChosen(stream: HttpStream): void;
  note(code: string, text: string): void;
  upstreamRequest(stream: HttpStream, cluster: string, headers: HeaderPairs): void;
  upstreamResponse(stream: HttpStream, cluster: string, headers: HeaderPairs): void;
}
