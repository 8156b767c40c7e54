import type { NetworkContext as GuestContext } from '#proxywasm/network-context.ts';
import type { Plugin } from '#proxywasm/plugin.ts';
import { ConfigError } from '../../config-error.ts';
import type { BodyBuffer } from '../../http/body-buffer.ts';
import { startPlugin } from '../../wasm/start-plugin.ts';
import { WasmConnectionHost } from '../../wasm/wasm-connection-host.ts';
import type {
  CloseEvent,
  NetworkCallbacks,
  NetworkFilter,
  NetworkFilterFactory,
  NetworkFilterType,
  NetworkStatus,
} from '../network-filter.ts';

/** envoy.filters.network.wasm: a Proxy-Wasm plugin on connections. */
export const filterType: NetworkFilterType = {
  compile(config, context) {
    const inner = config.message('config');
    if (inner === undefined) throw new ConfigError('envoy.filters.network.wasm: config is missing');
    return new WasmNetworkFactory(startPlugin(inner, context));
  },
};

class WasmNetworkFactory implements NetworkFilterFactory {
  readonly #plugin: Plugin;

  constructor(plugin: Plugin) {
    this.#plugin = plugin;
  }

  create(callbacks: NetworkCallbacks): NetworkFilter {
    const context = this.#plugin.createNetworkContext(new WasmConnectionHost(callbacks));
    return context === undefined ? {} : new WasmNetworkFilter(context);
  }

  close(): void {
    this.#plugin.shutdown();
  }
}

class WasmNetworkFilter implements NetworkFilter {
  readonly #context: GuestContext;

  constructor(context: GuestContext) {
    this.#context = context;
  }

  onNewConnection(): NetworkStatus {
    return this.#context.onNewConnection();
  }

  onData(data: BodyBuffer, endStream: boolean): NetworkStatus {
    return this.#context.onData(data, endStream);
  }

  onWrite(data: BodyBuffer, endStream: boolean): NetworkStatus {
    return this.#context.onWrite(data, endStream);
  }

  onEvent(event: CloseEvent): void {
    this.#context.onEvent(event);
  }

  onDestroy(): void {
    this.#context.onDestroy();
  }
}
