import type { JsonObject } from '#base/json.ts';
import { isArray, isObject } from '#base/json.ts';
import { choiceField, enumField } from './build-choice.ts';
import { typedField } from './build-typed.ts';
import type { Builder } from './field-info.ts';
import { infoOf } from './field-info.ts';
import type { Flat } from './flatten.ts';
import { flatten } from './flatten.ts';
import type { FormField } from './form-model.ts';
import type { Schema, SchemaType } from './read-schema.ts';
import { typesOf } from './read-schema.ts';
import { referencesOf, schemaAt } from './references.ts';

/** The form of a configuration schema. Every schema has one: what no field kind can say becomes a `raw` field, edited as YAML. */
export function formModel(schema: Schema): FormField {
  const root = isObject(schema) ? schema : {};
  const builder: Builder = {
    root,
    references: referencesOf(root),
    build: (pointer, name, entered) => build(builder, pointer, name, entered),
  };
  return build(builder, '', 'Configuration', []);
}

function build(builder: Builder, pointer: string, name: string, entered: readonly string[]): FormField {
  const flat = flatten(builder.root, builder.references, pointer, entered);
  if (flat !== undefined) return fieldOf(builder, flat, name);
  const written = schemaAt(builder.root, pointer);
  const schema = isObject(written) ? written : {};
  const reference = schema['$ref'];
  const target = typeof reference === 'string' ? builder.references(reference)?.pointer : pointer;
  const info = infoOf({ schema, pointer }, name);
  if (target !== undefined && entered.includes(target))
    return { ...info, kind: 'deferred', expand: () => build(builder, target, name, []) };
  return { ...info, kind: 'raw', reason: reference === undefined ? 'any' : '$ref' };
}

function fieldOf(builder: Builder, flat: Flat, name: string): FormField {
  const { schema } = flat;
  const info = infoOf(flat, name);
  if (schema['const'] !== undefined) return { ...info, kind: 'const', value: schema['const'] };
  if (isArray(schema['enum'])) return { ...info, ...enumField(schema['enum'], schema) };
  const alternatives = choiceField(builder, flat, info);
  if (alternatives !== undefined) return alternatives;
  if (flat.unmerged[0] !== undefined) return { ...info, kind: 'raw', reason: flat.unmerged[0] };
  const types = (typesOf(schema) ?? guessTypes(schema)).filter((type) => type !== 'null');
  const [type, second] = types;
  if (type === undefined) return { ...info, kind: 'raw', reason: 'any' };
  if (second === undefined) return typedField(builder, flat, info, type);
  const options = types.map((one) => ({
    title: typeTitles[one],
    field: typedField(builder, flat, { ...info, title: typeTitles[one] }, one),
  }));
  return { ...info, kind: 'choice', options };
}

const typeTitles: Readonly<Record<SchemaType, string>> = {
  null: 'Null',
  boolean: 'True or false',
  integer: 'Whole number',
  number: 'Number',
  string: 'Text',
  array: 'List',
  object: 'Object',
};

/** Many hand-written schemas forget `type`; their other keywords tell. */
function guessTypes(schema: JsonObject): readonly SchemaType[] {
  const has = (...keys: readonly string[]): boolean => keys.some((key) => schema[key] !== undefined);
  if (has('properties', 'additionalProperties', 'patternProperties', 'required', 'propertyNames')) return ['object'];
  if (has('items', 'prefixItems', 'minItems', 'maxItems', 'uniqueItems')) return ['array'];
  if (has('minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf')) return ['number'];
  return has('pattern', 'minLength', 'maxLength', 'format', 'contentMediaType') ? ['string'] : [];
}
