import { asString, isArray, isObject } from '#base/json.ts';
import type { JsonValue } from '#base/json.ts';
import type { Design } from '../design.ts';

const keys = new Set(['cluster', 'clusterName', 'cluster_name']);

/** The clusters that filters of the chain in view call by themselves, in chain order; `by` is the filter. */
export function calledClusters({ lane }: Pick<Design, 'lane'>): readonly { readonly cluster: string; readonly by: string }[] {
  const found = new Map<string, string>();
  const look = (value: JsonValue | undefined, by: string): void => {
    if (isArray(value)) return value.forEach((item) => look(item, by));
    if (!isObject(value)) return undefined;
    for (const [key, item] of Object.entries(value)) {
      const name = keys.has(key) ? asString(item) : undefined;
      if (name === undefined) look(item, by);
      // `_` is what istiod writes where the agent fetches a module itself
      else if (name !== '' && name !== '_' && !found.has(name)) found.set(name, by);
    }
    return undefined;
  };
  for (const row of lane?.rows ?? []) look(row.filter.typedConfig, row.title);
  for (const row of lane?.networkFilters ?? []) {
    const isRouting = 'httpFilters' in row.filter || row.index === (lane?.networkFilters.length ?? 0) - 1;
    if (!isRouting) look(row.filter.typedConfig, row.title);
  }
  return [...found].map(([cluster, by]) => ({ cluster, by }));
}
