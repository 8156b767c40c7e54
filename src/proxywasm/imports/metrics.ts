import { WasmResult } from '../abi.ts';
import { Phase } from '../phase.ts';
import { hostParams, type HostFunction } from './host-function.ts';

const { Ok, BadArgument, InvalidMemoryAccess } = WasmResult;

/** Metrics (cpp-host `src/exports.cc`). 64-bit numbers are BigInt at the boundary. */
export const metricFunctions: Readonly<Record<string, HostFunction>> = {
  proxy_define_metric: {
    params: hostParams('u32 type, text name, outU32 id'),
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => (type: number, namePtr: number, nameSize: number, idAt: number) => {
      if (vm.phase > Phase.Running) vm.refuse();
      if (!vm.memory.has(namePtr >>> 0, nameSize >>> 0)) return InvalidMemoryAccess;
      const id = vm.metrics.define(type >>> 0, vm.memory.text(namePtr >>> 0, nameSize >>> 0));
      if (id === undefined) return BadArgument;
      return vm.memory.setU32(idAt >>> 0, id) ? Ok : InvalidMemoryAccess;
    },
  },

  proxy_increment_metric: {
    params: hostParams('u32 id, i64 offset'),
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => (id: number, offset: bigint) => (vm.phase > Phase.Running ? vm.refuse() : vm.metrics.increment(id >>> 0, offset)),
  },

  proxy_record_metric: {
    params: hostParams('u32 id, i64 value'),
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => (id: number, value: bigint) =>
      vm.phase > Phase.Running ? vm.refuse() : vm.metrics.record(id >>> 0, BigInt.asUintN(64, value)),
  },

  proxy_get_metric: {
    params: hostParams('u32 id, outU64 value'),
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => (id: number, valueAt: number) => {
      if (vm.phase > Phase.Running) vm.refuse();
      const value = vm.metrics.value(id >>> 0);
      if (typeof value === 'number') return value;
      return vm.memory.setU64(valueAt >>> 0, value) ? Ok : InvalidMemoryAccess;
    },
  },
};
