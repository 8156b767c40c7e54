import type { JsonObject } from '#base/json.ts';
import { isArray, isObject } from '#base/json.ts';
import type { HttpFilter } from '../http/filter.ts';
import { HeadersStatus } from '../http/filter.ts';
import type { StreamInfo } from '../http/stream-info.ts';
import type { HttpFilterType } from './filter-type.ts';

interface Entry {
  readonly namespace: string;
  readonly value: JsonObject;
  readonly overwrite: boolean;
}

/** envoy.filters.http.set_metadata: fixed dynamic metadata (envoy `source/extensions/filters/http/set_metadata`). */
export const filterType: HttpFilterType = {
  compile(config) {
    const entries: Entry[] = [];
    const old = config.raw('value');
    const oldName = config.string('metadata_namespace');
    // The deprecated pair of fields always merges.
    if (oldName !== '' && isObject(old)) entries.push({ namespace: oldName, value: old, overwrite: false });
    for (const item of config.messages('metadata')) {
      const value = item.raw('value');
      if (isObject(value)) entries.push({ namespace: item.string('metadata_namespace'), value, overwrite: item.bool('allow_overwrite') });
    }
    return {
      create(callbacks): HttpFilter {
        return {
          decodeHeaders() {
            for (const entry of entries) apply(callbacks.stream.info, entry, old === entry.value);
            return HeadersStatus.Continue;
          },
        };
      },
    };
  },
};

/** New names are always taken; names that exist stay unless the entry may overwrite or it is the old form, which merges. */
function apply(info: StreamInfo, { namespace, value, overwrite }: Entry, merges: boolean): void {
  const current = info.dynamicMetadata.get(namespace);
  if (current === undefined) info.dynamicMetadata.set(namespace, value);
  else if (merges || overwrite) info.dynamicMetadata.set(namespace, mergeStruct(current, value));
}

/** envoy `StructUtil::update`: lists are joined, structs are merged, everything else is replaced. */
export function mergeStruct(old: JsonObject, value: JsonObject): JsonObject {
  const out: Record<string, JsonObject[string]> = { ...old };
  for (const [key, item] of Object.entries(value)) {
    const before = out[key];
    if (isObject(before) && isObject(item)) out[key] = mergeStruct(before, item);
    else if (isArray(before) && isArray(item)) out[key] = [...before, ...item];
    else out[key] = item;
  }
  return out;
}
