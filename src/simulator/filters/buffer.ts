import type { ConfigReader } from '../config-reader.ts';
import type { ActiveFilter } from '../http/active-filter.ts';
import type { BodyBuffer } from '../http/body-buffer.ts';
import type {
  DataStatus as DataResult,
  HeadersStatus as HeadersResult,
  HttpFilter,
  TrailersStatus as TrailersResult,
} from '../http/filter.ts';
import { DataStatus, HeadersStatus, TrailersStatus } from '../http/filter.ts';
import type { Headers } from '../http/headers.ts';
import type { HttpFilterType } from './filter-type.ts';
import { routeOptions } from './filter-type.ts';

interface BufferOptions {
  readonly disabled: boolean;
  readonly maxRequestBytes: number;
}

/** envoy.filters.http.buffer: collects the whole request body and gives it a content-length. */
export const filterType: HttpFilterType = {
  compile(config, context) {
    const own: BufferOptions = { disabled: false, maxRequestBytes: config.number('max_request_bytes', 0) };
    const ofRoute = routeOptions(context, readRoute);
    return { create: (callbacks) => new BufferFilter(callbacks, () => ofRoute(callbacks) ?? own) };
  },
};

function readRoute(config: ConfigReader): BufferOptions {
  return { disabled: config.bool('disabled'), maxRequestBytes: config.message('buffer')?.number('max_request_bytes', 0) ?? 0 };
}

class BufferFilter implements HttpFilter {
  readonly #callbacks: ActiveFilter;
  readonly #options: () => BufferOptions;
  #headers: Headers | undefined;
  #length = 0;

  constructor(callbacks: ActiveFilter, options: () => BufferOptions) {
    this.#callbacks = callbacks;
    this.#options = options;
  }

  decodeHeaders(headers: Headers, endStream: boolean): HeadersResult {
    if (endStream) return HeadersStatus.Continue;
    const options = this.#options();
    if (options.disabled) return HeadersStatus.Continue;
    this.#callbacks.stream.setBufferLimit(options.maxRequestBytes);
    this.#headers = headers;
    return HeadersStatus.StopIteration;
  }

  decodeData(data: BodyBuffer, endStream: boolean): DataResult {
    this.#length += data.length;
    if (endStream || this.#headers === undefined) {
      this.#addLength();
      return DataStatus.Continue;
    }
    return DataStatus.StopIterationAndBuffer;
  }

  decodeTrailers(): TrailersResult {
    this.#addLength();
    return TrailersStatus.Continue;
  }

  #addLength(): void {
    if (this.#headers !== undefined && !this.#headers.has('content-length')) this.#headers.set('content-length', String(this.#length));
  }
}
