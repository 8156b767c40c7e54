import { WasmResult } from '../abi.ts';
import { decodePairs } from '../pairs.ts';
import type { Vm } from '../vm.ts';
import type { HostFunction, ImportFunction, Param } from './host-function.ts';

type Raw = number | bigint | undefined;

/**
 * The same host function, which also tells `Host.trace` of each call with decoded arguments and results. Only VMs made while tracing pay
 * for it. Arguments are read before the call, results after it.
 */
export function traced(vm: Vm, name: string, fn: HostFunction, call: ImportFunction): ImportFunction {
  const inputs = placed(fn.params).filter(({ param }) => !param.kind.startsWith('out'));
  const outputs = placed(fn.params).filter(({ param }) => param.kind.startsWith('out'));
  const run = call as unknown as (...args: readonly Raw[]) => number | undefined;
  return (...raw: readonly Raw[]) => {
    const { trace } = vm.host;
    if (trace === undefined) return run(...raw);
    const context = vm.target.id;
    const args = inputs.map(({ param, at }) => readInput(vm, param, raw[at], raw[at + 1]));
    const status = run(...raw);
    const values = status === WasmResult.Ok ? outputs.map(({ param, at }) => readOutput(vm, param, raw[at], raw[at + 1])) : [];
    trace.hostCall(vm.identity, context, name, args, status ?? 0, values.length > 1 ? values : values[0]);
    return status;
  };
}

/** Each parameter with the index of its first Wasm argument. */
function placed(params: readonly Param[]): readonly { readonly param: Param; readonly at: number }[] {
  let at = 0;
  return params.map((param) => {
    const place = { param, at };
    at += ['text', 'bytes', 'pairs', 'outText', 'outBytes', 'outPairs'].includes(param.kind) ? 2 : 1;
    return place;
  });
}

function readInput(vm: Vm, { kind }: Param, first: Raw, second: Raw): unknown {
  if (kind === 'i32') return Number(first);
  if (kind === 'i64') return first;
  const pointer = Number(first) >>> 0;
  return kind === 'u32' ? pointer : readBlock(vm, kind, pointer, Number(second) >>> 0);
}

function readOutput(vm: Vm, { kind }: Param, first: Raw, second: Raw): unknown {
  const { memory } = vm;
  const at = Number(first) >>> 0;
  if (kind === 'outU64') return memory.has(at, 8) ? BigInt(memory.u32(at)) | (BigInt(memory.u32(at + 4)) << 32n) : undefined;
  if (!memory.has(at, 4)) return undefined;
  if (kind === 'outU32') return memory.u32(at);
  const sizeAt = Number(second) >>> 0;
  if (!memory.has(sizeAt, 4)) return undefined;
  return readBlock(vm, kind, memory.u32(at), memory.u32(sizeAt));
}

/** Undefined for a place outside the memory. */
function readBlock({ memory }: Vm, kind: Param['kind'], pointer: number, size: number): unknown {
  if (!memory.has(pointer, size)) return undefined;
  if (kind === 'text' || kind === 'outText') return memory.text(pointer, size);
  return kind === 'pairs' || kind === 'outPairs' ? decodePairs(memory.slice(pointer, size)) : memory.copy(pointer, size);
}
