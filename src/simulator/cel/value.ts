import { bytesToByteString, type ByteString } from '#base/bytes.ts';
import { encodeProperty, type PropertyValue } from '../wasm/property-value.ts';

/** A value while an expression is evaluated. Texts are UTF-8 bytes, times and durations nanoseconds. */
export type CelValue =
  | { readonly kind: 'null' }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int' | 'uint' | 'timestamp' | 'duration'; readonly value: bigint }
  | { readonly kind: 'double'; readonly value: number }
  | { readonly kind: 'string' | 'bytes'; readonly value: ByteString }
  | { readonly kind: 'list'; readonly items: readonly CelValue[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [CelValue, CelValue])[]; find?(key: ByteString): CelValue | undefined }
  /** Roots such as `request`, and protobuf messages: fields by name. */
  | { readonly kind: 'object'; readonly property: PropertyValue }
  | { readonly kind: 'type'; readonly name: string }
  /** What cel-cpp carries along as a value: `&&` and `||` may do without it. */
  | { readonly kind: 'error'; readonly message: string; readonly isFatal: boolean };

export const celError = (message: string): CelValue => ({ kind: 'error', message, isFatal: false });
/** What cel-cpp's evaluator returns instead of a value: nothing can be made of it. */
export const celFatal = (message: string): CelValue => ({ kind: 'error', message, isFatal: true });
export const noOverload = (what: string): CelValue => celError(`No matching overloads found : ${what}`);
export const celBool = (value: boolean): CelValue => ({ kind: 'bool', value });
export const celInt = (value: bigint): CelValue =>
  value >= -(1n << 63n) && value < 1n << 63n ? { kind: 'int', value } : celError('integer overflow');
export const celUint = (value: bigint): CelValue =>
  value >= 0n && value < 1n << 64n ? { kind: 'uint', value } : celError('unsigned integer overflow');
export const celDouble = (value: number): CelValue => ({ kind: 'double', value });
export const celString = (value: ByteString): CelValue => ({ kind: 'string', value });

/** An attribute as CEL has it. */
export function fromProperty(property: PropertyValue): CelValue {
  switch (property.kind) {
    case 'string':
      return celString(property.value);
    case 'int':
      return { kind: property.type ?? 'int', value: property.value };
    case 'double':
      return celDouble(property.value);
    case 'bool':
      return celBool(property.value);
    case 'null':
      return { kind: 'null' };
    case 'list':
      return { kind: 'list', items: property.items.map(fromProperty) };
    case 'map': {
      const find = property.find?.bind(property);
      const entries = property.entries.map(([key, value]) => [celString(key), fromProperty(value)] as const);
      if (find === undefined) return { kind: 'map', entries };
      return {
        kind: 'map',
        entries,
        find: (key) => {
          const found = find(key);
          return found === undefined ? undefined : fromProperty(found);
        },
      };
    }
    default:
      return { kind: 'object', property };
  }
}

/** What a guest gets of a result (envoy `serializeValue`); undefined where CEL's value has no encoding there. */
export function toProperty(value: CelValue): PropertyValue | undefined {
  switch (value.kind) {
    case 'bool':
    case 'double':
      return value;
    case 'int':
    case 'uint':
      return { kind: 'int', value: value.value };
    case 'timestamp':
    case 'duration':
      return { kind: 'int', value: saturate(value.value) };
    case 'string':
    case 'bytes':
      return { kind: 'string', value: value.value };
    case 'list': {
      const items = value.items.map(toProperty);
      return items.every((item) => item !== undefined) ? { kind: 'list', items } : undefined;
    }
    case 'map': {
      const entries = value.entries.map(([key, item]) => [keyBytes(key), toProperty(item)] as const);
      const whole = entries.filter(
        (entry): entry is readonly [ByteString, PropertyValue] => entry[0] !== undefined && entry[1] !== undefined,
      );
      return whole.length === entries.length ? { kind: 'map', entries: whole } : undefined;
    }
    case 'object':
      return value.property;
    default:
      return undefined;
  }
}

function keyBytes(key: CelValue): ByteString | undefined {
  if (key.kind === 'string') return key.value;
  const property = toProperty(key);
  const bytes = property === undefined ? undefined : encodeProperty(property);
  return bytes === undefined ? undefined : bytesToByteString(bytes);
}

/** A number of nanoseconds as absl makes an int64 of it. */
function saturate(ns: bigint): bigint {
  const limit = 1n << 63n;
  if (ns >= limit) return limit - 1n;
  return ns < -limit ? -limit : ns;
}

const typeNames: Readonly<Partial<Record<CelValue['kind'], string>>> = {
  null: 'null_type',
  timestamp: 'google.protobuf.Timestamp',
  duration: 'google.protobuf.Duration',
  object: 'map',
};

/** `int`, `google.protobuf.Timestamp` … */
export function typeOf(value: CelValue): string {
  return typeNames[value.kind] ?? value.kind;
}

/** As cel-cpp names types in its errors. */
function kindName(value: CelValue): string {
  const names: Readonly<Partial<Record<CelValue['kind'], string>>> = {
    int: 'int64',
    uint: 'uint64',
    null: 'null_type',
    object: 'map',
    type: 'CelType',
  };
  return names[value.kind] ?? value.kind;
}

/** A function with the types of its arguments, as cel-cpp's errors have it. */
export function signature(name: string, args: readonly CelValue[]): string {
  return `${name}(${args.map(kindName).join(', ')})`;
}

/** The same for a method. */
export function methodSignature(name: string, [target, ...args]: readonly CelValue[]): string {
  return `(${target === undefined ? '' : kindName(target)}).${signature(name, args)}`;
}

/** CEL's equality: numbers compare by value, different types are different. */
export function isEqual(a: CelValue, b: CelValue): boolean {
  if (isNumber(a) && isNumber(b)) return compareNumbers(a, b) === 0;
  if (a.kind === 'list' && b.kind === 'list') {
    return a.items.length === b.items.length && a.items.every((item, i) => isEqual(item, b.items[i] ?? { kind: 'null' }));
  }
  if (a.kind === 'map' && b.kind === 'map') {
    return a.entries.length === b.entries.length && a.entries.every(([key, value]) => isEqualOrAbsent(value, mapGet(b, key)));
  }
  if (a.kind !== b.kind) return false;
  if (a.kind === 'null') return true;
  if (a.kind === 'type' && b.kind === 'type') return a.name === b.name;
  return 'value' in a && 'value' in b && a.value === b.value;
}

function isEqualOrAbsent(a: CelValue, b: CelValue | undefined): boolean {
  return b !== undefined && isEqual(a, b);
}

export type CelNumber = Extract<CelValue, { readonly kind: 'int' | 'uint' | 'double' }>;

export function isNumber(value: CelValue): value is CelNumber {
  return value.kind === 'int' || value.kind === 'uint' || value.kind === 'double';
}

/** Less, equal, greater; undefined with a NaN. Whole numbers become doubles to be compared with one. */
export function compareNumbers(a: CelNumber, b: CelNumber): number | undefined {
  const areDoubles = a.kind === 'double' || b.kind === 'double';
  const left = areDoubles ? Number(a.value) : a.value;
  const right = areDoubles ? Number(b.value) : b.value;
  if (left < right) return -1;
  if (left > right) return 1;
  return left === right ? 0 : undefined;
}

export function mapGet(map: Extract<CelValue, { kind: 'map' }>, key: CelValue): CelValue | undefined {
  if (map.find !== undefined) return key.kind === 'string' ? map.find(key.value) : undefined;
  return map.entries.find(([own]) => isEqual(own, key))?.[1];
}
