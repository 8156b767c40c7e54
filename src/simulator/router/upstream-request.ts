import type { HeaderPairs } from '#proxywasm/host.ts';
import type { Cluster, ResetReason, UpstreamSink, UpstreamStream } from '../upstreams/clusters.ts';
import type { Timeouts } from './timeouts.ts';

/** Who sent an attempt and hears of it. */
export interface UpstreamRequestOwner {
  onHeaders(request: UpstreamRequest, headers: HeaderPairs, endStream: boolean): void;
  onData(request: UpstreamRequest, data: Uint8Array, endStream: boolean): void;
  onTrailers(request: UpstreamRequest, trailers: HeaderPairs): void;
  onReset(request: UpstreamRequest, reason: ResetReason, transportFailure: string | undefined): void;
  onPerTryTimeout(request: UpstreamRequest, details: string): void;
  setTimer(ms: number, run: () => void): { cancel(): void };
}

/** One request to the upstream (envoy `UpstreamRequest`). */
export class UpstreamRequest implements UpstreamSink {
  readonly #owner: UpstreamRequestOwner;
  readonly #timeouts: Timeouts;
  readonly stream: UpstreamStream;
  /** The whole request has been handed over. */
  sent = false;
  awaitsHeaders = true;
  /** A further attempt has been begun beside this one. */
  retried = false;
  #timer: { cancel(): void } | undefined;
  #idle: { cancel(): void } | undefined;
  #over = false;

  constructor(owner: UpstreamRequestOwner, cluster: Cluster, timeouts: Timeouts) {
    this.#owner = owner;
    this.#timeouts = timeouts;
    this.stream = cluster.open(this);
    this.#restartIdle();
  }

  /** The request is complete: from now on the upstream has to hurry. */
  startTimer(): void {
    const { perTryMs } = this.#timeouts;
    if (perTryMs > 0) this.#timer ??= this.#owner.setTimer(perTryMs, () => this.#expired('upstream_per_try_timeout'));
  }

  #restartIdle(): void {
    const { perTryIdleMs } = this.#timeouts;
    if (perTryIdleMs <= 0) return;
    this.#idle?.cancel();
    this.#idle = this.#owner.setTimer(perTryIdleMs, () => this.#expired('upstream_per_try_idle_timeout'));
  }

  #expired(details: string): void {
    if (!this.#over) this.#owner.onPerTryTimeout(this, details);
  }

  headers(headers: HeaderPairs, endStream: boolean): void {
    if (this.#over) return;
    this.awaitsHeaders = false;
    this.#timer?.cancel();
    this.#restartIdle();
    this.#owner.onHeaders(this, headers, endStream);
  }

  data(data: Uint8Array, endStream: boolean): void {
    if (this.#over) return;
    this.#restartIdle();
    this.#owner.onData(this, data, endStream);
  }

  trailers(trailers: HeaderPairs): void {
    if (!this.#over) this.#owner.onTrailers(this, trailers);
  }

  reset(reason: ResetReason, transportFailure?: string): void {
    if (this.#over) return;
    this.#finish();
    this.#owner.onReset(this, reason, transportFailure);
  }

  /** Cuts the attempt off; nothing is heard of it any more. */
  cancel(): void {
    if (this.#over) return;
    this.#finish();
    this.stream.reset();
  }

  /** The response is complete; a request that is not is cut off. */
  complete(): void {
    this.#finish();
    if (!this.sent) this.stream.reset();
  }

  #finish(): void {
    this.#over = true;
    this.#timer?.cancel();
    this.#idle?.cancel();
  }
}
