import type { Cursor } from './cursor.ts';
import { re2Error } from './cursor.ts';

const controls: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };
const LAST = 0x10_ff_ff;

/** An escape that stands for one code point; the cursor is at the backslash (re2 `parse.cc` `ParseEscape`). */
export function readEscape(cursor: Cursor): number {
  const start = cursor.at;
  cursor.at++;
  const code = cursor.next();
  if (code === undefined) throw re2Error('trailing \\');
  const bad = (): Error => re2Error('invalid escape sequence', cursor.from(start));
  const letter = String.fromCodePoint(code);
  if (/[0-7]/.test(letter)) {
    // A digit alone would be a back reference.
    if (letter !== '0' && !/[0-7]/.test(cursor.peek())) throw bad();
    let value = Number(letter);
    for (let i = 0; i < 2 && /[0-7]/.test(cursor.peek()); i++) value = value * 8 + Number(String.fromCodePoint(cursor.next() ?? 0));
    return value;
  }
  if (letter === 'x') return readHex(cursor, bad);
  const control = Object.hasOwn(controls, letter) ? controls[letter] : undefined;
  if (control !== undefined) return control;
  if (code < 0x80 && !/\w/.test(letter)) return code;
  throw bad();
}

function readHex(cursor: Cursor, bad: () => Error): number {
  const first = character(cursor, bad);
  if (first !== '{') {
    const second = character(cursor, bad);
    if (!isHex(first) || !isHex(second)) throw bad();
    return Number.parseInt(first + second, 16);
  }
  let value = 0;
  let count = 0;
  for (let next = character(cursor, bad); ; next = character(cursor, bad)) {
    if (!isHex(next)) {
      if (next === '}' && count > 0) return value;
      throw bad();
    }
    count++;
    value = value * 16 + Number.parseInt(next, 16);
    if (value > LAST) throw bad();
  }
}

function character(cursor: Cursor, bad: () => Error): string {
  const code = cursor.next();
  if (code === undefined) throw bad();
  return String.fromCodePoint(code);
}

function isHex(text: string): boolean {
  return /^[0-9A-Fa-f]$/.test(text);
}
