import { grpcTimeout, grpcTimeoutMs } from '../format/grpc-timeout.ts';
import type { Headers } from '../http/headers.ts';
import { isGrpcRequest } from '../http/local-reply.ts';
import type { ForwardAction } from './route.ts';
import type { RouterOptions } from './router-options.ts';

/** How long a request and each of its attempts may take, in milliseconds; 0 = for ever. */
export interface Timeouts {
  readonly globalMs: number;
  readonly perTryMs: number;
  readonly perTryIdleMs: number;
}

/** What the router knows of a request's time: also for `x-envoy-expected-rq-timeout-ms` and `grpc-timeout` of each attempt. */
export interface Timing {
  readonly timeouts: Timeouts;
  /** A slow attempt gets another one beside it. */
  readonly isHedged: boolean;
  readonly isGrpc: boolean;
  /** What the client is answered when time is up. */
  readonly timeoutCode: number;
}

/** Reads the request's own wishes about time, which are taken away, and tells the upstream about its own. */
export function readTiming(headers: Headers, action: ForwardAction, options: RouterOptions): Timing {
  const hedge = headers.get('x-envoy-hedge-on-per-try-timeout');
  const isGrpc = isGrpcRequest(headers);
  const timing: Timing = {
    timeouts: finalTimeouts(headers, action, options, isGrpc),
    isHedged: hedge === undefined ? action.isHedged : hedge === 'true',
    isGrpc,
    timeoutCode: headers.has('x-envoy-upstream-rq-timeout-alt-response') ? 204 : 504,
  };
  setTimeoutHeaders(headers, 0, timing, action, options);
  headers.remove('x-envoy-upstream-stream-duration-ms');
  headers.remove('x-envoy-upstream-rq-timeout-alt-response');
  return timing;
}

/** envoy `FilterUtility::finalTimeout`: the request may shorten or lengthen the route's timeouts by headers, which are taken away. */
function finalTimeouts(headers: Headers, action: ForwardAction, options: RouterOptions, isGrpc: boolean): Timeouts {
  let globalMs = routeTimeout(headers, action, isGrpc);
  let perTryMs = action.retryPolicy?.perTryTimeoutMs ?? 0;
  const expected = options.respectExpectedTimeout ? headers.get('x-envoy-expected-rq-timeout-ms') : undefined;
  if (expected === undefined) {
    globalMs = whole(headers.get('x-envoy-upstream-rq-timeout-ms')) ?? globalMs;
    headers.remove('x-envoy-upstream-rq-timeout-ms');
  } else globalMs = whole(expected) ?? globalMs;
  perTryMs = whole(headers.get('x-envoy-upstream-rq-per-try-timeout-ms')) ?? perTryMs;
  headers.remove('x-envoy-upstream-rq-per-try-timeout-ms');
  if (perTryMs >= globalMs && globalMs !== 0) perTryMs = 0;
  return { globalMs, perTryMs, perTryIdleMs: action.retryPolicy?.perTryIdleTimeoutMs ?? 0 };
}

/** A route with `max_stream_duration` has no timeout of its own; one with `max_grpc_timeout` trusts the client of a gRPC call up to it. */
function routeTimeout(headers: Headers, action: ForwardAction, isGrpc: boolean): number {
  if (action.maxStreamDuration !== undefined) return 0;
  const cap = action.maxGrpcTimeoutMs;
  if (!isGrpc || cap === undefined) return action.timeoutMs;
  let timeout = grpcTimeoutMs(headers) ?? 0;
  const offset = action.grpcTimeoutOffsetMs ?? 0;
  if (offset < timeout) timeout -= offset;
  return cap !== 0 && (timeout === 0 || timeout > cap) ? cap : timeout;
}

/** envoy `FilterUtility::setTimeoutHeaders`: what the upstream is told about its time. */
export function setTimeoutHeaders(
  headers: Headers,
  elapsedMs: number,
  { timeouts, isHedged, isGrpc }: Timing,
  action: ForwardAction,
  options: RouterOptions,
): void {
  const { globalMs, perTryMs } = timeouts;
  let expected = isHedged || perTryMs === 0 ? globalMs : perTryMs;
  if (expected <= 0) return;
  if (globalMs > 0) expected = elapsedMs >= globalMs ? 1 : Math.min(expected, globalMs - elapsedMs);
  if (!options.suppressEnvoyHeaders) headers.set('x-envoy-expected-rq-timeout-ms', String(expected));
  if (isGrpc && action.maxStreamDuration === undefined && action.maxGrpcTimeoutMs !== undefined)
    headers.set('grpc-timeout', grpcTimeout(expected));
}

/** A decimal number (absl `SimpleAtoi` of an unsigned type). */
export function whole(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\+?\d{1,20}\s*$/.test(text) ? Number(text) : undefined;
}
