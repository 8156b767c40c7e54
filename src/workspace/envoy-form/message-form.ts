import type { EnvoyTypes, FieldDoc } from '#envoy/types.ts';
import type { FieldInfo, FormField, MessageField, MessagePart } from '#plugins/schema/form-model.ts';
import { leadOf, restOf } from './comment-text.ts';
import { typedField } from './typed-form.ts';

const integers = new Set(['int32', 'uint32', 'sint32', 'fixed32', 'sfixed32']);
/** Written as text or as a number, since not every number fits into one. */
const longs = new Set(['int64', 'uint64', 'sint64', 'fixed64', 'sfixed64']);
const unsigned = new Set(['uint32', 'fixed32']);
/** Fields that hold a text of several lines. */
const multiline = /^(?:inline_string|inline_code|default_source_code)$/;

const wrappers: Readonly<Record<string, string>> = {
  'google.protobuf.BoolValue': 'bool',
  'google.protobuf.StringValue': 'string',
  'google.protobuf.BytesValue': 'bytes',
  'google.protobuf.Int32Value': 'int32',
  'google.protobuf.UInt32Value': 'uint32',
  'google.protobuf.Int64Value': 'int64',
  'google.protobuf.UInt64Value': 'uint64',
  'google.protobuf.FloatValue': 'float',
  'google.protobuf.DoubleValue': 'double',
};
/** Messages whose JSON is a text, with an example. */
const texts: Readonly<Record<string, string>> = {
  'google.protobuf.Duration': '1.5s',
  'google.protobuf.Timestamp': '2030-01-01T00:00:00Z',
  'google.protobuf.FieldMask': 'a,b.c',
};
const anyJson = new Set(['google.protobuf.Struct', 'google.protobuf.Value', 'google.protobuf.ListValue']);

/** The form of a message of Envoy's: what its descriptor says, in the words of its comments. */
export function messageForm(types: EnvoyTypes, name: string, info: FieldInfo = infoOf(shortName(name))): FormField {
  const wrapped = wrappers[name];
  if (wrapped !== undefined) return scalarForm(wrapped, info, multiline.test(info.title));
  const example = texts[name];
  if (example !== undefined) return textForm({ ...info, examples: [example] }, false);
  if (anyJson.has(name)) return { ...info, kind: 'raw', reason: name };
  if (name === 'google.protobuf.Any') return typedField(types, info, (message, own) => messageForm(types, message, own));
  let parts: readonly MessagePart[] | undefined;
  const message: MessageField = {
    ...info,
    kind: 'message',
    parts: () => (parts ??= types.describe(name)?.fields.map((field) => partOf(types, field)) ?? []),
  };
  return message;
}

function infoOf(title: string): FieldInfo {
  return { title, examples: [], deprecated: false, readOnly: false, nullable: false, schemaPointer: '' };
}

function partOf(types: EnvoyTypes, doc: FieldDoc): MessagePart {
  return {
    keys: doc.name === doc.jsonName ? [doc.name] : [doc.name, doc.jsonName],
    field: fieldForm(types, doc),
    required: doc.required,
    ...(doc.oneof === undefined ? {} : { group: doc.oneof }),
    documentation: restOf(doc.comment),
  };
}

function fieldForm(types: EnvoyTypes, doc: FieldDoc): FormField {
  const lead = leadOf(doc.comment);
  const info: FieldInfo = { ...infoOf(doc.name), deprecated: doc.deprecated, ...(lead === '' ? {} : { description: lead }) };
  const one = (own: FieldInfo): FormField => valueForm(types, doc, own);
  if (doc.map) return { ...info, kind: 'map', value: one(infoOf(doc.name)), keyTitle: 'key', minProperties: 0 };
  if (doc.list) return { ...info, kind: 'list', prefix: [], item: one(infoOf(doc.name)), minItems: 0, uniqueItems: false };
  return one(info);
}

function valueForm(types: EnvoyTypes, { type, typeName = '', enumValues = [], enumComments = {} }: FieldDoc, info: FieldInfo): FormField {
  if (type === 'message') return messageForm(types, typeName, info);
  if (type !== 'enum') return scalarForm(type, info, multiline.test(info.title));
  const options = enumValues.map((value) => ({ value, label: value, description: leadOf(enumComments[value] ?? '') }));
  return { ...info, kind: 'enum', options };
}

function scalarForm(type: string, info: FieldInfo, isLong: boolean): FormField {
  if (type === 'bool') return { ...info, kind: 'boolean' };
  if (integers.has(type)) return { ...info, kind: 'number', integer: true, ...(unsigned.has(type) ? { minimum: 0 } : {}) };
  if (type === 'float' || type === 'double') return { ...info, kind: 'number', integer: false };
  if (longs.has(type)) return textForm({ ...info, examples: ['0'] }, false);
  return textForm(info, isLong);
}

function textForm(info: FieldInfo, isLong: boolean): FormField {
  return { ...info, kind: 'text', multiline: isLong, secret: false };
}

function shortName(message: string): string {
  return message.slice(message.lastIndexOf('.') + 1);
}
