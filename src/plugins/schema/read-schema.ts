import type { JsonObject, JsonValue } from '#base/json.ts';
import { isArray, isObject } from '#base/json.ts';

/** The types JSON Schema knows. */
export type SchemaType = 'null' | 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object';

const schemaTypes: ReadonlySet<string> = new Set<SchemaType>(['null', 'boolean', 'integer', 'number', 'string', 'array', 'object']);

function isSchemaType(value: JsonValue | undefined): value is SchemaType {
  return typeof value === 'string' && schemaTypes.has(value);
}

/**
 * The types a schema allows by `type`; undefined when it does not say. OpenAPI 3.0 spells "or null" as `nullable: true`
 * (OAI/OpenAPI-Specification versions/3.0.3, "Schema Object"); Higress' catalogue is written that way.
 */
export function typesOf(schema: JsonObject): readonly SchemaType[] | undefined {
  const raw = schema['type'];
  const types = isArray(raw) ? raw.filter(isSchemaType) : isSchemaType(raw) ? [raw] : [];
  if (types.length === 0) return undefined;
  return schema['nullable'] === true && !types.includes('null') ? [...types, 'null'] : types;
}

export function typeOfValue(value: JsonValue): Exclude<SchemaType, 'integer'> {
  if (value === null) return 'null';
  if (isArray(value)) return 'array';
  if (isObject(value)) return 'object';
  if (typeof value === 'string') return 'string';
  return typeof value === 'boolean' ? 'boolean' : 'number';
}

export function hasType(value: JsonValue, type: SchemaType): boolean {
  return type === 'integer' ? Number.isInteger(value) : typeOfValue(value) === type;
}

/** A schema is an object, `true` (anything) or `false` (nothing). */
export type Schema = JsonObject | boolean;

export function isSchema(value: JsonValue | undefined): value is Schema {
  return isObject(value) || typeof value === 'boolean';
}

/** What stands where schemas should and is none says nothing. */
export function schemaList(value: JsonValue | undefined): readonly Schema[] {
  return isArray(value) ? value.filter(isSchema) : [];
}

export function schemaMap(value: JsonValue | undefined): readonly (readonly [string, Schema])[] {
  if (!isObject(value)) return [];
  return Object.entries(value).filter((entry): entry is [string, Schema] => isSchema(entry[1]));
}

export function stringList(value: JsonValue | undefined): readonly string[] {
  return isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** Lower and upper bound; OpenAPI 3.0 and draft 4 make them exclusive with a boolean beside them. */
export interface Bounds {
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly exclusiveMinimum?: number | undefined;
  readonly exclusiveMaximum?: number | undefined;
}

export function boundsOf(schema: JsonObject): Bounds {
  const number = (key: string): number | undefined => {
    const value = schema[key];
    return typeof value === 'number' ? value : undefined;
  };
  const isLowOpen = schema['exclusiveMinimum'] === true;
  const isHighOpen = schema['exclusiveMaximum'] === true;
  return {
    minimum: isLowOpen ? undefined : number('minimum'),
    maximum: isHighOpen ? undefined : number('maximum'),
    exclusiveMinimum: isLowOpen ? number('minimum') : number('exclusiveMinimum'),
    exclusiveMaximum: isHighOpen ? number('maximum') : number('exclusiveMaximum'),
  };
}

/** `examples`, or OpenAPI's `example`. An `example` list beside a scalar type is a list of examples. */
export function examplesOf(schema: JsonObject): readonly JsonValue[] {
  const examples = schema['examples'];
  if (isArray(examples)) return examples;
  const example = schema['example'];
  if (example === undefined) return [];
  const types = typesOf(schema);
  return isArray(example) && types !== undefined && !types.includes('array') ? example : [example];
}
