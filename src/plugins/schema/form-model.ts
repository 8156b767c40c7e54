import type { JsonValue } from '#base/json.ts';

/**
 * What a form shows, derived from a configuration schema alone: values stay in the text, the form reads and edits them there.
 *
 * A field knows nothing of the path of its value; the renderer does, while it walks down: an `object` adds a key, a `list` an
 * index, a `map` the key the user typed, a `choice` nothing.
 */
export type FormField =
  | TextField
  | NumberField
  | BooleanField
  | EnumField
  | ConstField
  | ListField
  | ObjectField
  | MapField
  | ChoiceField
  | DeferredField
  | RawField
  | MessageField
  | TypedField;

/** What every field may say about itself. */
export interface FieldInfo {
  /** The schema's `title`, otherwise the property name in words. */
  readonly title: string;
  readonly description?: string | undefined;
  /** What the plugin assumes when nothing is written. */
  readonly default?: JsonValue | undefined;
  readonly examples: readonly JsonValue[];
  readonly deprecated: boolean;
  readonly readOnly: boolean;
  /** `null` is a legal value besides those of the field's kind. */
  readonly nullable: boolean;
  /** JSON pointer of the subschema the field was made from, after following references. */
  readonly schemaPointer: string;
}

export interface TextField extends FieldInfo {
  readonly kind: 'text';
  /** More than one line is expected: show a text area. */
  readonly multiline: boolean;
  /** A credential: do not show it, do not put it into shared links unasked. */
  readonly secret: boolean;
  readonly format?: string | undefined;
  readonly minLength?: number | undefined;
  readonly maxLength?: number | undefined;
  readonly pattern?: string | undefined;
}

export interface NumberField extends FieldInfo {
  readonly kind: 'number';
  readonly integer: boolean;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly exclusiveMinimum?: number | undefined;
  readonly exclusiveMaximum?: number | undefined;
  readonly multipleOf?: number | undefined;
}

export interface BooleanField extends FieldInfo {
  readonly kind: 'boolean';
}

export interface EnumOption {
  readonly value: JsonValue;
  readonly label: string;
  readonly description?: string | undefined;
}

export interface EnumField extends FieldInfo {
  readonly kind: 'enum';
  readonly options: readonly EnumOption[];
}

/** Only one value is possible: shown, not edited. */
export interface ConstField extends FieldInfo {
  readonly kind: 'const';
  readonly value: JsonValue;
}

export interface ListField extends FieldInfo {
  readonly kind: 'list';
  /** Fields of the first items when each has its own meaning (`prefixItems`); usually empty. */
  readonly prefix: readonly FormField[];
  /** The field of every further item; undefined when there may be none. */
  readonly item: FormField | undefined;
  readonly minItems: number;
  readonly maxItems?: number | undefined;
  readonly uniqueItems: boolean;
}

export interface ObjectProperty {
  readonly key: string;
  readonly required: boolean;
  readonly field: FormField;
}

export interface ObjectField extends FieldInfo {
  readonly kind: 'object';
  readonly properties: readonly ObjectProperty[];
  /** The field of keys not named in `properties`; undefined when there may be none. */
  readonly additional: FormField | undefined;
}

/** An object whose keys the user chooses. */
export interface MapField extends FieldInfo {
  readonly kind: 'map';
  readonly value: FormField;
  /** What a key must match. */
  readonly keyPattern?: string | undefined;
  readonly keyTitle: string;
  readonly minProperties: number;
  readonly maxProperties?: number | undefined;
}

export interface ChoiceOption {
  readonly title: string;
  readonly description?: string | undefined;
  readonly field: FormField;
}

/** Alternatives (`oneOf`, `anyOf`, several types): `chosenOption` of `choose.ts` says which one a value is. */
export interface ChoiceField extends FieldInfo {
  readonly kind: 'choice';
  readonly options: readonly ChoiceOption[];
  /** The property whose constant tells the alternatives apart, when there is one. */
  readonly discriminator?: string | undefined;
}

/** A schema that contains itself: the field below, made when it is asked for. */
export interface DeferredField extends FieldInfo {
  readonly kind: 'deferred';
  expand(): FormField;
}

/** The schema says something no form can: edited as YAML. `reason` names the keyword. */
export interface RawField extends FieldInfo {
  readonly kind: 'raw';
  readonly reason: string;
}

/**
 * A message with many fields of which few are written: those show, the others are offered. Names of fields may be written in more than
 * one way (`inline_string`, `inlineString`).
 */
export interface MessageField extends FieldInfo {
  readonly kind: 'message';
  /** Made when asked for: messages contain each other. */
  parts(): readonly MessagePart[];
}

export interface MessagePart {
  /** The key a fresh one gets, then the others that mean it too. */
  readonly keys: readonly [string, ...string[]];
  readonly field: FormField;
  readonly required: boolean;
  /** Of the parts of a group at most one may be written. */
  readonly group?: string | undefined;
  /** What is known besides the description. */
  readonly documentation?: string | undefined;
}

/** A value that names its own message under `@type`; which, the user chooses. */
export interface TypedField extends FieldInfo {
  readonly kind: 'typed';
  /** Names of messages it may be. */
  types(): readonly string[];
  /** The form of such a value; undefined: nobody knows the message. */
  formOf(type: string): { readonly field: FormField; readonly inValue: boolean } | undefined;
}
