import { grpcTimeout, grpcTimeoutMs } from '../format/grpc-timeout.ts';
import type { Route } from '../router/route.ts';
import type { HttpStream } from './stream.ts';

interface Timer {
  cancel(): void;
}

/**
 * What the connection manager itself measures of a stream: that something moves, how long the request takes to arrive, how long the whole may take
 * (envoy `ConnectionManagerImpl::ActiveStream`, `onIdleTimeout`, `onRequestTimeout`, `onStreamMaxDurationReached`).
 */
export class StreamTimers {
  readonly #stream: HttpStream;
  #idleMs: number;
  #idle: Timer | undefined;
  #lastNs: bigint;
  #request: Timer | undefined;
  #duration: Timer | undefined;

  constructor(stream: HttpStream) {
    const { options, loop } = stream.manager;
    this.#stream = stream;
    this.#lastNs = loop.nowNs;
    this.#idleMs = options.streamIdleTimeoutMs;
    if (options.requestTimeoutMs > 0) {
      this.#request = stream.setTimer(options.requestTimeoutMs, () => {
        stream.sendLocalReply({ code: this.#timeoutCode, body: 'request timeout', details: 'request_overall_timeout' });
      });
    }
  }

  /** The route has been chosen: its own times count. */
  onRoute(route: Route | undefined): void {
    const { options } = this.#stream.manager;
    const own = route?.forward?.idleTimeoutMs;
    if (own !== undefined) this.#idleMs = own;
    this.#idle?.cancel();
    if (this.#idleMs > 0) this.#waitForIdle(this.#idleMs);
    this.#duration?.cancel();
    const ms = durationMs(this.#stream, route) ?? options.maxStreamDurationMs;
    if (ms === 'at once' || ms > 0) this.#waitForEnd(ms === 'at once' ? 0 : ms);
  }

  #waitForEnd(ms: number): void {
    const stream = this.#stream;
    const { loop } = stream.manager;
    const usedMs = Number(loop.nowNs - stream.info.startNs) / 1e6;
    const end = (): void =>
      stream.sendLocalReply({
        code: this.#timeoutCode,
        body: 'downstream duration timeout',
        grpcStatus: DEADLINE_EXCEEDED,
        details: 'max_duration_timeout',
      });
    // No upstream is as fast as a timer that is due already.
    if (ms <= usedMs) loop.post(end);
    else this.#duration = stream.setTimer(ms - usedMs, end);
  }

  /** One timer that is set again only when it falls due: streams move often and are rarely idle. */
  #waitForIdle(ms: number): void {
    const stream = this.#stream;
    const { loop } = stream.manager;
    this.#idle = stream.setTimer(ms, () => {
      const restMs = this.#idleMs - Number(loop.nowNs - this.#lastNs) / 1e6;
      if (restMs > 0) {
        this.#waitForIdle(restMs);
        return;
      }
      stream.info.setFlag('SI');
      stream.sendLocalReply({ code: this.#timeoutCode, body: 'stream timeout', details: 'stream_idle_timeout' });
    });
  }

  /** A request that has arrived in full waits for somebody else. */
  get #timeoutCode(): number {
    return this.#stream.request.observedEnd ? 504 : 408;
  }

  /** Something has come or gone. */
  touch(): void {
    this.#lastNs = this.#stream.manager.loop.nowNs;
  }

  /** The end of the request has come to the last filter (envoy `disarmRequestTimeout`). */
  requestPassed(): void {
    this.#request?.cancel();
  }
}

const DEADLINE_EXCEEDED = 4;

/**
 * How long the route lets a stream live, from its beginning; undefined where it says nothing. A gRPC call's own wish is rewritten to what it gets
 * (envoy `ActiveStream::refreshDurationTimeout`).
 */
function durationMs(stream: HttpStream, route: Route | undefined): number | 'at once' | undefined {
  const limit = route?.forward?.maxStreamDuration;
  const headers = stream.requestHeaders;
  if (limit === undefined || headers === undefined) return undefined;
  const asked = grpcTimeoutMs(headers);
  const max = limit.grpcTimeoutMaxMs;
  if (asked === undefined || max === undefined) {
    // A limit of the connection manager that the route lifts takes the call's own wish with it.
    if (stream.isGrpc && limit.durationMs === 0) {
      if (stream.manager.options.maxStreamDurationMs > 0) headers.remove('grpc-timeout');
    } else if (stream.isGrpc && limit.durationMs !== undefined) headers.set('grpc-timeout', grpcTimeout(limit.durationMs));
    return limit.durationMs;
  }
  const capped = max !== 0 && asked > max ? max : asked;
  const ms = Math.max(0, capped - (limit.grpcTimeoutOffsetMs ?? 0));
  if (stream.isGrpc) headers.set('grpc-timeout', grpcTimeout(ms));
  return ms === 0 ? 'at once' : ms;
}
