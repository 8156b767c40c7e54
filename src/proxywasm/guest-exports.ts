import { type AbiVersion } from './abi.ts';
import type { ModuleInfo, Signature, ValueType } from './module/module-info.ts';
import { printSignature, sameSignature } from './module/signature.ts';

/** An export of the guest. Parameters are i32 throughout; a function without result gives undefined. */
export type GuestFunction = (a?: number, b?: number, c?: number, d?: number, e?: number) => number | undefined;

/** Callbacks: number of parameters, whether there is a result, and the ABI versions that know them (cpp-host `FOR_ALL_MODULE_FUNCTIONS`). */
const callbacks = {
  proxy_validate_configuration: [2, true],
  proxy_on_vm_start: [2, true],
  proxy_on_configure: [2, true],
  proxy_on_tick: [1, false],
  proxy_on_context_create: [2, false],
  proxy_on_new_connection: [1, true],
  proxy_on_downstream_data: [3, true],
  proxy_on_upstream_data: [3, true],
  proxy_on_downstream_connection_close: [2, false],
  proxy_on_upstream_connection_close: [2, false],
  proxy_on_request_headers: [3, true],
  proxy_on_request_body: [3, true],
  proxy_on_request_trailers: [2, true],
  proxy_on_request_metadata: [2, true],
  proxy_on_response_headers: [3, true],
  proxy_on_response_body: [3, true],
  proxy_on_response_trailers: [2, true],
  proxy_on_response_metadata: [2, true],
  proxy_on_http_call_response: [5, false],
  proxy_on_grpc_receive: [3, false],
  proxy_on_grpc_close: [3, false],
  proxy_on_grpc_receive_initial_metadata: [3, false],
  proxy_on_grpc_receive_trailing_metadata: [3, false],
  proxy_on_queue_ready: [2, false],
  proxy_on_done: [1, true],
  proxy_on_log: [1, false],
  proxy_on_delete: [1, false],
  proxy_on_foreign_function: [3, false],
} as const satisfies Record<string, readonly [number, boolean]>;

/** Envoy's own (envoy `source/extensions/common/wasm/wasm.cc` `Wasm::getFunctions`); not subject to capability restriction. */
const envoyCallbacks = { envoy_on_resolve_dns: [3, false], envoy_on_stats_update: [2, false] } as const;

type CallbackName = keyof typeof callbacks | keyof typeof envoyCallbacks;

/** Every callback a guest may export, for documentation and tests. */
export const callbackNames: readonly string[] = Object.keys({ ...callbacks, ...envoyCallbacks });

/** What a VM calls in its guest; absent ones are undefined and are skipped with the neutral result. */
export type GuestExports = { [Name in CallbackName]: GuestFunction | undefined } & {
  initialize: GuestFunction | undefined;
  /** `main(0, 0)` or `__main_void()`, only where `_initialize` exists; `_start` otherwise. */
  main: GuestFunction | undefined;
  mainName: 'main' | '__main_void' | '_start';
  malloc: GuestFunction | undefined;
  mallocName: 'malloc' | 'proxy_on_memory_allocate';
};

export interface ResolvedExports {
  readonly exports: GuestExports;
  /** Lines for the log; with any of them the VM is lost (`UnableToInitializeCode`, `MissingFunction`). */
  readonly errors: readonly { readonly reason: 'export-type' | 'no-allocator'; readonly message: string }[];
}

/** Binds the exports a host calls, in cpp-host's order (`WasmBase::getFunctions`). */
export function resolveExports(
  info: ModuleInfo,
  instance: WebAssembly.Exports,
  abi: AbiVersion,
  allowed: (capability: string) => boolean,
): ResolvedExports {
  const errors: ResolvedExports['errors'][number][] = [];
  const known = new Map(info.exports.filter(({ kind }) => kind === 'function').map((item) => [item.name, item]));
  const get = (name: string, params: number, result: boolean): GuestFunction | undefined => {
    const item = known.get(name);
    if (item === undefined) return undefined;
    const want: Signature = { params: Array.from({ length: params }, (): ValueType => 'i32'), results: result ? ['i32'] : [] };
    if (item.signature === undefined || !sameSignature(item.signature, want)) {
      const message = `Bad function signature for: ${name}, want: ${printSignature(want)}, but the module exports: ${printSignature(item.signature)}`;
      errors.push({ reason: 'export-type', message });
      return undefined;
    }
    return instance[name] as GuestFunction;
  };
  const initialize = get('_initialize', 0, false);
  const main = initialize === undefined ? get('_start', 0, false) : get('main', 2, true);
  const mainVoid = initialize !== undefined && main === undefined ? get('__main_void', 0, true) : undefined;
  const preferred = get('malloc', 1, true);
  const malloc = preferred ?? get('proxy_on_memory_allocate', 1, true);
  if (malloc === undefined) errors.push({ reason: 'no-allocator', message: 'Wasm module is missing malloc function.' });
  const bound: Record<string, GuestFunction | undefined> = {};
  for (const [name, [params, result]] of Object.entries(callbacks)) {
    const unknown = name === 'proxy_on_foreign_function' && abi === '0.1.0';
    bound[name] = unknown || !allowed(name) ? undefined : get(name, arity(name, params, abi), result);
  }
  for (const [name, [params, result]] of Object.entries(envoyCallbacks)) bound[name] = get(name, params, result);
  const mainName = initialize === undefined ? '_start' : main === undefined ? '__main_void' : 'main';
  return {
    exports: {
      ...(bound as Record<CallbackName, GuestFunction | undefined>),
      initialize,
      main: main ?? mainVoid,
      mainName,
      malloc,
      mallocName: preferred === undefined ? 'proxy_on_memory_allocate' : 'malloc',
    },
    errors,
  };
}

/** ABI 0.1.0 tells the headers callbacks nothing about the end of the stream. */
function arity(name: string, params: number, abi: AbiVersion): number {
  return abi === '0.1.0' && (name === 'proxy_on_request_headers' || name === 'proxy_on_response_headers') ? 2 : params;
}
