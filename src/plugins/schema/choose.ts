import { assertUnreachable } from '#base/assert.ts';
import type { JsonArray, JsonObject, JsonValue } from '#base/json.ts';
import { isArray, isObject, jsonEqual } from '#base/json.ts';
import type { ChoiceField, ChoiceOption, FormField, ListField, ObjectField } from './form-model.ts';
import { schemaMap } from './read-schema.ts';
import type { Schema } from './read-schema.ts';

/** Properties that an alternative pins down by `const` or `enum`, with the values it allows. */
export function constantsOf(schema: Schema | undefined): ReadonlyMap<string, readonly JsonValue[]> {
  const constants = new Map<string, readonly JsonValue[]>();
  if (!isObject(schema)) return constants;
  for (const [key, sub] of schemaMap(schema['properties'])) {
    if (!isObject(sub)) continue;
    const { const: constant, enum: options } = sub;
    if (constant !== undefined) constants.set(key, [constant]);
    else if (isArray(options)) constants.set(key, options);
  }
  return constants;
}

/** The property that tells alternatives apart: a constant (or list of constants) in each, none shared by two. */
export function discriminatorOf(options: readonly ChoiceOption[]): string | undefined {
  const [first, ...others] = options.map(({ field }) => pinned(field));
  if (first === undefined || others.length === 0) return undefined;
  return [...first.keys()].find((key) => {
    const values = [first, ...others].map((constants) => constants.get(key));
    if (!values.every((list) => list !== undefined)) return false;
    const texts = values.flat().map((value) => JSON.stringify(value));
    return new Set(texts).size === texts.length;
  });
}

function pinned(field: FormField): ReadonlyMap<string, readonly JsonValue[]> {
  const constants = new Map<string, readonly JsonValue[]>();
  for (const { key, field: inner } of field.kind === 'object' ? field.properties : []) {
    if (inner.kind === 'const') constants.set(key, [inner.value]);
    else if (inner.kind === 'enum') {
      constants.set(
        key,
        inner.options.map(({ value }) => value),
      );
    }
  }
  return constants;
}

/** Which alternative `value` is: the one its discriminator names, otherwise the one whose shape it fits best; undefined for none. */
export function chosenOption(choice: ChoiceField, value: JsonValue | undefined): number | undefined {
  if (value === undefined) return undefined;
  const key = choice.discriminator;
  if (key !== undefined && isObject(value)) {
    const actual = value[key];
    const index = choice.options.findIndex(({ field }) =>
      pinned(field)
        .get(key)
        ?.some((allowed) => actual !== undefined && jsonEqual(allowed, actual)),
    );
    if (index >= 0) return index;
  }
  const scores = choice.options.map(({ field }) => fit(field, value));
  const best = Math.max(...scores);
  return best > 0 ? scores.indexOf(best) : undefined;
}

/** 0: another type; more: closer. */
function fit(field: FormField, value: JsonValue): number {
  return value === null && field.kind !== 'const' ? Number(field.nullable) : fitKind(field, value);
}

function fitKind(field: FormField, value: JsonValue): number {
  switch (field.kind) {
    case 'text':
      return Number(typeof value === 'string');
    case 'number':
      return Number(typeof value === 'number') * (field.integer === Number.isInteger(value) ? 2 : 1);
    case 'boolean':
      return Number(typeof value === 'boolean');
    case 'const':
      return jsonEqual(field.value, value) ? 3 : 0;
    case 'enum':
      return field.options.some((option) => jsonEqual(option.value, value)) ? 2 : 0;
    case 'list':
      return isArray(value) ? fitList(field, value) : 0;
    case 'map':
    case 'message':
    case 'typed':
      return Number(isObject(value));
    case 'object':
      return isObject(value) ? fitObject(field, value) : 0;
    case 'choice':
      return Math.max(...field.options.map((option) => fit(option.field, value)));
    case 'raw':
    case 'deferred':
      return 0.5; // they take anything
    default:
      return assertUnreachable(field);
  }
}

function fitList(field: ListField, [first]: JsonArray): number {
  return 1 + (first === undefined || field.item === undefined ? 0 : fit(field.item, first) / 4);
}

/** Known keys speak for an alternative, missing ones and wrong constants against it. */
function fitObject(field: ObjectField, value: JsonObject): number {
  let score = 1;
  for (const { key, required, field: inner } of field.properties) {
    const item = value[key];
    if (item === undefined) score -= required ? 0.2 : 0;
    else score += inner.kind === 'const' && fit(inner, item) === 0 ? -0.5 : 0.3;
  }
  return Math.max(score, 0.01);
}
