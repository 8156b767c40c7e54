import { WasmResult } from '#proxywasm/abi.ts';
import type { ForeignResult, StreamView } from '#proxywasm/host.ts';

/** A function of the embedder that guests call by name (envoy `source/extensions/common/wasm/foreign.cc`). */
type Foreign = (argument: Uint8Array, stream: StreamView | undefined) => ForeignResult;

const functions: Readonly<Record<string, Foreign>> = {
  clear_route_cache: (_, stream) => {
    if (stream?.host.kind === 'http') stream.host.clearRouteCache();
    return { status: WasmResult.Ok };
  },
};

export function callForeign(name: string, argument: Uint8Array, stream: StreamView | undefined): ForeignResult {
  if (!Object.hasOwn(functions, name)) return { status: WasmResult.NotFound };
  return functions[name]?.(argument, stream) ?? { status: WasmResult.NotFound };
}
