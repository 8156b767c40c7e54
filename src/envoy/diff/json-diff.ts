import { isArray, isObject, jsonEqual, type JsonArray, type JsonObject, type JsonPath, type JsonValue } from '#base/json.ts';
import { aligned } from './align.ts';

/** A value that differs; absent on the side that does not have it. */
export interface FieldChange {
  readonly path: JsonPath;
  readonly before?: JsonValue | undefined;
  readonly after?: JsonValue | undefined;
}

/**
 * The smallest differing values of two messages in canonical JSON. Members of lists are paired by what they are (their name, or being
 * equal), so that one that came in does not make all behind it differ. A message of another type is one change.
 */
export function jsonChanges(before: JsonValue | undefined, after: JsonValue | undefined, path: JsonPath = []): readonly FieldChange[] {
  if (jsonEqual(before, after)) return [];
  if (isArray(before) && isArray(after)) return listChanges(before, after, path);
  if (!isObject(before) || !isObject(after) || before['@type'] !== after['@type']) return [{ path, before, after }];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((key) => jsonChanges(before[key], after[key], [...path, key]));
}

function listChanges(before: JsonArray, after: JsonArray, path: JsonPath): readonly FieldChange[] {
  const sameLength = before.length === after.length && !before.every(isNamed);
  const pairs = sameLength ? before.map((item, i) => [item, after[i]] as const) : aligned(before, after, keyOf).pairs;
  return pairs.flatMap(([old, fresh]) => {
    const at = fresh === undefined ? before.indexOf(old as JsonValue) : after.indexOf(fresh);
    if (old === undefined || fresh === undefined) return [{ path: [...path, at], before: old, after: fresh }];
    return jsonChanges(old, fresh, [...path, at]);
  });
}

function isNamed(value: JsonValue): value is JsonObject {
  return isObject(value) && typeof value['name'] === 'string';
}

function keyOf(value: JsonValue): string {
  return isNamed(value) ? `name ${String(value['name'])}` : canonicalText(value);
}

/** The same text for equal data, whatever the order of keys. */
export function canonicalText(value: JsonValue): string {
  return JSON.stringify(sorted(value));
}

function sorted(value: JsonValue): JsonValue {
  if (isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .toSorted()
      .map((key) => [key, sorted(value[key] ?? null)]),
  );
}
