import { isArray, isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { formatProtoDuration, parseGoDuration } from './go-duration.ts';
import { cannotUnmarshal, goJson, goKind, goNumber, goQuote, scalarSyntaxError } from './go-json.ts';
import { enumValuesOf, fieldsOf, type ApiField } from './messages.ts';

/**
 * A spec as istiod holds it after reading: JSON names, enums by name, absent or zero scalars left out, unknown fields dropped.
 * `error` is istiod's own words when it cannot read the spec at all; then the resource does not exist for it.
 */
export type Decoded = { readonly value: JsonObject; readonly error?: undefined } | { readonly value?: undefined; readonly error: string };

/** Stops the walk at the first error, as jsonpb does; never leaves this file. */
class Refusal extends Error {}

function refuse(message: string): never {
  throw new Refusal(message);
}

/**
 * Reads `spec` as message `name` of the given minor the way istiod does: golang/protobuf jsonpb (decode.go unmarshalMessage) with
 * unknown fields allowed (istio/istio pkg/util/protomarshal/protomarshal.go ApplyJSON). Field names in JSON or proto form.
 */
export function decodeSpec(name: string, spec: JsonValue | undefined, minor: number): Decoded {
  if (spec === undefined || spec === null) return { value: {} };
  if (!isObject(spec)) {
    return { error: `json: cannot unmarshal ${goKind(spec)} into Go struct field IstioKind.spec of type map[string]interface {}` };
  }
  try {
    return { value: readMessage(name, spec, minor) };
  } catch (error) {
    if (error instanceof Refusal) return { error: error.message };
    throw error;
  }
}

const RAW_MAP = 'map[string]json.RawMessage';

function readMessage(name: string, input: JsonValue, minor: number): JsonObject {
  if (input === null) return {};
  if (!isObject(input)) refuse(cannotUnmarshal(goKind(input), RAW_MAP));
  const out: Record<string, JsonValue> = {};
  const members = new Map<string, string>();
  for (const field of fieldsOf(name, minor)) {
    const key = field.json ?? field.name;
    const raw = (Object.hasOwn(input, key) ? input[key] : undefined) ?? (Object.hasOwn(input, field.name) ? input[field.name] : undefined);
    if (raw === undefined || (raw === null && field.ref !== 'google.protobuf.Value')) continue;
    const value = readField(field, raw, minor);
    if (field.oneof !== undefined) {
      const other = members.get(field.oneof);
      if (other !== undefined) delete out[other];
      members.set(field.oneof, key);
    } else if (isZero(field, value)) continue;
    out[key] = value;
  }
  return out;
}

/** Scalars without presence, empty lists and empty maps are not told apart from absent ones. */
function isZero(field: ApiField, value: JsonValue): boolean {
  if (field.list === true) return isArray(value) && value.length === 0;
  if (field.map !== undefined) return isObject(value) && Object.keys(value).length === 0;
  if (field.type === 'message') return false;
  return (
    value === '' || value === 0 || value === false || (field.type === 'enum' && value === enumValuesOf(field.ref ?? '', Infinity)[0]?.name)
  );
}

function readField(field: ApiField, input: JsonValue, minor: number): JsonValue {
  if (field.map !== undefined) {
    if (!isObject(input)) refuse(cannotUnmarshal(goKind(input), RAW_MAP));
    return Object.fromEntries(Object.entries(input).map(([key, item]) => [key, readValue(field, item ?? null, minor)]));
  }
  if (field.list === true) {
    if (!isArray(input)) refuse(cannotUnmarshal(goKind(input), '[]json.RawMessage'));
    return input.map((item) => readValue(field, item, minor));
  }
  return readValue(field, input, minor);
}

const goTypes: Readonly<Record<string, string>> = {
  int32: 'int32',
  sint32: 'int32',
  int64: 'int64',
  uint32: 'uint32',
  uint64: 'uint64',
  float: 'float32',
  double: 'float64',
};

const wrapped: Readonly<Record<string, string>> = {
  'google.protobuf.BoolValue': 'bool',
  'google.protobuf.StringValue': 'string',
  'google.protobuf.Int32Value': 'int32',
  'google.protobuf.UInt32Value': 'uint32',
  'google.protobuf.Int64Value': 'int64',
  'google.protobuf.UInt64Value': 'uint64',
  'google.protobuf.FloatValue': 'float',
  'google.protobuf.DoubleValue': 'double',
};

function readValue(field: ApiField, input: JsonValue, minor: number): JsonValue {
  const ref = field.ref ?? '';
  switch (field.type) {
    case 'message': {
      const scalar = wrapped[ref];
      if (scalar !== undefined) return readScalar(scalar, input);
      if (ref === 'google.protobuf.Struct') return readStruct(input);
      if (ref === 'google.protobuf.Duration') return readDuration(input);
      if (ref.startsWith('google.protobuf.')) return input;
      return readMessage(ref, input, minor);
    }
    case 'enum':
      return readEnum(ref, input, minor);
    default:
      return readScalar(field.type, input);
  }
}

function readEnum(name: string, input: JsonValue, minor: number): JsonValue {
  const values = enumValuesOf(name, minor);
  if (typeof input === 'string') {
    // jsonpb only cuts the quotes and compares what is between them as it stands.
    if (!values.some((value) => value.name === input)) refuse(`unknown value ${goQuote(goJson(input))} for enum ${name}`);
    return input;
  }
  if (input === null) return values[0]?.name ?? 0;
  if (typeof input !== 'number') refuse(cannotUnmarshal(goKind(input), 'protoreflect.EnumNumber'));
  if (!Number.isInteger(input) || Math.abs(input) > 2_147_483_647)
    refuse(cannotUnmarshal(`number ${goNumber(input)}`, 'protoreflect.EnumNumber'));
  return values.find((value) => value.number === input)?.name ?? input;
}

function readScalar(type: string, input: JsonValue): JsonValue {
  const goType = goTypes[type];
  if (goType === undefined) {
    const wanted = type === 'bool' ? 'boolean' : 'string';
    if (input === null) return type === 'bool' ? false : '';
    if (typeof input !== wanted) refuse(cannotUnmarshal(goKind(input), type));
    return input;
  }
  if (input === null) return 0;
  if (typeof input === 'string') return readNumber(goType, unquoted(goType, input));
  if (typeof input !== 'number') refuse(cannotUnmarshal(goKind(input), goType));
  return readNumber(goType, goNumber(input));
}

/** A quoted number is read as if the quotes were not there. */
function unquoted(goType: string, text: string): string {
  const inner = goJson(text).slice(1, -1);
  const syntax = scalarSyntaxError(inner);
  if (syntax !== undefined) refuse(syntax);
  const trimmed = inner.trim();
  if (trimmed === 'null') return '0';
  if (trimmed === 'true' || trimmed === 'false') refuse(cannotUnmarshal('bool', goType));
  return trimmed;
}

const ranges: Readonly<Record<string, readonly [bigint, bigint]>> = {
  int32: [-(1n << 31n), (1n << 31n) - 1n],
  int64: [-(1n << 63n), (1n << 63n) - 1n],
  uint32: [0n, (1n << 32n) - 1n],
  uint64: [0n, (1n << 64n) - 1n],
};

function readNumber(goType: string, text: string): number {
  const range = ranges[goType];
  if (range === undefined) return Number(text);
  const integer = /^-?\d+$/.test(text) && !(goType.startsWith('u') && text.startsWith('-'));
  if (!integer || BigInt(text) < range[0] || BigInt(text) > range[1]) refuse(cannotUnmarshal(`number ${text}`, goType));
  return Number(text);
}

function readStruct(input: JsonValue): JsonValue {
  if (input === null) return {};
  if (!isObject(input)) refuse(`bad StructValue: ${cannotUnmarshal(goKind(input), RAW_MAP)}`);
  return input;
}

function readDuration(input: JsonValue): JsonValue {
  if (input === null) return '0s';
  if (typeof input !== 'string') refuse(cannotUnmarshal(goKind(input), 'string'));
  const parsed = parseGoDuration(input);
  if (typeof parsed === 'object') refuse(`bad Duration: ${parsed.error}`);
  return formatProtoDuration(parsed);
}
