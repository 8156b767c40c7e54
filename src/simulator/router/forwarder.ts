import type { HeaderPairs } from '#proxywasm/host.ts';
import type { ActiveFilter } from '../http/active-filter.ts';
import { BodyBuffer } from '../http/body-buffer.ts';
import { Headers } from '../http/headers.ts';
import type { HttpStream } from '../http/stream.ts';
import type { ResponseFlag } from '../http/stream-info.ts';
import type { Cluster, ResetReason } from '../upstreams/clusters.ts';
import { exceedsBuffer } from './body-buffer-limit.ts';
import { finalizeRequest, finalizeResponse } from './finalize.ts';
import { redirectRequest } from './internal-redirect.ts';
import { Mirrors } from './mirrors.ts';
import { resetDetails, resetFlag, resetText } from './reset-words.ts';
import type { RetryAnswer } from './retry-state.ts';
import { RetryState } from './retry-state.ts';
import type { ForwardAction, Route } from './route.ts';
import type { RouterOptions } from './router-options.ts';
import type { Timing } from './timeouts.ts';
import { readTiming, setTimeoutHeaders } from './timeouts.ts';
import type { UpstreamRequestOwner } from './upstream-request.ts';
import { unsendable } from './sendable.ts';
import { UpstreamRequest } from './upstream-request.ts';

/** Where a request goes: what the router has found before the first attempt. */
export interface Destination {
  readonly route: Route;
  readonly action: ForwardAction;
  readonly cluster: Cluster;
}

/** A request and its attempts at a cluster until one of them answers the client (the part of envoy `Router::Filter` behind the choice of a cluster). */
export class Forwarder implements UpstreamRequestOwner {
  readonly #callbacks: ActiveFilter;
  readonly #options: RouterOptions;
  readonly #to: Destination;
  readonly #headers: Headers;
  readonly #timing: Timing;
  readonly #mirrors = new Mirrors();
  #retry: RetryState | undefined;
  /** Attempts in flight, the newest last; several only where requests are hedged. */
  #requests: UpstreamRequest[] = [];
  #attempts = 1;
  #pendingRetries = 0;
  #started = false;
  #requestEnded = false;
  #requestEndedMs = 0;
  #responseStarted = false;
  #bufferOverflowed = false;
  #timeout: { cancel(): void } | undefined;

  constructor(callbacks: ActiveFilter, options: RouterOptions, to: Destination, headers: Headers) {
    this.#callbacks = callbacks;
    this.#options = options;
    this.#to = to;
    this.#headers = headers;
    this.#timing = readTiming(headers, to.action, options);
    callbacks.stream.info.attemptCount = 1;
    if (to.route.virtualHost.attemptCountInRequest) headers.set('x-envoy-attempt-count', '1');
  }

  start(endStream: boolean): void {
    const { manager, info } = this.#stream;
    const { route, action } = this.#to;
    const headers = this.#headers;
    const context = manager.formatContext(this.#stream);
    finalizeRequest(route, headers, context, !this.#options.suppressEnvoyHeaders);
    if (!this.#hasHost()) {
      this.#noHost();
      return;
    }
    this.#retry = RetryState.create(action.retryPolicy, headers, this.#stream);
    const problem = unsendable(headers);
    if (problem !== undefined) {
      info.setFlag('DPE');
      this.#reply(503, problem, `filter_removed_required_request_headers{${problem.replaceAll(' ', '_')}}`);
      return;
    }
    const copy = action.mirrors.length === 0 ? undefined : headers.copy();
    this.#send(endStream);
    if (copy !== undefined) {
      this.#mirrors.start(action.mirrors, manager.proxy, copy, context, this.#timing.timeouts.globalMs, endStream);
    }
    if (endStream) this.#onRequestComplete();
  }

  get #stream(): HttpStream {
    return this.#callbacks.stream;
  }

  #hasHost(): boolean {
    const { cluster } = this.#to;
    const { overrideHost } = this.#stream;
    return cluster.hasHosts && (overrideHost?.strict !== true || overrideHost.address === cluster.hostAddress);
  }

