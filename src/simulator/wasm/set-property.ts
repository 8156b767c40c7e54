import { WasmResult } from '#proxywasm/abi.ts';
import type { StreamView } from '#proxywasm/host.ts';
import { streamOf } from './stream-of.ts';

const BYTES = 0;

/** `proxy_set_property`: an object of the filter state named `wasm.<path>` (envoy `Context::setProperty`). */
export function writeProperty(path: string, value: Uint8Array, stream: StreamView | undefined): number {
  const info = streamOf(stream)?.info;
  if (info === undefined) return WasmResult.NotFound;
  const key = `wasm.${path}`;
  const old = info.filterState.get(key);
  if (old?.readOnly === true) return WasmResult.BadArgument;
  info.filterState.set(key, { bytes: value.slice(), readOnly: false, type: old?.type ?? BYTES });
  return WasmResult.Ok;
}
