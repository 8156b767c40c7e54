import type { Result } from '#base/result.ts';
import { ok } from '#base/result.ts';
import { requestTextFailure } from './failures.ts';

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', e: '\x1b', f: '\f', v: '\v', '0': '\0' };

/**
 * The words of a shell command: single and double quotes, `$'…'`, backslashes and continued lines (also `^` of cmd.exe). Variables and
 * substitutions stay as they are written.
 */
export function shellWords(text: string): Result<readonly string[]> {
  const words: string[] = [];
  let word: string | undefined;
  let at = 0;
  const add = (piece: string): void => {
    word = (word ?? '') + piece;
  };
  while (at < text.length) {
    const c = text.charAt(at);
    if (c === '\\' || c === '^') {
      const continued = /^[\\^][ \t]*\r?\n/.exec(text.slice(at));
      if (continued !== null) {
        at += continued[0].length;
        continue;
      }
    }
    if (/\s/.test(c)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      at++;
    } else if (c === "'") {
      const end = text.indexOf("'", at + 1);
      if (end < 0) return requestTextFailure('curl-quote', `The single quote at character ${at + 1} is never closed.`);
      add(text.slice(at + 1, end));
      at = end + 1;
    } else if (c === '$' && text[at + 1] === "'") {
      const found = ansiQuoted(text, at + 2);
      if (found === undefined) return requestTextFailure('curl-quote', `The quote $' at character ${at + 1} is never closed.`);
      add(found.text);
      at = found.end;
    } else if (c === '"') {
      const found = doubleQuoted(text, at + 1);
      if (found === undefined) return requestTextFailure('curl-quote', `The double quote at character ${at + 1} is never closed.`);
      add(found.text);
      at = found.end;
    } else if (c === '\\') {
      add(text.charAt(at + 1));
      at += 2;
    } else {
      add(c);
      at++;
    }
  }
  if (word !== undefined) words.push(word);
  return ok(words);
}

function doubleQuoted(text: string, start: number): { readonly text: string; readonly end: number } | undefined {
  let out = '';
  for (let at = start; at < text.length; at++) {
    const c = text.charAt(at);
    if (c === '"') return { text: out, end: at + 1 };
    if (c !== '\\') {
      out += c;
      continue;
    }
    const next = text.charAt(++at);
    if (next === '\n') continue;
    out += '"\\$`'.includes(next) ? next : `\\${next}`;
  }
  return undefined;
}

/** Bash's `$'…'`: escapes as in C. */
function ansiQuoted(text: string, start: number): { readonly text: string; readonly end: number } | undefined {
  let out = '';
  for (let at = start; at < text.length; at++) {
    const c = text.charAt(at);
    if (c === "'") return { text: out, end: at + 1 };
    if (c !== '\\') {
      out += c;
      continue;
    }
    const coded = /^(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8}))/.exec(text.slice(at + 1));
    if (coded === null) {
      const next = text.charAt(++at);
      out += escapes[next] ?? next;
    } else {
      out += String.fromCodePoint(Math.min(0x10ffff, Number.parseInt(coded[1] ?? coded[2] ?? coded[3] ?? '0', 16)));
      at += coded[0].length;
    }
  }
  return undefined;
}
