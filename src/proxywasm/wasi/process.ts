import { LogLevel } from '../abi.ts';
import { hostParams, type HostFunction } from '../imports/host-function.ts';
import { Phase } from '../phase.ts';
import { Errno } from './errno.ts';

const { Success, Fault, Inval, Notsup } = Errno;
const maxRandomBytes = 65_536;

/** Arguments, environment, clocks, random numbers and the end of the process, which is none (cpp-host `src/exports.cc`). */
export const processFunctions: Readonly<Record<string, HostFunction>> = {
  args_sizes_get: {
    params: hostParams('outU32 count, outU32 size'),
    result: 'i32',
    permitted: Phase.Starting,
    make: (vm) => (countAt: number, sizeAt: number) => {
      if (vm.phase > Phase.Starting) vm.refuse();
      return vm.memory.setU32(countAt >>> 0, 0) && vm.memory.setU32(sizeAt >>> 0, 0) ? Success : Fault;
    },
  },
  args_get: {
    params: hostParams('u32 argv, u32 buffer'),
    result: 'i32',
    permitted: Phase.Starting,
    make: (vm) => () => (vm.phase > Phase.Starting ? vm.refuse() : Success),
  },
  environ_sizes_get: {
    params: hostParams('outU32 count, outU32 size'),
    result: 'i32',
    permitted: Phase.Starting,
    make: (vm) => (countAt: number, sizeAt: number) => {
      if (vm.phase > Phase.Starting) vm.refuse();
      const { environment } = vm.settings;
      const size = environment.reduce((sum, [key, value]) => sum + key.length + value.length + 2, 0);
      return vm.memory.setU32(countAt >>> 0, environment.length) && vm.memory.setU32(sizeAt >>> 0, size) ? Success : Fault;
    },
  },
  environ_get: {
    params: hostParams('u32 environ, u32 buffer'),
    result: 'i32',
    permitted: Phase.Starting,
    make: (vm) => (listAt: number, bufferAt: number) => {
      if (vm.phase > Phase.Starting) vm.refuse();
      const { memory } = vm;
      let list = listAt >>> 0;
      let buffer = bufferAt >>> 0;
      for (const [key, value] of vm.settings.environment) {
        const entry = `${key}=${value}\0`;
        if (!memory.setU32(list, buffer) || !memory.has(buffer, entry.length)) return Fault;
        memory.setText(buffer, entry);
        list += 4;
        buffer += entry.length;
      }
      return Success;
    },
  },
  clock_time_get: {
    params: hostParams('u32 clock, i64 precision, outU64 time'),
    result: 'i32',
    permitted: Phase.Allocating,
    make: (vm) => (clock: number, _precision: bigint, timeAt: number) => {
      if (clock !== 0 && clock !== 1) return Notsup;
      return vm.memory.setU64(timeAt >>> 0, clock === 0 ? vm.host.nowNs() : vm.host.monotonicNs()) ? Success : Fault;
    },
  },
  clock_res_get: {
    params: hostParams('u32 clock, outU64 resolution'),
    result: 'i32',
    permitted: Phase.Starting,
    make: (vm) => (clock: number, resolutionAt: number) => {
      if (vm.phase > Phase.Starting) vm.refuse();
      if (clock !== 0 && clock !== 1) return Notsup;
      return vm.memory.setU64(resolutionAt >>> 0, 1n) ? Success : Fault;
    },
  },
  random_get: {
    params: hostParams('u32 buffer, u32 size'),
    result: 'i32',
    permitted: Phase.Starting,
    make: (vm) => (bufferAt: number, size: number) => {
      if (vm.phase > Phase.Starting) vm.refuse();
      if (size >>> 0 > maxRandomBytes) return Inval;
      if (!vm.memory.has(bufferAt >>> 0, size >>> 0)) return Fault;
      vm.host.randomBytes(vm.memory.slice(bufferAt >>> 0, size >>> 0));
      return Success;
    },
  },
  sched_yield: {
    params: [],
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => () => (vm.phase > Phase.Running ? vm.refuse() : Success),
  },
  /** Nothing ever happens, and at once: a guest that sleeps goes on. */
  poll_oneoff: {
    params: hostParams('u32 in, u32 out, u32 count, outU32 events'),
    result: 'i32',
    permitted: Phase.Allocating,
    make: (vm) => (_in: number, _out: number, _count: number, eventsAt: number) => (vm.memory.setU32(eventsAt >>> 0, 0) ? Success : Fault),
  },
  /** Does nothing and returns to the guest, which mostly runs into `unreachable` then. */
  proc_exit: {
    params: hostParams('u32 code'),
    result: 'none',
    permitted: Phase.Running,
    make: (vm) => () => {
      if (vm.phase > Phase.Running) vm.refuse();
      vm.hostLog('wasi_unstable proc_exit', LogLevel.Trace);
    },
  },
};
