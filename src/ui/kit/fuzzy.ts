/**
 * How well `query` fits `text`: its letters must occur in order; runs, word beginnings and early hits count more. `undefined`
 * when it does not fit, 0 for an empty query. Case and spaces in the query do not count.
 */
export function fuzzyScore(query: string, text: string): number | undefined {
  const wanted = query.toLowerCase().replace(/\s+/g, '');
  if (wanted === '') return 0;
  const low = text.toLowerCase();
  const whole = low.indexOf(query.trim().toLowerCase());
  if (whole >= 0) return 1000 - whole + (isWordStart(text, whole) ? 200 : 0) - text.length * 0.1;
  let score = 0;
  let at = -1;
  for (const letter of wanted) {
    const next = low.indexOf(letter, at + 1);
    if (next < 0) return undefined;
    score += next === at + 1 ? 8 : isWordStart(text, next) ? 6 : 1;
    score -= (next - at) * 0.05;
    at = next;
  }
  return score - text.length * 0.02;
}

function isWordStart(text: string, at: number): boolean {
  return at === 0 || /[^a-z0-9]/i.test(text[at - 1] ?? '') || (/[a-z]/.test(text[at - 1] ?? '') && /[A-Z]/.test(text[at] ?? ''));
}

/** The items that fit, best first; with an empty query all of them in their order. */
export function fuzzyFilter<T>(query: string, items: readonly T[], textOf: (item: T) => string): readonly T[] {
  if (query.trim() === '') return items;
  return items
    .flatMap((item, order) => {
      const score = fuzzyScore(query, textOf(item));
      return score === undefined ? [] : [{ item, order, score }];
    })
    .sort((a, b) => b.score - a.score || a.order - b.order)
    .map(({ item }) => item);
}
