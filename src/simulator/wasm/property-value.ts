import { byteStringToBytes, bytesToByteString, utf8ToByteString } from '#base/bytes.ts';
import type { ByteString } from '#base/bytes.ts';
import type { JsonValue } from '#base/json.ts';
import { isArray, isObject } from '#base/json.ts';
import { encodePairs } from '#proxywasm/pairs.ts';

/** A value as Envoy's CEL attributes have it. `undefined` in place of a value means that there is none. */
export type PropertyValue =
  | { readonly kind: 'string'; readonly value: ByteString }
  /** `type` where CEL knows the number as something else; times are nanoseconds. */
  | { readonly kind: 'int'; readonly value: bigint; readonly type?: 'timestamp' | 'duration' | undefined }
  | { readonly kind: 'double'; readonly value: number }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'null' }
  /** Exists, but has no encoding of its own: `request`, `xds` … */
  | { readonly kind: 'opaque'; get(name: ByteString): PropertyValue | undefined }
  | {
      readonly kind: 'map';
      readonly entries: readonly (readonly [ByteString, PropertyValue])[];
      /** Where keys are not looked up literally (header names). */
      find?(name: ByteString): PropertyValue | undefined;
    }
  | { readonly kind: 'list'; readonly items: readonly PropertyValue[] }
  /** A protobuf message: fields by name, and its wire form. */
  | { readonly kind: 'message'; get(name: ByteString): PropertyValue | undefined; encode(): Uint8Array };

export const string = (value: ByteString): PropertyValue => ({ kind: 'string', value });
export const int = (value: number | bigint): PropertyValue => ({ kind: 'int', value: BigInt(value) });
export const timestamp = (ns: bigint): PropertyValue => ({ kind: 'int', value: ns, type: 'timestamp' });
export const duration = (ns: bigint): PropertyValue => ({ kind: 'int', value: ns, type: 'duration' });
export const bool = (value: boolean): PropertyValue => ({ kind: 'bool', value });

/** A `google.protobuf.Value` or Struct, unwrapped. */
export function jsonValue(value: JsonValue): PropertyValue {
  if (value === null) return { kind: 'null' };
  if (typeof value === 'string') return string(utf8ToByteString(value));
  if (typeof value === 'number') return { kind: 'double', value };
  if (typeof value === 'boolean') return bool(value);
  if (isArray(value)) return { kind: 'list', items: value.map(jsonValue) };
  return { kind: 'map', entries: structEntries(value) };
}

export function structEntries(value: JsonValue | undefined): readonly (readonly [ByteString, PropertyValue])[] {
  if (!isObject(value)) return [];
  // The order of a protobuf map is anyone's; sorted it is at least always the same.
  const sorted = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return sorted.flatMap(([key, item]): (readonly [ByteString, PropertyValue])[] =>
    item === undefined ? [] : [[utf8ToByteString(key), jsonValue(item)]],
  );
}

/** One step of a path (envoy `Context::findValue`): key of a map, index of a list, field of a message. */
export function stepInto(value: PropertyValue, name: ByteString): PropertyValue | undefined {
  switch (value.kind) {
    case 'map':
      return value.find === undefined ? value.entries.find(([key]) => key === name)?.[1] : value.find(name);
    case 'list':
      return /^\d+$/.test(name) ? value.items[Number(name)] : undefined;
    case 'opaque':
    case 'message':
      return value.get(name);
    default:
      return undefined;
  }
}

/** What a guest gets (envoy `serializeValue`): undefined where a value has no encoding. */
export function encodeProperty(value: PropertyValue): Uint8Array | undefined {
  switch (value.kind) {
    case 'string':
      return byteStringToBytes(value.value);
    case 'int':
      return eightBytes((view) => view.setBigInt64(0, BigInt.asIntN(64, value.value), true));
    case 'double':
      return eightBytes((view) => view.setFloat64(0, value.value, true));
    case 'bool':
      return new Uint8Array([Number(value.value)]);
    case 'map':
      return pairsOf(value.entries.map(([key, item]) => [string(key), item] as const));
    case 'list':
      return pairsOf(value.items.map((item) => [item, string('')] as const));
    case 'message':
      return value.encode();
    default:
      return undefined;
  }
}

function eightBytes(write: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(8);
  write(new DataView(bytes.buffer));
  return bytes;
}

/** Map and list values always have their count, also when they are empty. */
function pairsOf(entries: readonly (readonly [PropertyValue, PropertyValue])[]): Uint8Array | undefined {
  if (entries.length === 0) return new Uint8Array(4);
  const pairs: [ByteString, ByteString][] = [];
  for (const [key, value] of entries) {
    const first = encodeProperty(key);
    const second = encodeProperty(value);
    if (first === undefined || second === undefined) return undefined;
    pairs.push([bytesToByteString(first), bytesToByteString(second)]);
  }
  return encodePairs(pairs);
}
