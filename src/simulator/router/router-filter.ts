import type { ActiveFilter } from '../http/active-filter.ts';
import { BodyBuffer } from '../http/body-buffer.ts';
import type { DataStatus, HeadersStatus, HttpFilter, TrailersStatus } from '../http/filter.ts';
import { DataStatus as Data, HeadersStatus as HeadersResult, TrailersStatus as Trailers } from '../http/filter.ts';
import { Headers } from '../http/headers.ts';
import type { HeaderPairs } from '#proxywasm/host.ts';
import type { Cluster, ResetReason, UpstreamSink, UpstreamStream } from '../upstreams/clusters.ts';
import { finalizeRequest, finalizeResponse } from './finalize.ts';
import { resetDetails, resetFlag, resetText } from './reset-words.ts';
import { RetryState } from './retry-state.ts';
import type { Route } from './route.ts';
import type { RouterOptions } from './router-options.ts';

/** The last filter: asks the upstream (envoy `source/common/router/router.cc`). */
export class RouterFilter implements HttpFilter {
  readonly #callbacks: ActiveFilter;
  readonly #options: RouterOptions;
  #route: Route | undefined;
  #cluster: Cluster | undefined;
  #retry: RetryState | undefined;
  #attempt: Attempt | undefined;
  #attempts = 0;
  #requestEnded = false;
  #responseStarted = false;
  #timeout: { cancel(): void } | undefined;
  #timeoutMs = 0;
  #body: BodyBuffer | undefined;

  constructor(callbacks: ActiveFilter, options: RouterOptions) {
    this.#callbacks = callbacks;
    this.#options = options;
  }

  decodeHeaders(headers: Headers, endStream: boolean): HeadersStatus {
    const { stream } = this.#callbacks;
    const { manager, info } = stream;
    const route = stream.routes.get();
    this.#route = route;
    if (route === undefined) {
      info.setFlag('NR');
      this.#reply(404, '', 'route_not_found');
      return HeadersResult.StopIteration;
    }
    if (route.direct !== undefined) {
      this.#direct(route, route.direct, headers);
      return HeadersResult.StopIteration;
    }
    const action = route.forward;
    const cluster = action === undefined ? undefined : manager.proxy.clusters.get(action.cluster);
    if (action === undefined || cluster === undefined) {
      info.setFlag('NC');
      this.#reply(action?.clusterNotFoundCode ?? 503, '', 'cluster_not_found');
      return HeadersResult.StopIteration;
    }
    this.#cluster = cluster;
    this.#timeoutMs = this.#readTimeouts(headers, action.timeoutMs);
    const { overrideHost } = stream;
    if (!cluster.hasHosts || (overrideHost?.strict === true && overrideHost.address !== cluster.hostAddress)) {
      info.setFlag('UH');
      this.#reply(503, 'no healthy upstream', 'no_healthy_upstream');
      return HeadersResult.StopIteration;
    }
    finalizeRequest(route, headers, manager.formatContext(stream), !this.#options.suppressEnvoyHeaders);
    this.#retry = RetryState.create(action.retryPolicy, headers, stream, !this.#options.suppressEnvoyHeaders);
    if (route.virtualHost.attemptCountInRequest) headers.set('x-envoy-attempt-count', '1');
    const missing = missingHeader(headers);
    if (missing !== undefined) {
      info.setFlag('DPE');
      this.#reply(503, missing, `filter_removed_required_request_headers{${missing.replaceAll(' ', '_')}}`);
      return HeadersResult.StopIteration;
    }
    this.#requestEnded = endStream;
    this.#begin(headers, endStream);
    if (endStream) this.#startTimeout();
    return HeadersResult.StopIteration;
  }

  decodeData(data: BodyBuffer, endStream: boolean): DataStatus {
    if (endStream) this.#requestEnded = true;
    const bytes = data.take();
    if (this.#retry !== undefined) (this.#body ??= new BodyBuffer()).append(bytes);
    this.#attempt?.stream?.data(bytes, endStream);
    if (endStream) this.#startTimeout();
    return Data.StopIterationNoBuffer;
  }

  decodeTrailers(trailers: Headers): TrailersStatus {
    this.#requestEnded = true;
    this.#attempt?.stream?.trailers(trailers.entries());
    this.#startTimeout();
    return Trailers.StopIteration;
  }

  onDestroy(): void {
    this.#timeout?.cancel();
    this.#retry?.cancel();
    this.#attempt?.cancel();
  }

  #reply(code: number, body: string, details: string): void {
    this.#callbacks.sendLocalReply({ code, body, details, modifyHeaders: (headers) => this.#decorate(headers) });
  }

  #decorate(headers: Headers): void {
    if (this.#attempts > 0 && this.#route?.virtualHost.attemptCountInResponse === true)
      headers.set('x-envoy-attempt-count', String(this.#attempts));
  }

  #direct(route: Route, direct: NonNullable<Route['direct']>, headers: Headers): void {
    const { stream } = this.#callbacks;
    const context = stream.manager.formatContext(stream);
    const location = direct.location?.(headers, context);
    this.#callbacks.sendLocalReply({
      code: direct.code,
      body: direct.bodyFormat === undefined ? direct.body : direct.bodyFormat({ ...context, localReplyBody: direct.body }),
      details: 'direct_response',
      modifyHeaders: (response) => {
        if (location !== undefined) response.set('location', location);
        finalizeResponse(route, response, { ...context, responseHeaders: response });
      },
    });
  }

