import { byteStringToBytes } from '#base/bytes.ts';
import type { ActiveFilter } from './active-filter.ts';
import { BodyBuffer } from './body-buffer.ts';
import { checkHttp2Request } from './codec-checks.ts';
import type { ConnectionInfo } from './connection-info.ts';
import type { LocalReplyRequest } from './filter.ts';
import type { PathOwner } from './filter-path.ts';
import { DECODING, ENCODING, FilterPath } from './filter-path.ts';
import type { Headers } from './headers.ts';
import type { BuiltReply } from './local-reply.ts';
import { isGrpcRequest } from './local-reply.ts';
import { replyOf } from './reply-of.ts';
import type { HttpManager } from './http-manager.ts';
import { makeFilters } from './make-filters.ts';
import { requiredHeaderProblem } from './response-headers.ts';
import { RouteCache } from './route-cache.ts';
import type { StreamClient, StreamObserver } from './stream-client.ts';
import { StreamTimers } from './stream-timers.ts';
import { StreamInfo } from './stream-info.ts';
import type { Protocol } from './stream-info.ts';

const NO_BYTES = new Uint8Array(0);

/**
 * One request through the connection manager and its filters (envoy `ConnectionManagerImpl::ActiveStream` and `DownstreamFilterManager`).
 * The manager decides about headers and limits; `FilterPath` iterates; this class joins the two, sends local replies and ends the stream.
 */
export class HttpStream implements PathOwner {
  readonly manager: HttpManager;
  readonly info: StreamInfo;
  readonly client: StreamClient;
  readonly request: FilterPath;
  readonly response: FilterPath;
  readonly routes: RouteCache;
  readonly observer: StreamObserver | undefined;
  filters: readonly ActiveFilter[] = [];
  /** Absent until the request has been accepted. */
  timers: StreamTimers | undefined;
  callState = 0;
  isHead = false;
  isGrpc = false;
  /** The upstream host a filter wants; strict: no other one will do (envoy `setUpstreamOverrideHost`). */
  overrideHost: { readonly address: string; readonly strict: boolean; readonly statusIfMissing?: number } | undefined;
  /** How often the request has been redirected inside Envoy. */
  internalRedirects = 0;
  /** What belongs to the request across internal redirects (envoy: filter state of life span `Request`), by key. */
  requestScope = new Map<string, unknown>();
  /** The stream that took this one's place after an internal redirect. */
  #successor: HttpStream | undefined;
  /** Response headers have left Envoy. */
  headersSent = false;
  over = false;
  #holdsEnd = false;
  #encodeComplete = false;
  /** No filter ever hears of it. */
  #unseen = false;
  #prepared: BuiltReply | undefined;
  #timers: { cancel(): void }[] = [];

  constructor(manager: HttpManager, connection: ConnectionInfo, client: StreamClient, protocol: Protocol, observer?: StreamObserver) {
    this.manager = manager;
    this.client = client;
    this.observer = observer;
    this.info = new StreamInfo(connection, manager.loop.nowNs);
    this.info.protocol = protocol;
    this.request = new FilterPath(this, true, manager.bufferLimit(protocol));
    this.response = new FilterPath(this, false, manager.bufferLimit(protocol));
    this.routes = new RouteCache(this);
  }

  get requestHeaders(): Headers | undefined {
    return this.request.headers;
  }

  get responseHeaders(): Headers | undefined {
    return this.response.headers;
  }

  receiveHeaders(headers: Headers, endStream: boolean): void {
    const illegal = this.info.protocol === 'HTTP/2' ? checkHttp2Request(headers, endStream, this.manager.options) : undefined;
    this.#note(headers, endStream);
    if (illegal !== undefined) {
      this.info.setFlag(illegal.flag);
      this.info.responseCodeDetails = illegal.details;
      this.#unseen = true;
      this.resetStream(illegal.error);
      return;
    }
    const refusal = this.manager.acceptRequest(this, headers);
    if (refusal === undefined) this.#begin(headers, endStream);
    else this.sendLocalReply(refusal);
  }

