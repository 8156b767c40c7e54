import { isArray, isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { messageName } from '../listener.ts';
import { isZero } from './scalars.ts';
import { hasOwnJson, wrapperOf } from './well-known.ts';

type Merge = (base: JsonValue, patch: JsonValue, replaceLists: boolean) => JsonValue;

/**
 * What Go's field-by-field merge does to messages that have a JSON of their own, said in that JSON. `undefined` for a message
 * whose JSON is an object of its fields.
 */
export function mergeWellKnown(typeName: string): Merge | undefined {
  if (!typeName.startsWith('google.protobuf.')) return undefined;
  const wrapper = wrapperOf(typeName);
  if (wrapper !== undefined) return (base, patch) => (isZero(wrapper, patch) ? base : patch);
  return Object.hasOwn(merges, typeName) ? merges[typeName] : undefined;
}

const merges: Readonly<Record<string, Merge>> = {
  // ReplaceMergeFn of istio/istio pkg/proto/merge/merge.go.
  'google.protobuf.Duration': (_, patch) => patch,
  // Two scalar fields, a type and bytes. (A message without bytes leaves those of the base, even under another type; under
  // another type they mean nothing, so then we show the message empty.)
  'google.protobuf.Any': (base, patch) =>
    isObject(base) && isObject(patch) && hasNoBytes(patch) && base['@type'] === patch['@type'] ? base : patch,
  'google.protobuf.Timestamp': mergeTimestamp,
  'google.protobuf.FieldMask': (base, patch, replaceLists) => {
    const [paths, added] = [base, patch].map((mask) => (typeof mask === 'string' && mask !== '' ? mask.split(',') : []));
    return (replaceLists && added?.length !== 0 ? (added ?? []) : [...(paths ?? []), ...(added ?? [])]).join(',');
  },
  'google.protobuf.Struct': mergeStruct,
  'google.protobuf.ListValue': mergeList,
  // A oneof: objects and lists are messages and merge with their like, everything else is replaced.
  'google.protobuf.Value': (base, patch, replaceLists) =>
    isArray(base) && isArray(patch) ? mergeList(base, patch, replaceLists) : mergeStruct(base, patch),
};

function hasNoBytes({ '@type': type, ...fields }: JsonObject): boolean {
  const name = typeof type === 'string' ? messageName(type) : '';
  if (!hasOwnJson(name)) return Object.keys(fields).length === 0;
  const { value = null } = fields;
  const wrapper = wrapperOf(name);
  if (wrapper !== undefined) return isZero(wrapper, value);
  if (isObject(value) || isArray(value)) return name !== 'google.protobuf.Value' && Object.keys(value).length === 0;
  return value === '0s' || value === '1970-01-01T00:00:00Z' || (name === 'google.protobuf.FieldMask' && value === '');
}

/** A map of values: entries are replaced, not merged. */
function mergeStruct(base: JsonValue, patch: JsonValue): JsonValue {
  return isObject(base) && isObject(patch) ? { ...base, ...patch } : patch;
}

function mergeList(base: JsonValue, patch: JsonValue, replaceLists: boolean): JsonValue {
  if (!isArray(base) || !isArray(patch)) return patch;
  if (patch.length === 0) return base;
  return replaceLists ? patch : [...base, ...patch];
}

/** Field by field: a whole second of the patch keeps the fraction of the base (golang/protobuf issue 1359). */
function mergeTimestamp(base: JsonValue, patch: JsonValue): JsonValue {
  const [baseSeconds, baseFraction] = splitTimestamp(base);
  const [seconds, fraction] = splitTimestamp(patch);
  const epoch = seconds === '1970-01-01T00:00:00';
  return `${epoch ? baseSeconds : seconds}${fraction === '' ? baseFraction : fraction}Z`;
}

function splitTimestamp(value: JsonValue): readonly [seconds: string, fraction: string] {
  const match = typeof value === 'string' ? /^([^.Z]*)(\.\d+)?Z$/.exec(value) : null;
  return [match?.[1] ?? '', match?.[2] ?? ''];
}
