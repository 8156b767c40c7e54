import type { ByteString } from '#base/bytes.ts';
import { WasmResult } from '../abi.ts';
import type { HeaderPairs } from '../host.ts';
import { pairsSize, writePairs } from '../pairs.ts';
import type { Vm } from '../vm.ts';

/*
 * Values handed to the guest: a block from its allocator with exactly their size, then pointer and size at the two addresses. Nothing is
 * allocated for an empty value: it is 0, 0 (cpp-host `include/proxy-wasm/wasm.h` `copyToPointerSize`).
 */

export function copyTextOut(vm: Vm, text: ByteString, pointerAt: number, sizeAt: number): number {
  const size = text.length;
  let pointer = 0;
  if (size > 0) {
    pointer = vm.allocate(size);
    if (pointer === 0) return WasmResult.InvalidMemoryAccess;
    vm.memory.setText(pointer, text);
  }
  return setBlock(vm, pointer, size, pointerAt, sizeAt);
}

/** `data` must not be a view of the guest's own memory: the allocator may move that. */
export function copyBytesOut(vm: Vm, data: Uint8Array, pointerAt: number, sizeAt: number): number {
  const size = data.length;
  let pointer = 0;
  if (size > 0) {
    pointer = vm.allocate(size);
    if (pointer === 0) return WasmResult.InvalidMemoryAccess;
    vm.memory.setBytes(pointer, data);
  }
  return setBlock(vm, pointer, size, pointerAt, sizeAt);
}

export function copyPairsOut(vm: Vm, pairs: HeaderPairs, pointerAt: number, sizeAt: number): number {
  if (pairs.length === 0) return setBlock(vm, 0, 0, pointerAt, sizeAt);
  const size = pairsSize(pairs);
  const pointer = vm.allocate(size);
  if (pointer === 0) return WasmResult.InvalidMemoryAccess;
  writePairs(vm.memory, pointer, pairs);
  return setBlock(vm, pointer, size, pointerAt, sizeAt);
}

function setBlock(vm: Vm, pointer: number, size: number, pointerAt: number, sizeAt: number): number {
  return vm.memory.setBlock(pointerAt >>> 0, pointer, sizeAt >>> 0, size) ? WasmResult.Ok : WasmResult.InvalidMemoryAccess;
}
