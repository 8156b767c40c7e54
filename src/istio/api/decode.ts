import { isArray, isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { base64ToBytes } from '#base/bytes.ts';
import { formatProtoDuration, parseGoDuration } from './go-duration.ts';
import { cannotUnmarshal, goJson, goKind, goNumber, goQuote, scalarSyntaxError } from './go-json.ts';
import { enumValuesOf, fieldsOf, type ApiEnumValue, type ApiField } from './messages.ts';

/**
 * A message as Go holds it after reading: JSON names, enums by name, absent or zero scalars left out, unknown fields dropped.
 * `error` is Go's own words when it cannot be read at all; then the resource does not exist for istiod.
 */
export type Decoded = { readonly value: JsonObject; readonly error?: undefined } | { readonly value?: undefined; readonly error: string };

/** The messages a reader knows. */
export interface Vocabulary {
  has(message: string): boolean;
  /** In declaration order. */
  fields(message: string): readonly ApiField[];
  /** Names of an enum; numbers are not needed where they are not known. */
  enumValues(field: ApiField): readonly Pick<ApiEnumValue, 'name'>[] | readonly ApiEnumValue[];
}

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
  return decodeMessage(istioVocabulary(minor), name, spec);
}

/** Reads any message of a vocabulary as jsonpb does; `strict` refuses unknown fields. */
export function decodeMessage(vocabulary: Vocabulary, name: string, input: JsonValue, strict = false): Decoded {
  try {
    return { value: new Reader(vocabulary, strict).message(name, input) };
  } catch (error) {
    if (error instanceof Refusal) return { error: error.message };
    throw error;
  }
}

function istioVocabulary(minor: number): Vocabulary {
  return {
    has: () => false,
    fields: (message) => fieldsOf(message, minor),
    enumValues: (field) => enumValuesOf(field.ref ?? '', minor),
  };
}

const RAW_MAP = 'map[string]json.RawMessage';

/** Names of the well-known types whose JSON is not an object of their fields. */
const wellKnown: ReadonlySet<string> = new Set(
  [
    'Any',
    'Struct',
    'Value',
    'ListValue',
    'Duration',
    'Timestamp',
    'BoolValue',
    'BytesValue',
    'StringValue',
    'Int32Value',
    'UInt32Value',
    'Int64Value',
    'UInt64Value',
    'FloatValue',
    'DoubleValue',
  ].map((name) => `google.protobuf.${name}`),
);

class Reader {
  readonly #vocabulary: Vocabulary;
  readonly #strict: boolean;

  constructor(vocabulary: Vocabulary, strict: boolean) {
    this.#vocabulary = vocabulary;
    this.#strict = strict;
  }

  message(name: string, input: JsonValue): JsonObject {
    if (input === null) return {};
    if (!isObject(input)) refuse(cannotUnmarshal(goKind(input), RAW_MAP));
    const out: Record<string, JsonValue> = {};
    const members = new Map<string, string>();
    const seen = new Set<string>();
    for (const field of this.#vocabulary.fields(name)) {
      const key = field.json ?? field.name;
      seen.add(key).add(field.name);
      const raw = own(input, key) ?? own(input, field.name);
      if (raw === undefined || (raw === null && field.ref !== 'google.protobuf.Value')) continue;
      const value = this.#field(field, raw);
      if (field.oneof !== undefined) {
        const other = members.get(field.oneof);
        if (other !== undefined) delete out[other];
        members.set(field.oneof, key);
      } else if (this.#isZero(field, value)) continue;
      out[key] = value;
    }
    const unknown = this.#strict ? Object.keys(input).find((key) => !seen.has(key)) : undefined;
    if (unknown !== undefined) refuse(`unknown field ${goQuote(unknown)} in ${name}`);
    return out;
  }

  /** Scalars without presence, empty lists and empty maps are not told apart from absent ones. */
  #isZero(field: ApiField, value: JsonValue): boolean {
    if (field.list === true) return isArray(value) && value.length === 0;
    if (field.map !== undefined) return isObject(value) && Object.keys(value).length === 0;
    if (field.type === 'message') return false;
    return (
      value === '' || value === 0 || value === false || (field.type === 'enum' && value === this.#vocabulary.enumValues(field)[0]?.name)
    );
  }

  #field(field: ApiField, input: JsonValue): JsonValue {
    if (field.map !== undefined) {
      if (!isObject(input)) refuse(cannotUnmarshal(goKind(input), RAW_MAP));
      return Object.fromEntries(
        Object.entries(input).map(([key, item]) => {
          const goType = goTypes[field.map ?? ''];
          if (goType !== undefined) readNumber(goType, unquoted(goType, key));
          return [key, this.#value(field, item ?? null)];
        }),
      );
    }
    if (field.list === true) {
      if (!isArray(input)) refuse(cannotUnmarshal(goKind(input), '[]json.RawMessage'));
      return input.map((item) => this.#value(field, item));
    }
    return this.#value(field, input);
  }

  #value(field: ApiField, input: JsonValue): JsonValue {
    if (field.type === 'enum') return this.#enum(field, input);
    return field.type === 'message' ? this.#anyMessage(field.ref ?? '', input) : readScalar(field.type, input);
  }

  #anyMessage(name: string, input: JsonValue): JsonValue {
    const scalar = wrapped[name];
    if (scalar !== undefined) return readScalar(scalar, input);
    switch (name) {
      case 'google.protobuf.Any':
        return this.#any(input);
      case 'google.protobuf.Struct':
        return readStruct(input);
      case 'google.protobuf.ListValue':
        if (!isArray(input) && input !== null) refuse(`bad ListValue: ${cannotUnmarshal(goKind(input), '[]json.RawMessage')}`);
        return input ?? [];
      case 'google.protobuf.Duration':
        return readDuration(input);
      case 'google.protobuf.Timestamp':
        return readTimestamp(input);
      case 'google.protobuf.Value':
        return input;
      default:
        return this.message(name, input);
    }
  }

