import type { Headers } from '../http/headers.ts';
import type { HttpStream } from '../http/stream.ts';
import type { StreamInfo } from '../http/stream-info.ts';
import type { ResetReason } from '../upstreams/clusters.ts';
import type { RetryPolicy } from './route.ts';

const retryHeaders = [
  'x-envoy-retry-on',
  'x-envoy-retry-grpc-on',
  'x-envoy-max-retries',
  'x-envoy-hedge-on-per-try-timeout',
  'x-envoy-retriable-header-names',
  'x-envoy-retriable-status-codes',
  'x-envoy-upstream-rq-per-try-timeout-ms',
  'x-envoy-upstream-stream-duration-ms',
  'x-envoy-upstream-rq-timeout-alt-response',
];

const grpcStatuses: Readonly<Record<string, string>> = {
  cancelled: '1',
  'deadline-exceeded': '4',
  'resource-exhausted': '8',
  internal: '13',
  unavailable: '14',
};

/** Decides about further attempts (envoy `source/common/router/retry_state_impl.cc`). The request's own retry headers are read and taken away. */
export class RetryState {
  readonly #on: ReadonlySet<string>;
  readonly #policy: RetryPolicy | undefined;
  readonly #codes: readonly number[];
  readonly #stream: HttpStream;
  readonly perTryTimeoutMs: number | undefined;
  #left: number;
  #round = 0;
  #wanted = false;
  #timer: { cancel(): void } | undefined;

  private constructor(
    stream: HttpStream,
    policy: RetryPolicy | undefined,
    on: ReadonlySet<string>,
    left: number,
    codes: readonly number[],
    perTry: number | undefined,
  ) {
    this.#stream = stream;
    this.#policy = policy;
    this.#on = on;
    this.#left = left;
    this.#codes = codes;
    this.perTryTimeoutMs = perTry;
  }

  /** Undefined if neither the route nor the request asks for retries. */
  static create(policy: RetryPolicy | undefined, headers: Headers, stream: HttpStream, _trusted: boolean): RetryState | undefined {
    const asked = [headers.get('x-envoy-retry-on'), headers.get('x-envoy-retry-grpc-on')]
      .flatMap((value) => value?.split(',') ?? [])
      .map((item) => item.trim());
    const given = Number(headers.get('x-envoy-max-retries') ?? Number.NaN);
    const perTry = Number(headers.get('x-envoy-upstream-rq-per-try-timeout-ms') ?? Number.NaN);
    const codes = (headers.get('x-envoy-retriable-status-codes') ?? '').split(',').map(Number);
    for (const name of retryHeaders) headers.remove(name);
    const on = new Set([...(policy?.on ?? []), ...asked.filter((item) => item !== '')]);
    if (on.size === 0) {
      const onlyTimeout = Number.isNaN(perTry) ? policy?.perTryTimeoutMs : perTry;
      return onlyTimeout === undefined ? undefined : new RetryState(stream, policy, on, 0, [], onlyTimeout);
    }
    if (policy?.requestHeaders !== undefined && !policy.requestHeaders(headers)) return undefined;
    const left = Number.isNaN(given) ? (policy?.retries ?? 1) : given;
    return new RetryState(
      stream,
      policy,
      on,
      left,
      [...(policy?.statusCodes ?? []), ...codes],
      Number.isNaN(perTry) ? policy?.perTryTimeoutMs : perTry,
    );
  }

  wantsRetryForHeaders(headers: Headers): boolean {
    return (this.#wanted = this.#retriable(headers));
  }

  #retriable(headers: Headers): boolean {
    const on = this.#on;
    const code = Number(headers.get(':status'));
    if (on.has('5xx') && code >= 500 && code < 600) return true;
    if (on.has('gateway-error') && code >= 502 && code <= 504) return true;
    if (on.has('retriable-4xx') && code === 409) return true;
    if (on.has('retriable-status-codes') && this.#codes.includes(code)) return true;
    if (on.has('retriable-headers') && this.#policy?.headers?.(headers) === true) return true;
    if (on.has('envoy-ratelimited') && headers.has('x-envoy-ratelimited')) return true;
    const grpc = headers.get('grpc-status');
    return grpc !== undefined && Object.entries(grpcStatuses).some(([name, status]) => on.has(name) && status === grpc);
  }

  wantsRetryForReset(reason: ResetReason): boolean {
    const on = this.#on;
    const before = on.has('5xx') || on.has('gateway-error') || on.has('reset') || on.has('reset-before-request');
    this.#wanted =
      reason === 'remote connection failure'
        ? before || on.has('connect-failure')
        : before || (on.has('refused-stream') && reason === 'overflow');
    return this.#wanted;
  }

  wantsRetryForTimeout(): boolean {
    this.#wanted = this.#on.has('5xx') || this.#on.has('gateway-error') || this.#on.has('reset');
    return this.#wanted;
  }

  take(): boolean {
    if (this.#left <= 0) return false;
    this.#left--;
    return true;
  }

  /** Marks a stream whose last attempt still deserved a retry. */
  noteFinal(info: StreamInfo): void {
    if (this.#wanted && this.#left <= 0) info.setFlag('URX');
  }

  /** Jittered exponential back-off. */
  schedule(run: () => void): void {
    const base = this.#policy?.baseIntervalMs ?? 25;
    const max = this.#policy?.maxIntervalMs ?? 250;
    const span = Math.min(base * (2 ** ++this.#round - 1), max);
    const wait = Math.floor(this.#stream.manager.proxy.random.next() * span);
    this.#timer = this.#stream.setTimer(wait, run);
  }

  cancel(): void {
    this.#timer?.cancel();
  }
}
