import type { ByteString } from '#base/bytes.ts';
import { WasmResult } from '../abi.ts';
import { Phase } from '../phase.ts';
import { copyBytesOut } from './copy-out.ts';
import { hostParams, type HostFunction } from './host-function.ts';

const { Ok, NotFound, SerializationFailure, InvalidMemoryAccess } = WasmResult;

/** Properties and foreign functions: what they mean is the embedder's. */
export const propertyFunctions: Readonly<Record<string, HostFunction>> = {
  proxy_get_property: {
    params: hostParams('text path, outBytes value'),
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => (pathPtr: number, pathSize: number, valueAt: number, sizeAt: number) => {
      if (vm.phase > Phase.Running) vm.refuse();
      if (!vm.memory.has(pathPtr >>> 0, pathSize >>> 0)) return InvalidMemoryAccess;
      const raw = vm.memory.name(pathPtr >>> 0, pathSize >>> 0);
      if (raw === '') return SerializationFailure;
      const context = vm.target;
      const answer = context.root?.host.getProperty(propertyPath(raw), raw, context.stream);
      if (answer === undefined) return NotFound;
      if (answer.status !== Ok) return answer.status;
      return copyBytesOut(vm, answer.value ?? new Uint8Array(0), valueAt, sizeAt);
    },
  },

  proxy_set_property: {
    params: hostParams('text path, bytes value'),
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => (pathPtr: number, pathSize: number, valuePtr: number, valueSize: number) => {
      if (vm.phase > Phase.Running) vm.refuse();
      const { memory } = vm;
      if (!memory.has(pathPtr >>> 0, pathSize >>> 0) || !memory.has(valuePtr >>> 0, valueSize >>> 0)) return InvalidMemoryAccess;
      const context = vm.target;
      const path = memory.text(pathPtr >>> 0, pathSize >>> 0);
      const root = context.root;
      return root?.host.setProperty(path, memory.copy(valuePtr >>> 0, valueSize >>> 0), context.stream, root) ?? NotFound;
    },
  },

  proxy_call_foreign_function: {
    params: hostParams('text name, bytes argument, outBytes result'),
    result: 'i32',
    permitted: Phase.Running,
    make: (vm) => (namePtr: number, nameSize: number, argPtr: number, argSize: number, resultAt: number, sizeAt: number) => {
      if (vm.phase > Phase.Running) vm.refuse();
      const { memory } = vm;
      if (!memory.has(namePtr >>> 0, nameSize >>> 0) || !memory.has(argPtr >>> 0, argSize >>> 0)) return InvalidMemoryAccess;
      const name = memory.text(namePtr >>> 0, nameSize >>> 0);
      // the current context, not the effective one (envoy `foreign.cc`)
      const context = vm.current;
      const root = context?.root;
      const answer = root?.host.callForeignFunction(name, memory.copy(argPtr >>> 0, argSize >>> 0), context?.stream, root);
      for (const { level, message } of answer?.notes ?? []) vm.hostLog(message, level);
      if (answer === undefined || answer.unknown === true) return NotFound;
      const size = answer.result?.length ?? 0;
      let pointer = 0;
      if (answer.result !== undefined && resultAt !== 0) {
        pointer = vm.allocate(size);
        if (pointer === 0) return InvalidMemoryAccess;
        vm.memory.setBytes(pointer, answer.result);
      }
      // an address of 0 means that the guest does not want the value
      if (resultAt !== 0 && !vm.memory.setU32(resultAt >>> 0, pointer)) return InvalidMemoryAccess;
      if (sizeAt !== 0 && !vm.memory.setU32(sizeAt >>> 0, size)) return InvalidMemoryAccess;
      return answer.status;
    },
  },
};

/** Segments end with a zero byte; the last one may. */
function propertyPath(raw: ByteString): readonly ByteString[] {
  const path = raw.split('\0');
  if (path.at(-1) === '') path.pop();
  return path;
}
