import { LogLevel, WasmResult } from '../abi.ts';
import { Phase } from '../phase.ts';
import { hostParams, type HostFunction, type Param } from './host-function.ts';

/** What C and C++ toolchains import beside the ABI; every version has them (cpp-host `WasmBase::registerCallbacks`). */
export const toolchainFunctions: Readonly<Record<string, HostFunction>> = {
  pthread_equal: {
    params: hostParams('u32 left, u32 right'),
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => (left: number, right: number) => (vm.phase > Phase.Running ? vm.refuse() : Number(left === right)),
  },
  emscripten_notify_memory_growth: {
    params: hostParams('u32 index'),
    result: 'none',
    permitted: Phase.Starting,
    make: (vm) => () => {
      if (vm.phase > Phase.Starting) vm.refuse();
    },
  },
};

/** Higress's additions (higress-group/proxy-wasm-go-sdk `proxywasm/internal`): linked on request, do nothing and say so. */
export const vendorFunctions: Readonly<Record<string, HostFunction>> = {
  proxy_redis_init: stub('proxy_redis_init', hostParams('text upstream, text username, text password, u32 timeoutMs')),
  proxy_redis_call: stub('proxy_redis_call', hostParams('text upstream, bytes query, outU32 token')),
  proxy_inject_encoded_data_to_filter_chain: stub('proxy_inject_encoded_data_to_filter_chain', hostParams('bytes data, u32 endStream')),
  proxy_get_upstream_hosts: stub('proxy_get_upstream_hosts', hostParams('outBytes hosts')),
  proxy_set_upstream_override_host: stub('proxy_set_upstream_override_host', hostParams('text address')),
  proxy_set_log_level: stub('proxy_set_log_level', hostParams('u32 level')),
};

function stub(name: string, params: readonly Param[]): HostFunction {
  return {
    params,
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => () => {
      if (vm.phase > Phase.Running) vm.refuse();
      vm.hostLog(`${name} is not part of Envoy: nothing was done`, LogLevel.Warn);
      return WasmResult.Unimplemented;
    },
  };
}
