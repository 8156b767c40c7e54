import type { EnvoyTypes } from '#envoy/types.ts';
import type { FieldInfo, FormField, TypedField } from '#plugins/schema/form-model.ts';

/** Messages that stand in an `Any` of a configuration: top-level ones of extensions, and what is used like them. */
const extension = /^(?:envoy\.extensions\.|envoy\.type\.matcher\.|xds\.type\.|google\.protobuf\.(?!Any$))(?:.*\.)?[A-Z]\w*$/;
const nested = /\.[A-Z]\w*\.[A-Z]/;
/** Their JSON is not an object: in an `Any` it stands under `value` (protobuf, "JSON mapping", Any). */
const inValue = /^google\.protobuf\.(?:\w+Value|Value|Struct|Duration|Timestamp|FieldMask)$/;

/** A `google.protobuf.Any`: the message is the user's choice, `formOf` its form. */
export function typedField(types: EnvoyTypes, info: FieldInfo, formOf: (message: string, info: FieldInfo) => FormField): TypedField {
  return {
    ...info,
    kind: 'typed',
    types: () => types.names().filter((name) => extension.test(name) && !nested.test(name)),
    formOf: (name) =>
      types.has(name)
        ? {
            field: formOf(name, { ...info, title: name.slice(name.lastIndexOf('.') + 1), description: undefined }),
            inValue: inValue.test(name),
          }
        : undefined,
  };
}