  #note(headers: Headers, endStream: boolean): void {
    this.request.headers = headers;
    this.request.observedEnd = endStream;
    if (endStream) this.info.requestEndNs = this.manager.loop.nowNs;
    this.isHead = headers.get(':method') === 'HEAD';
    this.isGrpc = isGrpcRequest(headers);
  }

  /** The request as the filters get it. */
  #begin(headers: Headers, endStream: boolean): void {
    this.timers = new StreamTimers(this);
    this.routes.resolve();
    this.createFilters();
    this.request.iterateHeaders(undefined, headers, endStream);
  }

  receiveData(data: Uint8Array, endStream: boolean): void {
    if (this.over) return;
    this.info.bytesReceived += data.length;
    this.timers?.touch();
    if (endStream) this.#noteRequestEnd();
    this.request.iterateData(undefined, new BodyBuffer(data), endStream, true);
  }

  receiveTrailers(trailers: Headers): void {
    if (this.over) return;
    this.timers?.touch();
    this.#noteRequestEnd();
    this.request.trailers = trailers;
    this.request.iterateTrailers(undefined, trailers);
  }

  #noteRequestEnd(): void {
    this.request.observedEnd = true;
    this.info.requestEndNs = this.manager.loop.nowNs;
  }

  /** The client reset the stream or went away: DR, or DPE where it found a mistake in the answer. */
  receiveReset(flag: 'DR' | 'DPE' = 'DR'): void {
    this.#successor?.receiveReset(flag);
    if (this.over) return;
    this.info.setFlag(flag);
    this.end('http2.remote_reset');
  }

  /** The stream that answers the client: this one, or the last of those that internal redirects put in its place. */
  get last(): HttpStream {
    return this.#successor?.last ?? this;
  }

  /**
   * Begins anew with the request headers as they are now, through all filters, on the same client (envoy `ActiveStream::recreateStream`). `response` is
   * what the access log of the old stream shows. False where the request is not complete.
   */
  recreate(response: Headers): boolean {
    const { headers } = this.request;
    if (!this.request.observedEnd || headers === undefined) return false;
    this.response.headers = response;
    this.info.responseCode = Number(response.get(':status'));
    this.info.responseCodeDetails = 'internal_redirect';
    const body = this.request.buffered?.take() ?? NO_BYTES;
    const { connection, protocol } = this.info;
    const next = new HttpStream(this.manager, connection, this.client, protocol, this.observer);
    next.internalRedirects = this.internalRedirects + 1;
    next.requestScope = this.requestScope;
    this.#successor = next;
    this.#end();
    next.#receiveAgain(headers, body);
    return true;
  }

  #receiveAgain(headers: Headers, body: Uint8Array): void {
    this.#note(headers, body.length === 0);
    this.#begin(headers, body.length === 0);
    if (body.length > 0) this.receiveData(body, true);
  }

  /** Ends the stream without a word to the client. */
  end(details: string): void {
    if (this.over) return;
    this.info.responseCodeDetails = details;
    this.#end();
  }

  /** Makes the filters once (envoy `createDownstreamFilterChain`). */
  createFilters(): void {
    if (this.filters.length > 0) return;
    const filters: ActiveFilter[] = [];
    this.filters = filters;
    makeFilters(this, filters);
  }

  encodeHeaders(headers: Headers, endStream: boolean): void {
    this.timers?.touch();
    this.response.headers = headers;
    this.response.observedEnd = endStream;
    this.response.iterateHeaders(undefined, headers, endStream);
  }

  encodeData(data: BodyBuffer, endStream: boolean): void {
    this.timers?.touch();
    this.response.observedEnd = endStream;
    this.response.iterateData(undefined, data, endStream, true);
  }

  encodeTrailers(trailers: Headers): void {
    this.response.trailers = trailers;
    this.response.observedEnd = true;
    this.response.iterateTrailers(undefined, trailers);
  }

  stopped(decoding: boolean): boolean {
    if (this.over || this.#encodeComplete) return true;
    return decoding ? this.request.aborted : this.response.aborted;
  }

  headersOut(headers: Headers, endStream: boolean): boolean {
    const problem = requiredHeaderProblem(headers);
    if (problem !== undefined) {
      const details = `filter_removed_required_response_headers{${problem.replaceAll(' ', '_')}}`;
      this.sendLocalReply({ code: 502, body: problem, details });
      return false;
    }
    this.#send(headers, endStream);
    return !this.over;
  }

  #send(headers: Headers, endStream: boolean): void {
    this.headersSent = true;
    this.manager.finishResponseHeaders(this, headers);
    this.info.responseCode = Number(headers.get(':status')) & 0xffff;
    this.client.headers(headers, endStream);
    if (endStream) this.#completeEncoding();
  }

  dataOut(data: BodyBuffer, endStream: boolean): void {
    const bytes = data.take();
    this.info.bytesSent += bytes.length;
    this.client.data(bytes, endStream);
    if (endStream) this.#completeEncoding();
  }

  trailersOut(trailers: Headers): void {
    // A codec writes trailers that have become empty as the end of the body.
    if (trailers.size === 0) this.client.data(NO_BYTES, true);
    else this.client.trailers(trailers);
    this.#completeEncoding();
  }

  /** One limit for both directions (envoy `FilterManager::setBufferLimit`). */
  setBufferLimit(bytes: number): void {
    this.request.bufferLimit = bytes;
    this.response.bufferLimit = bytes;
  }

  requestPassed(): void {
    this.timers?.requestPassed();
  }

  tooLarge(decoding: boolean): void {
    if (decoding) this.request.aborted = true;
    if (decoding) this.sendLocalReply({ code: 413, body: 'Payload Too Large', details: 'request_payload_too_large' });
    else this.sendLocalReply({ code: 500, body: 'Internal Server Error', details: 'response_payload_too_large' });
  }

  /** Envoy `DownstreamFilterManager::sendLocalReply`: through the filters, straight to the client, or a reset, by how far the response is. */
  sendLocalReply(reply: LocalReplyRequest): void {
    if (this.over) return;
    this.info.responseCodeDetails = reply.details;
    if (this.#encodeComplete) return;
    if ((this.callState & DECODING) !== 0) this.request.aborted = true;
    else if ((this.callState & ENCODING) !== 0) this.response.aborted = true;
    for (const active of this.filters) active.filter.onLocalReply?.(reply.code, reply.details);
    if (this.response.headers === undefined) {
      if ((this.callState & DECODING) === 0) this.#replyThroughFilters(this.#buildForFilters(reply));
      else this.#prepared ??= this.#buildForFilters(reply);
    } else if (!this.headersSent) {
      this.observer?.localReply(this, reply.code, reply.details, reply.body);
      this.observer?.note(
        'direct-reply',
        'The reply goes straight to the client: response headers had already begun their way through the filters',
      );
      this.#replyDirectly(reply);
    } else {
      this.resetStream('local reset');
    }
  }

  sendPreparedReply(): void {
    const reply = this.#prepared;
    if (reply === undefined) return;
    this.#prepared = undefined;
    // While Envoy reads a request to its end, the stream ends only when all is written: a filter that answers in place of these headers gets the body.
    this.#holdsEnd = this.request.observedEnd;
    this.#replyThroughFilters(reply);
    this.#holdsEnd = false;
    if (this.#encodeComplete) this.#end();
  }

  #buildForFilters(reply: LocalReplyRequest): BuiltReply {
    this.routes.freeze();
    this.createFilters();
    this.observer?.localReply(this, reply.code, reply.details, reply.body);
    return replyOf(this, reply);
  }

  #replyThroughFilters(built: BuiltReply): void {
    const noBody = built.body === '' || this.isHead;
    this.encodeHeaders(built.headers, noBody);
    if (!noBody && !this.over) this.encodeData(new BodyBuffer(byteStringToBytes(built.body)), true);
  }

  #replyDirectly(reply: LocalReplyRequest): void {
    const built = replyOf(this, reply);
    const noBody = built.body === '' || this.isHead;
    this.response.headers = built.headers;
    this.#send(built.headers, noBody);
    if (noBody) return;
    this.info.bytesSent += built.body.length;
    this.client.data(byteStringToBytes(built.body), true);
    this.#completeEncoding();
  }

  /** Ends the stream abnormally towards the client. */
  resetStream(reason: string): void {
    if (this.over) return;
    this.client.reset(reason);
    this.#end();
  }

  /** A timer that dies with the stream. */
  setTimer(ms: number, run: () => void): { cancel(): void } {
    const timer = this.manager.loop.setTimer(ms, () => {
      if (!this.over) run();
    });
    this.#timers.push(timer);
    return timer;
  }

  #completeEncoding(): void {
    this.#encodeComplete = true;
    if (!this.#holdsEnd) this.#end();
  }

  #end(): void {
    if (this.over) return;
    this.over = true;
    for (const timer of this.#timers) timer.cancel();
    this.info.endNs = this.manager.loop.nowNs;
    if (!this.#unseen) this.createFilters();
    for (const active of this.filters) active.filter.log?.();
    this.manager.streamEnded(this);
    for (const active of this.filters) active.filter.onDestroy?.();
    if (this.#successor === undefined) this.client.finished();
  }
}
