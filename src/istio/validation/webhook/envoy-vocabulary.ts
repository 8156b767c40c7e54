import type { EnvoyTypes, FieldDoc } from '#envoy/types.ts';
import type { Vocabulary } from '../../api/decode.ts';
import type { ApiField } from '../../api/messages.ts';

interface EnvoyField extends ApiField {
  readonly values?: readonly string[];
}

const known = new WeakMap<EnvoyTypes, Vocabulary>();

/** Envoy's messages for the reader that speaks Go's words (`decodeMessage`). */
export function envoyVocabulary(types: EnvoyTypes): Vocabulary {
  let vocabulary = known.get(types);
  if (vocabulary === undefined) {
    const messages = new Map<string, readonly EnvoyField[]>();
    vocabulary = {
      has: (message) => types.has(message),
      fields(message) {
        let fields = messages.get(message);
        if (fields === undefined) messages.set(message, (fields = (types.describe(message)?.fields ?? []).map(fieldOf)));
        return fields;
      },
      enumValues: (field) => ((field as EnvoyField).values ?? []).map((name) => ({ name })),
    };
    known.set(types, vocabulary);
  }
  return vocabulary;
}

function fieldOf(doc: FieldDoc): EnvoyField {
  return {
    name: doc.name,
    json: doc.jsonName,
    type: doc.type,
    ...(doc.typeName === undefined ? {} : { ref: doc.typeName }),
    ...(doc.list ? { list: true } : {}),
    ...(doc.map ? { map: doc.mapKeyType ?? 'string' } : {}),
    ...(doc.oneof === undefined ? {} : { oneof: doc.oneof }),
    ...(doc.enumValues === undefined ? {} : { values: doc.enumValues }),
  };
}
