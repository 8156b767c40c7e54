import { WasmResult } from '../abi.ts';
import { ByteLog, copyInto } from '../byte-log.ts';
import type { HostCallTrace, VmIdentity } from '../host.ts';
import { byteStringOf, type GuestMemory } from '../memory.ts';
import { decodePairs } from '../pairs.ts';
import type { Vm } from '../vm.ts';
import { signatureOf, type HostFunction, type ImportFunction, type Param, type ParamKind } from './host-function.ts';

type Raw = number | bigint | undefined;

/**
 * The same host function, which also tells `Host.trace` of each call. Only VMs made while tracing pay for it, and not much: the bytes behind
 * arguments and results are copied, decoded when somebody looks.
 */
export function traced(vm: Vm, name: string, fn: HostFunction, call: ImportFunction): ImportFunction {
  const layout = layoutOf(fn.params);
  const run = call as unknown as (...args: readonly Raw[]) => number | undefined;
  const begin = (raw: readonly Raw[]): TracedCall => {
    const record = new TracedCall(vm.identity, vm.target.id, name, layout, raw);
    record.copyArguments(vm.memory);
    return record;
  };
  const end = (record: TracedCall, status: number | undefined): number | undefined => {
    record.copyResults(vm.memory, status ?? 0);
    vm.host.trace?.hostCall(record);
    return status;
  };
  if (signatureOf(fn).params.length > 5) {
    return (...raw: readonly Raw[]) => {
      const record = begin(raw);
      return end(record, run(...raw));
    };
  }
  // the calls of every day: a fixed number of arguments is passed on faster than a list
  return (a: Raw, b: Raw, c: Raw, d: Raw, e: Raw) => {
    const record = begin([a, b, c, d, e]);
    return end(record, run(a, b, c, d, e));
  };
}

interface Placed {
  readonly param: Param;
  /** Index of its first Wasm argument. */
  readonly at: number;
}

interface Layout {
  readonly inputs: readonly Placed[];
  /** Those of the inputs that are a pointer and a size. */
  readonly blocks: readonly Placed[];
  readonly outputs: readonly Placed[];
}

function layoutOf(params: readonly Param[]): Layout {
  const all = placed(params);
  const inputs = all.filter(({ param }) => !param.kind.startsWith('out'));
  return {
    inputs,
    blocks: inputs.filter(({ param }) => !isNumber(param.kind)),
    outputs: all.filter(({ param }) => param.kind.startsWith('out')),
  };
}

function placed(params: readonly Param[]): readonly Placed[] {
  let at = 0;
  return params.map((param) => {
    const place = { param, at };
    at += ['text', 'bytes', 'pairs', 'outText', 'outBytes', 'outPairs'].includes(param.kind) ? 2 : 1;
    return place;
  });
}

const log = new ByteLog();
const noBytes = new Uint8Array(0);
/** Stands for the size of a block that is not inside the memory. */
const outside = 0xffff_ffff;

/** One call: what it was given as numbers, and copies of what these pointed to, each as its size and its bytes. */
class TracedCall implements HostCallTrace {
  readonly vm: VmIdentity;
  readonly contextId: number;
  readonly name: string;
  status = 0;
  size = 0;
  readonly #layout: Layout;
  readonly #raw: readonly Raw[];
  #given = noBytes;
  #givenAt = 0;
  #got = noBytes;
  #gotAt = 0;

  constructor(vm: VmIdentity, contextId: number, name: string, layout: Layout, raw: readonly Raw[]) {
    this.vm = vm;
    this.contextId = contextId;
    this.name = name;
    this.#layout = layout;
    this.#raw = raw;
  }

