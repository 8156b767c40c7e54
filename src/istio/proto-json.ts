import type { JsonObject, JsonValue } from '#base/json.ts';
import type { TypedConfig } from '#envoy/listener.ts';

/** The fields of a message before absent ones are dropped. */
export type Fields = Readonly<Record<string, JsonValue | undefined>>;

/** A message as proto JSON: absent fields are left out, the rest stands as given. */
export function message(fields: Fields): JsonObject {
  const out: Record<string, JsonValue> = {};
  for (const key in fields) {
    const value = fields[key];
    if (value !== undefined) out[key] = value;
  }
  return out;
}

/** The JSON form of an `Any` that holds the message `name`. */
export function typed(name: string, fields: Fields = {}): TypedConfig {
  return { '@type': `type.googleapis.com/${name}`, ...message(fields) };
}

/** `udpa.type.v1.TypedStruct`: how Istio passes the configuration of filters whose types Envoy alone does not know. */
export function typedStruct(name: string, value: JsonObject): TypedConfig {
  return typed('udpa.type.v1.TypedStruct', { typeUrl: `type.googleapis.com/${name}`, value });
}

/** The value, or nothing when it is the default of a proto3 field, which the JSON mapping leaves out. */
export function unlessDefault<T extends JsonValue>(value: T | undefined): T | undefined {
  if (value === undefined || value === null || value === false || value === 0 || value === '') return undefined;
  return Array.isArray(value) && value.length === 0 ? undefined : value;
}
