import { BodyBuffer } from './body-buffer.ts';
import type { DataStatus, HttpFilter, TrailersStatus } from './filter.ts';
import { DataStatus as Data, HeadersStatus, TrailersStatus as Trailers } from './filter.ts';
import type { Headers } from './headers.ts';

/** How far a filter lets the iteration go (envoy `ActiveStreamFilterBase::IterationState`). */
const Iteration = { Continue: 0, StopSingle: 1, StopAllBuffer: 2, StopAllWatermark: 3 } as const;

/** Bits of `PathOwner.callState`: a callback of that kind is on the stack. */
export const CallState = {
  DecodeHeaders: 1,
  DecodeData: 2,
  DecodeTrailers: 4,
  EncodeHeaders: 8,
  EncodeData: 16,
  EncodeTrailers: 32,
} as const;
export const DECODING = CallState.DecodeHeaders | CallState.DecodeData | CallState.DecodeTrailers;
export const ENCODING = CallState.EncodeHeaders | CallState.EncodeData | CallState.EncodeTrailers;

/** One filter as one direction sees it. */
export class PathFilter {
  readonly filter: HttpFilter;
  /** Place in the configured chain. */
  readonly index: number;
  /** Place in this direction. */
  readonly position: number;
  state: number = Iteration.Continue;
  headersContinued = false;
  endStream = false;
  fromCurrent = false;

  constructor(filter: HttpFilter, index: number, position: number) {
    this.filter = filter;
    this.index = index;
    this.position = position;
  }

  get stoppedAll(): boolean {
    return this.state >= Iteration.StopAllBuffer;
  }
}

/** What the stream does for its two paths. */
export interface PathOwner {
  callState: number;
  /** The path must not go on: aborted by a local reply, or the response is complete. */
  stopped(decoding: boolean): boolean;
  /** A local reply was prepared while a filter ran; it is sent now. */
  sendPreparedReply(): void;
  tooLarge(decoding: boolean): void;
  /** Decoding only: the end of the request has come to the last filter. */
  requestPassed(): void;
  /** Encoding only: after the last filter. False: the stream ended or another reply took over. */
  headersOut(headers: Headers, endStream: boolean): boolean;
  dataOut(data: BodyBuffer, endStream: boolean): void;
  trailersOut(trailers: Headers): void;
  readonly observer?: PathObserver | undefined;
}

/** Sees every call into a filter; present only while a trace is recorded. */
export interface PathObserver {
  before(path: FilterPath, entry: PathFilter, callback: string, endStream: boolean, data: BodyBuffer | undefined): void;
  after(path: FilterPath, entry: PathFilter, callback: string, status: number, data: BodyBuffer | undefined): void;
  decision(path: FilterPath, entry: PathFilter, code: string, text: string): void;
}

/**
 * The iteration of one direction through the filters, as in envoy `source/common/http/filter_manager.cc` (`FilterManager::decodeHeaders` … and
 * `ActiveStreamFilterBase::common*`). One class serves both directions; the few differences are marked by `decoding`.
 */
export class FilterPath {
  readonly entries: PathFilter[] = [];
  readonly decoding: boolean;
  headers: Headers | undefined;
  trailers: Headers | undefined;
  buffered: BodyBuffer | undefined;
  /** The end of the message has been seen by the connection manager (not necessarily by filters). */
  observedEnd = false;
  /** The held body may grow past the limit: the sender is slowed down instead (envoy `decoder_filters_streaming_`, true at first). */
  streaming = true;
  aborted = false;
  /** Bytes that may be held before 413 or 500 is answered; 0 = no limit. */
  bufferLimit: number;
  readonly #owner: PathOwner;

  constructor(owner: PathOwner, decoding: boolean, bufferLimit: number) {
    this.#owner = owner;
    this.decoding = decoding;
    this.bufferLimit = bufferLimit;
  }

