import { utf8Bytes } from '#base/bytes.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { isArray } from '#base/json.ts';
import { ProtoWriter } from './proto-writer.ts';

/** A `google.protobuf.Struct` on the wire. */
export function encodeStruct(value: JsonObject): Uint8Array<ArrayBuffer> {
  const out = new ProtoWriter();
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) out.message(1, new ProtoWriter().string(1, key).message(2, valueMessage(item)));
  }
  return out.finish();
}

/** A `google.protobuf.Value`. */
export function encodeValue(value: JsonValue): Uint8Array<ArrayBuffer> {
  return valueMessage(value).finish();
}

function valueMessage(value: JsonValue): ProtoWriter {
  const out = new ProtoWriter();
  if (value === null) return out.varint(1, 0n);
  if (typeof value === 'number') return out.double(2, value);
  if (typeof value === 'string') return out.bytes(3, utf8Bytes(value));
  if (typeof value === 'boolean') return out.varint(4, value ? 1n : 0n);
  if (isArray(value)) {
    const list = new ProtoWriter();
    for (const item of value) list.message(1, valueMessage(item));
    return out.message(6, list);
  }
  return out.bytes(5, encodeStruct(value));
}
