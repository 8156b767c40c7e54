import { ConfigError } from '../config-error.ts';

const posix: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7F',
  blank: '\\t ',
  cntrl: '\\x00-\\x1F\\x7F',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

interface Flags {
  i: boolean;
  s: boolean;
  m: boolean;
}

/**
 * A regular expression of RE2 (what Envoy uses) as one of JavaScript. Constructs RE2 refuses (look-around, back references) are refused here too, with
 * a ConfigError. Flags may change inside a group in RE2; JavaScript has them for the whole expression only, so a group's own flags are
 * written out in its characters.
 */
export function compileRe2(pattern: string, extraFlags = ''): RegExp {
  const flags: Flags = { i: false, s: false, m: false };
  const state = { at: 0, pattern };
  const source = translate(state, flags, 0);
  try {
    return new RegExp(source, extraFlags);
  } catch (error) {
    throw new ConfigError(`Invalid regex '${pattern}': ${error instanceof Error ? error.message : ''}`);
  }
}

/** RE2 must match the whole text (`safe_regex` of matchers). */
export function compileFullMatch(pattern: string): (text: string) => boolean {
  const regex = compileRe2(`^(?:${pattern})$`);
  return (text) => regex.test(text);
}

/** `RegexMatchAndSubstitute`: every match is replaced, `\1` stands for a group. */
export function compileSubstitution(pattern: string, substitution: string): (text: string) => string {
  const regex = compileRe2(pattern, 'g');
  return (text) =>
    text.replace(regex, (...found) => {
      const groups = found as unknown as (string | undefined)[];
      return substitution.replaceAll(/\\(\d|\\)/g, (_, what: string) => (what === '\\' ? '\\' : (groups[Number(what)] ?? '')));
    });
}

interface Cursor {
  at: number;
  readonly pattern: string;
}

function translate(cursor: Cursor, outer: Flags, depth: number): string {
  let flags = { ...outer };
  let out = '';
  const { pattern } = cursor;
  while (cursor.at < pattern.length) {
    const c = pattern.charAt(cursor.at++);
    switch (c) {
      case ')':
        if (depth > 0) return `${out})`;
        out += ')';
        break;
      case '(': {
        const opened = openGroup(cursor, flags);
        if (opened.flagsOnly) {
          flags = opened.flags;
          break;
        }
        out += opened.text + translate(cursor, opened.flags, depth + 1);
        break;
      }
      case '[':
        out += characterClass(cursor, flags);
        break;
      case '\\':
        out += escape(cursor, flags, false);
        break;
      case '.':
        out += flags.s ? '[\\s\\S]' : '[^\\n]';
        break;
      case '^':
        out += flags.m ? '(?<=^|\\n)' : '^';
        break;
      case '$':
        out += flags.m ? '(?=\\n|$)' : '$';
        break;
      default:
        out += flags.i ? anyCase(c) : c;
    }
  }
  return out;
}

function openGroup(cursor: Cursor, flags: Flags): { text: string; flags: Flags; flagsOnly: boolean } {
  const rest = cursor.pattern.slice(cursor.at);
  if (!rest.startsWith('?')) return { text: '(', flags, flagsOnly: false };
  const named = /^\?P?<(\w+)>/.exec(rest);
  if (named !== null) {
    cursor.at += named[0].length;
    return { text: `(?<${named[1] ?? ''}>`, flags, flagsOnly: false };
  }
  const flagged = /^\?([imsU]*)(?:-([imsU]+))?([:)])/.exec(rest);
  if (flagged === null) throw new ConfigError(`invalid perl operator: (${rest.slice(0, 3)}`);
  cursor.at += flagged[0].length;
  const next = { ...flags };
  for (const on of flagged[1] ?? '') if (on !== 'U') next[on as keyof Flags] = true;
  for (const off of flagged[2] ?? '') if (off !== 'U') next[off as keyof Flags] = false;
  return { text: '(?:', flags: next, flagsOnly: flagged[3] === ')' };
}

function characterClass(cursor: Cursor, flags: Flags): string {
  const { pattern } = cursor;
  let out = '[';
  if (pattern[cursor.at] === '^') {
    out += '^';
    cursor.at++;
  }
  let first = true;
  while (cursor.at < pattern.length) {
    const c = pattern.charAt(cursor.at++);
    if (c === ']' && !first) return `${out}]`;
    first = false;
    const named = c === '[' ? /^:(\^?)(\w+):\]/.exec(pattern.slice(cursor.at)) : null;
    if (named !== null && named[1] === '') {
      out += posix[named[2] ?? ''] ?? '';
      cursor.at += named[0].length;
    } else if (c === '\\') {
      out += escape(cursor, flags, true);
    } else if (c === '[' || c === ']') {
      out += `\\${c}`;
    } else if (flags.i && /[A-Za-z]/.test(c)) {
      const range = /^-([A-Za-z])/.exec(pattern.slice(cursor.at));
      if (range === null) out += c.toLowerCase() + c.toUpperCase();
      else {
        cursor.at += 2;
        const end = range[1] ?? c;
        out += `${c.toLowerCase()}-${end.toLowerCase()}${c.toUpperCase()}-${end.toUpperCase()}`;
      }
    } else {
      out += c;
    }
  }
  throw new ConfigError(`missing ]: ${pattern}`);
}

function escape(cursor: Cursor, flags: Flags, inClass: boolean): string {
  const c = cursor.pattern.charAt(cursor.at++);
  if (/[1-9]/.test(c) && !inClass) throw new ConfigError(`invalid escape sequence: \\${c}`);
  switch (c) {
    case '':
      throw new ConfigError('trailing \\');
    case 'A':
      return '^';
    case 'z':
      return '$';
    case 'a':
      return '\\x07';
    case 'Q': {
      const end = cursor.pattern.indexOf('\\E', cursor.at);
      const text = cursor.pattern.slice(cursor.at, end < 0 ? undefined : end);
      cursor.at = end < 0 ? cursor.pattern.length : end + 2;
      return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
    }
    case 'x': {
      const wide = /^\{([0-9A-Fa-f]+)\}/.exec(cursor.pattern.slice(cursor.at));
      if (wide === null) return '\\x';
      cursor.at += wide[0].length;
      return `\\u${(wide[1] ?? '').padStart(4, '0')}`;
    }
    default:
      return /[A-Za-z0-9]/.test(c) ? `\\${c}` : `\\${flags.i ? c : c}`;
  }
}

function anyCase(c: string): string {
  return /[A-Za-z]/.test(c) ? `[${c.toLowerCase()}${c.toUpperCase()}]` : c;
}