  /** Headers for the filters behind `from`, or for all of them. */
  iterateHeaders(from: PathFilter | undefined, headers: Headers, endStream: boolean): void {
    const { entries } = this;
    let addedBody: PathFilter | undefined;
    for (let i = from === undefined ? 0 : from.position + 1; i < entries.length; i++) {
      const entry = entries[i];
      if (entry === undefined) break;
      entry.endStream = endStream && addedBody === undefined;
      const status = this.#callHeaders(entry, headers);
      if (this.aborted) this.#owner.sendPreparedReply();
      if (this.#owner.stopped(this.decoding)) return;
      const goOn = this.#afterHeaders(entry, status);
      if (!goOn && (!this.decoding || i + 1 < entries.length)) {
        if (this.decoding || !entry.endStream) this.#continueAdded(addedBody);
        return;
      }
      // A filter gave a headers-only message a body: later filters must not see its end yet.
      if (endStream && this.buffered !== undefined && addedBody === undefined) addedBody = entry;
    }
    if (!this.decoding && !this.#owner.headersOut(headers, endStream && addedBody === undefined)) return;
    this.#continueAdded(addedBody);
    if (this.decoding && endStream) this.#owner.requestPassed();
  }

  #callHeaders(entry: PathFilter, headers: Headers): number {
    const { filter } = entry;
    const owner = this.#owner;
    const bit = this.decoding ? CallState.DecodeHeaders : CallState.EncodeHeaders;
    owner.observer?.before(this, entry, this.decoding ? 'decodeHeaders' : 'encodeHeaders', entry.endStream, undefined);
    owner.callState |= bit;
    const status = this.decoding ? filter.decodeHeaders?.(headers, entry.endStream) : filter.encodeHeaders?.(headers, entry.endStream);
    owner.callState &= ~bit;
    owner.observer?.after(this, entry, this.decoding ? 'decodeHeaders' : 'encodeHeaders', status ?? 0, undefined);
    return status ?? HeadersStatus.Continue;
  }

  /** `commonHandleAfterHeadersCallback`: may the iteration go on? */
  #afterHeaders(entry: PathFilter, status: number): boolean {
    switch (status) {
      case HeadersStatus.StopIteration:
        entry.state = Iteration.StopSingle;
        return false;
      case HeadersStatus.StopAllIterationAndBuffer:
        entry.state = Iteration.StopAllBuffer;
        return false;
      case HeadersStatus.StopAllIterationAndWatermark:
        entry.state = Iteration.StopAllWatermark;
        return false;
      case HeadersStatus.ContinueAndDontEndStream:
        entry.endStream = false;
        entry.headersContinued = true;
        return true;
      default:
        if (entry.headersContinued) return false; // it has sent them on itself
        entry.headersContinued = true;
        return true;
    }
  }

