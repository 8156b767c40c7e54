import type { Diagnostic } from '#base/diagnostic.ts';
import type { JsonObject, JsonPath, JsonValue } from '#base/json.ts';

/**
 * What the generated descriptors can answer about Envoy's messages. The data is large and loads lazily, so code that can
 * do without takes `EnvoyTypes | undefined` and keeps field names as written until it is there.
 */
export interface EnvoyTypes {
  /** Is this message known? `name` without `type.googleapis.com/`. */
  has(name: string): boolean;
  /** The fields of a message in declaration order, for forms and documentation; `undefined` when unknown. */
  describe(name: string): MessageDoc | undefined;
  /**
   * Canonical proto JSON: lowerCamelCase names, enum names, durations and 64-bit numbers as the proto JSON mapping writes
   * them, `Any` opened, default values left out; unknown fields dropped. Problems are collected, not thrown.
   */
  normalise(name: string, value: JsonValue): { readonly value: JsonObject; readonly problems: readonly TypeProblem[] };
  /** All problems of a value: unknown fields, wrong types, unknown enum values and `@type`s, and Envoy's validation rules. */
  validate(name: string, value: JsonValue): readonly TypeProblem[];
  /** Go `proto.Merge` with Istio's changes (lists appended, maps replaced by key, `Duration` replaced, `Any` merged by type). */
  merge(name: string, base: JsonObject, patch: JsonObject, options?: { readonly replaceLists?: boolean }): JsonObject;
}

export interface TypeProblem {
  readonly code: Diagnostic['code'];
  readonly path: JsonPath;
  readonly message: string;
  readonly severity: 'error' | 'warning';
}

export interface MessageDoc {
  readonly name: string;
  readonly comment: string;
  readonly fields: readonly FieldDoc[];
}

export interface FieldDoc {
  readonly name: string;
  readonly jsonName: string;
  /** Scalar type name, or `message` / `enum` with `typeName`. */
  readonly type: string;
  readonly typeName?: string | undefined;
  readonly list: boolean;
  readonly map: boolean;
  readonly oneof?: string | undefined;
  readonly required: boolean;
  readonly deprecated: boolean;
  readonly comment: string;
  readonly enumValues?: readonly string[] | undefined;
  /** The `validate.rules` of the field as JSON, when it has any. */
  readonly rules?: JsonObject | undefined;
}
