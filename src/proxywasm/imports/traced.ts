import { WasmResult } from '../abi.ts';
import { ByteLog } from '../byte-log.ts';
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
  const shared = { vm: vm.identity, name, layout: layoutOf(fn.params) };
  const run = call as unknown as (...args: readonly Raw[]) => number | undefined;
  const begin = (raw: readonly Raw[]): TracedCall => {
    const record = new TracedCall(shared, vm.target.id, raw);
    record.copyArguments(vm.memory);
    return record;
  };
  const end = (record: TracedCall, status: number | undefined): number | undefined => {
    record.copyResults(vm.memory, status ?? 0);
    vm.host.trace?.hostCall(record);
    return status;
  };
  // passed on as they are: from Wasm to a function with its number of parameters and from there to the next is faster than with a list
  switch (signatureOf(fn).params.length) {
    case 2:
      return (a: Raw, b: Raw) => {
        const record = begin([a, b]);
        return end(record, run(a, b));
      };
    case 3:
      return (a: Raw, b: Raw, c: Raw) => {
        const record = begin([a, b, c]);
        return end(record, run(a, b, c));
      };
    case 5:
      return (a: Raw, b: Raw, c: Raw, d: Raw, e: Raw) => {
        const record = begin([a, b, c, d, e]);
        return end(record, run(a, b, c, d, e));
      };
    default:
      return (...raw: readonly Raw[]) => {
        const record = begin(raw);
        return end(record, run(...raw));
      };
  }
}

interface Placed {
  readonly kind: ParamKind;
  /** Index of its first Wasm argument. */
  readonly at: number;
}

interface Layout {
  readonly inputs: readonly Placed[];
  /** Those of the inputs that are a pointer and a size. */
  readonly blocks: readonly Placed[];
  readonly outputs: readonly Placed[];
}

/** What all calls of one function have in common. */
interface TracedFunction {
  readonly vm: VmIdentity;
  readonly name: string;
  readonly layout: Layout;
}

function layoutOf(params: readonly Param[]): Layout {
  const all = placed(params);
  const inputs = all.filter(({ kind }) => !kind.startsWith('out'));
  return {
    inputs,
    blocks: inputs.filter(({ kind }) => !isNumber(kind)),
    outputs: all.filter(({ kind }) => kind.startsWith('out')),
  };
}

function placed(params: readonly Param[]): readonly Placed[] {
  let at = 0;
  return params.map(({ kind }) => {
    const place = { kind, at };
    at += ['text', 'bytes', 'pairs', 'outText', 'outBytes', 'outPairs'].includes(kind) ? 2 : 1;
    return place;
  });
}

const log = new ByteLog();
/** Stands for the size of a block that is not inside the memory. */
const outside = 0xffff_ffff;

/** One call: what it was given as numbers, and copies of what these pointed to, each as its size and its bytes. */
class TracedCall implements HostCallTrace {
  readonly contextId: number;
  status = 0;
  size = 0;
  readonly #shared: TracedFunction;
  readonly #raw: readonly Raw[];
  #given: DataView | undefined;
  #givenAt = 0;
  #got: DataView | undefined;
  #gotAt = 0;

  constructor(shared: TracedFunction, contextId: number, raw: readonly Raw[]) {
    this.#shared = shared;
    this.contextId = contextId;
    this.#raw = raw;
  }

  get vm(): VmIdentity {
    return this.#shared.vm;
  }

  get name(): string {
    return this.#shared.name;
  }

  copyArguments(memory: GuestMemory): void {
    const { blocks } = this.#shared.layout;
    if (blocks.length === 0) return;
    let total = 0;
    for (let i = 0; i < blocks.length; i++) total += 4 + kept(memory, this.#address(blocks[i], 0), this.#address(blocks[i], 1));
    this.size += total;
    let to = (this.#givenAt = log.reserve(total));
    this.#given = log.block;
    for (let i = 0; i < blocks.length; i++) to = write(log.block, to, memory, this.#address(blocks[i], 0), this.#address(blocks[i], 1));
  }

  copyResults(memory: GuestMemory, status: number): void {
    this.status = status;
    const { outputs } = this.#shared.layout;
    if (status !== WasmResult.Ok || outputs.length === 0) return;
    let total = 0;
    for (let i = 0; i < outputs.length; i++) total += 4 + kept(memory, this.#placeOf(memory, outputs[i]), this.#sizeOf(memory, outputs[i]));
    this.size += total;
    let to = (this.#gotAt = log.reserve(total));
    this.#got = log.block;
    for (let i = 0; i < outputs.length; i++)
      to = write(log.block, to, memory, this.#placeOf(memory, outputs[i]), this.#sizeOf(memory, outputs[i]));
  }

  /** The argument at `offset` behind the first one of a parameter: pointers and sizes are 32 bits wide. */
  #address(place: Placed | undefined, offset: number): number {
    return (this.#raw[(place?.at ?? 0) + offset] as number) >>> 0;
  }

  /** Where a result stands: at the address itself, or where the address points to. */
  #placeOf(memory: GuestMemory, place: Placed | undefined): number {
    const address = this.#address(place, 0);
    if (place?.kind === 'outU32' || place?.kind === 'outU64') return address;
    return memory.has(address, 4) ? memory.u32(address) : outside;
  }

  #sizeOf(memory: GuestMemory, place: Placed | undefined): number {
    if (place?.kind === 'outU32') return 4;
    if (place?.kind === 'outU64') return 8;
    const address = this.#address(place, 1);
    return memory.has(address, 4) ? memory.u32(address) : outside;
  }

  get args(): readonly unknown[] {
    const blocks = this.#given === undefined ? undefined : new Reader(this.#given, this.#givenAt);
    return this.#shared.layout.inputs.map(({ kind, at }) => {
      const value = this.#raw[at];
      if (kind === 'i64') return value;
      if (isNumber(kind)) return kind === 'i32' ? Number(value) : Number(value) >>> 0;
      return decoded(kind, blocks?.next());
    });
  }

  get result(): unknown {
    if (this.#got === undefined) return undefined;
    const blocks = new Reader(this.#got, this.#gotAt);
    const values = this.#shared.layout.outputs.map(({ kind }) => decoded(kind, blocks.next()));
    return values.length > 1 ? values : values[0];
  }
}

/** How many bytes of a block are kept: all, or none of one that is not inside the memory. */
function kept(memory: GuestMemory, pointer: number, size: number): number {
  return memory.has(pointer, size) ? size : 0;
}

/** Appends a block at `to`; gives the place behind it. */
function write(target: DataView, to: number, memory: GuestMemory, pointer: number, size: number): number {
  const inside = memory.has(pointer, size);
  target.setUint32(to, inside ? size : outside, true);
  if (!inside) return to + 4;
  memory.copyTo(target, to + 4, pointer, size);
  return to + 4 + size;
}

/** Reads what `write` has written, one block after the other. */
class Reader {
  readonly #view: DataView;
  #at: number;

  constructor(view: DataView, at: number) {
    this.#view = view;
    this.#at = at;
  }

  next(): Uint8Array | undefined {
    const size = this.#view.getUint32(this.#at, true);
    const start = this.#at + 4;
    this.#at = size === outside ? start : start + size;
    return size === outside ? undefined : new Uint8Array(this.#view.buffer, start, size).slice();
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
