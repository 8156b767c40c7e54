import type { HeaderList } from '#simulator/trace.ts';

/** One header that differs between two lists. `before` absent: added; `after` absent: removed. */
export interface HeaderChange {
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** What changed from `before` to `after`, name by name in the order of `after`, removed names last. Values of one name are compared as a list. */
export function diffHeaders(before: HeaderList, after: HeaderList): readonly HeaderChange[] {
  if (before === after) return [];
  const old = grouped(before);
  const now = grouped(after);
  const changes: HeaderChange[] = [];
  for (const [name, values] of now) {
    const previous = old.get(name) ?? [];
    const kept = commonValues(previous, values);
    const gone = without(previous, kept);
    const come = without(values, kept);
    for (let i = 0; i < Math.max(gone.length, come.length); i++) changes.push({ name, before: gone[i], after: come[i] });
  }
  for (const [name, values] of old) if (!now.has(name)) for (const value of values) changes.push({ name, before: value, after: undefined });
  return changes;
}

function grouped(list: HeaderList): ReadonlyMap<string, readonly string[]> {
  const out = new Map<string, string[]>();
  for (const [name, value] of list) out.set(name, [...(out.get(name) ?? []), value]);
  return out;
}

function commonValues(a: readonly string[], b: readonly string[]): readonly string[] {
  const rest = [...b];
  return a.filter((value) => {
    const at = rest.indexOf(value);
    if (at !== -1) rest.splice(at, 1);
    return at !== -1;
  });
}

function without(values: readonly string[], taken: readonly string[]): readonly string[] {
  const rest = [...taken];
  return values.filter((value) => {
    const at = rest.indexOf(value);
    if (at !== -1) rest.splice(at, 1);
    return at === -1;
  });
}
