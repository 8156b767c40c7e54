import type { JsonObject, JsonValue } from '#base/json.ts';
import { asObject, isArray, isObject } from '#base/json.ts';
import { objectField } from './build-typed.ts';
import { discriminatorOf } from './choose.ts';
import type { Builder } from './field-info.ts';
import { stringAt } from './field-info.ts';
import type { Flat } from './flatten.ts';
import { originOf } from './flatten.ts';
import type { ChoiceOption, EnumOption, FieldInfo, FormField } from './form-model.ts';
import type { Schema } from './read-schema.ts';
import { schemaList, stringList } from './read-schema.ts';

/** `enum`, with the titles of the widespread extension `enumNames` (read by react-jsonschema-form and others). */
export function enumField(
  values: readonly JsonValue[],
  schema: JsonObject,
): { readonly kind: 'enum'; readonly options: readonly EnumOption[] } {
  const names = isArray(schema['enumNames']) ? schema['enumNames'] : [];
  return { kind: 'enum', options: values.map((value, i) => ({ value, label: labelOf(names[i] ?? value) })) };
}

/** `oneOf` and `anyOf`; alternatives that are constants are an enumeration with titles. */
export function choiceField(builder: Builder, flat: Flat, info: FieldInfo): FormField | undefined {
  const { schema, entered } = flat;
  const keyword = ['oneOf', 'anyOf'].find((key) => schemaList(schema[key]).length > 0);
  if (keyword === undefined) return undefined;
  const alternatives = schemaList(schema[keyword]);
  if (alternatives.every((one) => isRefinement(schema, one))) return undefined;
  const constants = alternatives.filter((one) => isObject(one) && one['const'] !== undefined);
  if (constants.length === alternatives.length) return { ...info, kind: 'enum', options: constants.filter(isObject).map(constantOption) };
  const options = alternatives.flatMap((one, i): readonly ChoiceOption[] => {
    const field = builder.build(originOf(flat, `/${keyword}/${i}`), `Alternative ${i + 1}`, entered);
    if (isObject(one) && one['type'] === 'null') return [];
    return [{ title: field.title, description: field.description, field: mergeOuter(builder, flat, field) }];
  });
  const nullable = info.nullable || options.length < alternatives.length;
  const only = options.length === 1 ? options[0] : undefined;
  if (only !== undefined) return { ...only.field, ...infoWithTitle(info, only.field), nullable };
  return { ...info, nullable, kind: 'choice', options, discriminator: discriminatorOf(options) };
}

/** "One of these keys is required" and the like: the validator's business, as all the fields are there without it. */
function isRefinement(outer: JsonObject, alternative: Schema): boolean {
  const known = outer['properties'];
  if (!isObject(alternative) || !isObject(known) || alternative['title'] !== undefined) return false;
  const keywords = Object.keys(alternative).every((key) => key === 'required' || key === 'properties' || key === 'type');
  return keywords && Object.keys(asObject(alternative['properties'])).every((key) => known[key] !== undefined);
}

/** Properties beside `oneOf` belong to every alternative. */
function mergeOuter(builder: Builder, flat: Flat, field: FormField): FormField {
  if (field.kind !== 'object' || !isObject(flat.schema['properties'])) return field;
  const { oneOf: _, anyOf: __, ...rest } = flat.schema;
  const outer = objectField(builder, { ...flat, schema: rest }, field);
  if (outer.kind !== 'object') return field;
  const own = new Set(field.properties.map(({ key }) => key));
  const isRequired = new Set(stringList(flat.schema['required']));
  return {
    ...field,
    properties: [
      ...outer.properties.filter(({ key }) => !own.has(key)),
      ...field.properties.map((property) => (isRequired.has(property.key) ? { ...property, required: true } : property)),
    ],
  };
}

function labelOf(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function constantOption(schema: JsonObject): EnumOption {
  const value = schema['const'] ?? null;
  return { value, label: stringAt(schema, 'title') ?? labelOf(value), description: stringAt(schema, 'description') };
}

function infoWithTitle(outer: FieldInfo, inner: FormField): FieldInfo {
  return { ...outer, description: outer.description ?? inner.description, default: outer.default ?? inner.default };
}
