import { BodyBuffer } from '../../http/body-buffer.ts';
import type { TokenBucket } from '../../token-bucket.ts';

/** What a rate limiter does with the stream. */
export interface RateLimiterPort {
  setTimer(ms: number, run: () => void): { cancel(): void };
  /** Body goes on to the next filter. */
  write(data: BodyBuffer, endStream: boolean): void;
  /** All body is gone, the trailers may follow. */
  continue(): void;
  /** `isHeld`: more is waiting than there were tokens for. */
  note(bytes: number, isHeld: boolean): void;
}

/** Lets body through at the pace of a token bucket, one token a byte (envoy `source/extensions/filters/http/common/stream_rate_limiter.cc`). */
export class StreamRateLimiter {
  readonly #port: RateLimiterPort;
  readonly #bucket: TokenBucket;
  readonly #intervalMs: number;
  readonly #held = new BodyBuffer();
  #timer: { cancel(): void } | undefined;
  #ended = false;
  #hasTrailers = false;

  constructor(port: RateLimiterPort, bucket: TokenBucket, intervalMs: number) {
    this.#port = port;
    this.#bucket = bucket;
    this.#intervalMs = intervalMs;
  }

  writeData(data: BodyBuffer, endStream: boolean, addedTrailers = false): void {
    this.#held.moveFrom(data);
    this.#ended = endStream;
    if (addedTrailers) this.#hasTrailers = true;
    this.#timer ??= this.#port.setTimer(0, () => this.#tick());
  }

  /** Whether the trailers have to wait. */
  onTrailers(): boolean {
    this.#ended = true;
    this.#hasTrailers = true;
    return this.#held.length > 0;
  }

  destroy(): void {
    this.#timer?.cancel();
  }

  #tick(): void {
    this.#timer = undefined;
    const count = this.#bucket.takeUpTo(this.#held.length);
    const out = new BodyBuffer(this.#held.bytes(0, count).slice());
    this.#held.drain(count);
    const isHeld = this.#held.length > 0;
    this.#port.note(count, isHeld);
    if (isHeld) this.#timer = this.#port.setTimer(this.#intervalMs, () => this.#tick());
    this.#port.write(out, this.#ended && !isHeld && !this.#hasTrailers);
    if (!isHeld && this.#hasTrailers) this.#port.continue();
  }
}
