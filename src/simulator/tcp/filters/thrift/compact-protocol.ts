import { byteStringToBytes, bytesToByteString } from '#base/bytes.ts';
import type { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-reader.ts';
import type { ThriftField, ThriftValue } from './message.ts';
import { FieldType, ThriftError } from './message.ts';
import type { Protocol } from './protocol.ts';
import { checkType, withHead } from './protocol.ts';

const TRUE = 1;
const FALSE = 2;
const fromCompact: Readonly<Record<number, number>> = {
  1: FieldType.Bool,
  2: FieldType.Bool,
  3: FieldType.Byte,
  4: FieldType.I16,
  5: FieldType.I32,
  6: FieldType.I64,
  7: FieldType.Double,
  8: FieldType.String,
  9: FieldType.List,
  10: FieldType.Set,
  11: FieldType.Map,
  12: FieldType.Struct,
};
const toCompact: ReadonlyMap<number, number> = new Map(
  Object.entries(fromCompact)
    .toReversed()
    .map(([compact, type]): [number, number] => [type, Number(compact)]),
);

/** The compact protocol (envoy `thrift_proxy/compact_protocol_impl.cc`). */
export const compactProtocol: Protocol = {
  name: 'compact',
  read(reader) {
    const version = reader.i16() & 0xffff;
    if ((version & 0xff1f) !== 0x8201)
      throw new ThriftError(`invalid compact protocol version 0x${(version & 0xff1f).toString(16)} != 0x8201`);
    const type = checkType((version >> 5) & 7, 'compact');
    const seq = Number(BigInt.asIntN(32, reader.varint()));
    const head = { type, seq, name: bytesToByteString(reader.slice(Number(reader.varint()))) };
    return withHead(head, () => ({ ...head, fields: readStruct(reader) }));
  },
  write(message) {
    const writer = new ByteWriter();
    const name = byteStringToBytes(message.name);
    writer.i16(0x8201 | (message.type << 5));
    writer.varint(BigInt.asUintN(32, BigInt(message.seq)));
    writer.varint(BigInt(name.length));
    writer.raw(name);
    writeStruct(writer, message.fields);
    return writer.done();
  },
};

function readStruct(reader: ByteReader): readonly ThriftField[] {
  const fields: ThriftField[] = [];
  let last = 0;
  for (;;) {
    const head = reader.u8();
    const code = head & 15;
    if (code === 0) return fields;
    last = head >> 4 === 0 ? Number(reader.zigzag()) : last + (head >> 4);
    if (last < 0) throw new ThriftError(`invalid compact protocol field id ${last}`);
    const type = typeOf(code);
    fields.push({ id: last, value: type === FieldType.Bool ? { type, value: code === TRUE } : readValue(reader, type) });
  }
}

function typeOf(code: number): number {
  const type = fromCompact[code];
  if (type === undefined) throw new ThriftError(`unknown compact protocol field type ${code}`);
  return type;
}

function codeOf(type: number): number {
  return toCompact.get(type) ?? 0;
}

function readValue(reader: ByteReader, type: number): ThriftValue {
  switch (type) {
    case FieldType.Bool:
      // Measured: inside a list or map Envoy reads every byte but 0 as true and writes 1 or 0, whatever the protocol says.
      return { type, value: reader.u8() !== 0 };
    case FieldType.Byte:
      return { type, value: BigInt.asIntN(8, BigInt(reader.u8())) };
    case FieldType.I16:
    case FieldType.I32:
    case FieldType.I64:
      return { type, value: reader.zigzag() };
    case FieldType.Double:
      return { type, value: reader.double() };
    case FieldType.String:
      return { type, value: reader.slice(Number(reader.varint())) };
    case FieldType.Struct:
      return { type, fields: readStruct(reader) };
    case FieldType.Map: {
      const size = count(reader, Number(reader.varint()));
      if (size === 0) return { type, key: FieldType.Stop, item: FieldType.Stop, entries: [] };
      const types = reader.u8();
      const [key, item] = [typeOf(types >> 4), typeOf(types & 15)];
      return { type, key, item, entries: Array.from({ length: size }, () => [readValue(reader, key), readValue(reader, item)] as const) };
    }
    case FieldType.Set:
    case FieldType.List: {
      const head = reader.u8();
      const size = count(reader, head >> 4 === 15 ? Number(reader.varint()) : head >> 4);
      const item = typeOf(head & 15);
      return { type, item, items: Array.from({ length: size }, () => readValue(reader, item)) };
    }
    default:
      throw new ThriftError(`unknown field type ${type}`);
  }
}

function count(reader: ByteReader, size: number): number {
  if (size > reader.left) reader.take(size);
  return size;
}

function writeStruct(writer: ByteWriter, fields: readonly ThriftField[]): void {
  let last = 0;
  for (const { id, value } of fields) {
    const code = value.type === FieldType.Bool && !value.value ? FALSE : codeOf(value.type);
    const delta = id - last;
    if (delta > 0 && delta < 16) writer.u8((delta << 4) | code);
    else {
      writer.u8(code);
      writer.zigzag(BigInt(id));
    }
    last = id;
    if (value.type !== FieldType.Bool) writeValue(writer, value);
  }
  writer.u8(FieldType.Stop);
}

function writeValue(writer: ByteWriter, value: ThriftValue): void {
  switch (value.type) {
    case FieldType.Bool:
      writer.u8(value.value ? 1 : 0);
      break;
    case FieldType.Byte:
      writer.int(value.value, 1);
      break;
    case FieldType.Double:
      writer.double(value.value);
      break;
    case FieldType.String:
      writer.varint(BigInt(value.value.length));
      writer.raw(value.value);
      break;
    case FieldType.Struct:
      writeStruct(writer, value.fields);
      break;
    case FieldType.Map:
      writer.varint(BigInt(value.entries.length));
      if (value.entries.length > 0) writer.u8((codeOf(value.key) << 4) | codeOf(value.item));
      for (const entry of value.entries) for (const part of entry) writeValue(writer, part);
      break;
    case FieldType.Set:
    case FieldType.List:
      if (value.items.length < 15) writer.u8((value.items.length << 4) | codeOf(value.item));
      else {
        writer.u8(0xf0 | codeOf(value.item));
        writer.varint(BigInt(value.items.length));
      }
      for (const item of value.items) writeValue(writer, item);
      break;
    default:
      writer.zigzag(value.value);
  }
}
