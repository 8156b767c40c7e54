import type { JsonObject, JsonValue } from '#base/json.ts';
import { isArray, isObject, jsonEqual } from '#base/json.ts';
import { typeOfValue } from './read-schema.ts';

/**
 * A schema for a plugin that brings none, from the configuration at hand: it gives the form its fields and refuses nothing
 * that is there. Keys of list items are gathered from all items.
 */
export function inferSchema(value: JsonValue): JsonObject {
  if (isArray(value)) {
    const items = value.map(inferSchema);
    return items.length === 0 ? { type: 'array' } : { type: 'array', items: items.reduce(unite) };
  }
  if (isObject(value)) {
    const entries = Object.entries(value).flatMap(([key, item]) => (item === undefined ? [] : [[key, inferSchema(item)] as const]));
    return { type: 'object', properties: Object.fromEntries(entries) };
  }
  if (value === null) return {};
  const type = typeOfValue(value);
  return typeof value === 'string' && value.includes('\n') ? { type, format: 'textarea' } : { type };
}

/** A schema for values of either kind. */
function unite(a: JsonObject, b: JsonObject): JsonObject {
  if (jsonEqual(a, b)) return a;
  if (a['type'] === undefined || b['type'] === undefined) return {};
  if (a['type'] !== b['type']) return { type: [...new Set([a['type'], b['type']].flat())] };
  const [left, right] = [a['properties'], b['properties']];
  if (isObject(left) && isObject(right)) {
    const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])];
    const properties = keys.map((key) => {
      const [one, other] = [left[key], right[key]];
      return [key, isObject(one) && isObject(other) ? unite(one, other) : (one ?? other)] as const;
    });
    return { type: 'object', properties: Object.fromEntries(properties) };
  }
  const [one, other] = [a['items'], b['items']];
  if (isObject(one) && isObject(other)) return { type: 'array', items: unite(one, other) };
  return { ...a, ...b };
}
