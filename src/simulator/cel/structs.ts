import { celBool, celDouble, celError, celInt, celUint, typeOf, type CelValue } from './value.ts';

interface Field {
  /** As protobuf has it. */
  readonly type: string;
  readonly kind: CelValue['kind'];
}

interface Struct {
  readonly fields: Readonly<Record<string, Field>>;
  make(fields: ReadonlyMap<string, CelValue>): CelValue;
}

const time = (kind: 'timestamp' | 'duration'): Struct => ({
  fields: { seconds: { type: 'int64', kind: 'int' }, nanos: { type: 'int32', kind: 'int' } },
  make: (fields) => ({ kind, value: whole(fields.get('seconds')) * 1_000_000_000n + whole(fields.get('nanos')) }),
});

const wrapper = (type: string, empty: CelValue): Struct => ({
  fields: { value: { type, kind: empty.kind } },
  make: (fields) => fields.get('value') ?? empty,
});

function whole(value: CelValue | undefined): bigint {
  return value?.kind === 'int' ? value.value : 0n;
}

/** The well-known messages, which are values in CEL (langdef "Dynamic values"). */
const structs: Readonly<Record<string, Struct>> = {
  'google.protobuf.Timestamp': time('timestamp'),
  'google.protobuf.Duration': time('duration'),
  'google.protobuf.BoolValue': wrapper('bool', celBool(false)),
  'google.protobuf.Int32Value': wrapper('int32', celInt(0n)),
  'google.protobuf.Int64Value': wrapper('int64', celInt(0n)),
  'google.protobuf.UInt32Value': wrapper('uint32', celUint(0n)),
  'google.protobuf.UInt64Value': wrapper('uint64', celUint(0n)),
  'google.protobuf.FloatValue': wrapper('float', celDouble(0)),
  'google.protobuf.DoubleValue': wrapper('double', celDouble(0)),
  'google.protobuf.StringValue': wrapper('string', { kind: 'string', value: '' }),
  'google.protobuf.BytesValue': wrapper('bytes', { kind: 'bytes', value: '' }),
  'google.protobuf.Struct': {
    fields: { fields: { type: 'map', kind: 'map' } },
    make: (fields) => fields.get('fields') ?? { kind: 'map', entries: [] },
  },
};

const known = (type: string): Struct | undefined => (Object.hasOwn(structs, type) ? structs[type] : undefined);

/** Why there can be no such message. */
export function structProblem(type: string, fields: readonly string[]): string | undefined {
  const struct = known(type);
  if (struct === undefined) return `Invalid struct creation: missing type info for '${type}'`;
  const strange = fields.find((field) => !Object.hasOwn(struct.fields, field));
  return strange === undefined ? undefined : `Invalid message creation: field '${strange}' not found in '${type}'`;
}

export function makeStruct(type: string, fields: readonly (readonly [string, CelValue])[]): CelValue {
  const struct = known(type);
  for (const [name, value] of fields) {
    if (value.kind === 'error') return value;
    const field = struct?.fields[name];
    if (value.kind === field?.kind) continue;
    const message = type.slice(type.lastIndexOf('.') + 1);
    return celError(
      `Could not assign supplied argument to message "${message}" field "${name}" of type ${field?.type ?? ''}: value type "${typeOf(value)}"`,
    );
  }
  return struct?.make(new Map(fields)) ?? celError(`missing type info for '${type}'`);
}
