import { byteStringToBytes, bytesToByteString } from '#base/bytes.ts';
import type { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-reader.ts';
import type { ThriftField, ThriftMessage, ThriftValue } from './message.ts';
import { FieldType, ThriftError } from './message.ts';
import type { Protocol } from './protocol.ts';
import { checkType, withHead } from './protocol.ts';

const MAGIC = 0x8001;

/** The binary protocol, with its version or without (envoy `thrift_proxy/binary_protocol_impl.cc`). */
export function binaryProtocol(isLax: boolean): Protocol {
  return {
    name: isLax ? 'binary/non-strict' : 'binary',
    read(reader) {
      const head = isLax ? readLaxHead(reader) : readHead(reader);
      return withHead(head, () => ({ ...head, fields: readStruct(reader) }));
    },
    write(message) {
      const writer = new ByteWriter();
      const name = byteStringToBytes(message.name);
      if (!isLax) {
        writer.i16(MAGIC);
        writer.i16(message.type);
      }
      writer.i32(name.length);
      writer.raw(name);
      if (isLax) writer.u8(message.type);
      writer.i32(message.seq);
      writeStruct(writer, message.fields);
      return writer.done();
    },
  };
}

type Head = Omit<ThriftMessage, 'fields'>;

function readHead(reader: ByteReader): Head {
  const version = reader.i16() & 0xffff;
  if (version !== MAGIC) throw new ThriftError(`invalid binary protocol version 0x${version.toString(16).padStart(4, '0')} != 0x8001`);
  reader.u8();
  const type = checkType(reader.u8(), 'binary');
  return { type, name: readName(reader), seq: reader.i32() };
}

function readLaxHead(reader: ByteReader): Head {
  const name = readName(reader);
  const type = checkType(reader.u8(), 'lax binary');
  return { type, name, seq: reader.i32() };
}

function readName(reader: ByteReader): string {
  return bytesToByteString(reader.slice(reader.i32()));
}

function readStruct(reader: ByteReader): readonly ThriftField[] {
  const fields: ThriftField[] = [];
  for (;;) {
    const type = reader.u8();
    if (type === FieldType.Stop) return fields;
    const id = reader.i16();
    if (id < 0) throw new ThriftError(`invalid binary protocol field id ${id}`);
    fields.push({ id, value: readValue(reader, type) });
  }
}

function readValue(reader: ByteReader, type: number): ThriftValue {
  switch (type) {
    case FieldType.Bool:
      return { type, value: reader.u8() !== 0 };
    case FieldType.Byte:
      return { type, value: BigInt.asIntN(8, BigInt(reader.u8())) };
    case FieldType.I16:
      return { type, value: BigInt(reader.i16()) };
    case FieldType.I32:
      return { type, value: BigInt(reader.i32()) };
    case FieldType.I64:
      return { type, value: reader.i64() };
    case FieldType.Double:
      return { type, value: reader.double() };
    case FieldType.String:
      return { type, value: reader.slice(reader.i32()) };
    case FieldType.Struct:
      return { type, fields: readStruct(reader) };
    case FieldType.Map: {
      const [key, item] = [reader.u8(), reader.u8()];
      const entries = Array.from({ length: count(reader) }, () => [readValue(reader, key), readValue(reader, item)] as const);
      return { type, key, item, entries };
    }
    case FieldType.Set:
    case FieldType.List: {
      const item = reader.u8();
      return { type, item, items: Array.from({ length: count(reader) }, () => readValue(reader, item)) };
    }
    default:
      throw new ThriftError(`unknown field type ${type}`);
  }
}

function count(reader: ByteReader): number {
  const size = reader.i32();
  if (size < 0) throw new ThriftError(`negative binary protocol list size ${size}`);
  // Every item takes a byte at least: no list is longer than what is left.
  if (size > reader.left) reader.take(size);
  return size;
}

function writeStruct(writer: ByteWriter, fields: readonly ThriftField[]): void {
  for (const { id, value } of fields) {
    writer.u8(value.type);
    writer.i16(id);
    writeValue(writer, value);
  }
  writer.u8(FieldType.Stop);
}

const sizes: Readonly<Record<number, number>> = { [FieldType.Byte]: 1, [FieldType.I16]: 2, [FieldType.I32]: 4, [FieldType.I64]: 8 };

function writeValue(writer: ByteWriter, value: ThriftValue): void {
  switch (value.type) {
    case FieldType.Bool:
      writer.u8(value.value ? 1 : 0);
      break;
    case FieldType.Double:
      writer.double(value.value);
      break;
    case FieldType.String:
      writer.i32(value.value.length);
      writer.raw(value.value);
      break;
    case FieldType.Struct:
      writeStruct(writer, value.fields);
      break;
    case FieldType.Map:
      writer.u8(value.key);
      writer.u8(value.item);
      writer.i32(value.entries.length);
      for (const entry of value.entries) for (const part of entry) writeValue(writer, part);
      break;
    case FieldType.Set:
    case FieldType.List:
      writer.u8(value.item);
      writer.i32(value.items.length);
      for (const item of value.items) writeValue(writer, item);
      break;
    default:
      writer.int(value.value, sizes[value.type] ?? 8);
  }
}
