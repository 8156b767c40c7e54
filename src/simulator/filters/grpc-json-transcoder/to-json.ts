import { bytesToBase64, bytesToByteString, utf8ToByteString } from '#base/bytes.ts';
import type { ByteString } from '#base/bytes.ts';
import type { FieldPlan, MessagePlan, Plans, ValueType } from '#envoy/schema/plan.ts';
import type { ProtoField } from '../../wasm/proto-reader.ts';
import { readFields } from '../../wasm/proto-reader.ts';
import { printDouble, printFloat } from './numbers.ts';
import { printDuration, printTimestamp, wrapperTypes } from './well-known.ts';

const TYPE_URL = 'type.googleapis.com/';

export interface PrintOptions {
  readonly whitespace: boolean;
  readonly allPrimitives: boolean;
  readonly enumsAsInts: boolean;
  readonly protoNames: boolean;
}

/** A message that has no JSON form; the text is Envoy's reason. */
export class PrintError extends Error {}

/** The wire to JSON text, in bytes, fields in the order of their declaration (protobuf `json/internal/unparser.cc`). Throws `PrintError`. */
export class JsonWriter {
  readonly #plans: Plans;
  readonly #options: PrintOptions;

  constructor(plans: Plans, options: PrintOptions) {
    this.#plans = plans;
    this.#options = options;
  }

  message(bytes: Uint8Array, type: string): ByteString {
    const text = this.#message(bytes, type, 1);
    return this.#options.whitespace ? `${text}\n` : text;
  }

  #message(bytes: Uint8Array, type: string, depth: number): ByteString {
    const fields = readFields(bytes) ?? [];
    const plan = this.#plans.message(type);
    if (type.startsWith('google.protobuf.')) {
      const known = this.#wellKnown(fields, type, plan, depth);
      if (known !== undefined) return known;
    }
    const members = plan.fields.flatMap((member): (readonly [ByteString, ByteString])[] => {
      const values = fields.filter((item) => item.field === member.proto.number);
      if (values.length === 0 && (!this.#options.allPrimitives || member.presence)) return [];
      const text = this.#member(member, values, depth);
      return text === undefined ? [] : [[this.#name(member), text]];
    });
    return this.#object(members, depth);
  }

  #object(members: readonly (readonly [ByteString, ByteString])[], depth: number): ByteString {
    const texts = members.map(([name, value]) => `${quote(name)}:${this.#options.whitespace ? ' ' : ''}${value}`);
    return this.#list('{', texts, '}', depth);
  }

  #list(open: string, texts: readonly ByteString[], close: string, depth: number): ByteString {
    if (texts.length === 0 || !this.#options.whitespace) return `${open}${texts.join(',')}${close}`;
    const pad = ' '.repeat(depth);
    return `${open}\n${texts.map((text) => pad + text).join(',\n')}\n${' '.repeat(depth - 1)}${close}`;
  }

  #name(field: FieldPlan): ByteString {
    return utf8ToByteString(this.#options.protoNames ? field.name : field.jsonName);
  }

  #member(field: FieldPlan, values: readonly ProtoField[], depth: number): ByteString | undefined {
    if (field.mapKey !== undefined) return this.#map(field, values, depth);
    if (field.list) {
      const items = values.flatMap((value) => this.#items(field.type, value));
      if (items.length === 0 && !this.#options.allPrimitives) return undefined;
      return this.#list(
        '[',
        items.map((item) => this.#value(field.type, item, depth + 1)),
        ']',
        depth + 1,
      );
    }
    const last = values.at(-1);
    if (last !== undefined) return this.#value(field.type, last, depth + 1);
    return field.presence ? undefined : this.#value(field.type, { field: field.proto.number, varint: 0n }, depth + 1);
  }

  #map(field: FieldPlan, values: readonly ProtoField[], depth: number): ByteString | undefined {
    if (values.length === 0 && !this.#options.allPrimitives) return undefined;
    const keyType: ValueType = { kind: 'scalar', scalar: field.mapKey ?? 'string', protoType: field.mapKey ?? 'string' };
    const members = values.map(({ bytes }): readonly [ByteString, ByteString] => {
      const entry = readFields(bytes ?? new Uint8Array(0)) ?? [];
      const key = this.#value(keyType, entry.find((item) => item.field === 1) ?? { field: 1 }, depth);
      const value = this.#value(field.type, entry.find((item) => item.field === 2) ?? { field: 2 }, depth + 2);
      return [key.replaceAll(/^"|"$/g, ''), value];
    });
    return this.#object(members, depth + 1);
  }

  /** Packed values, one by one. */
  #items(type: ValueType, value: ProtoField): readonly ProtoField[] {
    const { bytes, field } = value;
    if (bytes === undefined || type.kind === 'message') return [value];
    const protoType = type.kind === 'enum' ? 'enum' : type.protoType;
    if (protoType === 'string' || protoType === 'bytes') return [value];
    const size = /fixed64|double/.test(protoType) ? 8 : /fixed32|float/.test(protoType) ? 4 : 0;
    if (size > 0) {
      return Array.from({ length: bytes.length / size }, (_, i) => ({ field, bytes: bytes.subarray(i * size, (i + 1) * size) }));
    }
    return packedVarints(bytes).map((varint) => ({ field, varint }));
  }

  #value(type: ValueType, { varint = 0n, bytes = new Uint8Array(0) }: ProtoField, depth: number): ByteString {
    if (type.kind === 'message') return this.#message(bytes, type.typeName, depth);
    if (type.kind === 'enum') {
      const number = Number(BigInt.asIntN(32, varint));
      const name = this.#plans.enum(type.typeName).byNumber.get(number);
      return name === undefined || this.#options.enumsAsInts ? String(number) : quote(name);
    }
    switch (type.protoType) {
      case 'string':
        return quote(bytesToByteString(bytes));
      case 'bytes':
        return quote(bytesToBase64(bytes));
      case 'bool':
        return varint === 0n ? 'false' : 'true';
      case 'double':
        return printDouble(bytes.length === 8 ? viewOf(bytes).getFloat64(0, true) : 0);
      case 'float':
        return printFloat(bytes.length === 4 ? viewOf(bytes).getFloat32(0, true) : 0);
      default:
        return printInteger(type.protoType, varint, bytes);
    }
  }

  #wellKnown(fields: readonly ProtoField[], type: string, plan: MessagePlan, depth: number): ByteString | undefined {
    const last = (number: number): ProtoField => fields.findLast((item) => item.field === number) ?? { field: number };
    const signed = (number: number): bigint => BigInt.asIntN(64, last(number).varint ?? 0n);
    if (wrapperTypes.has(type)) {
      const [field] = plan.fields;
      return field === undefined ? undefined : this.#value(field.type, last(1), depth);
    }
    switch (type) {
      case 'google.protobuf.Timestamp':
        return `"${printTimestamp(signed(1), Number(signed(2)))}"`;
      case 'google.protobuf.Duration':
        return `"${printDuration(signed(1), Number(signed(2)))}"`;
      case 'google.protobuf.FieldMask': {
        const paths = fields.map(({ bytes }) => bytesToByteString(bytes ?? new Uint8Array(0)));
        return quote(paths.map((path) => path.replaceAll(/_([a-z])/g, (_, c: string) => c.toUpperCase())).join(','));
      }
      case 'google.protobuf.Struct': {
        const [member] = plan.fields;
        return (member === undefined ? undefined : this.#map(member, fields, depth - 1)) ?? '{}';
      }
      case 'google.protobuf.ListValue':
        return this.#list(
          '[',
          fields.map((item) => this.#value({ kind: 'message', typeName: 'google.protobuf.Value' }, item, depth + 1)),
          ']',
          depth,
        );
      case 'google.protobuf.Value':
        return this.#anyJson(fields.at(-1), depth);
      case 'google.protobuf.Any':
        return this.#any(last(1), last(2), depth);
      default:
        return undefined;
    }
  }

  #anyJson(value: ProtoField | undefined, depth: number): ByteString {
    const message = (typeName: string): ByteString => this.#value({ kind: 'message', typeName }, value ?? { field: 0 }, depth);
    const scalar = (protoType: 'double' | 'string' | 'bool'): ByteString =>
      this.#value({ kind: 'scalar', scalar: protoType, protoType }, value ?? { field: 0 }, depth);
    switch (value?.field) {
      case 2:
        return scalar('double');
      case 3:
        return scalar('string');
      case 4:
        return scalar('bool');
      case 5:
        return message('google.protobuf.Struct');
      case 6:
        return message('google.protobuf.ListValue');
      default:
        return 'null';
    }
  }

