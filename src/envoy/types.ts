import type { Diagnostic } from '#base/diagnostic.ts';
import type { JsonObject, JsonPath, JsonValue } from '#base/json.ts';
import type { Failure, Result } from '#base/result.ts';
import type { TypedConfig } from './listener.ts';

/**
 * What the generated descriptors can answer about Envoy's messages. The data is large and loads lazily, so code that can
 * do without takes `EnvoyTypes | undefined` and keeps field names as written until it is there.
 */
export interface EnvoyTypes {
  /** Is this message known? `name` without `type.googleapis.com/`. */
  has(name: string): boolean;
  /** The fields of a message in declaration order, for forms and documentation; `undefined` when unknown. */
  describe(name: string): MessageDoc | undefined;
  /** All known messages, sorted; for completion of `@type`. */
  names(): readonly string[];
  /**
   * Canonical proto JSON: lowerCamelCase names, enum names, durations and 64-bit numbers as the proto JSON mapping writes
   * them, `Any` opened, default values left out; unknown fields dropped. Problems are collected, not thrown: with a problem of
   * severity `error` the reader refuses the whole value, with warnings only it takes the rest. The default reader is istiod.
   * `google.protobuf.Any` is a good `name` for a typed config.
   */
  normalise(
    name: string,
    value: JsonValue,
    options?: ReadOptions,
  ): { readonly value: JsonObject; readonly problems: readonly TypeProblem[] };
  /**
   * All problems of a value: unknown fields, wrong types, unknown enum values and `@type`s, and Envoy's validation rules. The
   * default reader is Envoy.
   */
  validate(name: string, value: JsonValue, options?: ValidateOptions): readonly TypeProblem[];
  /**
   * Go `proto.Merge` with Istio's changes: lists appended (or replaced), maps replaced by key, `Duration` and `Any` replaced.
   * Both sides canonical. `base` and `patch` are not changed. Source: istio/istio `pkg/proto/merge/merge.go` 1.31.
   */
  merge(name: string, base: JsonObject, patch: JsonObject, options?: MergeOptions): JsonObject;
  /**
   * Merges two opened `Any`s of one type; with different types the merge fails, and in istiod 1.29 and newer it panics.
   * Source: istio/istio `pilot/pkg/networking/util/util.go MergeAnyWithAny`.
   */
  mergeAny(base: TypedConfig, patch: TypedConfig, options?: MergeOptions): Result<TypedConfig, Failure<'different-type' | 'unknown-type'>>;
}

export interface MergeOptions {
  /** The operation MERGE_AND_REPLACE_LIST: a list that the patch sets replaces the list of the base, at every depth. */
  readonly replaceLists?: boolean | undefined;
}

/**
 * Who reads the JSON. `istiod` (EnvoyFilter values; golang/protobuf jsonpb): Go's durations, unknown fields dropped, the last member
 * of a oneof wins. `envoy` (static files; protobuf's C++ reader): booleans in quotes, enum names in any case and one value for a
 * list are fine, unknown fields and two members of a oneof are not.
 */
export type Reader = 'istiod' | 'envoy';

export interface ReadOptions {
  readonly reader?: Reader | undefined;
}

export interface ValidateOptions extends ReadOptions {
  /** For a patch that is merged into something: rules that ask for presence are left out. */
  readonly partial?: boolean | undefined;
}

export interface TypeProblem {
  readonly code: Diagnostic['code'];
  readonly path: JsonPath;
  readonly message: string;
  readonly severity: 'error' | 'warning';
  readonly help?: string | undefined;
  readonly args?: Diagnostic['args'];
}

export interface MessageDoc {
  readonly name: string;
  readonly comment: string;
  readonly fields: readonly FieldDoc[];
  readonly oneofs: readonly OneofDoc[];
}

export interface OneofDoc {
  readonly name: string;
  readonly required: boolean;
  /** `jsonName`s of its members, in declaration order. */
  readonly members: readonly string[];
}

export interface FieldDoc {
  readonly name: string;
  readonly jsonName: string;
  /** Scalar type name, or `message` / `enum` with `typeName`. */
  readonly type: string;
  readonly typeName?: string | undefined;
  readonly list: boolean;
  readonly map: boolean;
  /** Scalar type of the keys, for a map. */
  readonly mapKeyType?: string | undefined;
  readonly oneof?: string | undefined;
  readonly required: boolean;
  readonly deprecated: boolean;
  readonly comment: string;
  readonly enumValues?: readonly string[] | undefined;
  /** Comments of the enum values that have one. */
  readonly enumComments?: Readonly<Record<string, string>> | undefined;
  /** The `validate.rules` of the field as JSON, when it has any. */
  readonly rules?: JsonObject | undefined;
}
