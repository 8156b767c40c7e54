import type { Headers } from '../http/headers.ts';
import { lowerName } from '../http/headers.ts';
import type { HttpStream } from '../http/stream.ts';
import type { ResetReason } from '../upstreams/clusters.ts';
import { retryOn } from './retry-policy.ts';
import type { RetryPolicy } from './route.ts';
import { whole } from './timeouts.ts';

const retryHeaders = [
  'x-envoy-retry-on',
  'x-envoy-retry-grpc-on',
  'x-envoy-max-retries',
  'x-envoy-hedge-on-per-try-timeout',
  'x-envoy-retriable-header-names',
  'x-envoy-retriable-status-codes',
];

const grpcStatuses: Readonly<Record<string, string>> = {
  cancelled: '1',
  'deadline-exceeded': '4',
  'resource-exhausted': '8',
  internal: '13',
  unavailable: '14',
};

const noPolicy: Omit<RetryPolicy, 'on' | 'perTryTimeoutMs' | 'perTryIdleTimeoutMs'> = {
  retries: 1,
  statusCodes: [],
  headers: [],
  requestHeaders: [],
  baseIntervalMs: 25,
  maxIntervalMs: 250,
  resetHeaders: [],
  resetMaxMs: 0,
};

/** What becomes of a failed attempt. */
export type RetryAnswer = 'no' | 'yes' | 'limit exceeded';

type HeaderTest = (headers: Headers) => boolean;

/** Decides about further attempts (envoy `source/common/router/retry_state_impl.cc`). */
export class RetryState {
  readonly #on: ReadonlySet<string>;
  readonly #policy: typeof noPolicy;
  readonly #codes: readonly number[];
  readonly #headers: readonly HeaderTest[];
  readonly #stream: HttpStream;
  #left: number;
  #nextMs: number;
  #timer: { cancel(): void } | undefined;

  /** The request's own retry headers are read and taken away. Undefined if neither the route nor the request asks for retries. */
  static create(policy: RetryPolicy | undefined, headers: Headers, stream: HttpStream): RetryState | undefined {
    const asks = headers.has('x-envoy-retry-on') || headers.has('x-envoy-retry-grpc-on') || (policy?.on.size ?? 0) > 0;
    const state = asks ? new RetryState(policy, headers, stream) : undefined;
    for (const name of retryHeaders) headers.remove(name);
    return state;
  }

  private constructor(policy: RetryPolicy | undefined, headers: Headers, stream: HttpStream) {
    const own = policy ?? noPolicy;
    const isAllowed = own.requestHeaders.length === 0 || own.requestHeaders.some((test) => test(headers));
    this.#stream = stream;
    this.#policy = own;
    this.#on = isAllowed
      ? new Set([
          ...(policy?.on ?? []),
          ...retryOn(headers.get('x-envoy-retry-on') ?? ''),
          ...retryOn(headers.get('x-envoy-retry-grpc-on') ?? ''),
        ])
      : new Set();
    this.#left = (this.#on.size > 0 ? whole(headers.get('x-envoy-max-retries')) : undefined) ?? own.retries;
    this.#codes = [...own.statusCodes, ...list(headers.get('x-envoy-retriable-status-codes')).map(Number)];
    const names = list(headers.get('x-envoy-retriable-header-names')).map((name) => lowerName(name.trim()));
    this.#headers = [
      ...own.headers,
      ...names.map(
        (name): HeaderTest =>
          (map) =>
            map.has(name),
      ),
    ];
    this.#nextMs = own.baseIntervalMs;
  }

  /** Whether retries are possible at all; then the body is kept. */
  get enabled(): boolean {
    return this.#on.size > 0;
  }

  forHeaders(headers: Headers, run: () => void): RetryAnswer {
    return this.#decide(this.wantsRetryForHeaders(headers), run, this.#resetInterval(headers));
  }

  wantsRetryForHeaders(headers: Headers): boolean {
    const on = this.#on;
    if (headers.has('x-envoy-ratelimited')) return on.has('envoy-ratelimited');
    const code = Number(headers.get(':status'));
    if (on.has('5xx') && code >= 500 && code < 600) return true;
    if (on.has('gateway-error') && code >= 502 && code <= 504) return true;
    if (on.has('retriable-4xx') && code === 409) return true;
    if (on.has('retriable-status-codes') && this.#codes.includes(code)) return true;
    if (on.has('retriable-headers') && this.#headers.some((test) => test(headers))) return true;
    const grpc = headers.get('grpc-status');
    return grpc !== undefined && Object.entries(grpcStatuses).some(([name, status]) => on.has(name) && status === grpc);
  }

  /** `isStarted`: an upstream has got bytes of this request. */
  forReset(reason: ResetReason, isStarted: boolean, run: () => void): RetryAnswer {
    return this.#decide(this.#wantsRetryForReset(reason, isStarted), run);
  }

  #wantsRetryForReset(reason: ResetReason, isStarted: boolean): boolean {
    const on = this.#on;
    if (reason === 'overflow') return false;
    if (on.has('reset') || on.has('5xx') || on.has('gateway-error')) return true;
    if (on.has('reset-before-request') && !isStarted) return true;
    return on.has('connect-failure') && reason === 'remote connection failure';
  }

  /** A further attempt beside one that is slow (`shouldHedgeRetryPerTryTimeout`). */
  forHedge(run: () => void): RetryAnswer {
    return this.#decide(true, run);
  }

  #decide(isWanted: boolean, run: () => void, waitMs?: number): RetryAnswer {
    this.cancel();
    if (!isWanted) return 'no';
    if (this.#left === 0) return 'limit exceeded';
    this.#left--;
    this.#timer = this.#stream.setTimer(waitMs ?? this.#backOff(), run);
    return 'yes';
  }

  /** envoy `JitteredExponentialBackOffStrategy`. */
  #backOff(): number {
    const span = this.#nextMs;
    this.#nextMs = Math.min(span * 2, this.#policy.maxIntervalMs);
    return Math.floor(this.#stream.manager.proxy.random.next() * span);
  }

  /** How long a rate limited answer says one should wait (envoy `ResetHeaderParserImpl`), with up to half of it as jitter. */
  #resetInterval(headers: Headers): number | undefined {
    const { resetHeaders, resetMaxMs } = this.#policy;
    const { manager } = this.#stream;
    for (const { name, isTimestamp } of resetHeaders) {
      const value = whole(headers.get(name));
      const now = Math.floor(Number(manager.loop.nowNs / 1_000_000_000n));
      const ms = value === undefined || (isTimestamp && value < now) ? undefined : (isTimestamp ? value - now : value) * 1000;
      if (ms !== undefined && ms <= resetMaxMs) return ms + Math.floor((manager.proxy.random.next() * ms) / 2);
    }
    return undefined;
  }

  cancel(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}

function list(text: string | undefined): readonly string[] {
  return (text ?? '').split(',').filter((item) => item.trim() !== '');
}
