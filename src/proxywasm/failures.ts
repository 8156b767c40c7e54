import type { Failure } from '#base/result.ts';

/**
 * Why a plugin cannot run, with advice. One entry per reason. `hostLog` is what Envoy's log says about it (cpp-host `src/wasm.cc`,
 * `src/v8/v8.cc`); `message` is ours, for people.
 */
const table = {
  'not-wasm': 'Choose the .wasm file that your compiler wrote.',
  component: 'Proxy-Wasm runs core modules. Build for the target wasm32-wasip1 (preview 1), not wasip2.',
  truncated: 'Copy or download the file again, and compare its size with the original.',
  'no-abi':
    'A Proxy-Wasm SDK exports a function named proxy_abi_version_0_1_0, …0_2_0 or …0_2_1. Build with an SDK, or check that the linker keeps the export.',
  'vendor-abi': 'This module was built for Higress. Build it with a standard Proxy-Wasm SDK to run it in Envoy or Istio.',
  'not-compiled': 'The engine refuses the module. It may need a WebAssembly feature that is missing here, or be damaged.',
  'memory-too-large': 'Envoy gives one VM at most 1 GiB. Lower the initial memory of the module.',
  'missing-import':
    'Envoy provides the Proxy-Wasm and WASI preview 1 functions only. Build for wasm32-wasip1, without other host functions.',
  'import-type': 'The SDK declares this host function with other parameters than the ABI. Use a newer SDK.',
  'export-type': 'A callback must have the parameters and results of the ABI. Use a newer SDK, or correct the signature.',
  'no-allocator': 'Export malloc or proxy_on_memory_allocate, so that the host can hand over data.',
  'not-instantiated': 'The engine could not make an instance of the module, often for lack of memory.',
  'start-trapped': 'Look at the log: the module stopped itself while it was initialised.',
  'start-refused': 'on_vm_start returned false. Look at the log for the reason the plugin gives.',
  'configure-refused': 'on_configure returned false. Look at the log for the reason the plugin gives, and check its configuration.',
  'two-policies': 'Set either fail_open (old) or failure_policy, not both.',
  'environment-key-twice': 'Take the key out of host_env_keys or out of key_values.',
} as const;

export type PluginFailureCode = `proxywasm/${keyof typeof table}`;

export interface PluginFailure extends Failure<PluginFailureCode> {
  /** Lines of Envoy's log at level error that have not been logged yet. */
  readonly hostLog: readonly string[];
}

/** Envoy's lines for a module it cannot load, and its last line for one it cannot start (envoy `Wasm::error`, cpp-host `createWasm`). */
export function notLoaded(reason: string): readonly string[] {
  return [`Wasm VM failed ${reason}`, 'Wasm VM failed Failed to load Wasm code'];
}

export const notInitialized = 'Wasm VM failed Failed to initialize Wasm code';

export function pluginFailure(reason: keyof typeof table, message: string, hostLog: readonly string[] = [], help?: string): PluginFailure {
  return { code: `proxywasm/${reason}`, message, help: help ?? table[reason], hostLog };
}
