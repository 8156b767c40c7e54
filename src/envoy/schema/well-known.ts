import { isObject, type JsonValue } from '#base/json.ts';
import type { Reader } from '../types.ts';
import { formatDuration, fractionText, parseGoDuration, parseProtoDuration } from './duration.ts';
import { lowerCamelCase, type ScalarKind } from './plan.ts';
import { type Read, readScalar, wrong } from './scalars.ts';

/** The wrapper messages, whose JSON is that of the scalar inside. */
const wrappers: Readonly<Record<string, ScalarKind>> = {
  'google.protobuf.DoubleValue': 'double',
  'google.protobuf.FloatValue': 'float',
  'google.protobuf.Int64Value': 'int64',
  'google.protobuf.UInt64Value': 'uint64',
  'google.protobuf.Int32Value': 'int32',
  'google.protobuf.UInt32Value': 'uint32',
  'google.protobuf.BoolValue': 'bool',
  'google.protobuf.StringValue': 'string',
  'google.protobuf.BytesValue': 'bytes',
};

const readers: Readonly<Record<string, (value: JsonValue, reader: Reader) => Read>> = {
  'google.protobuf.Duration': readDuration,
  'google.protobuf.Timestamp': readTimestamp,
  'google.protobuf.FieldMask': readFieldMask,
  'google.protobuf.Struct': (value) => (isObject(value) ? { value } : wrong('an object', value)),
  'google.protobuf.ListValue': (value) => (Array.isArray(value) ? { value } : wrong('a list', value)),
  'google.protobuf.Value': (value) => ({ value }),
};

export const ANY = 'google.protobuf.Any';

/** The scalar inside a wrapper message. */
export function wrapperOf(typeName: string): ScalarKind | undefined {
  return typeName.startsWith('google.protobuf.') && Object.hasOwn(wrappers, typeName) ? wrappers[typeName] : undefined;
}

/**
 * A message whose JSON is not an object of its fields: inside an `Any` it stands in the key `value`.
 * (`google.protobuf.Empty` is an ordinary message to golang/protobuf jsonpb and to Envoy.)
 */
export function hasOwnJson(typeName: string): boolean {
  return (
    typeName.startsWith('google.protobuf.') && (typeName === ANY || Object.hasOwn(readers, typeName) || Object.hasOwn(wrappers, typeName))
  );
}

/** Reads such a message, `Any` excepted; `undefined` for all others. */
export function readWellKnown(typeName: string, value: JsonValue, reader: Reader): Read | undefined {
  if (!typeName.startsWith('google.protobuf.')) return undefined;
  const wrapper = wrapperOf(typeName);
  if (wrapper !== undefined) return readScalar(wrapper, value, reader);
  return Object.hasOwn(readers, typeName) ? readers[typeName]?.(value, reader) : undefined;
}

function readDuration(value: JsonValue, reader: Reader): Read {
  if (typeof value !== 'string') return wrong('a duration such as "5s"', value);
  const proto = parseProtoDuration(value);
  if (proto !== undefined) return { value: formatDuration(proto) };
  const go = parseGoDuration(value);
  if (go === undefined) return { problem: 'envoy/malformed-duration', args: { value } };
  if (reader === 'envoy') return { problem: 'envoy/go-duration', args: { value, seconds: formatDuration(go) } };
  return { value: formatDuration(go) };
}

function readTimestamp(value: JsonValue): Read {
  if (typeof value !== 'string') return wrong('a time', value);
  const match = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[-+]\d{2}:\d{2})$/i.exec(value);
  const milliseconds = match === null ? Number.NaN : Date.parse(`${match[1]}${match[3]}`.toUpperCase());
  if (match === null || Number.isNaN(milliseconds)) return { problem: 'envoy/malformed-timestamp', args: { value } };
  const seconds = new Date(milliseconds).toISOString().slice(0, 19);
  return { value: `${seconds}${fractionText(BigInt((match[2] ?? '').padEnd(9, '0')))}Z` };
}

function readFieldMask(value: JsonValue): Read {
  const paths = isObject(value) ? value['paths'] : undefined;
  if (Array.isArray(paths) && paths.every((path) => typeof path === 'string')) {
    return { value: paths.map((path: string) => path.split('.').map(lowerCamelCase).join('.')).join(',') };
  }
  return typeof value === 'string' ? { value } : wrong('field names with commas between them', value);
}
