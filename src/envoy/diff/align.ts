/** Two lists side by side: pairs in the order of the second list, those that only the first has where they stood. */
export interface Aligned<T> {
  readonly pairs: readonly (readonly [before: T | undefined, after: T | undefined])[];
  /** Members of `after` that stand elsewhere among those both lists have. */
  readonly moved: ReadonlySet<T>;
}

/** Pairs members with the same key; of several with one key the first goes with the first. */
export function aligned<T>(before: readonly T[], after: readonly T[], keyOf: (item: T) => string): Aligned<T> {
  const waiting = new Map<string, number[]>();
  for (const [i, item] of before.entries()) {
    const key = keyOf(item);
    const list = waiting.get(key);
    if (list === undefined) waiting.set(key, [i]);
    else list.push(i);
  }
  const partners = after.map((item) => waiting.get(keyOf(item))?.shift());
  const taken = new Set(partners);
  const stayed = longestRise(partners.flatMap((partner) => (partner === undefined ? [] : [partner])));
  const pairs: (readonly [T | undefined, T | undefined])[] = [];
  let next = 0;
  const leftBefore = (end: number): void => {
    for (; next < end; next++) if (!taken.has(next)) pairs.push([before[next], undefined]);
  };
  for (const [i, item] of after.entries()) {
    const partner = partners[i];
    if (partner !== undefined && stayed.has(partner)) leftBefore(partner);
    pairs.push([partner === undefined ? undefined : before[partner], item]);
  }
  leftBefore(before.length);
  const moved = new Set(after.filter((_, i) => partners[i] !== undefined && !stayed.has(partners[i] ?? -1)));
  return { pairs, moved };
}

/** The members of a longest increasing subsequence: what need not move. */
function longestRise(values: readonly number[]): ReadonlySet<number> {
  const ends: number[] = [];
  const previous = new Map<number, number | undefined>();
  for (const value of values) {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    previous.set(value, ends[low - 1]);
    ends[low] = value;
  }
  const out = new Set<number>();
  for (let at = ends.at(-1); at !== undefined; at = previous.get(at)) out.add(at);
  return out;
}
