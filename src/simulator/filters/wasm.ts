import type { HttpContext } from '#proxywasm/http-context.ts';
import type { Plugin } from '#proxywasm/plugin.ts';
import { ConfigError } from '../config-error.ts';
import type { ActiveFilter } from '../http/active-filter.ts';
import type { BodyBuffer } from '../http/body-buffer.ts';
import type { DataStatus, HeadersStatus, HttpFilter, TrailersStatus } from '../http/filter.ts';
import type { Headers } from '../http/headers.ts';
import type { HttpFilterFactory } from '../http/http-manager.ts';
import { startPlugin } from '../wasm/start-plugin.ts';
import { WasmStreamHost } from '../wasm/wasm-stream-host.ts';
import type { HttpFilterType } from './filter-type.ts';

/** envoy.filters.http.wasm: a Proxy-Wasm plugin (envoy `source/extensions/filters/http/wasm`). */
export const filterType: HttpFilterType = {
  compile(config, context) {
    const inner = config.message('config');
    if (inner === undefined) throw new ConfigError('envoy.filters.http.wasm: config is missing');
    return new WasmFactory(startPlugin(inner, context));
  },
};

class WasmFactory implements HttpFilterFactory {
  readonly #plugin: Plugin;

  constructor(plugin: Plugin) {
    this.#plugin = plugin;
  }

  create(callbacks: ActiveFilter): HttpFilter | undefined {
    const context = this.#plugin.createHttpContext(new WasmStreamHost(callbacks));
    return context === undefined ? undefined : new WasmFilter(callbacks, context);
  }

  close(): void {
    this.#plugin.shutdown();
  }
}

class WasmFilter implements HttpFilter {
  readonly #callbacks: ActiveFilter;
  readonly #context: HttpContext;

  constructor(callbacks: ActiveFilter, context: HttpContext) {
    this.#callbacks = callbacks;
    this.#context = context;
  }

  decodeHeaders(headers: Headers, endStream: boolean): HeadersStatus {
    return this.#context.decodeHeaders(headers, endStream);
  }

  decodeData(data: BodyBuffer, endStream: boolean): DataStatus {
    return this.#context.decodeData(data, endStream);
  }

  decodeTrailers(trailers: Headers): TrailersStatus {
    return this.#context.decodeTrailers(trailers);
  }

  encodeHeaders(headers: Headers, endStream: boolean): HeadersStatus {
    return this.#context.encodeHeaders(headers, endStream);
  }

  encodeData(data: BodyBuffer, endStream: boolean): DataStatus {
    return this.#context.encodeData(data, endStream);
  }

  encodeTrailers(trailers: Headers): TrailersStatus {
    return this.#context.encodeTrailers(trailers);
  }

  log(): void {
    const { stream } = this.#callbacks;
    this.#context.log({
      requestHeaders: stream.request.headers,
      responseHeaders: stream.response.headers,
      responseTrailers: stream.response.trailers,
    });
  }

  onDestroy(): void {
    this.#context.onDestroy();
  }
}
