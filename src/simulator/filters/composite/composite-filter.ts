import type { ActiveFilter } from '../../http/active-filter.ts';
import type { BodyBuffer } from '../../http/body-buffer.ts';
import type {
  DataStatus as DataResult,
  HeadersStatus as HeadersResult,
  HttpFilter,
  TrailersStatus as TrailersResult,
} from '../../http/filter.ts';
import { DataStatus, HeadersStatus, TrailersStatus } from '../../http/filter.ts';
import type { Headers } from '../../http/headers.ts';
import type { HttpFilterFactory } from '../../http/http-manager.ts';

/** What a matcher decided: a filter to be run, or none at all. */
export interface Chosen {
  readonly name: string;
  readonly factory: HttpFilterFactory;
}

/** Chooses once, as soon as what it looks at is there. */
export interface Chooser {
  readonly whenResponse: boolean;
  choose(): Chosen | undefined;
}

/** Stands for the filter that was chosen for this stream (envoy `source/extensions/filters/http/composite/filter.cc`). */
export class CompositeFilter implements HttpFilter {
  readonly #callbacks: ActiveFilter;
  readonly #chooser: Chooser;
  #inner: HttpFilter = {};
  #decided = false;

  constructor(callbacks: ActiveFilter, chooser: Chooser) {
    this.#callbacks = callbacks;
    this.#chooser = chooser;
  }

  decodeHeaders(headers: Headers, endStream: boolean): HeadersResult {
    if (!this.#chooser.whenResponse) this.#decide();
    return this.#inner.decodeHeaders?.(headers, endStream) ?? HeadersStatus.Continue;
  }

  decodeData(data: BodyBuffer, endStream: boolean): DataResult {
    return this.#inner.decodeData?.(data, endStream) ?? DataStatus.Continue;
  }

  decodeTrailers(trailers: Headers): TrailersResult {
    return this.#inner.decodeTrailers?.(trailers) ?? TrailersStatus.Continue;
  }

  encodeHeaders(headers: Headers, endStream: boolean): HeadersResult {
    this.#decide();
    return this.#inner.encodeHeaders?.(headers, endStream) ?? HeadersStatus.Continue;
  }

  encodeData(data: BodyBuffer, endStream: boolean): DataResult {
    return this.#inner.encodeData?.(data, endStream) ?? DataStatus.Continue;
  }

  encodeTrailers(trailers: Headers): TrailersResult {
    return this.#inner.encodeTrailers?.(trailers) ?? TrailersStatus.Continue;
  }

  onLocalReply(code: number, details: string): void {
    this.#inner.onLocalReply?.(code, details);
  }

  log(): void {
    this.#inner.log?.();
  }

  onDestroy(): void {
    this.#inner.onDestroy?.();
  }

  #decide(): void {
    if (this.#decided) return;
    this.#decided = true;
    const { stream } = this.#callbacks;
    const chosen = this.#chooser.choose();
    stream.observer?.note(
      'composite',
      chosen === undefined ? 'No filter is chosen: nothing happens' : `The matcher chooses ${chosen.name}`,
    );
    this.#inner = chosen?.factory.create(this.#callbacks) ?? {};
  }
}
