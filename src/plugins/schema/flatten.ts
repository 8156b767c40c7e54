import type { JsonObject } from '#base/json.ts';
import { isObject, jsonEqual } from '#base/json.ts';
import { pointerStep, type References, schemaAt } from './references.ts';
import { schemaList, schemaMap, stringList, typesOf } from './read-schema.ts';

/** A schema with its references followed and its `allOf` merged in, as far as a form is concerned. */
export interface Flat {
  readonly schema: JsonObject;
  readonly pointer: string;
  /** JSON pointer of each keyword and property (`/items`, `/properties/name`): a merged schema comes from several places. */
  readonly origins: ReadonlyMap<string, string>;
  /** Pointers entered on the way here: meeting one again below means that the schema contains itself. */
  readonly entered: readonly string[];
  /** Keywords the merge could not express. */
  readonly unmerged: readonly string[];
}

/** Undefined for `true`, `false`, a reference that leads nowhere, and a circle of references. */
export function flatten(root: JsonObject, references: References, pointer: string, entered: readonly string[]): Flat | undefined {
  if (entered.includes(pointer)) return undefined;
  const schema = schemaAt(root, pointer);
  if (!isObject(schema)) return undefined;
  const here: Flat = {
    schema,
    pointer,
    origins: originsIn(schema, pointer),
    entered: [...entered, pointer],
    unmerged: [],
  };
  let flat = here;
  const reference = schema['$ref'] ?? schema['$dynamicRef'] ?? schema['$recursiveRef'];
  if (typeof reference === 'string') {
    const target = references(reference);
    const other = target === undefined ? undefined : flatten(root, references, target.pointer, here.entered);
    if (other === undefined) return undefined;
    // What stands beside the reference (a title, a default) wins; the place is the target's.
    const { $ref: _, $dynamicRef: __, $recursiveRef: ___, ...beside } = schema;
    flat = { ...merge(other, { ...here, schema: beside }), pointer: other.pointer };
  }
  let parts: Flat | undefined;
  for (const index of schemaList(schema['allOf']).keys()) {
    const part = flatten(root, references, `${pointer}/allOf/${index}`, flat.entered);
    if (part !== undefined) parts = parts === undefined ? part : { ...merge(parts, part), pointer };
  }
  return parts === undefined ? flat : merge(parts, flat);
}

function originsIn(schema: JsonObject, pointer: string): ReadonlyMap<string, string> {
  const steps = Object.keys(schema).map(pointerStep);
  const properties = schemaMap(schema['properties']).map(([key]) => `/properties${pointerStep(key)}`);
  return new Map([...steps, ...properties].map((step) => [step, pointer + step]));
}

/** The JSON pointer of `/keyword…` as the merged schema has it. */
export function originOf({ origins, pointer }: Flat, place: string): string {
  const known = [...origins.keys()].filter((step) => place === step || place.startsWith(`${step}/`)).sort((a, b) => b.length - a.length)[0];
  return known === undefined ? pointer + place : (origins.get(known) ?? '') + place.slice(known.length);
}

const tightened: Readonly<Record<string, (a: number, b: number) => number>> = {
  minimum: Math.max,
  exclusiveMinimum: Math.max,
  minLength: Math.max,
  minItems: Math.max,
  minProperties: Math.max,
  maximum: Math.min,
  exclusiveMaximum: Math.min,
  maxLength: Math.min,
  maxItems: Math.min,
  maxProperties: Math.min,
};

/** Keywords of which a form needs both sides or can do without one. */
const harmless: ReadonlySet<string> = new Set([
  'title',
  'description',
  'default',
  'examples',
  'example',
  '$comment',
  '$id',
  '$schema',
  '$defs',
  'definitions',
  'allOf',
]);

/** `strong` merged over `weak`: both must hold, and the words of `strong` are shown. */
function merge(weak: Flat, strong: Flat): Flat {
  const schema: Record<string, JsonObject[string]> = { ...weak.schema };
  const unmerged = [...weak.unmerged, ...strong.unmerged];
  for (const [key, value] of Object.entries(strong.schema)) {
    const other = schema[key];
    const tighten = tightened[key];
    if (other === undefined || harmless.has(key)) schema[key] = value;
    else if (key === 'properties' && isObject(value) && isObject(other)) schema[key] = { ...other, ...value };
    else if (key === 'required') schema[key] = [...new Set([...stringList(other), ...stringList(value)])];
    else if (tighten !== undefined && typeof value === 'number' && typeof other === 'number') schema[key] = tighten(value, other);
    else if (key === 'type') schema[key] = commonTypes(weak.schema, strong.schema);
    else if (!jsonEqual(value, other)) {
      schema[key] = value;
      unmerged.push(key);
    }
  }
  return {
    schema,
    pointer: strong.pointer,
    origins: new Map([...weak.origins, ...strong.origins]),
    entered: [...new Set([...weak.entered, ...strong.entered])],
    unmerged,
  };
}

function commonTypes(a: JsonObject, b: JsonObject): readonly string[] {
  const [left, right] = [typesOf(a) ?? [], typesOf(b) ?? []];
  return left.filter((type) => right.includes(type) || (type === 'integer' && right.includes('number')));
}
