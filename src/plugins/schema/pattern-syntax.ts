/** A regular expression as a tree; only what `automaton.ts` can follow. */
export type PatternNode =
  | { readonly kind: 'char'; readonly matches: (char: string) => boolean }
  | { readonly kind: 'assert'; readonly holds: (text: readonly string[], at: number) => boolean }
  | { readonly kind: 'sequence'; readonly items: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly items: readonly PatternNode[] }
  | { readonly kind: 'repeat'; readonly item: PatternNode; readonly min: number; readonly max: number };

const wordChar = /^[A-Za-z0-9_]$/;
const isWordAt = (text: readonly string[], at: number): boolean => wordChar.test(text[at] ?? '');
const isBoundary = (text: readonly string[], at: number): boolean => isWordAt(text, at - 1) !== isWordAt(text, at);

/**
 * Reads a source that `new RegExp(source, flags)` accepts, so its syntax is known to be right. Undefined for what is not
 * regular (back references, look-around) or not read here (flags inside groups).
 */
export function parsePattern(source: string, flags: '' | 'u'): PatternNode | undefined {
  let at = 0;
  let isIrregular = false;

  const choice = (): PatternNode => {
    const items = [sequence()];
    while (source[at] === '|') {
      at++;
      items.push(sequence());
    }
    return items.length === 1 && items[0] !== undefined ? items[0] : { kind: 'choice', items };
  };

  const sequence = (): PatternNode => {
    const items: PatternNode[] = [];
    while (at < source.length && source[at] !== '|' && source[at] !== ')') items.push(quantified(atom()));
    return { kind: 'sequence', items };
  };

  const quantified = (item: PatternNode): PatternNode => {
    const match = /^(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??/.exec(source.slice(at, at + 40));
    if (match === null) return item;
    at += match[0].length;
    const [, sign, low, comma, high] = match;
    if (sign !== undefined) return { kind: 'repeat', item, min: sign === '+' ? 1 : 0, max: sign === '?' ? 1 : Number.POSITIVE_INFINITY };
    const min = Number(low);
    return { kind: 'repeat', item, min, max: comma === undefined ? min : high === '' ? Number.POSITIVE_INFINITY : Number(high) };
  };

  const group = (): PatternNode => {
    const opening = /^\((?:\?:|\?<(?![=!])[^>]*>)?/.exec(source.slice(at))?.[0] ?? '(';
    at += opening.length;
    if (source[at] === '?') isIrregular = true;
    const inner = choice();
    at++; // the closing bracket
    return inner;
  };

  const token = (length: number): PatternNode => {
    const text = source.slice(at, at + length);
    at += length;
    // The meaning of classes and escapes is left to the engine: one character cannot make it backtrack.
    const expression = isIrregular ? undefined : new RegExp(`^(?:${text})$`, flags);
    return { kind: 'char', matches: (char) => expression?.test(char) === true };
  };

  const atom = (): PatternNode => {
    const c = source[at] ?? '';
    if (c === '(') return group();
    if (c === '^' || c === '$') {
      at++;
      return { kind: 'assert', holds: c === '^' ? (_, i) => i === 0 : (text, i) => i === text.length };
    }
    if (c === '[') return token(classLength(source, at));
    if (c === '.') return token(1);
    if (c === '\\') {
      const next = source[at + 1] ?? '';
      if (next === 'b' || next === 'B') {
        at += 2;
        return { kind: 'assert', holds: next === 'b' ? isBoundary : (text, i) => !isBoundary(text, i) };
      }
      if (/[1-9k]/.test(next)) isIrregular = true;
      return token(escapeLength(source, at, flags));
    }
    const char = flags === 'u' ? String.fromCodePoint(source.codePointAt(at) ?? 0) : c;
    at += char.length;
    return { kind: 'char', matches: (other) => other === char };
  };

  const root = choice();
  return isIrregular ? undefined : root;
}

function classLength(source: string, start: number): number {
  for (let i = start + 1; i < source.length; i++) {
    if (source[i] === '\\') i++;
    else if (source[i] === ']') return i + 1 - start;
  }
  return source.length - start;
}

function escapeLength(source: string, start: number, flags: '' | 'u'): number {
  const rest = source.slice(start, start + 40);
  const unicode = flags === 'u' ? /^\\(?:u\{[^}]*\}|u[dD][89abAB]..\\u[dD][c-fC-F]..|[pP]\{[^}]*\})/.exec(rest) : null;
  const match = unicode ?? /^\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[A-Za-z]|[^])/.exec(rest);
  return match?.[0].length ?? 2;
}
