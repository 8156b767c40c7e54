import { isArray, isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { MergeOptions } from '../types.ts';
import type { FieldPlan, MessagePlan, Plans } from './plan.ts';
import { isZero } from './scalars.ts';
import { wrapperOf } from './well-known.ts';

/**
 * istio/istio `pkg/proto/merge/merge.go` (1.31) on canonical JSON. What Go calls "populated" is what stands in canonical JSON, so
 * zero values of the patch are already absent, and members of a oneof and `optional` scalars are there even when zero.
 */
export function mergeMessage(plans: Plans, plan: MessagePlan, base: JsonObject, patch: JsonObject, options: MergeOptions): JsonObject {
  const merged = new Map<FieldPlan, JsonValue>();
  const rest: [string, JsonValue | undefined][] = [];
  for (const [key, value] of Object.entries(base)) {
    const field = plan.byName.get(key);
    if (field !== undefined && value !== undefined) merged.set(field, value);
    else rest.push([key, value]);
  }
  for (const [key, value] of Object.entries(patch)) {
    const field = plan.byName.get(key);
    if (field === undefined || value === undefined) continue;
    for (const member of field.oneof === undefined ? [] : (plan.oneofs.get(field.oneof) ?? [])) {
      if (member !== field) merged.delete(member);
    }
    merged.set(field, mergeField(plans, field, merged.get(field), value, options));
  }
  const fields = [...merged].sort(([a], [b]) => a.index - b.index).map(([field, value]) => [field.jsonName, value] as const);
  return Object.fromEntries([...rest, ...fields]);
}

function mergeField(plans: Plans, field: FieldPlan, base: JsonValue | undefined, patch: JsonValue, options: MergeOptions): JsonValue {
  if (base === undefined) return patch;
  if (field.list) return options.replaceLists === true || !isArray(base) || !isArray(patch) ? patch : [...base, ...patch];
  if (field.mapKey !== undefined) return isObject(base) && isObject(patch) ? sortKeys({ ...base, ...patch }) : patch;
  return field.type.kind === 'message' ? mergeValue(plans, field.type.typeName, base, patch, options) : patch;
}

/** One message-typed field that both sides set. */
export function mergeValue(plans: Plans, typeName: string, base: JsonValue, patch: JsonValue, options: MergeOptions): JsonValue {
  const wrapper = wrapperOf(typeName);
  if (wrapper !== undefined) return isZero(wrapper, patch) ? base : patch;
  switch (typeName) {
    case 'google.protobuf.Duration': // ReplaceMergeFn
      return patch;
    case 'google.protobuf.Any': // two scalar fields, type and bytes; a message without any field has no bytes to set
      return isObject(patch) && Object.keys(patch).length === 1 && isObject(base) && base['@type'] === patch['@type'] ? base : patch;
    case 'google.protobuf.Timestamp':
      return mergeTimestamp(base, patch);
    case 'google.protobuf.FieldMask':
      return typeof base === 'string' && base !== '' && patch !== '' && options.replaceLists !== true ? `${base},${String(patch)}` : patch;
    case 'google.protobuf.Struct': // a map of values
      return isObject(base) && isObject(patch) ? { ...base, ...patch } : patch;
    case 'google.protobuf.ListValue':
      return mergeLists(base, patch, options);
    case 'google.protobuf.Value': // a oneof: objects and lists are messages, the rest is replaced
      if (isArray(base) && isArray(patch)) return mergeLists(base, patch, options);
      return isObject(base) && isObject(patch) ? { ...base, ...patch } : patch;
    default:
      return isObject(base) && isObject(patch) ? mergeMessage(plans, plans.message(typeName), base, patch, options) : patch;
  }
}

function mergeLists(base: JsonValue, patch: JsonValue, options: MergeOptions): JsonValue {
  if (!isArray(base) || !isArray(patch) || patch.length === 0) return isArray(patch) && patch.length === 0 ? base : patch;
  return options.replaceLists === true ? patch : [...base, ...patch];
}

/** Field by field: a whole second of the patch keeps the fraction of the base (golang/protobuf issue 1359). */
function mergeTimestamp(base: JsonValue, patch: JsonValue): JsonValue {
  const [baseSeconds, baseFraction] = splitTimestamp(base);
  const [seconds, fraction] = splitTimestamp(patch);
  const zero = seconds === '1970-01-01T00:00:00';
  return `${zero ? baseSeconds : seconds}${fraction === '' ? baseFraction : fraction}Z`;
}

function splitTimestamp(value: JsonValue): readonly [string, string] {
  const match = /^([^.Z]*)(\.\d+)?Z$/.exec(String(value));
  return [match?.[1] ?? '', match?.[2] ?? ''];
}

function sortKeys(map: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
}
