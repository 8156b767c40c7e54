import { WasmResult } from '../abi.ts';
import type { HeaderPair } from '../host.ts';
import { lowerCase } from '../lower-case.ts';
import { decodePairs, encodePairs } from '../pairs.ts';
import { Phase } from '../phase.ts';
import type { Vm } from '../vm.ts';
import { copyBytesOut, copyPairsOut, copyTextOut } from './copy-out.ts';
import { hostParams, type HostFunction } from './host-function.ts';

const { Ok, NotFound, BadArgument, InvalidMemoryAccess } = WasmResult;
const lastMapType = 7;

/** Header and trailer maps (cpp-host `src/exports.cc`, envoy `Context::getHeaderMapValue` …). */
export const headerMapFunctions: Readonly<Record<string, HostFunction>> = {
  proxy_get_header_map_value: {
    params: hostParams('u32 type, text name, outText value'),
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => (type: number, namePtr: number, nameSize: number, valueAt: number, sizeAt: number) => {
      if (vm.phase > Phase.Running) vm.refuse();
      if (type >>> 0 > lastMapType) return BadArgument;
      const { memory } = vm;
      if (!memory.has(namePtr >>> 0, nameSize >>> 0)) return InvalidMemoryAccess;
      const context = vm.target;
      const map = context.readableMap(type);
      const value = map?.get(memory.headerName(namePtr >>> 0, nameSize >>> 0));
      if (value !== undefined) return copyTextOut(vm, value, valueAt, sizeAt);
      if (map === undefined && !context.inLog) return BadArgument;
      // modules of the first ABI do not know NotFound here
      return vm.abi === '0.1.0' ? copyTextOut(vm, '', valueAt, sizeAt) : NotFound;
    },
  },

  proxy_add_header_map_value: {
    params: hostParams('u32 type, text name, text value'),
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => (type: number, namePtr: number, nameSize: number, valuePtr: number, valueSize: number) => {
      if (vm.phase > Phase.Running) vm.refuse();
      if (type >>> 0 > lastMapType) return BadArgument;
      const { memory } = vm;
      if (!bothInside(vm, namePtr, nameSize, valuePtr, valueSize)) return InvalidMemoryAccess;
      const context = vm.target;
      const map = context.map(type);
      if (map === undefined) return BadArgument;
      map.add(memory.headerName(namePtr >>> 0, nameSize >>> 0), memory.value(valuePtr >>> 0, valueSize >>> 0));
      context.mapChanged(type);
      return Ok;
    },
  },

  proxy_replace_header_map_value: {
    params: hostParams('u32 type, text name, text value'),
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => (type: number, namePtr: number, nameSize: number, valuePtr: number, valueSize: number) => {
      if (vm.phase > Phase.Running) vm.refuse();
      if (type >>> 0 > lastMapType) return BadArgument;
      const { memory } = vm;
      if (!bothInside(vm, namePtr, nameSize, valuePtr, valueSize)) return InvalidMemoryAccess;
      const context = vm.target;
      const map = context.map(type);
      if (map === undefined) return BadArgument;
      map.replace(memory.headerName(namePtr >>> 0, nameSize >>> 0), memory.value(valuePtr >>> 0, valueSize >>> 0));
      context.mapChanged(type);
      return Ok;
    },
  },

  proxy_remove_header_map_value: {
    params: hostParams('u32 type, text name'),
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => (type: number, namePtr: number, nameSize: number) => {
      if (vm.phase > Phase.Running) vm.refuse();
      if (type >>> 0 > lastMapType) return BadArgument;
      if (!vm.memory.has(namePtr >>> 0, nameSize >>> 0)) return InvalidMemoryAccess;
      const context = vm.target;
      const map = context.map(type);
      if (map === undefined) return BadArgument;
      map.remove(vm.memory.headerName(namePtr >>> 0, nameSize >>> 0));
      context.mapChanged(type);
      return Ok;
    },
  },

  proxy_get_header_map_pairs: {
    params: hostParams('u32 type, outPairs pairs'),
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => (type: number, pairsAt: number, sizeAt: number) => {
      if (vm.phase > Phase.Running) vm.refuse();
      if (type >>> 0 > lastMapType) return BadArgument;
      const map = vm.target.readableMap(type);
      if (map === undefined || map.size === 0) return copyPairsOut(vm, [], pairsAt, sizeAt);
      if (!('encoded' in map)) return copyPairsOut(vm, map.entries(), pairsAt, sizeAt);
      return copyBytesOut(vm, (map.encoded ??= encodePairs(map.entries())), pairsAt, sizeAt);
    },
  },

  proxy_set_header_map_pairs: {
    params: hostParams('u32 type, pairs pairs'),
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => (type: number, pointer: number, size: number) => {
      if (vm.phase > Phase.Running) vm.refuse();
      if (type >>> 0 > lastMapType) return BadArgument;
      if (!vm.memory.has(pointer >>> 0, size >>> 0)) return InvalidMemoryAccess;
      const pairs = decodePairs(vm.memory.slice(pointer >>> 0, size >>> 0));
      const context = vm.target;
      const map = context.map(type);
      if (map === undefined) return BadArgument;
      map.setAll(pairs.map(([name, value]): HeaderPair => [lowerCase(name), value]));
      context.mapChanged(type);
      return Ok;
    },
  },

  proxy_get_header_map_size: {
    params: hostParams('u32 type, outU32 size'),
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => (type: number, sizeAt: number) => {
      if (vm.phase > Phase.Running) vm.refuse();
      if (type >>> 0 > lastMapType) return BadArgument;
      const map = vm.target.map(type);
      if (map === undefined) return BadArgument;
      return vm.memory.setU32(sizeAt >>> 0, map.byteSize) ? Ok : InvalidMemoryAccess;
    },
  },
};

function bothInside({ memory }: Vm, pointer: number, size: number, secondPointer: number, secondSize: number): boolean {
  return memory.has(pointer >>> 0, size >>> 0) && memory.has(secondPointer >>> 0, secondSize >>> 0);
}
