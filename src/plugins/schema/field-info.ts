import type { JsonObject } from '#base/json.ts';
import type { Flat } from './flatten.ts';
import type { FieldInfo, FormField, RawField } from './form-model.ts';
import { examplesOf, typesOf } from './read-schema.ts';
import type { References } from './references.ts';

/** What the builders of the field kinds share. `build` is the way back in: fields hold fields. */
export interface Builder {
  readonly root: JsonObject;
  readonly references: References;
  readonly build: (pointer: string, name: string, entered: readonly string[]) => FormField;
}

export const numberAt = (schema: JsonObject, key: string): number | undefined =>
  typeof schema[key] === 'number' ? schema[key] : undefined;
export const stringAt = (schema: JsonObject, key: string): string | undefined =>
  typeof schema[key] === 'string' ? schema[key] : undefined;

/** Anything goes: edited as YAML. */
export function rawField(pointer: string, name: string): RawField {
  return { ...infoOf({ schema: {}, pointer }, name), kind: 'raw', reason: 'any' };
}

export function infoOf({ schema, pointer }: Pick<Flat, 'schema' | 'pointer'>, name: string): FieldInfo {
  return {
    title: stringAt(schema, 'title') ?? name,
    description: stringAt(schema, 'description'),
    default: schema['default'],
    examples: examplesOf(schema),
    deprecated: schema['deprecated'] === true,
    readOnly: schema['readOnly'] === true,
    nullable: typesOf(schema)?.includes('null') === true || schema['nullable'] === true,
    schemaPointer: pointer,
  };
}
