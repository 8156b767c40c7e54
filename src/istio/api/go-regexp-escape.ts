/** Go's syntax.Error without its prefix; caught in `go-regexp.ts`. */
export class RegexpError extends Error {
  constructor(code: string, expression: string) {
    super(`${code}: \`${expression}\``);
  }
}

/** One character for a JavaScript pattern with the flag `u`; with `fold` in both cases. */
export function literal(char: string, fold: boolean): string {
  const cases = fold ? caseVariants(char) : [char];
  return cases.length > 1 ? `[${cases.map(escapeChar).join('')}]` : escapeChar(char);
}

export function caseVariants(char: string): readonly string[] {
  const others = [char.toLowerCase(), char.toUpperCase()].filter((other) => other !== char && Array.from(other).length === 1);
  return [char, ...new Set(others)];
}

/** By number, so that no character has a meaning of its own. */
export function escapeChar(char: string): string {
  return /^[A-Za-z0-9]$/.test(char) ? char : `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;
}

/** `\d`, `\w`, `\s` and their opposites as the inside of a class; RE2 means ASCII, and `\s` has no vertical tab. */
export function perlClass(escape: string): string | undefined {
  switch (escape) {
    case '\\d':
    case '\\D':
    case '\\w':
    case '\\W':
      return escape;
    case '\\s':
      return String.raw`\t\n\f\r `;
    case '\\S':
      return String.raw`\0-\x08\v\x0e-\x1f!-\u{10ffff}`;
    default:
      return undefined;
  }
}

/** `\pL`, `\p{Greek}`, `\P{^Lu}` at the start of `text`. */
export function namedClass(text: string): { readonly source: string; readonly length: number } | undefined {
  const found = /^\\([pP])(?:\{(\^?)([^}]*)\}|([^{]))/u.exec(text);
  if (found === null) {
    if (/^\\[pP]/.test(text)) throw new RegexpError('invalid character class range', text);
    return undefined;
  }
  const [all, letter, caret, inBraces, single] = found;
  const name = inBraces ?? single ?? '';
  const negative = (letter === 'P') !== (caret === '^');
  if (name === 'Any') return { source: negative ? '[]' : '[^]', length: all.length };
  const property = [name, `Script=${name}`].find(isProperty);
  if (property === undefined) throw new RegexpError('invalid character class range', all);
  return { source: `\\${negative ? 'P' : 'p'}{${property}}`, length: all.length };
}

function isProperty(name: string): boolean {
  if (!/^(?:Script=)?[A-Za-z_]+$/.test(name)) return false;
  try {
    return new RegExp(`\\p{${name}}`, 'u') instanceof RegExp;
  } catch {
    return false; // the caller asked whether the engine knows the property; "no" is an answer
  }
}

const single: Readonly<Record<string, string>> = { a: '\u0007', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** The character an escape stands for (regexp/syntax parse.go parser.parseEscape). */
export function readEscape(text: string): { readonly char: string; readonly length: number } {
  if (text.length < 2) throw new RegexpError('trailing backslash at end of expression', '');
  const char = String.fromCodePoint(text.codePointAt(1) ?? 0);
  const known = single[char];
  if (known !== undefined) return { char: known, length: 2 };
  const octal = /^\\(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(text)?.[0];
  if (octal !== undefined) return { char: String.fromCodePoint(Number.parseInt(octal.slice(1), 8)), length: octal.length };
  const hex = /^\\x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]+)\})/.exec(text);
  const code = Number.parseInt(hex?.[1] ?? hex?.[2] ?? 'x', 16);
  if (hex !== null && code <= 0x10ffff) return { char: String.fromCodePoint(code), length: hex[0].length };
  if (char < '\x80' && !/[A-Za-z0-9]/.test(char)) return { char, length: 1 + char.length };
  throw new RegexpError('invalid escape sequence', char === 'x' ? (/^\\x[0-9A-Fa-f]{0,2}/.exec(text)?.[0] ?? '\\x') : `\\${char}`);
}
