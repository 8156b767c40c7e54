import type { Ranges } from './char-class.ts';
import { complement, foldRanges, perlClasses, posixClasses, printClass, unicodeProperty } from './char-class.ts';
import type { Cursor } from './cursor.ts';
import { re2Error } from './cursor.ts';
import { readEscape } from './escape.ts';

/** `[…]` as JavaScript writes it; the cursor is at the bracket (re2 `parse.cc` `ParseCharClass`). */
export function readBracket(cursor: Cursor, ignoreCase: boolean): string {
  const start = cursor.at;
  const missing = (): Error => re2Error('missing ]', cursor.whole.slice(start));
  cursor.at++;
  const negated = cursor.peek() === '^';
  if (negated) cursor.at++;
  const ranges: (readonly [number, number])[] = [];
  const properties: string[] = [];
  for (let first = true; first || cursor.peek() !== ']'; first = false) {
    if (cursor.done) throw missing();
    const group = readPosix(cursor) ?? readPerl(cursor);
    if (group !== undefined) {
      ranges.push(...(ignoreCase ? foldRanges(group) : group));
      continue;
    }
    const property = readProperty(cursor);
    if (property !== undefined) {
      properties.push(property);
      continue;
    }
    const from = cursor.at;
    const low = classCharacter(cursor, missing);
    let high = low;
    if (cursor.peek() === '-' && cursor.peek(1) !== '' && cursor.peek(1) !== ']') {
      cursor.at++;
      high = classCharacter(cursor, missing);
      if (high < low) throw re2Error('invalid character class range', cursor.from(from));
    }
    ranges.push(...(ignoreCase ? foldRanges([[low, high]]) : [[low, high] as const]));
  }
  cursor.at++;
  return printClass({ ranges, properties }, negated);
}

function classCharacter(cursor: Cursor, missing: () => Error): number {
  if (cursor.peek() === '\\') return readEscape(cursor);
  const code = cursor.next();
  if (code === undefined) throw missing();
  return code;
}

function readPosix(cursor: Cursor): Ranges | undefined {
  if (!cursor.startsWith('[:')) return undefined;
  const end = cursor.whole.indexOf(':]', cursor.at + 2);
  if (end < 0) return undefined;
  const name = cursor.whole.slice(cursor.at + 2, end);
  const negated = name.startsWith('^');
  const known = negated ? name.slice(1) : name;
  const ranges = Object.hasOwn(posixClasses, known) ? posixClasses[known] : undefined;
  if (ranges === undefined) throw re2Error('invalid character class range', `[:${name}:]`);
  cursor.at = end + 2;
  return negated ? complement(ranges) : ranges;
}

/** `\d`, `\D` … at the cursor; undefined when something else stands there. */
export function readPerl(cursor: Cursor): Ranges | undefined {
  const letter = cursor.peek() === '\\' ? cursor.peek(1) : '';
  const ranges = Object.hasOwn(perlClasses, letter.toLowerCase()) ? perlClasses[letter.toLowerCase()] : undefined;
  if (ranges === undefined) return undefined;
  cursor.at += 2;
  return letter === letter.toLowerCase() ? ranges : complement(ranges);
}

/** `\pL`, `\P{Greek}`, `\p{^L}` at the cursor as JavaScript writes it; undefined when something else stands there (re2 `ParseUnicodeGroup`). */
export function readProperty(cursor: Cursor): string | undefined {
  const start = cursor.at;
  if (!cursor.startsWith('\\p') && !cursor.startsWith('\\P')) return undefined;
  let negated = cursor.peek(1) === 'P';
  cursor.at += 2;
  if (cursor.done) {
    cursor.at = start;
    return undefined;
  }
  let name = String.fromCodePoint(cursor.next() ?? 0);
  if (name === '{') {
    const end = cursor.whole.indexOf('}', cursor.at);
    if (end < 0) throw re2Error('invalid character class range', cursor.whole.slice(start));
    name = cursor.whole.slice(cursor.at, end);
    cursor.at = end + 1;
  }
  if (name.startsWith('^')) {
    negated = !negated;
    name = name.slice(1);
  }
  const property = name === 'Any' ? 'Any' : unicodeProperty(name);
  if (property === undefined) throw re2Error('invalid character class range', cursor.from(start));
  return `\\${negated ? 'P' : 'p'}{${property}}`;
}