  #noHost(): void {
    this.#stream.info.setFlag('UH');
    this.#reply(this.#stream.overrideHost?.statusIfMissing ?? 503, 'no healthy upstream', 'no_healthy_upstream');
  }

  data(data: BodyBuffer, endStream: boolean): void {
    const request = this.#requests.at(-1);
    const bytes = data.all();
    const isBuffered = this.#retry?.enabled === true || this.#to.action.internalRedirect !== undefined;
    if (isBuffered && exceedsBuffer(this.#callbacks, data, this.#to.action.bufferLimit) && this.#giveUpBuffering()) return;
    this.#mirrors.data(bytes, endStream);
    if (request !== undefined) {
      request.sent = endStream;
      request.stream.data(bytes, endStream);
    }
    if (isBuffered && !this.#bufferOverflowed) this.#callbacks.addDecodedData(data, true);
    else data.drain(data.length);
    if (endStream) this.#onRequestComplete();
  }

  /** The body is too long to be kept: there will be no retry. True if that ends the request, as an attempt was about to be made. */
  #giveUpBuffering(): boolean {
    this.#retry?.cancel();
    this.#retry = undefined;
    this.#bufferOverflowed = true;
    if (this.#requests.length > 0) return false;
    this.#cleanUp();
    this.#reply(507, 'exceeded request buffer limit while retrying upstream', 'request_payload_exceeded_retry_buffer_limit');
    return true;
  }

  trailers(trailers: Headers): void {
    this.#mirrors.trailers(trailers.entries());
    const request = this.#requests.at(-1);
    if (request !== undefined) {
      request.sent = true;
      request.stream.trailers(trailers.entries());
    }
    this.#onRequestComplete();
  }

  #onRequestComplete(): void {
    this.#requestEnded = true;
    this.#requestEndedMs = this.#nowMs;
    if (this.#requests.length === 0) return;
    const globalMs = this.#timing.timeouts.globalMs;
    if (globalMs > 0) this.#timeout = this.setTimer(globalMs, () => this.#onTimeout());
    for (const request of this.#requests) request.startTimer();
  }

  get #nowMs(): number {
    return Number(this.#stream.manager.loop.nowNs) / 1e6;
  }

  destroy(): void {
    this.#cleanUp();
    this.#mirrors.cancel();
  }

  #cleanUp(): void {
    this.#timeout?.cancel();
    this.#retry?.cancel();
    this.#retry = undefined;
    for (const request of this.#requests.splice(0)) request.cancel();
  }

  #reply(code: number, body: string, details: string): void {
    this.#callbacks.sendLocalReply({ code, body, details, modifyHeaders: (headers) => this.#decorate(headers) });
  }

  #decorate(headers: Headers): void {
    if (this.#to.route.virtualHost.attemptCountInResponse) headers.set('x-envoy-attempt-count', String(this.#attempts));
  }

  #onTimeout(): void {
    for (const request of this.#requests.splice(0)) request.cancel();
    this.#abortForTimeout('response_timeout');
  }

  #abortForTimeout(details: string): void {
    const code = this.#timing.timeoutCode;
    this.#abort(code, 'UT', code === 504 ? 'upstream request timeout' : '', details);
  }

  #abort(code: number, flag: ResponseFlag, body: string, details: string): void {
    this.#stream.info.setFlag(flag);
    this.#cleanUp();
    this.#reply(code, body, details);
  }

  #send(endStream: boolean): UpstreamRequest {
    const { cluster } = this.#to;
    this.#stream.info.upstreamHost = cluster.hostAddress;
    this.#stream.info.upstreamStartNs = this.#stream.manager.loop.nowNs;
    const request = new UpstreamRequest(this, cluster, this.#timing.timeouts);
    this.#requests.push(request);
    this.#stream.observer?.upstreamRequest(this.#stream, cluster.name, this.#headers.snapshot());
    request.sent = endStream;
    request.stream.headers(this.#headers.entries(), endStream);
    return request;
  }

  setTimer(ms: number, run: () => void): { cancel(): void } {
    return this.#stream.setTimer(ms, run);
  }

  onHeaders(request: UpstreamRequest, pairs: HeaderPairs, endStream: boolean): void {
    const { info, manager } = this.#stream;
    this.#started = true;
    const headers = Headers.response(pairs);
    const code = Number(headers.get(':status'));
    info.upstreamHeaderBytes = headers.byteSize;
    let couldNotRetry = false;
    if (this.#retry !== undefined && request.retried) couldNotRetry = this.#retry.wantsRetryForHeaders(headers);
    else if (this.#retry !== undefined) {
      const answer = this.#retry.forHeaders(headers, () => this.#tryAgain(false));
      if (this.#isRetried(answer, request)) return;
      couldNotRetry = answer === 'limit exceeded';
    }
    const { internalRedirect } = this.#to.action;
    if (internalRedirect?.codes.includes(code) === true && this.#followRedirect(headers)) return;
    if (couldNotRetry && this.#othersMayAnswer(request)) {
      this.#remove(request);
      request.cancel();
      return;
    }
    this.#retry?.cancel();
    this.#retry = undefined;
    info.firstUpstreamByteNs ??= manager.loop.nowNs;
    info.upstreamLocalAddress = '127.0.0.1:30000';
    if (this.#requestEnded && !this.#options.suppressEnvoyHeaders)
      headers.set('x-envoy-upstream-service-time', String(Math.floor(this.#nowMs - this.#requestEndedMs)));
    info.responseCodeDetails = 'via_upstream';
    info.responseCode = code;
    finalizeResponse(this.#to.route, headers, { ...manager.formatContext(this.#stream), responseHeaders: headers });
    this.#decorate(headers);
    this.#responseStarted = true;
    for (const other of this.#requests.splice(0)) if (other !== request) other.cancel();
    this.#requests.push(request);
    this.#stream.observer?.upstreamResponse(this.#stream, this.#to.cluster.name, headers.snapshot());
    if (endStream) this.#onUpstreamComplete(request);
    this.#stream.encodeHeaders(headers, endStream);
  }

  onData(request: UpstreamRequest, data: Uint8Array, endStream: boolean): void {
    if (endStream) this.#onUpstreamComplete(request);
    this.#stream.encodeData(new BodyBuffer(data), endStream);
  }

  onTrailers(request: UpstreamRequest, pairs: HeaderPairs): void {
    this.#onUpstreamComplete(request);
    this.#stream.encodeTrailers(Headers.responseTrailers(pairs));
  }

  onReset(request: UpstreamRequest, reason: ResetReason, transportFailure: string | undefined): void {
    if (this.#retriesReset(request, reason, false)) return;
    this.#remove(request);
    if (this.#othersMayAnswer(request)) return;
    if (transportFailure !== undefined) this.#stream.info.upstreamTransportFailure = transportFailure;
    const details = resetDetails(reason, this.#responseStarted, transportFailure);
    const code = reason === 'protocol error' ? 502 : 503;
    if (this.#responseStarted) {
      this.#stream.info.setFlag(resetFlag(reason));
      this.#stream.info.responseCodeDetails = details;
      this.#cleanUp();
      this.#stream.resetStream(reason);
    } else this.#abort(code, resetFlag(reason), resetText(reason, this.#attempts), details);
  }

  onPerTryTimeout(request: UpstreamRequest, details: string): void {
    if (this.#timing.isHedged) {
      this.#hedge(request);
      return;
    }
    request.cancel();
    if (this.#retriesReset(request, 'local reset', true)) return;
    this.#remove(request);
    this.#abortForTimeout(details);
  }

  /** The slow attempt goes on; another one is begun beside it. */
  #hedge(request: UpstreamRequest): void {
    if (this.#responseStarted || this.#retry === undefined) return;
    const answer = this.#retry.forHedge(() => this.#tryAgain(true));
    if (answer === 'yes') {
      this.#pendingRetries++;
      request.retried = true;
    } else if (answer === 'limit exceeded') this.#stream.info.setFlag('URX');
  }

  #retriesReset(request: UpstreamRequest, reason: ResetReason, isTimeout: boolean): boolean {
    if (this.#responseStarted || this.#retry === undefined || request.retried) return false;
    this.#started ||= reason !== 'remote connection failure';
    return this.#isRetried(
      this.#retry.forReset(reason, this.#started, () => this.#tryAgain(isTimeout)),
      request,
    );
  }

  #isRetried(answer: RetryAnswer, request: UpstreamRequest): boolean {
    if (answer === 'limit exceeded') this.#stream.info.setFlag('URX');
    if (answer !== 'yes') return false;
    this.#pendingRetries++;
    this.#remove(request);
    request.cancel();
    return true;
  }

  #othersMayAnswer(request: UpstreamRequest): boolean {
    return this.#pendingRetries > 0 || this.#requests.some((other) => other !== request && other.awaitsHeaders);
  }

  #remove(request: UpstreamRequest): void {
    this.#requests = this.#requests.filter((other) => other !== request);
  }

  #onUpstreamComplete(request: UpstreamRequest): void {
    const { info, manager } = this.#stream;
    info.lastUpstreamByteNs = manager.loop.nowNs;
    request.complete();
    this.#remove(request);
    this.#cleanUp();
  }

  #followRedirect(response: Headers): boolean {
    const policy = this.#to.action.internalRedirect;
    if (policy === undefined || !this.#requestEnded || this.#bufferOverflowed) return false;
    return redirectRequest(this.#stream, this.#headers, response, policy) && this.#stream.recreate(response);
  }

  /** A further attempt after the back-off (envoy `Filter::doRetry`). */
  #tryAgain(isTimeout: boolean): void {
    this.#pendingRetries--;
    this.#attempts++;
    const headers = this.#headers;
    const { virtualHost } = this.#to.route;
    if (virtualHost.attemptCountInRequest) headers.set('x-envoy-attempt-count', String(this.#attempts));
    this.#stream.info.attemptCount = this.#attempts;
    if (!this.#hasHost()) {
      this.#cleanUp();
      this.#noHost();
      return;
    }
    if (isTimeout && virtualHost.timeoutRetryHeader) headers.set('x-envoy-is-timeout-retry', 'true');
    const elapsedMs = this.#requestEnded ? Math.floor(this.#nowMs - this.#requestEndedMs) : 0;
    setTimeoutHeaders(headers, elapsedMs, this.#timing, this.#to.action, this.#options);
    const body = this.#callbacks.decodingBuffer;
    const trailers = this.#requestEnded ? this.#stream.request.trailers : undefined;
    const hasBody = body !== undefined && body.length > 0;
    const request = this.#send(!hasBody && trailers === undefined && this.#requestEnded);
    if (hasBody) request.stream.data(body.all(), trailers === undefined && this.#requestEnded);
    if (trailers !== undefined) request.stream.trailers(trailers.entries());
    request.sent = this.#requestEnded;
    if (this.#requestEnded) request.startTimer();
  }
}
