import { asArray, asNumber, asObject, asString, isObject, type JsonObject } from '#base/json.ts';
import { compareText } from '../../../resource-order.ts';
import { strings } from '../../../collections.ts';

/** Fields of a message as Go's getters give them: zero where they are absent. */

export function text(message: JsonObject, field: string): string {
  return asString(message[field]) ?? '';
}

export function number(message: JsonObject, field: string): number {
  return asNumber(message[field]) ?? 0;
}

export function message(of: JsonObject, field: string): JsonObject | undefined {
  const value = of[field];
  return isObject(value) ? value : undefined;
}

export function messages(of: JsonObject, field: string): readonly JsonObject[] {
  return asArray(of[field]).map(asObject);
}

export function texts(of: JsonObject, field: string): readonly string[] {
  return strings(of[field]);
}

/** The pairs of a map; Go walks them in any order, here it is that of the keys. */
export function pairs(of: JsonObject, field: string): readonly (readonly [key: string, value: JsonObject])[] {
  return sorted(of, field).map(([key, value]) => [key, asObject(value)]);
}

export function textPairs(of: JsonObject, field: string): readonly (readonly [key: string, value: string])[] {
  return sorted(of, field).map(([key, value]) => [key, asString(value) ?? '']);
}

export function numberPairs(of: JsonObject, field: string): readonly (readonly [key: string, value: number])[] {
  return sorted(of, field).map(([key, value]) => [key, asNumber(value) ?? 0]);
}

function sorted(of: JsonObject, field: string): [string, JsonObject[string]][] {
  return Object.entries(asObject(of[field])).sort(([a], [b]) => compareText(a, b));
}

/** The first of some fields that is set: the member of a oneof. */
export function member(of: JsonObject, ...fields: readonly string[]): string | undefined {
  return fields.find((field) => of[field] !== undefined);
}