  /** `maybeContinueDecoding`: sends on the body that a filter added to a headers-only message. */
  #continueAdded(entry: PathFilter | undefined): void {
    if (entry === undefined) return;
    entry.state = Iteration.StopSingle;
    this.resume(entry);
  }

  iterateData(from: PathFilter | undefined, data: BodyBuffer, endStream: boolean, mayStartFromCurrent: boolean): void {
    const owner = this.#owner;
    if (this.decoding && owner.stopped(true)) return;
    const { entries } = this;
    const hadTrailers = this.trailers !== undefined;
    let addedTrailers: PathFilter | undefined;
    for (let i = this.#start(from, mayStartFromCurrent); i < entries.length; i++) {
      const entry = entries[i];
      if (entry === undefined) break;
      if (entry.stoppedAll) {
        this.streaming = entry.state === Iteration.StopAllWatermark;
        this.bufferData(data);
        return;
      }
      if (entry.endStream) return;
      entry.endStream = endStream && this.trailers === undefined;
      const status = this.#callData(entry, data);
      if (this.aborted) owner.sendPreparedReply();
      if (owner.stopped(this.decoding)) return;
      if (!hadTrailers && this.trailers !== undefined && addedTrailers === undefined) addedTrailers = entry;
      if (!this.#afterData(entry, status, data)) {
        if (!this.decoding) return;
        if (i + 1 < entries.length) break;
      }
    }
    if (!this.decoding) owner.dataOut(data, endStream && addedTrailers === undefined);
    else if (endStream) owner.requestPassed();
    const { trailers } = this;
    if (addedTrailers !== undefined && trailers !== undefined) this.iterateTrailers(addedTrailers, trailers);
  }

  #callData(entry: PathFilter, data: BodyBuffer): DataStatus {
    const { filter } = entry;
    const owner = this.#owner;
    const method = this.decoding ? filter.decodeData : filter.encodeData;
    if (method === undefined) return Data.Continue;
    const bit = this.decoding ? CallState.DecodeData : CallState.EncodeData;
    owner.observer?.before(this, entry, this.decoding ? 'decodeData' : 'encodeData', entry.endStream, data);
    owner.callState |= bit;
    const status = method.call(filter, data, entry.endStream);
    owner.callState &= ~bit;
    owner.observer?.after(this, entry, this.decoding ? 'decodeData' : 'encodeData', status, data);
    return status;
  }

  /** `commonHandleAfterDataCallback`. */
  #afterData(entry: PathFilter, status: DataStatus, data: BodyBuffer): boolean {
    if (status === Data.Continue) {
      if (entry.state !== Iteration.StopSingle) return true;
      this.bufferData(data);
      this.resume(entry);
      return false;
    }
    entry.state = Iteration.StopSingle;
    if (status === Data.StopIterationNoBuffer) {
      // So that a later resumption still passes on the end of the stream as an empty frame.
      if (entry.endStream && this.trailers === undefined && this.buffered === undefined) this.buffered = new BodyBuffer();
    } else {
      this.streaming = status === Data.StopIterationAndWatermark;
      this.bufferData(data);
    }
    return false;
  }

  iterateTrailers(from: PathFilter | undefined, trailers: Headers): void {
    const owner = this.#owner;
    if (this.decoding && owner.stopped(true)) return;
    const { entries } = this;
    for (let i = this.#start(from, true); i < entries.length; i++) {
      const entry = entries[i];
      if (entry === undefined) break;
      if (entry.stoppedAll) return;
      const status = this.#callTrailers(entry, trailers);
      entry.endStream = true;
      if (this.aborted) owner.sendPreparedReply();
      if (owner.stopped(this.decoding)) return;
      if (status === Trailers.StopIteration) {
        if (entry.state === Iteration.Continue) entry.state = Iteration.StopSingle;
        if (this.decoding && i + 1 === entries.length) owner.requestPassed();
        return;
      }
      if (entry.state === Iteration.StopSingle) {
        this.resume(entry);
        return;
      }
    }
    if (this.decoding) owner.requestPassed();
    else owner.trailersOut(trailers);
  }

  #callTrailers(entry: PathFilter, trailers: Headers): TrailersStatus {
    const { filter } = entry;
    const owner = this.#owner;
    const method = this.decoding ? filter.decodeTrailers : filter.encodeTrailers;
    if (method === undefined) return Trailers.Continue;
    const bit = this.decoding ? CallState.DecodeTrailers : CallState.EncodeTrailers;
    owner.observer?.before(this, entry, this.decoding ? 'decodeTrailers' : 'encodeTrailers', true, undefined);
    owner.callState |= bit;
    const status = method.call(filter, trailers);
    owner.callState &= ~bit;
    owner.observer?.after(this, entry, this.decoding ? 'decodeTrailers' : 'encodeTrailers', status, undefined);
    return status;
  }

  #start(from: PathFilter | undefined, mayStartFromCurrent: boolean): number {
    if (from === undefined) return 0;
    return mayStartFromCurrent && from.fromCurrent ? from.position : from.position + 1;
  }

  /** `commonHandleBufferData`: data that already stands in the buffer stays there. */
  bufferData(data: BodyBuffer): void {
    if (this.buffered === data) return;
    this.buffered ??= new BodyBuffer();
    this.buffered.moveFrom(data);
    this.checkLimit();
  }

  checkLimit(): void {
    const limit = this.bufferLimit;
    if (limit > 0 && !this.streaming && (this.buffered?.length ?? 0) > limit) this.#owner.tooLarge(this.decoding);
  }

  /** `commonContinue`: a filter that had stopped lets the message go on. */
  resume(entry: PathFilter): void {
    const owner = this.#owner;
    // A filter may resume inside its own headers callback, before its status stops anything: the headers go on at once (as Envoy does).
    if (owner.stopped(this.decoding) || (entry.state === Iteration.Continue && entry.headersContinued)) return;
    if (entry.stoppedAll) entry.fromCurrent = true;
    entry.state = Iteration.Continue;
    owner.observer?.decision(this, entry, 'continue', 'the filter lets the message go on');
    if (!entry.headersContinued && this.headers !== undefined) {
      entry.headersContinued = true;
      this.iterateHeaders(entry, this.headers, this.observedEnd && this.buffered === undefined && this.trailers === undefined);
    }
    const hadTrailers = this.trailers !== undefined;
    if (this.buffered !== undefined) this.iterateData(entry, this.buffered, this.observedEnd && !hadTrailers, true);
    if (hadTrailers && this.trailers !== undefined) this.iterateTrailers(entry, this.trailers);
    entry.fromCurrent = false;
  }

  /** `injectDecodedDataToFilterChain`: body of a filter that stays stopped itself, for the filters behind it. */
  inject(entry: PathFilter, data: BodyBuffer, endStream: boolean): void {
    if (!entry.headersContinued && this.headers !== undefined) {
      entry.headersContinued = true;
      this.iterateHeaders(entry, this.headers, false);
    }
    this.iterateData(entry, data, endStream, false);
  }

  /** `addDecodedData` / `addEncodedData`: more body from a filter. */
  addData(entry: PathFilter, data: BodyBuffer, streaming: boolean): void {
    const state = this.#owner.callState & (this.decoding ? DECODING : ENCODING);
    const trailersBit = this.decoding ? CallState.DecodeTrailers : CallState.EncodeTrailers;
    if ((state & trailersBit) !== 0 && entry.state === Iteration.Continue) {
      this.iterateData(entry, data, false, false);
      return;
    }
    this.streaming = streaming;
    this.bufferData(data);
  }
}