  #any(input: JsonValue): JsonValue {
    if (input === null) return {};
    if (!isObject(input)) refuse(cannotUnmarshal(goKind(input), RAW_MAP));
    const url = input['@type'];
    if (url === undefined) refuse("Any JSON doesn't have '@type'");
    if (typeof url !== 'string') refuse(`can't unmarshal Any's '@type': ${goQuote(goJson(url))}`);
    const name = url.slice(url.lastIndexOf('/') + 1);
    if (!this.#vocabulary.has(name) && !wellKnown.has(name)) refuse(`could not resolve Any message type: ${url}`);
    const inside = (read: () => JsonObject): JsonObject => {
      try {
        return read();
      } catch (error) {
        if (error instanceof Refusal) refuse(`can't unmarshal Any nested proto ${url}: ${error.message}`);
        throw error;
      }
    };
    if (wellKnown.has(name)) {
      const value = input['value'];
      if (value === undefined) refuse("Any JSON doesn't have 'value'");
      return inside(() => ({ '@type': url, value: this.#anyMessage(name, value) }));
    }
    const { '@type': _, ...fields } = input;
    return inside(() => ({ '@type': url, ...this.message(name, fields) }));
  }

  #enum(field: ApiField, input: JsonValue): JsonValue {
    const values: readonly Partial<ApiEnumValue>[] = this.#vocabulary.enumValues(field);
    if (typeof input === 'string') {
      // jsonpb only cuts the quotes and compares what is between them as it stands.
      if (!values.some((value) => value.name === input)) refuse(`unknown value ${goQuote(goJson(input))} for enum ${field.ref ?? ''}`);
      return input;
    }
    if (input === null) return values[0]?.name ?? 0;
    if (typeof input !== 'number') refuse(cannotUnmarshal(goKind(input), 'protoreflect.EnumNumber'));
    const isWhole = Number.isInteger(input) && Math.abs(input) <= 2_147_483_647;
    if (!isWhole) refuse(cannotUnmarshal(`number ${goNumber(input)}`, 'protoreflect.EnumNumber'));
    return values.find((value) => value.number === input)?.name ?? input;
  }
}

function own(input: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(input, key) ? input[key] : undefined;
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

function readScalar(type: string, input: JsonValue): JsonValue {
  const goType = goTypes[type];
  if (goType === undefined) {
    const wanted = type === 'bool' ? 'boolean' : 'string';
    const name = type === 'bytes' ? '[]uint8' : type;
    if (input === null) return type === 'bool' ? false : '';
    if (typeof input !== wanted) refuse(cannotUnmarshal(goKind(input), name));
    if (type === 'bytes' && typeof input === 'string' && base64ToBytes(input) === undefined) refuse('illegal base64 data at input byte 0');
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

function readTimestamp(input: JsonValue): JsonValue {
  if (input === null) return '';
  if (typeof input !== 'string') refuse(cannotUnmarshal(goKind(input), 'string'));
  if (Number.isNaN(Date.parse(input))) refuse(`bad Timestamp: parsing time ${goQuote(input)}`);
  return input;
}
