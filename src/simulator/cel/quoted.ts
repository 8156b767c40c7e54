import { utf8ToByteString, type ByteString } from '#base/bytes.ts';

const escapes = String.raw`x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7]{2}|[abfnrtv"'\\?${'`'}]`;
const half = String.raw`(?:x[0-9a-fA-F]?|u[0-9a-fA-F]{0,3}|U[0-9a-fA-F]{0,7}|[0-3][0-7]?)?`;

/** A quoted text with its prefix (langdef "Lexis"): STRING_LIT and BYTES_LIT. */
export const quotedText = new RegExp(
  [
    String.raw`[bB]?[rR]"""[^]*?"""`,
    String.raw`[bB]?[rR]'''[^]*?'''`,
    String.raw`[bB]?[rR]"[^"\r\n]*"`,
    String.raw`[bB]?[rR]'[^'\r\n]*'`,
    String.raw`[bB]?"""(?:\\(?:${escapes})|[^\\])*?"""`,
    String.raw`[bB]?'''(?:\\(?:${escapes})|[^\\])*?'''`,
    String.raw`[bB]?"(?:\\(?:${escapes})|[^\\"\r\n])*"`,
    String.raw`[bB]?'(?:\\(?:${escapes})|[^\\'\r\n])*'`,
  ].join('|'),
  'y',
);

/** A quoted text up to where it goes wrong, and the character at fault. */
export const brokenQuotedText = new RegExp(
  [
    String.raw`[bB]?[rR]["'][^]?[^\r\n]*[^]?`,
    String.raw`[bB]?"(?:\\(?:${escapes})|[^\\"\r\n])*(?:\\${half})?[^]?`,
    String.raw`[bB]?'(?:\\(?:${escapes})|[^\\'\r\n])*(?:\\${half})?[^]?`,
  ].join('|'),
  'yu',
);

const simple: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** The bytes a quoted text stands for, or what is wrong with it (cel-cpp `internal/strings.cc`). */
export function unquote(quoted: string): { readonly value: ByteString; readonly isBytes: boolean } | { readonly problem: string } {
  const prefix = /^[bBrR]*/.exec(quoted)?.[0] ?? '';
  const text = quoted.slice(prefix.length);
  const isBytes = /b/i.test(prefix);
  const kind = `Invalid ${isBytes ? 'bytes' : 'string'} literal: `;
  const quote = text.slice(0, /^("""|''')/.test(text) ? 3 : 1);
  const inner = text.slice(quote.length, text.length - quote.length);
  if (/r/i.test(prefix)) {
    // the text ends here for the grammar, yet the backslash hides the quote from what reads it
    if (/(?:^|[^\\])(?:\\\\)*\\$/.test(inner)) return { problem: `${kind}String must end with ${quote}` };
    return { value: utf8ToByteString(inner), isBytes };
  }
  let problem: string | undefined;
  const value = inner.replace(new RegExp(String.raw`\\(${escapes})|[^\\]+`, 'g'), (whole: string, escape: string | undefined) => {
    if (escape === undefined) return utf8ToByteString(whole);
    const letter = escape.charAt(0);
    if (letter === 'u' || letter === 'U') {
      const point = Number.parseInt(escape.slice(1), 16);
      if (isBytes) problem ??= `Illegal escape sequence: Unicode escape sequence \\${letter} cannot be used in bytes literals`;
      else if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) {
        problem ??= `Illegal escape sequence: Unicode value ${whole} is invalid`;
      } else return utf8ToByteString(String.fromCodePoint(point));
      return '';
    }
    if (letter === 'x' || /[0-3]/.test(letter)) {
      const code = letter === 'x' ? Number.parseInt(escape.slice(1), 16) : Number.parseInt(escape, 8);
      return isBytes ? String.fromCharCode(code) : utf8ToByteString(String.fromCharCode(code));
    }
    return simple[escape] ?? escape;
  });
  return problem === undefined ? { value, isBytes } : { problem: kind + problem };
}
