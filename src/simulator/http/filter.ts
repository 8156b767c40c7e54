import type { ByteString } from '#base/bytes.ts';
import type { BodyBuffer } from './body-buffer.ts';
import type { Headers } from './headers.ts';

/** What a headers callback answers (envoy `envoy/http/filter.h` `FilterHeadersStatus`). */
export const HeadersStatus = {
  Continue: 0,
  StopIteration: 1,
  ContinueAndDontEndStream: 2,
  StopAllIterationAndBuffer: 3,
  StopAllIterationAndWatermark: 4,
} as const;
export type HeadersStatus = (typeof HeadersStatus)[keyof typeof HeadersStatus];

/** What a data callback answers (`FilterDataStatus`). */
export const DataStatus = { Continue: 0, StopIterationAndBuffer: 1, StopIterationAndWatermark: 2, StopIterationNoBuffer: 3 } as const;
export type DataStatus = (typeof DataStatus)[keyof typeof DataStatus];

/** What a trailers callback answers (`FilterTrailersStatus`). */
export const TrailersStatus = { Continue: 0, StopIteration: 1 } as const;
export type TrailersStatus = (typeof TrailersStatus)[keyof typeof TrailersStatus];

/** One filter in one stream. A missing method passes through. */
export interface HttpFilter {
  decodeHeaders?(headers: Headers, endStream: boolean): HeadersStatus;
  decodeData?(data: BodyBuffer, endStream: boolean): DataStatus;
  decodeTrailers?(trailers: Headers): TrailersStatus;
  encodeHeaders?(headers: Headers, endStream: boolean): HeadersStatus;
  encodeData?(data: BodyBuffer, endStream: boolean): DataStatus;
  encodeTrailers?(trailers: Headers): TrailersStatus;
  /** A local reply is about to be sent, by this filter or another. */
  onLocalReply?(code: number, details: string): void;
  /** The stream is over, everything is still readable (Envoy's access log handlers). */
  log?(): void;
  /** The last call. */
  onDestroy?(): void;
}

/** A local reply as a filter asks for it (`StreamDecoderFilterCallbacks::sendLocalReply`). */
export interface LocalReplyRequest {
  readonly code: number;
  readonly body: ByteString;
  /** Adds headers before content-length and content-type are set. */
  readonly modifyHeaders?: ((headers: Headers) => void) | undefined;
  readonly grpcStatus?: number | undefined;
  readonly details: string;
}
