import { WasmResult } from '#proxywasm/abi.ts';
import type { PropertyResult, StreamView } from '#proxywasm/host.ts';
import type { PluginSettings } from '#proxywasm/plugin-settings.ts';
import type { Proxy } from '../proxy.ts';

export interface PropertyContext {
  readonly proxy: Proxy;
  readonly settings: PluginSettings;
  readonly view: StreamView | undefined;
}

export function lookUp(_path: readonly string[], _rawPath: string, _context: PropertyContext): PropertyResult {
  return { status: WasmResult.NotFound };
}
