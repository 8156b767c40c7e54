import { enumValuesOf, fieldsOf, type ApiField } from '#istio/api/messages.ts';
import type { Chance } from './chance.ts';
import type { Plain } from './world.ts';

/** A value for a field; `undefined` leaves the field out. */
export type Hint = (chance: Chance) => unknown;

export interface Shape {
  readonly chance: Chance;
  /** By `Message.field` (names as after `istio.GROUP.VERSION.`), else by the field's JSON name, else by `Message` for a whole value. */
  readonly hints: Readonly<Record<string, Hint>>;
  /** How often a field that is not asked for is there. */
  readonly density: number;
  readonly minor: number;
}

const deepest = 7;

/** A random value of one of Istio's messages, with any of its fields; `wanted` fields are always there. */
export function anyMessage(shape: Shape, message: string, wanted: readonly string[] = [], depth = 0): Plain {
  const out: Plain = {};
  const taken = new Set<string>();
  for (const field of shuffledOneofs(shape, fieldsOf(message, shape.minor))) {
    const name = field.json ?? field.name;
    const isWanted = wanted.includes(name);
    if (!isWanted && (depth >= deepest || !shape.chance.odds(shape.density))) continue;
    if (field.oneof !== undefined && taken.has(field.oneof)) continue;
    const value = fieldValue(shape, message, field, depth);
    if (value === undefined) continue;
    if (field.oneof !== undefined) taken.add(field.oneof);
    out[name] = value;
  }
  return out;
}

/** The first member of a oneof must not always win. */
function shuffledOneofs(shape: Shape, fields: readonly ApiField[]): readonly ApiField[] {
  if (!fields.some((field) => field.oneof !== undefined)) return fields;
  const start = shape.chance.int(0, fields.length - 1);
  return [...fields.slice(start), ...fields.slice(0, start)];
}

function fieldValue(shape: Shape, message: string, field: ApiField, depth: number): unknown {
  const { chance, hints } = shape;
  const name = field.json ?? field.name;
  const own = hints[`${shortName(message)}.${name}`];
  if (own !== undefined) return own(chance);
  const one = (): unknown => hints[name]?.(chance) ?? scalar(shape, field, depth);
  const whole = field.map === undefined ? undefined : hints[name]?.(chance);
  if (typeof whole === 'object') return whole;
  if (field.map !== undefined) return Object.fromEntries(chance.times(chance.int(1, 2), (index) => [`key-${index}`, one()]));
  const byName = field.list === true ? hints[name]?.(chance) : undefined;
  if (Array.isArray(byName)) return byName;
  if (field.list === true) return chance.times(chance.int(1, 2), one).filter((value) => value !== undefined);
  return one();
}

function scalar(shape: Shape, field: ApiField, depth: number): unknown {
  const { chance } = shape;
  if (field.type === 'bool') return chance.odds(0.5);
  if (field.type === 'enum') {
    const names = enumValuesOf(field.ref ?? '', shape.minor).map((value) => value.name);
    return names.length === 0 ? undefined : chance.pick(names);
  }
  if (field.type === 'message') return messageValue(shape, field.ref ?? '', depth);
  if (field.type === 'string') return chance.pick(['some', 'text', 'a-b']);
  if (field.type === 'bytes') return 'aGk=';
  if (field.type === 'double' || field.type === 'float') return chance.pick([0, 0.5, 12.25, 100]);
  return chance.pick([0, 1, 3, 8080]);
}

function messageValue(shape: Shape, message: string, depth: number): unknown {
  const { chance, hints } = shape;
  const own = hints[shortName(message)];
  if (own !== undefined) return own(chance);
  switch (message) {
    case 'google.protobuf.Duration':
      return chance.pick(['5s', '0.250s', '90s', '0s', '1h0m1s', '1500ms']);
    case 'google.protobuf.BoolValue':
      return chance.odds(0.5);
    case 'google.protobuf.UInt32Value':
    case 'google.protobuf.Int32Value':
    case 'google.protobuf.Int64Value':
      return chance.pick([0, 1, 7, 65_536]);
    case 'google.protobuf.DoubleValue':
      return chance.pick([0, 2.5, 50, 100]);
    case 'google.protobuf.Struct':
      return chance.pick<Plain>([{ a: 1 }, { b: { c: [true, null, 'x'] } }, {}]);
    default:
      return anyMessage(shape, message, [], depth + 1);
  }
}

function shortName(message: string): string {
  return message.replace(/^istio\.\w+\.v\w+\.|^google\.protobuf\./, '');
}
