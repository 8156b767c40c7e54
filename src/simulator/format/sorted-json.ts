import type { JsonValue } from '#base/json.ts';
import { isArray, isObject } from '#base/json.ts';

/** JSON text with the keys of objects sorted: how Envoy prints a `google.protobuf.Struct`. */
export function sortedJson(value: JsonValue): string {
  if (isArray(value)) return `[${value.map(sortedJson).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const keys = Object.keys(value).toSorted((a, b) => (a < b ? -1 : 1));
  return `{${keys.flatMap((key) => (value[key] === undefined ? [] : [`${JSON.stringify(key)}:${sortedJson(value[key])}`])).join(',')}}`;
}
