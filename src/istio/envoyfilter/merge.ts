import { isArray, isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { messageName, type TypedConfig } from '#envoy/listener.ts';
import type { EnvoyTypes } from '#envoy/types.ts';
import type { Minor } from '../minors.ts';
import { PatchPanic } from './panic.ts';

/** What the merging code needs to know besides the two values. */
export interface MergeContext {
  readonly types: EnvoyTypes | undefined;
  readonly minor: Minor;
}

/** Merges two messages of one type: MERGE, or MERGE_AND_REPLACE_LIST with `replaceLists`. */
export function mergeMessages(context: MergeContext, name: string, base: JsonObject, patch: JsonObject, replaceLists: boolean): JsonObject {
  if (context.types?.has(name) === true) return context.types.merge(name, base, patch, { replaceLists });
  return mergeJson(base, patch, replaceLists);
}

/**
 * Merges a patch's typed config into a filter's (istio/istio pilot/pkg/networking/util/util.go MergeAnyWithAny). A type istiod does
 * not know leaves the filter's as it is. Two different types end all further work on the listeners; before 1.26 istiod called the
 * patch's bytes by the filter's type instead, which as a rule leaves the filter unchanged.
 */
export function mergeTypedConfig(context: MergeContext, base: TypedConfig, patch: TypedConfig): TypedConfig {
  const [from, to] = [messageName(patch['@type']), messageName(base['@type'])];
  if (context.types !== undefined && !(context.types.has(from) && context.types.has(to))) return base;
  if (from !== to) {
    if (!context.minor.mergeTypeMismatchPanics) return base;
    throw new PatchPanic('merge-type', `descriptor mismatch: ${to} != ${from}`);
  }
  const { '@type': type, ...fields } = base;
  const { '@type': _, ...patchFields } = patch;
  return { '@type': type, ...mergeMessages(context, to, fields, patchFields, false) };
}

/** The rules of merging without descriptors: objects are merged, lists appended or replaced, all else replaced unless it is zero. */
function mergeJson(base: JsonObject, patch: JsonObject, replaceLists: boolean): JsonObject {
  const out: Record<string, JsonValue | undefined> = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    const old = out[key];
    if (value === undefined || value === null || value === false || value === 0 || value === '') continue;
    if (isArray(value) && isArray(old) && !replaceLists) out[key] = [...old, ...value];
    else out[key] = isObject(value) && isObject(old) && value['@type'] === undefined ? mergeJson(old, value, replaceLists) : value;
  }
  return out;
}