  /** Envoy `FilterUtility::finalTimeout`: the request may shorten or lengthen the route's timeout by header. */
  #readTimeouts(headers: Headers, routeTimeoutMs: number): number {
    let timeout = routeTimeoutMs;
    const given = headers.get('x-envoy-upstream-rq-timeout-ms');
    if (given !== undefined && /^\d+$/.test(given)) {
      timeout = Number(given);
      headers.remove('x-envoy-upstream-rq-timeout-ms');
    }
    if (!this.#options.suppressEnvoyHeaders && timeout > 0) headers.set('x-envoy-expected-rq-timeout-ms', String(timeout));
    return timeout;
  }

  #startTimeout(): void {
    if (this.#timeoutMs <= 0 || this.#timeout !== undefined) return;
    this.#timeout = this.#callbacks.stream.setTimer(this.#timeoutMs, () => this.#onTimeout('upstream request timeout', 'response_timeout'));
  }

  #onTimeout(body: string, details: string): void {
    const { info } = this.#callbacks.stream;
    this.#attempt?.cancel();
    info.setFlag('UT');
    if (this.#responseStarted) {
      info.responseCodeDetails = details;
      this.#callbacks.stream.resetStream('upstream timeout');
      return;
    }
    this.#reply(504, body, details);
  }

  #begin(headers: Headers, endStream: boolean): void {
    const { stream } = this.#callbacks;
    const cluster = this.#cluster;
    if (cluster === undefined) return;
    this.#attempts++;
    stream.info.attemptCount = this.#attempts;
    stream.info.upstreamHost = cluster.hostAddress;
    stream.info.upstreamStartNs = stream.manager.loop.nowNs;
    const attempt = new Attempt(this, this.#callbacks.stream.setTimer.bind(stream), this.#retry?.perTryTimeoutMs);
    this.#attempt = attempt;
    stream.observer?.upstreamRequest(stream, cluster.name, headers.snapshot());
    attempt.start(cluster, headers.entries(), endStream);
  }

  // What an attempt tells.

  onHeaders(pairs: HeaderPairs, endStream: boolean): void {
    const { stream } = this.#callbacks;
    const { info, manager } = stream;
    const headers = Headers.response(pairs);
    const code = Number(headers.get(':status'));
    if (this.#retry?.wantsRetryForHeaders(headers) === true && this.#retryNow()) return;
    this.#retry?.noteFinal(info);
    this.#responseStarted = true;
    info.firstUpstreamByteNs ??= manager.loop.nowNs;
    info.upstreamLocalAddress = '127.0.0.1:30000';
    info.responseCode = code;
    info.responseCodeDetails = 'via_upstream';
    if (!this.#options.suppressEnvoyHeaders) {
      headers.set(
        'x-envoy-upstream-service-time',
        String(Math.floor(Number(manager.loop.nowNs - (info.requestEndNs ?? info.startNs)) / 1e6)),
      );
    }
    this.#decorate(headers);
    if (this.#route !== undefined) finalizeResponse(this.#route, headers, { ...manager.formatContext(stream), responseHeaders: headers });
    stream.observer?.upstreamResponse(stream, this.#cluster?.name ?? '', headers.snapshot());
    if (endStream) this.#finishAttempt();
    stream.encodeHeaders(headers, endStream);
  }

  onData(data: Uint8Array, endStream: boolean): void {
    if (endStream) this.#finishAttempt();
    this.#callbacks.stream.encodeData(new BodyBuffer(data), endStream);
  }

  onTrailers(pairs: HeaderPairs): void {
    this.#finishAttempt();
    this.#callbacks.stream.encodeTrailers(Headers.responseTrailers(pairs));
  }

  onReset(reason: ResetReason, transportFailure: string | undefined): void {
    const { stream } = this.#callbacks;
    if (!this.#responseStarted && this.#retry?.wantsRetryForReset(reason) === true && this.#retryNow()) return;
    this.#retry?.noteFinal(stream.info);
    this.#attempt = undefined;
    this.#timeout?.cancel();
    stream.info.setFlag(resetFlag(reason));
    if (transportFailure !== undefined) stream.info.upstreamTransportFailure = transportFailure;
    const details = resetDetails(reason, this.#responseStarted, transportFailure);
    if (this.#responseStarted) {
      stream.info.responseCodeDetails = details;
      stream.resetStream(reason);
      return;
    }
    this.#reply(reason === 'protocol error' ? 502 : 503, resetText(reason, this.#attempts), details);
  }

  onPerTryTimeout(): void {
    const { stream } = this.#callbacks;
    stream.info.setFlag('UT');
    if (this.#retry?.wantsRetryForTimeout() === true && this.#retryNow()) return;
    this.#onTimeout('upstream request timeout', 'upstream_per_try_timeout');
  }

  #finishAttempt(): void {
    const { info, manager } = this.#callbacks.stream;
    info.lastUpstreamByteNs = manager.loop.nowNs;
    this.#timeout?.cancel();
    this.#attempt?.complete(this.#requestEnded);
    this.#attempt = undefined;
  }

  /** Begins a further attempt after the back-off; false if the budget is used up or the request is not complete. */
  #retryNow(): boolean {
    const { stream } = this.#callbacks;
    const headers = stream.requestHeaders;
    if (this.#retry === undefined || headers === undefined || !this.#requestEnded || !this.#retry.take()) return false;
    this.#attempt?.cancel();
    this.#attempt = undefined;
    this.#retry.schedule(() => {
      if (this.#route?.virtualHost.attemptCountInRequest === true) headers.set('x-envoy-attempt-count', String(this.#attempts + 1));
      const body = this.#body;
      const { trailers } = stream.request;
      this.#begin(headers, body === undefined && trailers === undefined);
      if (body !== undefined) this.#attempt?.stream?.data(body.all(), trailers === undefined);
      if (trailers !== undefined) this.#attempt?.stream?.trailers(trailers.entries());
    });
    return true;
  }
}

/** envoy `HeaderUtility::checkRequiredRequestHeaders`. */
function missingHeader(headers: Headers): string | undefined {
  if (!headers.has(':method')) return 'missing required header: :method';
  const needed = headers.get(':method') === 'CONNECT' ? ':authority' : ':path';
  return headers.has(needed) ? undefined : `missing required header: ${needed}`;
}

/** One request to the upstream (envoy `UpstreamRequest`). */
class Attempt implements UpstreamSink {
  readonly #router: RouterFilter;
  #timer: { cancel(): void } | undefined;
  #over = false;
  stream: UpstreamStream | undefined;

  constructor(router: RouterFilter, setTimer: (ms: number, run: () => void) => { cancel(): void }, perTryTimeoutMs: number | undefined) {
    this.#router = router;
    if (perTryTimeoutMs !== undefined) {
      this.#timer = setTimer(perTryTimeoutMs, () => {
        if (!this.#over) this.#router.onPerTryTimeout();
      });
    }
  }

  start(cluster: Cluster, headers: HeaderPairs, endStream: boolean): void {
    this.stream = cluster.open(this);
    this.stream.headers(headers, endStream);
  }

  headers(headers: HeaderPairs, endStream: boolean): void {
    if (this.#over) return;
    this.#timer?.cancel();
    this.#router.onHeaders(headers, endStream);
  }

  data(data: Uint8Array, endStream: boolean): void {
    if (!this.#over) this.#router.onData(data, endStream);
  }

  trailers(trailers: HeaderPairs): void {
    if (!this.#over) this.#router.onTrailers(trailers);
  }

  reset(reason: ResetReason, transportFailure?: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#timer?.cancel();
    this.#router.onReset(reason, transportFailure);
  }

  cancel(): void {
    if (this.#over) return;
    this.#over = true;
    this.#timer?.cancel();
    this.stream?.reset();
  }

  /** The response is complete; a request that is not is cut off. */
  complete(requestEnded: boolean): void {
    this.#over = true;
    this.#timer?.cancel();
    if (!requestEnded) this.stream?.reset();
  }
}
