import type { Plugin } from '#proxywasm/plugin.ts';
import { ConfigError } from '../config-error.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { Proxy } from '../proxy.ts';
import { readPluginConfig } from './plugin-config.ts';
import { PluginRootHost } from './root-host.ts';
import type { WasmServices } from './wasm-services.ts';

/** Starts the plugin of a `PluginConfig`. A plugin that refuses makes Envoy refuse the listener: `ConfigError`. */
export function startPlugin(config: ConfigReader, context: { readonly proxy: Proxy; readonly wasm: WasmServices }): Plugin {
  const { proxy, wasm } = context;
  const { settings, code } = readPluginConfig(config, proxy.variables);
  const loaded = code === undefined ? undefined : wasm.code(code);
  if (loaded === undefined && wasm.refusesMissing) {
    throw new ConfigError(code?.kind === 'file' ? `Invalid path: ${code.filename}` : `Unable to create Wasm plugin ${settings.name}`);
  }
  const made = wasm.runtime.createPlugin(settings, loaded, new PluginRootHost(proxy, settings), { mainThread: wasm.mainThread });
  if (!made.ok) throw new ConfigError(made.error.rejection);
  return made.value;
}
