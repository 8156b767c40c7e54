import { assertUnreachable } from '#base/assert.ts';
import type { JsonObject } from '#base/json.ts';
import { isArray, isObject } from '#base/json.ts';
import type { Builder } from './field-info.ts';
import { numberAt, rawField, stringAt } from './field-info.ts';
import type { Flat } from './flatten.ts';
import { originOf } from './flatten.ts';
import type { FieldInfo, FormField, ObjectProperty } from './form-model.ts';
import type { SchemaType } from './read-schema.ts';
import { boundsOf, schemaList, schemaMap, stringList } from './read-schema.ts';
import { pointerStep } from './references.ts';
import { humanise } from './words.ts';

/** The field of a schema that has exactly this type. */
export function typedField(builder: Builder, flat: Flat, info: FieldInfo, type: SchemaType): FormField {
  switch (type) {
    case 'string':
      return { ...info, kind: 'text', ...textDetails(flat.schema) };
    case 'number':
    case 'integer':
      return {
        ...info,
        kind: 'number',
        integer: type === 'integer',
        ...boundsOf(flat.schema),
        multipleOf: numberAt(flat.schema, 'multipleOf'),
      };
    case 'boolean':
      return { ...info, kind: 'boolean' };
    case 'array':
      return listField(builder, flat, info);
    case 'object':
      return objectField(builder, flat, info);
    case 'null':
      return { ...info, kind: 'const', value: null };
    default:
      return assertUnreachable(type);
  }
}

function textDetails(schema: JsonObject) {
  const format = stringAt(schema, 'format');
  return {
    multiline: format === 'textarea' || format === 'multiline' || schema['contentMediaType'] !== undefined,
    secret: schema['writeOnly'] === true || format === 'password',
    format,
    minLength: numberAt(schema, 'minLength'),
    maxLength: numberAt(schema, 'maxLength'),
    pattern: stringAt(schema, 'pattern'),
  };
}

function listField(builder: Builder, flat: Flat, info: FieldInfo): FormField {
  const { schema, entered } = flat;
  const isTuple = isArray(schema['items']);
  const prefixKey = isTuple ? 'items' : 'prefixItems';
  const restKey = isTuple ? 'additionalItems' : 'items';
  const prefix = schemaList(schema[prefixKey]).map((_, i) =>
    builder.build(originOf(flat, `/${prefixKey}/${i}`), `${info.title} ${i + 1}`, entered),
  );
  return {
    ...info,
    kind: 'list',
    prefix,
    item: restField(builder, flat, info, restKey, prefix.length > 0),
    minItems: numberAt(schema, 'minItems') ?? 0,
    maxItems: numberAt(schema, 'maxItems'),
    uniqueItems: schema['uniqueItems'] === true,
  };
}

/** What an unnamed further item may be: anything, unless the first ones are named. */
function restField(builder: Builder, flat: Flat, info: FieldInfo, key: string, hasPrefix: boolean): FormField | undefined {
  const { schema, pointer, entered } = flat;
  const name = singular(info.title);
  if (isObject(schema[key])) return builder.build(originOf(flat, `/${key}`), name, entered);
  return schema[key] === false || (hasPrefix && schema[key] === undefined) ? undefined : rawField(pointer, name);
}

/** "Users" holds a "User". */
function singular(title: string): string {
  return /[^s]s$/.test(title) && !/(us|is)$/.test(title) ? title.slice(0, -1) : title;
}

export function objectField(builder: Builder, flat: Flat, info: FieldInfo): FormField {
  const { schema, entered } = flat;
  const required = new Set(stringList(schema['required']));
  const properties: readonly ObjectProperty[] = schemaMap(schema['properties'])
    .filter(([, sub]) => sub !== false)
    .map(([key]) => ({
      key,
      required: required.has(key),
      field: builder.build(originOf(flat, `/properties${pointerStep(key)}`), humanise(key), entered),
    }));
  const additional = additionalField(builder, flat, info);
  // Without named properties and with free keys it is a map, whatever the schema calls it.
  if (properties.length > 0 || additional === undefined) return { ...info, kind: 'object', properties, additional: additional?.field };
  const names = schema['propertyNames'];
  return {
    ...info,
    kind: 'map',
    value: additional.field,
    keyPattern: additional.keyPattern ?? (isObject(names) ? stringAt(names, 'pattern') : undefined),
    keyTitle: (isObject(names) ? stringAt(names, 'title') : undefined) ?? 'Key',
    minProperties: numberAt(schema, 'minProperties') ?? 0,
    maxProperties: numberAt(schema, 'maxProperties'),
  };
}

/** The field of keys the schema does not name; one `patternProperties` entry counts, of several none can be shown. */
function additionalField(builder: Builder, flat: Flat, info: FieldInfo) {
  const { schema, pointer, entered } = flat;
  const name = singular(info.title);
  const [pattern, second] = schemaMap(schema['patternProperties']);
  if (pattern !== undefined && second === undefined && isObject(pattern[1])) {
    return { field: builder.build(originOf(flat, `/patternProperties${pointerStep(pattern[0])}`), name, entered), keyPattern: pattern[0] };
  }
  if (schema['additionalProperties'] === false || schema['unevaluatedProperties'] === false) return undefined;
  // Objects with named properties are open by default; offering free keys there would be noise.
  if (schema['additionalProperties'] === undefined && schema['properties'] !== undefined) return undefined;
  const field = isObject(schema['additionalProperties'])
    ? builder.build(originOf(flat, '/additionalProperties'), name, entered)
    : rawField(pointer, name);
  return { field, keyPattern: undefined };
}
