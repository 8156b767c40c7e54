import { assertUnreachable } from '#base/assert.ts';
import { base64ToBytes, byteStringToBytes, byteStringToUtf8 } from '#base/bytes.ts';
import type { ByteString } from '#base/bytes.ts';
import type { FieldPlan, MessagePlan, Plans, ValueType } from '#envoy/schema/plan.ts';
import { ProtoWriter } from '../../wasm/proto-writer.ts';
import type { JsonNode } from './json-tree.ts';
import { printDouble } from './numbers.ts';
import { parseDuration, parseTimestamp, wrapperTypes } from './well-known.ts';

/** What in a request does not fit its message, in protobuf's words (`StatusErrorListener`). */
export class TranscodeError extends Error {}

export interface WireOptions {
  readonly caseInsensitiveEnums: boolean;
}

/** JSON to the wire, in the order it was written (protobuf `proto_stream_object_writer.cc`). Throws `TranscodeError`. */
export class WireWriter {
  readonly #plans: Plans;
  readonly #options: WireOptions;

  constructor(plans: Plans, options: WireOptions) {
    this.#plans = plans;
    this.#options = options;
  }

  /** A whole request: nothing but an object will do. */
  root(node: JsonNode, type: string): Uint8Array {
    if (node.kind !== 'object') throw new TranscodeError(': Root element must be a message.');
    return this.message(node, type, '');
  }

  message(node: JsonNode, type: string, place: string, parent = type): Uint8Array {
    const known = this.#wellKnown(node, type, place, parent);
    if (known !== undefined) return known;
    const plan = this.#plans.message(type);
    if (node.kind === 'array') throw new TranscodeError(': Proto field is not repeating, cannot start list.');
    if (node.kind !== 'object') throw invalid(place, shown(node), urlOf(type));
    const out = new ProtoWriter();
    const oneofs = new Set<string>();
    for (const [name, value] of node.entries) this.#member(out, plan, name, value, place, oneofs);
    return out.finish();
  }

