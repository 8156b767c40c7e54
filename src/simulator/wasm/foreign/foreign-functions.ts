import { WasmResult } from '#proxywasm/abi.ts';
import type { ForeignResult } from '#proxywasm/host.ts';
import { deflateZlib } from '#base/zlib/formats.ts';
import { inflateZlib } from '#base/zlib/inflate.ts';
import { createExpression, deleteExpression, evaluateExpression } from './expressions.ts';
import type { ForeignCaller, ForeignFunction } from './foreign-function.ts';
import { ok } from './foreign-function.ts';
import { setEnvoyFilterState } from './set-envoy-filter-state.ts';
import { sign, verifySignature } from './signatures.ts';

/** By name (envoy `source/extensions/common/wasm/foreign.cc`). */
const functions: Readonly<Record<string, ForeignFunction>> = {
  clear_route_cache: (_, { stream }) => {
    if (stream?.host.kind === 'http') stream.host.clearRouteCache();
    return ok;
  },
  compress: (argument) => ({ status: WasmResult.Ok, result: deflateZlib(argument) }),
  uncompress: (argument) => {
    const result = inflateZlib(argument);
    return typeof result === 'string' ? { status: WasmResult.SerializationFailure } : { status: WasmResult.Ok, result };
  },
  declare_property: (argument, { declared }) => ({ status: declared.declare(argument) }),
  set_envoy_filter_state: setEnvoyFilterState,
  expr_create: createExpression,
  expr_evaluate: evaluateExpression,
  expr_delete: deleteExpression,
  sign,
  verify_signature: verifySignature,
};

/** Every foreign function there is, for documentation and tests. */
export const foreignFunctionNames: readonly string[] = Object.keys(functions);

export function callForeign(name: string, argument: Uint8Array, caller: ForeignCaller): ForeignResult {
  const run = Object.hasOwn(functions, name) ? functions[name] : undefined;
  return run?.(argument, caller) ?? { status: WasmResult.NotFound, unknown: true };
}
