import { WasmResult } from '../abi.ts';
import { Phase } from '../phase.ts';
import { copyBytesOut } from './copy-out.ts';
import { hostParams, type HostFunction } from './host-function.ts';

const { Ok, NotFound, BadArgument, InvalidMemoryAccess } = WasmResult;
const lastBufferType = 8;

/** Bodies, connection data, configurations, call data (cpp-host `src/exports.cc`). */
export const bufferFunctions: Readonly<Record<string, HostFunction>> = {
  proxy_get_buffer_bytes: {
    params: hostParams('u32 type, u32 start, u32 length, outBytes bytes'),
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => (type: number, start: number, length: number, bytesAt: number, sizeAt: number) => {
      if (vm.phase > Phase.Running) vm.refuse();
      if (type >>> 0 > lastBufferType) return BadArgument;
      const buffer = vm.target.buffer(type);
      if (buffer === undefined) return NotFound;
      const from = Math.min(start >>> 0, buffer.length);
      return copyBytesOut(vm, buffer.read(from, Math.min(length >>> 0, buffer.length - from)), bytesAt, sizeAt);
    },
  },

  proxy_get_buffer_status: {
    params: hostParams('u32 type, outU32 length, outU32 flags'),
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => (type: number, lengthAt: number, flagsAt: number) => {
      if (vm.phase > Phase.Running) vm.refuse();
      if (type >>> 0 > lastBufferType) return BadArgument;
      const buffer = vm.target.buffer(type);
      if (buffer === undefined) return NotFound;
      const { memory } = vm;
      return memory.setU32(lengthAt >>> 0, buffer.length) && memory.setU32(flagsAt >>> 0, 0) ? Ok : InvalidMemoryAccess;
    },
  },

  proxy_set_buffer_bytes: {
    params: hostParams('u32 type, u32 start, u32 length, bytes data'),
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => (type: number, start: number, length: number, pointer: number, size: number) => {
      if (vm.phase > Phase.Running) vm.refuse();
      if (type >>> 0 > lastBufferType) return BadArgument;
      const buffer = vm.target.buffer(type);
      if (buffer === undefined) return NotFound;
      if (!vm.memory.has(pointer >>> 0, size >>> 0)) return InvalidMemoryAccess;
      return buffer.write(start >>> 0, length >>> 0, vm.memory.copy(pointer >>> 0, size >>> 0));
    },
  },
};
