import { bytesToUtf8, utf8Bytes } from '#base/bytes.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { isArray } from '#base/json.ts';
import { readFields } from './proto-reader.ts';
import { ProtoWriter } from './proto-writer.ts';

/** A `google.protobuf.Struct` on the wire. */
export function encodeStruct(value: JsonObject): Uint8Array<ArrayBuffer> {
  const out = new ProtoWriter();
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) out.message(1, new ProtoWriter().string(1, key).message(2, valueMessage(item)));
  }
  return out.finish();
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

/** Reads a `google.protobuf.Struct`; what is damaged is left out. */
export function decodeStruct(bytes: Uint8Array): JsonObject {
  const out: Record<string, JsonValue> = {};
  for (const entry of readFields(bytes) ?? []) {
    const parts = readFields(entry.bytes ?? new Uint8Array(0)) ?? [];
    const key = parts.find(({ field }) => field === 1)?.bytes;
    const value = parts.find(({ field }) => field === 2)?.bytes;
    if (value !== undefined) out[bytesToUtf8(key ?? new Uint8Array(0))] = decodeValue(value);
  }
  return out;
}

/** Reads a `google.protobuf.Value`; one without a kind is null. */
export function decodeValue(bytes: Uint8Array): JsonValue {
  const item = readFields(bytes)?.at(-1);
  const content = item?.bytes ?? new Uint8Array(0);
  switch (item?.field) {
    case 2:
      return content.length === 8 ? new DataView(content.buffer, content.byteOffset, 8).getFloat64(0, true) : 0;
    case 3:
      return bytesToUtf8(content);
    case 4:
      return item.varint === 1n;
    case 5:
      return decodeStruct(content);
    case 6:
      return (readFields(content) ?? []).map((element) => decodeValue(element.bytes ?? new Uint8Array(0)));
    default:
      return null;
  }
}
