import type { Signature, ValueType } from './module-info.ts';

/** `i32 i32 -> i32`, `void -> void`: as cpp-host prints types (`src/v8/v8.cc` `printValTypes`). */
export function printSignature(signature: Signature | undefined): string {
  return signature === undefined ? 'unknown' : `${printTypes(signature.params)} -> ${printTypes(signature.results)}`;
}

function printTypes(types: readonly ValueType[]): string {
  return types.length === 0 ? 'void' : types.map((type) => names[type]).join(' ');
}

const names: Readonly<Record<ValueType, string>> = {
  i32: 'i32',
  i64: 'i64',
  f32: 'f32',
  f64: 'f64',
  v128: 'unknown',
  funcref: 'funcref',
  externref: 'anyref',
  other: 'unknown',
};

export function sameSignature(a: Signature, b: Signature): boolean {
  return sameTypes(a.params, b.params) && sameTypes(a.results, b.results);
}

function sameTypes(a: readonly ValueType[], b: readonly ValueType[]): boolean {
  return a.length === b.length && a.every((type, i) => type === b[i]);
}