  #any(url: ProtoField, content: ProtoField, depth: number): ByteString {
    const name = bytesToByteString(url.bytes ?? new Uint8Array(0));
    if (name === '') return '{}';
    if (!name.startsWith(TYPE_URL))
      throw new PrintError(`Invalid type URL, type URLs must be of the form '${TYPE_URL}<typename>', got: ${name}`);
    const type = name.slice(TYPE_URL.length);
    if (this.#plans.find(type) === undefined) throw new PrintError(`Invalid type URL, unknown type: ${type}`);
    const inner = this.#message(content.bytes ?? new Uint8Array(0), type, depth);
    const gap = this.#options.whitespace ? ' ' : '';
    const head = `"@type":${gap}${quote(name)}`;
    if (!inner.startsWith('{')) return `{${head},"value":${gap}${inner}}`;
    if (inner === '{}') return this.#list('{', [head], '}', depth);
    return this.#options.whitespace ? inner.replace('{\n', `{\n${' '.repeat(depth)}${head},\n`) : inner.replace('{', `{${head},`);
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function packedVarints(bytes: Uint8Array): readonly bigint[] {
  const out: bigint[] = [];
  let value = 0n;
  let shift = 0n;
  for (const byte of bytes) {
    value |= BigInt(byte & 127) << shift;
    shift += 7n;
    if (byte < 128) {
      out.push(BigInt.asUintN(64, value));
      value = 0n;
      shift = 0n;
    }
  }
  return out;
}

/** Numbers of 64 bits are texts in JSON. */
function printInteger(type: string, varint: bigint, bytes: Uint8Array): ByteString {
  const raw =
    bytes.length === 8 ? viewOf(bytes).getBigUint64(0, true) : bytes.length === 4 ? BigInt(viewOf(bytes).getUint32(0, true)) : varint;
  const bits = type.endsWith('64') ? 64 : 32;
  const value = type.startsWith('sint')
    ? (raw >> 1n) ^ -(raw & 1n)
    : /^(?:uint|fixed)/.test(type)
      ? BigInt.asUintN(bits, raw)
      : BigInt.asIntN(bits, raw);
  return bits === 64 ? `"${value}"` : String(value);
}

const short: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** protobuf's `JsonEscaping`: also `<`, `>` and the two line ends of Unicode are escaped. */
function quote(text: ByteString): ByteString {
  // oxlint-disable-next-line no-control-regex -- exactly the characters that JSON escapes
  const escaped = text.replaceAll(/["\\<>\x00-\x1f\x7f]/g, (c) => short[c] ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `"${escaped.replaceAll('\xe2\x80\xa8', '\\u2028').replaceAll('\xe2\x80\xa9', '\\u2029')}"`;
}
