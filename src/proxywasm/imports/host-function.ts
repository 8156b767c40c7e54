import type { Signature, ValueType } from '../module/module-info.ts';
import type { Phase } from '../phase.ts';
import type { Vm } from '../vm.ts';

/**
 * A parameter of a host function as the ABI's documentation counts it: `text`, `bytes` and `pairs` are a pointer and a size, `outBytes` and
 * `outPairs` are the two addresses the host writes pointer and size to, `outU32` and `outU64` are one address.
 */
export type ParamKind = 'u32' | 'i32' | 'i64' | 'text' | 'bytes' | 'pairs' | 'outU32' | 'outU64' | 'outText' | 'outBytes' | 'outPairs';

export interface Param {
  readonly name: string;
  readonly kind: ParamKind;
}

export type ImportFunction = (...args: never[]) => number | void;

/** One entry of the import table: its type, when a guest may call it, and how to make it for a VM. */
export interface HostFunction {
  readonly params: readonly Param[];
  readonly result: 'i32' | 'none';
  /** The last phase in which it is permitted. */
  readonly permitted: Phase;
  readonly make: (vm: Vm) => ImportFunction;
}

const widths: Readonly<Record<ParamKind, readonly ValueType[]>> = {
  u32: ['i32'],
  i32: ['i32'],
  i64: ['i64'],
  text: ['i32', 'i32'],
  bytes: ['i32', 'i32'],
  pairs: ['i32', 'i32'],
  outU32: ['i32'],
  outU64: ['i32'],
  outText: ['i32', 'i32'],
  outBytes: ['i32', 'i32'],
  outPairs: ['i32', 'i32'],
};

/** `kind name, kind name …` as parameters: `hostParams('u32 type, text name, outText value')`. */
export function hostParams(text: string): readonly Param[] {
  if (text === '') return [];
  return text.split(', ').map((part) => {
    const [kind = '', name = ''] = part.split(' ');
    return { kind: kind as ParamKind, name };
  });
}

/** The type a module has to import the function with. */
export function signatureOf(fn: HostFunction): Signature {
  return { params: fn.params.flatMap(({ kind }) => widths[kind]), results: fn.result === 'none' ? [] : ['i32'] };
}
