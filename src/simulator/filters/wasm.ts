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
    if (inner === undefined) throw new ConfigError('Unable to create Wasm plugin ');
    return new WasmFactory(startPlugin(inner, context));
  },
};

class WasmFactory implements HttpFilterFactory {
  readonly #plugin: Plugin;

  constructor(plugin: Plugin) {
    this.#plugin = plugin;
  }

  create(callbacks: ActiveFilter): HttpFilter | undefined {
    const filter = new WasmFilter(callbacks);
    const context = this.#plugin.createHttpContext(filter);
    if (context === undefined) return undefined;
    filter.attach(context);
    return filter;
  }

  close(): void {
    this.#plugin.shutdown();
  }
}

/** One object for both sides: the filter manager's filter, and what its context may ask of the stream. */
class WasmFilter extends WasmStreamHost implements HttpFilter {
  #attached: HttpContext | undefined;

  attach(context: HttpContext): void {
    this.#attached = context;
  }

  get #context(): HttpContext {
    if (this.#attached === undefined) throw new Error('Broken invariant: the filter runs before it has a context');
    return this.#attached;
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
    this.#context.log(this);
  }

  onDestroy(): void {
    this.#context.onDestroy();
  }
}
