import { isArray, isObject, jsonEqual, type JsonArray, type JsonObject, type JsonPath, type JsonValue } from '#base/json.ts';

/** One step from old data to new. The paths of a list of changes hold when they are made in its order. */
export type Change =
  | { readonly kind: 'set'; readonly path: JsonPath; readonly value: JsonValue }
  | { readonly kind: 'insert'; readonly path: JsonPath; readonly index: number; readonly value: JsonValue }
  | { readonly kind: 'remove'; readonly path: JsonPath };

/** The steps that make `before`, which stands at `path`, into `after`; `undefined` when there are more than `limit`. */
export function changesBetween(before: JsonValue, after: JsonValue, path: JsonPath, limit: number): readonly Change[] | undefined {
  const changes: Change[] = [];
  collect(before, after, path, changes, limit);
  return changes.length > limit ? undefined : changes;
}

function collect(before: JsonValue, after: JsonValue, path: JsonPath, changes: Change[], limit: number): void {
  if (changes.length > limit || jsonEqual(before, after)) return;
  if (isArray(before) && isArray(after) && before.length > 0 && after.length > 0) inList(before, after, path, changes, limit);
  else if (isObject(before) && isObject(after) && sharesKey(before, after)) inMap(before, after, path, changes, limit);
  else changes.push({ kind: 'set', path, value: after });
}

function sharesKey(before: JsonObject, after: JsonObject): boolean {
  return Object.keys(before).some((key) => Object.hasOwn(after, key));
}

/** New keys come before old ones go, so that the map is never empty in between. */
function inMap(before: JsonObject, after: JsonObject, path: JsonPath, changes: Change[], limit: number): void {
  for (const [key, value] of Object.entries(after)) {
    if (value === undefined) continue;
    const old = Object.hasOwn(before, key) ? before[key] : undefined;
    if (old === undefined) changes.push({ kind: 'set', path: [...path, key], value });
    else collect(old, value, [...path, key], changes, limit);
  }
  for (const key of Object.keys(before)) {
    if (!Object.hasOwn(after, key) || after[key] === undefined) changes.push({ kind: 'remove', path: [...path, key] });
  }
}

/** Items that are equal at both ends stay; those between are matched one by one, and the rest is inserted or removed. */
function inList(before: JsonArray, after: JsonArray, path: JsonPath, changes: Change[], limit: number): void {
  let head = 0;
  while (head < Math.min(before.length, after.length) && jsonEqual(before[head], after[head])) head++;
  let tail = 0;
  const free = Math.min(before.length, after.length) - head;
  while (tail < free && jsonEqual(before.at(-1 - tail), after.at(-1 - tail))) tail++;
  const oldEnd = before.length - tail;
  const newEnd = after.length - tail;
  const paired = Math.min(oldEnd, newEnd);
  for (let i = head; i < paired; i++) collect(before[i] ?? null, after[i] ?? null, [...path, i], changes, limit);
  for (let i = paired; i < newEnd; i++) changes.push({ kind: 'insert', path, index: i, value: after[i] ?? null });
  for (let i = oldEnd - 1; i >= paired; i--) changes.push({ kind: 'remove', path: [...path, i] });
}
