import { WasmResult } from '../abi.ts';
import { Phase } from '../phase.ts';
import { copyBytesOut } from './copy-out.ts';
import { hostParams, type HostFunction } from './host-function.ts';

const { Ok, NotFound, Empty, InvalidMemoryAccess } = WasmResult;

/** Shared data and shared queues (cpp-host `src/exports.cc`). */
export const sharedFunctions: Readonly<Record<string, HostFunction>> = {
  proxy_get_shared_data: {
    params: hostParams('text key, outBytes value, outU32 cas'),
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => (keyPtr: number, keySize: number, valueAt: number, sizeAt: number, casAt: number) => {
      if (vm.phase > Phase.Running) vm.refuse();
      if (!vm.memory.has(keyPtr >>> 0, keySize >>> 0)) return InvalidMemoryAccess;
      const found = vm.shared.data.get(vm.settings.vmId, vm.memory.name(keyPtr >>> 0, keySize >>> 0));
      if (found === undefined) return NotFound;
      const status = copyBytesOut(vm, found.value, valueAt, sizeAt);
      if (status !== Ok) return status;
      return vm.memory.setU32(casAt >>> 0, found.cas) ? Ok : InvalidMemoryAccess;
    },
  },

  proxy_set_shared_data: {
    params: hostParams('text key, bytes value, u32 cas'),
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => (keyPtr: number, keySize: number, valuePtr: number, valueSize: number, cas: number) => {
      if (vm.phase > Phase.Running) vm.refuse();
      const { memory } = vm;
      if (!memory.has(keyPtr >>> 0, keySize >>> 0) || !memory.has(valuePtr >>> 0, valueSize >>> 0)) return InvalidMemoryAccess;
      const value = memory.copy(valuePtr >>> 0, valueSize >>> 0);
      return vm.shared.data.set(vm.settings.vmId, memory.text(keyPtr >>> 0, keySize >>> 0), value, cas >>> 0);
    },
  },

  proxy_register_shared_queue: {
    params: hostParams('text name, outU32 token'),
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => (namePtr: number, nameSize: number, tokenAt: number) => {
      if (vm.phase > Phase.Running) vm.refuse();
      if (!vm.memory.has(namePtr >>> 0, nameSize >>> 0)) return InvalidMemoryAccess;
      const name = vm.memory.text(namePtr >>> 0, nameSize >>> 0);
      const token = vm.shared.queues.register(vm.settings.vmId, name, vm.queueOwner(vm.target.root?.id ?? 0));
      return vm.memory.setU32(tokenAt >>> 0, token) ? Ok : InvalidMemoryAccess;
    },
  },

  proxy_resolve_shared_queue: {
    params: hostParams('text vmId, text name, outU32 token'),
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => (vmIdPtr: number, vmIdSize: number, namePtr: number, nameSize: number, tokenAt: number) => {
      if (vm.phase > Phase.Running) vm.refuse();
      const { memory } = vm;
      if (!memory.has(vmIdPtr >>> 0, vmIdSize >>> 0) || !memory.has(namePtr >>> 0, nameSize >>> 0)) return InvalidMemoryAccess;
      const vmId = vmIdSize === 0 ? vm.settings.vmId : memory.text(vmIdPtr >>> 0, vmIdSize >>> 0);
      const token = vm.shared.queues.resolve(vmId, memory.text(namePtr >>> 0, nameSize >>> 0));
      if (token === 0) return NotFound;
      return memory.setU32(tokenAt >>> 0, token) ? Ok : InvalidMemoryAccess;
    },
  },

  proxy_dequeue_shared_queue: {
    params: hostParams('u32 token, outBytes item'),
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => (token: number, itemAt: number, sizeAt: number) => {
      if (vm.phase > Phase.Running) vm.refuse();
      const item = vm.shared.queues.dequeue(token >>> 0);
      if (item === 'unknown') return NotFound;
      return item === 'empty' ? Empty : copyBytesOut(vm, item, itemAt, sizeAt);
    },
  },

  proxy_enqueue_shared_queue: {
    params: hostParams('u32 token, bytes item'),
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => (token: number, pointer: number, size: number) => {
      if (vm.phase > Phase.Running) vm.refuse();
      if (!vm.memory.has(pointer >>> 0, size >>> 0)) return InvalidMemoryAccess;
      return vm.shared.queues.enqueue(token >>> 0, vm.memory.copy(pointer >>> 0, size >>> 0)) ? Ok : NotFound;
    },
  },
};