  #member(out: ProtoWriter, plan: MessagePlan, name: ByteString, value: JsonNode, place: string, oneofs: Set<string>): void {
    // Names that the message does not have are passed over.
    const field = plan.byName.get(byteStringToUtf8(name));
    if (field === undefined || (value.kind === 'null' && !isValue(field.type))) return;
    if (field.oneof !== undefined) {
      if (oneofs.has(field.oneof))
        throw new TranscodeError(`: invalid value oneof field '${field.oneof}' is already set. Cannot set '${field.name}' for type oneof`);
      oneofs.add(field.oneof);
    }
    const inner = place === '' ? field.name : `${place}.${field.name}`;
    if (field.mapKey !== undefined) this.#map(out, field, value, inner);
    else if (field.list && value.kind === 'array') this.#list(out, field, value.items, inner);
    else this.#value(out, field, value, inner, plan.name);
  }

  /** Packed only where the descriptor says so: the type information Envoy works with does not know proto3's default. */
  #list(out: ProtoWriter, field: FieldPlan, items: readonly JsonNode[], place: string): void {
    if (field.proto.options?.packed !== true) {
      for (const item of items) if (item.kind !== 'null' || isValue(field.type)) this.#value(out, field, item, `${place}[0]`);
      return;
    }
    if (items.length === 0) return;
    const packed = items.flatMap((item) => [...this.#scalarBytes(field.type, item, `${place}[0]`).bytes]);
    out.bytes(field.proto.number, new Uint8Array(packed));
  }

  #map(out: ProtoWriter, field: FieldPlan, node: JsonNode, place: string): void {
    if (node.kind !== 'object') throw invalid(place, shown(node), urlOf(field.proto.typeName.replace(/^\./, '')));
    for (const [key, value] of node.entries) {
      const entry = new ProtoWriter();
      const keyType: ValueType = { kind: 'scalar', scalar: field.mapKey ?? 'string', protoType: field.mapKey ?? 'string' };
      append(entry, 1, this.#scalarBytes(keyType, { kind: 'string', text: key }, `${place}[0].key`));
      const inner = `${place}[0].value`;
      if (field.type.kind === 'message') entry.bytes(2, this.message(value, field.type.typeName, inner));
      else append(entry, 2, this.#scalarBytes(field.type, value, inner));
      out.message(field.proto.number, entry);
    }
  }

  #value(out: ProtoWriter, field: FieldPlan, node: JsonNode, place: string, parent = ''): void {
    const { type } = field;
    if (type.kind === 'message') out.bytes(field.proto.number, this.message(node, type.typeName, place, parent));
    else append(out, field.proto.number, this.#scalarBytes(type, node, place));
  }

  #scalarBytes(type: ValueType, node: JsonNode, place: string): WireValue {
    if (node.kind === 'array') throw new TranscodeError(': Proto field is not repeating, cannot start list.');
    if (node.kind === 'object')
      throw new TranscodeError(`: invalid value Starting an object on a scalar field for type ${place.slice(place.lastIndexOf('.') + 1)}`);
    if (type.kind === 'enum') return varint(this.#enumNumber(type.typeName, node, place));
    const protoType = type.kind === 'scalar' ? type.protoType : 'message';
    const fail = (): never => {
      throw invalid(place, shown(node), `TYPE_${protoType.toUpperCase()}`);
    };
    switch (protoType) {
      case 'string':
        return node.kind === 'string' ? lengthed(byteStringToBytes(node.text)) : fail();
      case 'bytes': {
        if (node.kind !== 'string') return fail();
        const bytes = base64ToBytes(node.text.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, ''));
        return bytes === undefined ? fail() : lengthed(bytes);
      }
      case 'bool': {
        if (node.kind === 'bool') return varint(node.value ? 1n : 0n);
        if (node.kind === 'string' && (node.text === 'true' || node.text === 'false')) return varint(node.text === 'true' ? 1n : 0n);
        return fail();
      }
      case 'double':
      case 'float':
        return this.#floating(protoType, node, fail);
      default:
        return integer(protoType, integerOf(node, protoType) ?? fail());
    }
  }

  #floating(type: 'double' | 'float', node: JsonNode, fail: () => never): WireValue {
    const value = realOf(node) ?? fail();
    if (type === 'float' && Number.isFinite(value) && !Number.isFinite(Math.fround(value))) return fail();
    return floating(type, value);
  }

  #enumNumber(typeName: string, node: JsonNode, place: string): bigint {
    const plan = this.#plans.enum(typeName);
    if (node.kind === 'null') return 0n;
    const text = node.kind === 'string' || node.kind === 'number' ? byteStringToUtf8(node.text) : '';
    const exact = plan.byName.get(text) ?? plan.byName.get(text.replaceAll('-', '_').toUpperCase());
    if (exact !== undefined && (node.kind === 'string' || plan.byName.has(text))) {
      if (plan.byName.has(text) || this.#options.caseInsensitiveEnums) return BigInt(exact);
    }
    if (/^-?\d+$/.test(text)) return BigInt.asUintN(64, BigInt(text));
    throw invalid(place, shown(node), urlOf(typeName));
  }

  #wellKnown(node: JsonNode, type: string, place: string, parent: string): Uint8Array | undefined {
    if (!type.startsWith('google.protobuf.')) return undefined;
    if (wrapperTypes.has(type)) {
      const [field] = this.#plans.message(type).fields;
      const out = new ProtoWriter();
      if (field !== undefined && node.kind !== 'null') this.#value(out, field, node, place);
      return out.finish();
    }
    switch (type) {
      case 'google.protobuf.Timestamp':
      case 'google.protobuf.Duration':
        return timeBytes(node, type, place);
      case 'google.protobuf.FieldMask': {
        const out = new ProtoWriter();
        const text = node.kind === 'string' ? node.text : '';
        for (const path of text.split(','))
          if (path !== '')
            out.byteString(
              1,
              path.replaceAll(/[A-Z]/g, (c) => `_${c.toLowerCase()}`),
            );
        return out.finish();
      }
      case 'google.protobuf.Struct':
        return node.kind === 'object' ? structBytes(node) : undefined;
      case 'google.protobuf.Value':
        return valueBytes(node);
      case 'google.protobuf.ListValue':
        return node.kind === 'array' ? listBytes(node.items) : undefined;
      case 'google.protobuf.Any':
        return this.#any(node, place, parent);
      default:
        return undefined;
    }
  }

  #any(node: JsonNode, place: string, parent: string): Uint8Array | undefined {
    if (node.kind !== 'object') return undefined;
    const url = node.entries.find(([key]) => key === '@type')?.[1];
    if (node.entries.length === 0) return new Uint8Array(0);
    if (url?.kind !== 'string') throw invalid(place, `Missing @type for any field in ${parent}`, 'Any');
    const name = byteStringToUtf8(url.text.slice(url.text.lastIndexOf('/') + 1));
    if (this.#plans.find(name) === undefined) throw invalid(place, `Invalid type URL, unknown type: ${name}`, 'Any');
    const rest = node.entries.filter(([key]) => key !== '@type');
    const own = name.startsWith('google.protobuf.') && rest.length === 1 && rest[0]?.[0] === 'value' ? rest[0][1] : undefined;
    const bytes = this.message(own ?? { kind: 'object', entries: rest }, name, place);
    return new ProtoWriter().byteString(1, url.text).bytes(2, bytes).finish();
  }
}

function isValue(type: ValueType): boolean {
  return type.kind === 'message' && type.typeName === 'google.protobuf.Value';
}

function invalid(place: string, value: string, type: string): TranscodeError {
  return new TranscodeError(`${place}: invalid value ${value} for type ${type}`);
}

function urlOf(type: string): string {
  return `type.googleapis.com/${type}`;
}

/** A value as error messages quote it. */
function shown(node: JsonNode): string {
  switch (node.kind) {
    case 'string':
      return `"${byteStringToUtf8(node.text)}"`;
    case 'number':
      return /[eE]/.test(node.text) ? printDouble(Number(node.text)) : node.text;
    case 'bool':
      return String(node.value);
    default:
      return node.kind;
  }
}