  copyArguments(memory: GuestMemory): void {
    const { blocks } = this.#layout;
    if (blocks.length === 0) return;
    let total = 0;
    for (const { at } of blocks) total += 4 + copied(memory, Number(this.#raw[at]) >>> 0, Number(this.#raw[at + 1]) >>> 0);
    this.size += total;
    let to = (this.#givenAt = log.reserve(total));
    this.#given = log.block;
    for (const { at } of blocks) to = write(log.block, to, memory, Number(this.#raw[at]) >>> 0, Number(this.#raw[at + 1]) >>> 0);
  }

  copyResults(memory: GuestMemory, status: number): void {
    this.status = status;
    const { outputs } = this.#layout;
    if (status !== WasmResult.Ok || outputs.length === 0) return;
    let total = 0;
    for (const { param, at } of outputs) total += 4 + copied(memory, this.#placeOf(memory, param, at), this.#sizeOf(memory, param, at));
    this.size += total;
    let to = (this.#gotAt = log.reserve(total));
    this.#got = log.block;
    for (const { param, at } of outputs)
      to = write(log.block, to, memory, this.#placeOf(memory, param, at), this.#sizeOf(memory, param, at));
  }

  /** Where a result stands: at the address itself, or where the address points to. */
  #placeOf(memory: GuestMemory, { kind }: Param, at: number): number {
    const address = Number(this.#raw[at]) >>> 0;
    if (kind === 'outU32' || kind === 'outU64') return address;
    return memory.has(address, 4) ? memory.u32(address) : outside;
  }

  #sizeOf(memory: GuestMemory, { kind }: Param, at: number): number {
    if (kind === 'outU32') return 4;
    if (kind === 'outU64') return 8;
    const address = Number(this.#raw[at + 1]) >>> 0;
    return memory.has(address, 4) ? memory.u32(address) : outside;
  }

  get args(): readonly unknown[] {
    const blocks = new Reader(this.#given, this.#givenAt);
    return this.#layout.inputs.map(({ param: { kind }, at }) => {
      const value = this.#raw[at];
      if (kind === 'i64') return value;
      if (isNumber(kind)) return kind === 'i32' ? Number(value) : Number(value) >>> 0;
      return decoded(kind, blocks.next());
    });
  }

  get result(): unknown {
    if (this.#got === noBytes) return undefined;
    const blocks = new Reader(this.#got, this.#gotAt);
    const values = this.#layout.outputs.map(({ param }) => decoded(param.kind, blocks.next()));
    return values.length > 1 ? values : values[0];
  }
}

/** How many bytes of a block are kept: all, or none of one that is not inside the memory. */
function copied(memory: GuestMemory, pointer: number, size: number): number {
  return memory.has(pointer, size) ? size : 0;
}

/** Appends a block at `to`; gives the place behind it. */
function write(target: Uint8Array, to: number, memory: GuestMemory, pointer: number, size: number): number {
  const inside = memory.has(pointer, size);
  const shown = inside ? size : outside;
  target[to] = shown;
  target[to + 1] = shown >>> 8;
  target[to + 2] = shown >>> 16;
  target[to + 3] = shown >>> 24;
  if (!inside) return to + 4;
  copyInto(target, to + 4, memory.bytes, pointer, size);
  return to + 4 + size;
}

/** Reads what `write` has written, one block after the other. */
class Reader {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  next(): Uint8Array | undefined {
    const { buffer, byteOffset } = this.#bytes;
    const size = new DataView(buffer, byteOffset).getUint32(this.#at, true);
    const start = this.#at + 4;
    this.#at = size === outside ? start : start + size;
    return size === outside ? undefined : this.#bytes.slice(start, start + size);
  }
}

function isNumber(kind: ParamKind): boolean {
  return kind === 'u32' || kind === 'i32' || kind === 'i64';
}

function decoded(kind: ParamKind, block: Uint8Array | undefined): unknown {
  if (block === undefined) return undefined;
  if (kind === 'text' || kind === 'outText') return byteStringOf(block);
  if (kind === 'pairs' || kind === 'outPairs') return decodePairs(block);
  if (kind !== 'outU32' && kind !== 'outU64') return block;
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  return kind === 'outU32' ? view.getUint32(0, true) : view.getBigUint64(0, true);
}
