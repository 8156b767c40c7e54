import { WasmResult } from '../abi.ts';
import { Phase } from '../phase.ts';
import { copyBytesOut, copyTextOut } from './copy-out.ts';
import { hostParams, type HostFunction } from './host-function.ts';

const { Ok, NotFound, BadArgument, InvalidMemoryAccess } = WasmResult;
const lastLogLevel = 5;

/** Logs, time, timers, contexts (cpp-host `src/exports.cc`). */
export const generalFunctions: Readonly<Record<string, HostFunction>> = {
  proxy_log: {
    params: hostParams('u32 level, text message'),
    result: 'i32',
    permitted: Phase.Allocating,
    make: (vm) => (level: number, pointer: number, size: number) => {
      if (level >>> 0 > lastLogLevel) return BadArgument;
      if (!vm.memory.has(pointer >>> 0, size >>> 0)) return InvalidMemoryAccess;
      vm.guestLog(level, pointer >>> 0, size >>> 0);
      return Ok;
    },
  },

  proxy_get_status: {
    params: hostParams('outU32 code, outText message'),
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => (codeAt: number, messageAt: number, sizeAt: number) => {
      if (vm.phase > Phase.Running) vm.refuse();
      const root = vm.target.root;
      if (!vm.memory.setU32(codeAt >>> 0, root?.statusCode ?? 0)) return InvalidMemoryAccess;
      return copyTextOut(vm, root?.statusMessage ?? '', messageAt, sizeAt);
    },
  },

  proxy_set_tick_period_milliseconds: {
    params: hostParams('u32 milliseconds'),
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => (milliseconds: number) => {
      if (vm.phase > Phase.Running) vm.refuse();
      vm.target.root?.setTickPeriod(milliseconds >>> 0);
      return Ok;
    },
  },

  proxy_get_current_time_nanoseconds: {
    params: hostParams('outU64 time'),
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => (timeAt: number) => {
      if (vm.phase > Phase.Running) vm.refuse();
      return vm.memory.setU64(timeAt >>> 0, vm.host.nowNs()) ? Ok : InvalidMemoryAccess;
    },
  },

  proxy_set_effective_context: {
    params: hostParams('u32 context'),
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => (id: number) => {
      if (vm.phase > Phase.Running) vm.refuse();
      if (!vm.contexts.has(id >>> 0)) return BadArgument;
      vm.effectiveId = id >>> 0;
      return Ok;
    },
  },

  proxy_done: {
    params: [],
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => () => (vm.phase > Phase.Running ? vm.refuse() : (vm.target.root?.done() ?? NotFound)),
  },
};

export const generalFunctions010: Readonly<Record<string, HostFunction>> = {
  proxy_get_configuration: {
    params: hostParams('outBytes configuration'),
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => (bytesAt: number, sizeAt: number) => {
      if (vm.phase > Phase.Running) vm.refuse();
      return copyBytesOut(vm, vm.target.configuration, bytesAt, sizeAt);
    },
  },
};

export const generalFunctions021: Readonly<Record<string, HostFunction>> = {
  proxy_get_log_level: {
    params: hostParams('outU32 level'),
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => (levelAt: number) => {
      if (vm.phase > Phase.Running) vm.refuse();
      return vm.memory.setU32(levelAt >>> 0, vm.host.logLevel()) ? Ok : InvalidMemoryAccess;
    },
  },
};
