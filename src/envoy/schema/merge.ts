import { isArray, isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { MergeOptions } from '../types.ts';
import { mergeWellKnown } from './merge-well-known.ts';
import type { FieldPlan, MessagePlan, Plans } from './plan.ts';

/**
 * istio/istio `pkg/proto/merge/merge.go` (1.31) on canonical JSON. What Go calls populated is what stands in canonical JSON: zero
 * values of the patch are already absent, and members of a oneof and `optional` scalars are there even when zero.
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

/** One message of this type that both sides set. */
export function mergeValue(plans: Plans, typeName: string, base: JsonValue, patch: JsonValue, options: MergeOptions): JsonValue {
  const wellKnown = mergeWellKnown(typeName);
  if (wellKnown !== undefined) return wellKnown(base, patch, options.replaceLists === true);
  return isObject(base) && isObject(patch) ? mergeMessage(plans, plans.message(typeName), base, patch, options) : patch;
}

function sortKeys(map: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
}
