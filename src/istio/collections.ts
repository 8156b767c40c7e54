import { asArray, type JsonValue } from '#base/json.ts';

/** The items by key, in their order. */
export function groupBy<K, T>(items: Iterable<T>, keyOf: (item: T) => K): Map<K, T[]> {
  const out = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const list = out.get(key);
    if (list === undefined) out.set(key, [item]);
    else list.push(item);
  }
  return out;
}

/** Does `labels` have every pair of `selector`? An empty selector selects everything. */
export function isSubset(selector: Readonly<Record<string, string>>, labels: Readonly<Record<string, string>>): boolean {
  for (const key in selector) {
    if (labels[key] !== selector[key]) return false;
  }
  return true;
}

/** The texts of a list. */
export function strings(value: JsonValue | undefined): readonly string[] {
  return asArray(value).filter((item) => typeof item === 'string');
}
