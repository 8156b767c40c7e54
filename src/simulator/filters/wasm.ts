import type { Plugin } from '#proxywasm/plugin.ts';
import { ConfigError } from '../config-error.ts';
import type { ActiveFilter } from '../http/active-filter.ts';
import type { HttpFilter } from '../http/filter.ts';
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

  /** A context has the filter's methods: nothing stands between the filter manager and the guest's side of the stream. */
  create(callbacks: ActiveFilter): HttpFilter | undefined {
    return this.#plugin.createHttpContext(new WasmStreamHost(callbacks));
  }

  close(): void {
    this.#plugin.shutdown();
  }
}