type WireValue = { readonly wire: 'varint' | 'fixed' | 'lengthed'; readonly bytes: Uint8Array };

const varint = (value: bigint): WireValue => ({ wire: 'varint', bytes: new ProtoWriter().varint(1, value).finish().subarray(1) });
const lengthed = (bytes: Uint8Array): WireValue => ({ wire: 'lengthed', bytes });

function append(out: ProtoWriter, field: number, { wire, bytes }: WireValue): void {
  if (wire === 'lengthed') out.bytes(field, bytes);
  else out.raw(field, wire === 'varint' ? 0 : bytes.length === 4 ? 5 : 1, bytes);
}

function floating(type: 'double' | 'float', value: number): WireValue {
  const bytes = new Uint8Array(type === 'double' ? 8 : 4);
  const view = new DataView(bytes.buffer);
  if (type === 'double') view.setFloat64(0, value, true);
  else view.setFloat32(0, value, true);
  return { wire: 'fixed', bytes };
}

function integer(type: string, value: bigint): WireValue {
  if (type.startsWith('sint')) return varint(BigInt.asUintN(64, value < 0n ? (-value << 1n) - 1n : value << 1n));
  if (!type.includes('fixed')) return varint(BigInt.asUintN(64, value));
  const bytes = new Uint8Array(type.endsWith('64') ? 8 : 4);
  const view = new DataView(bytes.buffer);
  if (bytes.length === 8) view.setBigUint64(0, BigInt.asUintN(64, value), true);
  else view.setUint32(0, Number(BigInt.asUintN(32, value)), true);
  return { wire: 'fixed', bytes };
}

function realOf(node: JsonNode): number | undefined {
  if (node.kind !== 'string' && node.kind !== 'number') return undefined;
  if (node.text === 'Infinity' || node.text === '-Infinity') return Number(node.text);
  if (node.text === 'NaN') return Number.NaN;
  return /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(node.text) ? Number(node.text) : undefined;
}

function integerOf(node: JsonNode, type: string): bigint | undefined {
  if (node.kind !== 'string' && node.kind !== 'number') return undefined;
  const text = node.text.trim();
  const real = Number(text);
  const whole = /^-?\d+$/.test(text)
    ? BigInt(text)
    : /^-?[\d.]+(?:[eE][-+]?\d+)?$/.test(text) && Number.isInteger(real)
      ? BigInt(real)
      : undefined;
  if (whole === undefined) return undefined;
  const bits = type.endsWith('64') ? 64 : 32;
  const fitting = /^(?:uint|fixed)/.test(type) ? BigInt.asUintN(bits, whole) : BigInt.asIntN(bits, whole);
  return fitting === whole ? whole : undefined;
}

function timeBytes(node: JsonNode, type: string, place: string): Uint8Array {
  const text = node.kind === 'string' ? byteStringToUtf8(node.text) : '';
  const isDuration = type.endsWith('Duration');
  const time = isDuration ? parseDuration(text) : parseTimestamp(text);
  if (time === undefined) {
    const why = isDuration
      ? text.endsWith('s')
        ? 'Invalid duration format, failed to parse seconds'
        : "Illegal duration format; duration must end with 's'"
      : /Z$|[-+]\d\d:\d\d$/.test(text)
        ? 'Invalid time format: Failed to parse time'
        : "Illegal timestamp format; timestamps must end with 'Z' or have a valid timezone offset.";
    const name = place.slice(place.lastIndexOf('.') + 1).replaceAll(/_(.)/g, (_, c: string) => c.toUpperCase());
    throw invalid(place, `Field '${name}', ${why}`, urlOf(type));
  }
  return new ProtoWriter()
    .varint(1, BigInt.asUintN(64, time.seconds))
    .varint(2, BigInt.asUintN(64, BigInt(time.nanos)))
    .finish();
}

function structBytes(node: JsonNode & { readonly kind: 'object' }): Uint8Array {
  const out = new ProtoWriter();
  for (const [key, value] of node.entries) out.message(1, new ProtoWriter().byteString(1, key).bytes(2, valueBytes(value)));
  return out.finish();
}

function listBytes(items: readonly JsonNode[]): Uint8Array {
  const out = new ProtoWriter();
  for (const item of items) out.bytes(1, valueBytes(item));
  return out.finish();
}

function valueBytes(node: JsonNode): Uint8Array {
  const out = new ProtoWriter();
  switch (node.kind) {
    case 'null':
      return out.varint(1, 0n).finish();
    case 'number':
      return out.double(2, Number(node.text)).finish();
    case 'string':
      return out.byteString(3, node.text).finish();
    case 'bool':
      return out.varint(4, node.value ? 1n : 0n).finish();
    case 'object':
      return out.bytes(5, structBytes(node)).finish();
    case 'array':
      return out.bytes(6, listBytes(node.items)).finish();
    default:
      return assertUnreachable(node);
  }
}
