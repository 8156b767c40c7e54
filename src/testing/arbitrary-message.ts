import fc, { type Arbitrary } from 'fast-check';
import type { JsonObject, JsonValue } from '#base/json.ts';
import type { EnvoyTypes, FieldDoc } from '#envoy/types.ts';

export interface ArbitraryOptions {
  /** How often a value is one that no reader takes, 0 to 1. */
  readonly wrong: number;
  /** Messages that an `Any` may hold. */
  readonly anyTypes: readonly string[];
  readonly depth: number;
}

const defaults: ArbitraryOptions = {
  wrong: 0,
  depth: 4,
  anyTypes: [
    'envoy.extensions.filters.http.buffer.v3.Buffer',
    'envoy.extensions.filters.http.router.v3.Router',
    'envoy.extensions.filters.http.header_mutation.v3.HeaderMutation',
    'google.protobuf.StringValue',
    'google.protobuf.Struct',
    'google.protobuf.Duration',
  ],
};

/** JSON of a message as people write it: both spellings of names, numbers as texts, enum numbers, nulls, several durations. */
export function arbitraryMessage(types: EnvoyTypes, name: string, options: Partial<ArbitraryOptions> = {}): Arbitrary<JsonValue> {
  return messageOf(types, name, { ...defaults, ...options });
}

function messageOf(types: EnvoyTypes, name: string, options: ArbitraryOptions): Arbitrary<JsonValue> {
  const special = wellKnown(types, name, options);
  if (special !== undefined) return special;
  if (options.depth <= 0) return fc.constant({});
  const { fields = [] } = types.describe(name) ?? {};
  const inner = { ...options, depth: options.depth - 1 };
  return fc
    .subarray([...fields], { maxLength: Math.min(5, fields.length) })
    .chain((chosen) => fc.tuple(...chosen.map((field) => entryOf(types, field, inner))))
    .map((entries): JsonObject => Object.fromEntries(entries));
}

function entryOf(types: EnvoyTypes, field: FieldDoc, options: ArbitraryOptions): Arbitrary<[string, JsonValue]> {
  return fc.tuple(fc.constantFrom(field.name, field.jsonName), mistake(options, valueOf(types, field, options)));
}

function valueOf(types: EnvoyTypes, field: FieldDoc, options: ArbitraryOptions): Arbitrary<JsonValue> {
  const single = fc.oneof(
    { weight: 15, arbitrary: singleOf(types, field, options) },
    { weight: field.list ? 0 : 1, arbitrary: fc.constant(null) },
  );
  if (field.list) return fc.array(single, { maxLength: 3 });
  if (!field.map) return single;
  const key =
    field.mapKeyType === 'string' || field.mapKeyType === undefined ? fc.constantFrom('a', 'b', 'ü', 'A') : fc.constantFrom('1', '2');
  return fc.dictionary(key, singleOf(types, field, options), { maxKeys: 3 });
}

function singleOf(types: EnvoyTypes, field: FieldDoc, options: ArbitraryOptions): Arbitrary<JsonValue> {
  if (field.type === 'message') return fc.constant(null).chain(() => messageOf(types, field.typeName ?? '', options));
  if (field.type === 'enum') return fc.oneof(fc.constantFrom(...(field.enumValues ?? [])), fc.integer({ min: 0, max: 9 }));
  return scalarOf(field.type);
}

function scalarOf(type: string): Arbitrary<JsonValue> {
  if (type === 'bool') return fc.boolean();
  if (type === 'string') return fc.oneof(fc.constant(''), fc.string({ maxLength: 6 }), fc.constantFrom('<&>', 'ü', '\u2028'));
  if (type === 'bytes') return fc.uint8Array({ maxLength: 5 }).map((bytes) => Buffer.from(bytes).toString('base64'));
  if (type === 'double' || type === 'float')
    return fc.oneof(
      fc.constantFrom<JsonValue>(0, 0.1, 100, 1e-7, 1.5e22, '2.5', 'NaN'),
      fc.float({ noNaN: true, noDefaultInfinity: true }),
    );
  const number = type.startsWith('u') || type.startsWith('fixed') ? fc.nat() : fc.integer();
  return fc.oneof(fc.constant(0), number, number.map(String));
}

function wellKnown(types: EnvoyTypes, name: string, options: ArbitraryOptions): Arbitrary<JsonValue> | undefined {
  if (!name.startsWith('google.protobuf.')) return undefined;
  const wrapper = /^google\.protobuf\.(\w+)Value$/.exec(name)?.[1]?.toLowerCase();
  if (wrapper === 'list') return fc.array(structValue, { maxLength: 2 });
  if (wrapper !== undefined) return scalarOf(wrapper);
  switch (name) {
    case 'google.protobuf.Value':
      return structValue;
    case 'google.protobuf.Struct':
      return struct;
    case 'google.protobuf.Duration':
      return fc.constantFrom('0s', '1s', '0.25s', '1.000001s', '-3.5s', '1m30s', '250ms', '1h', '1.5h0.5s', '0.000000001s');
    case 'google.protobuf.Timestamp':
      return fc.constantFrom('2026-01-31T12:00:00Z', '2026-01-31T12:00:00.5Z', '2026-01-31T12:00:00+02:00', '1970-01-01T00:00:00Z');
    case 'google.protobuf.Any':
      return fc.constantFrom(...options.anyTypes).chain((type) => messageOf(types, type, options).map((value) => anyOf(type, value)));
    default:
      return undefined;
  }
}

function anyOf(type: string, value: JsonValue): JsonObject {
  const url = { '@type': `type.googleapis.com/${type}` };
  return type.startsWith('google.protobuf.') ? { ...url, value } : { ...url, ...(value as JsonObject) };
}

const structValue: Arbitrary<JsonValue> = fc.constantFrom<JsonValue>(true, 'x', 1.5, 'y', 3);
const struct: Arbitrary<JsonObject> = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.oneof(structValue, fc.constant({ d: [1, 'x'] })), {
  maxKeys: 3,
});

function mistake(options: ArbitraryOptions, right: Arbitrary<JsonValue>): Arbitrary<JsonValue> {
  if (options.wrong === 0) return right;
  const wrong = fc.constantFrom<JsonValue>('nonsense', -1, 1.5, true, [], {}, ['x'], { '@type': 'x' }, '99999999999999999999', 4294967296);
  return fc.oneof(
    { weight: Math.round(1000 * (1 - options.wrong)), arbitrary: right },
    { weight: Math.round(1000 * options.wrong), arbitrary: wrong },
  );
}
