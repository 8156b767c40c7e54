import { messageName } from '../listener.ts';
import type { Plans } from './plan.ts';
import type { Rules } from './rules.ts';

/** The candidate that looks like a slip of the pen away from `word`, if there is one. */
export function closest(word: string, candidates: Iterable<string>, limit = Math.max(1, Math.floor(word.length / 3))): string | undefined {
  const key = plain(word);
  let best: string | undefined;
  let least = limit + 1;
  for (const candidate of candidates) {
    const distance = plain(candidate) === key ? 0 : editDistance(key, plain(candidate), least);
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

/** A v3 message that the unknown one was probably meant to be: its successor, its namesake, or the nearest spelling. */
export function closestType(
  plans: Plans,
  rules: Rules,
  typeUrl: string,
): { readonly name: string; readonly successor: boolean } | undefined {
  const name = messageName(typeUrl);
  const successor = plans.index
    .messagesMentioning(name)
    .find((candidate) => rules.previousName(plans.find(candidate)?.proto.options) === name);
  if (successor !== undefined) return { name: successor, successor: true };
  const names = plans.index.messageNames();
  const short = name.slice(name.lastIndexOf('.') + 1);
  const namesakes = names.filter((candidate) => candidate.endsWith(`.${short}`));
  const nearest = closest(name, namesakes, name.length) ?? closest(name, names, 4);
  return nearest === undefined ? undefined : { name: nearest, successor: false };
}

function plain(word: string): string {
  return word.replaceAll(/[_-]/g, '').toLowerCase();
}

/** Insertions, deletions, replacements and swaps of neighbours; stops counting at `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      next.push(cost);
    }
    if (Math.min(...next) >= limit) return limit;
    before = row;
    row = next;
  }
  return row[b.length] ?? limit;
}
