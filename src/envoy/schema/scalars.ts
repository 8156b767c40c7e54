import { assertUnreachable } from '#base/assert.ts';
import { base64ToBytes, bytesToBase64 } from '#base/bytes.ts';
import type { JsonValue } from '#base/json.ts';
import type { ProblemArgs, ProblemCode } from '../problems.ts';
import type { Reader } from '../types.ts';
import type { ScalarKind } from './plan.ts';

/** The canonical JSON of a value, or why there is none. With both, Envoy takes the value though it is written loosely. */
export type Read =
  | { readonly value: JsonValue; readonly problem?: ProblemCode; readonly args?: ProblemArgs }
  | { readonly problem: ProblemCode; readonly args: ProblemArgs };

const ranges: Readonly<Record<'int32' | 'uint32' | 'int64' | 'uint64', readonly [bigint, bigint]>> = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
};

/**
 * Reads a scalar as golang/protobuf `jsonpb/decode.go unmarshalSingularValue` does (istiod), or as protobuf's C++ reader. Both take
 * numbers in quotes. 64-bit integers come out as texts, the others as numbers.
 */
export function readScalar(kind: ScalarKind, value: JsonValue, reader: Reader): Read {
  switch (kind) {
    case 'bool':
      if (reader === 'envoy' && (value === 'true' || value === 'false')) return loose('true or false', value, value === 'true');
      return typeof value === 'boolean' ? { value } : wrong('true or false', value);
    case 'string':
      return typeof value === 'string' ? { value } : wrong('a text', value);
    case 'bytes':
      return readBytes(value, reader);
    case 'double':
    case 'float':
      return readFloat(kind, value);
    case 'int32':
    case 'uint32':
    case 'int64':
    case 'uint64':
      return readInteger(kind, value, reader);
    default:
      return assertUnreachable(kind);
  }
}

/** The JSON form of a scalar's default value. */
export function isZero(kind: ScalarKind, value: JsonValue): boolean {
  switch (kind) {
    case 'bool':
      return value === false;
    case 'string':
    case 'bytes':
      return value === '';
    case 'int64':
    case 'uint64':
      return value === '0';
    case 'int32':
    case 'uint32':
    case 'float':
    case 'double':
      return value === 0 && !Object.is(value, -0);
    default:
      return assertUnreachable(kind);
  }
}

export function zeroOf(kind: ScalarKind): JsonValue {
  if (kind === 'bool') return false;
  if (kind === 'string' || kind === 'bytes') return '';
  return kind === 'int64' || kind === 'uint64' ? '0' : 0;
}

function readInteger(kind: 'int32' | 'uint32' | 'int64' | 'uint64', value: JsonValue, reader: Reader): Read {
  if (typeof value !== 'number' && typeof value !== 'string') return wrong(`a number (${kind})`, value);
  const number = typeof value === 'number' ? wholeNumber(value) : wholeText(value, reader);
  if (number === undefined) return wrong(`a whole number (${kind})`, value);
  const [low, high] = ranges[kind];
  if (number < low || number > high) return { problem: 'envoy/out-of-range', args: { value: String(value), expected: kind } };
  return { value: kind === 'int64' || kind === 'uint64' ? number.toString() : Number(number) };
}

function wholeNumber(value: number): bigint | undefined {
  return Number.isInteger(value) ? BigInt(value) : undefined;
}

function wholeText(text: string, reader: Reader): bigint | undefined {
  if (/^-?(0|[1-9]\d{0,39})$/.test(text)) return BigInt(text);
  return reader === 'envoy' && decimal.test(text) ? wholeNumber(Number(text)) : undefined;
}

const decimal = /^-?\d+(\.\d+)?([eE][-+]?\d+)?$/;

function readFloat(kind: 'double' | 'float', value: JsonValue): Read {
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return { value };
  const isText = typeof value === 'string' && decimal.test(value);
  if (typeof value !== 'number' && !isText) return wrong(`a number (${kind})`, value);
  const number = Number(value);
  if (kind === 'double') return { value: number };
  const single = Math.fround(number);
  if (!Number.isFinite(single)) return { problem: 'envoy/out-of-range', args: { value: String(value), expected: kind } };
  return { value: shortestSingle(single) };
}

/** The number with the fewest digits that is still this single-precision value: 0.1, not 0.10000000149011612. */
function shortestSingle(single: number): number {
  for (let digits = 1; digits <= 9; digits++) {
    const candidate = Number(single.toPrecision(digits));
    if (Math.fround(candidate) === single) return candidate;
  }
  return single;
}

/** Go wants the standard alphabet with padding (and passes over line breaks), protobuf's C++ reader takes either alphabet. */
function readBytes(value: JsonValue, reader: Reader): Read {
  if (typeof value !== 'string') return wrong('base64', value);
  const text = value.replaceAll(/[\r\n]/g, '');
  const isStandard = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text);
  const bytes = isStandard || reader === 'envoy' ? base64ToBytes(text) : undefined;
  return bytes === undefined ? { problem: 'envoy/malformed-bytes', args: {} } : { value: bytesToBase64(bytes) };
}

/** Taken by Envoy, though it should be written otherwise. */
export function loose(expected: string, found: JsonValue, value: JsonValue): Read {
  return { value, problem: 'envoy/loose-value', args: { expected, actual: nameOf(found) } };
}

export function wrong(expected: string, value: JsonValue): Read {
  return { problem: 'envoy/wrong-type', args: { expected, actual: nameOf(value) } };
}

/** A value in the words of a message. */
export function nameOf(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string')
    return value === '' ? 'an empty text' : `the text "${value.length > 40 ? `${value.slice(0, 40)}…` : value}"`;
  return typeof value === 'boolean' ? String(value) : `the number ${value}`;
}
