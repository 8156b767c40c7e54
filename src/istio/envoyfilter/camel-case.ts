import { isArray, isObject, type JsonValue } from '#base/json.ts';

/** Fields whose content is the user's own (Struct, maps): their keys are no field names. */
const opaque = new Set([
  'filterMetadata',
  'typedFilterMetadata',
  'keyValues',
  'labels',
  'value',
  'fields',
  'typedPerFilterConfig',
  'runtimeKeyValues',
]);

/**
 * proto JSON with lowerCamelCase names, as well as that can be done without descriptors: `snake_case` keys become camelCase except in
 * fields that are known to hold data. Used only until the descriptors are loaded.
 */
export function camelCased(value: JsonValue): JsonValue {
  if (isArray(value)) return value.map(camelCased);
  if (!isObject(value)) return value;
  const out: Record<string, JsonValue> = {};
  for (const [key, item] of Object.entries(value)) {
    const name = key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    if (item === undefined || item === null) continue;
    out[name] = opaque.has(name) ? item : camelCased(item);
  }
  return out;
}
