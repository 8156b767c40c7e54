import { concatBytes } from '#base/bytes.ts';
import type { Headers } from './http/headers.ts';
import type { StreamClient } from './http/stream-client.ts';
import type { HeaderList, Trace } from './trace.ts';

/** Collects what the client gets. */
export class TraceClient implements StreamClient {
  readonly #parts: Uint8Array[] = [];
  #headers: HeaderList | undefined;
  #trailers: HeaderList = [];
  done = false;
  timedOut = false;
  resetReason: string | undefined;

  headers(headers: Headers): void {
    this.#headers = headers.snapshot();
  }

  data(data: Uint8Array): void {
    this.#parts.push(data);
  }

  trailers(trailers: Headers): void {
    this.#trailers = trailers.snapshot();
  }

  reset(reason: string): void {
    this.resetReason = reason;
  }

  finished(): void {
    this.done = true;
  }

  response(): Trace['response'] {
    if (this.#headers === undefined) return undefined;
    const status = Number(this.#headers.find(([name]) => name === ':status')?.[1] ?? 0);
    const [only] = this.#parts;
    const body = this.#parts.length === 1 && only !== undefined ? only : concatBytes(this.#parts);
    return { status, headers: this.#headers, body, trailers: this.#trailers };
  }
}
