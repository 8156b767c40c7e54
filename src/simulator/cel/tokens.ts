import { utf8ToByteString, type ByteString } from '#base/bytes.ts';
import type { CelLiteral, CelSyntaxError } from './syntax.ts';

export interface Token {
  readonly kind: 'literal' | 'name' | 'symbol' | 'end';
  readonly text: string;
  readonly literal?: CelLiteral | undefined;
  readonly at: number;
}

const blank = /(?:[\s\u00a0]|\/\/[^\n]*)*/y;
const number = /0[xX][0-9a-fA-F]+[uU]?|(?:\d+\.\d+|\.\d+)(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+|\d+[uU]?/y;
const text = /([bB]?[rR]?|[rR][bB])("""[^]*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')/y;
const rawText = /([bB]?[rR]|[rR][bB])("""[^]*?"""|'''[^]*?'''|"[^"\n]*"|'[^'\n]*')/y;
const name = /[A-Za-z_]\w*/y;
const symbol = /\|\||&&|==|!=|<=|>=|[-+*/%<>!?:.,()[\]{}]/y;

/** The tokens of an expression, or the place where there is none. */
export function tokenize(source: string): readonly Token[] | CelSyntaxError {
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(source);
    if (found !== null) at = pattern.lastIndex;
    return found;
  };
  for (;;) {
    take(blank);
    const start = at;
    if (start >= source.length) return [...tokens, { kind: 'end', text: '<EOF>', at: start }];
    const quoted = take(rawText) ?? take(text);
    if (quoted !== null) {
      const value = unquote(quoted[2] ?? '', quoted[1] ?? '');
      if (value === undefined) return placed(source, start, `token recognition error at: '${quoted[0]}'`);
      tokens.push({
        kind: 'literal',
        text: quoted[0],
        literal: { kind: /b/i.test(quoted[1] ?? '') ? 'bytes' : 'string', value },
        at: start,
      });
      continue;
    }
    const digits = take(number)?.[0];
    if (digits !== undefined) {
      const literal = numberLiteral(digits);
      if (literal === undefined) return placed(source, start, 'invalid int literal');
      tokens.push({ kind: 'literal', text: digits, literal, at: start });
      continue;
    }
    const word = take(name)?.[0];
    if (word !== undefined) {
      const literal: CelLiteral | undefined =
        word === 'null' ? { kind: 'null' } : word === 'true' || word === 'false' ? { kind: 'bool', value: word === 'true' } : undefined;
      tokens.push({ kind: literal === undefined ? 'name' : 'literal', text: word, literal, at: start });
      continue;
    }
    const sign = take(symbol)?.[0];
    if (sign === undefined) return placed(source, start, `token recognition error at: '${source.charAt(start)}'`);
    tokens.push({ kind: 'symbol', text: sign, at: start });
  }
}

/** A message with line and column, both from 1. */
export function placed(source: string, at: number, message: string): CelSyntaxError {
  const before = source.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, message: `Syntax error: ${message}` };
}

function numberLiteral(digits: string): CelLiteral | undefined {
  if (/^0x/i.test(digits) || /^\d+[uU]?$/.test(digits)) {
    const value = BigInt(digits.replace(/[uU]$/, ''));
    if (/[uU]$/.test(digits)) return value < 1n << 64n ? { kind: 'uint', value } : undefined;
    // one more than the greatest int may follow a minus; the parser looks at that
    return value <= 1n << 63n ? { kind: 'int', value } : undefined;
  }
  return { kind: 'double', value: Number(digits) };
}

const simple: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** The contents of a quoted text as bytes; undefined for an escape that is none. */
function unquote(quoted: string, prefix: string): ByteString | undefined {
  const width = quoted.startsWith('"""') || quoted.startsWith("'''") ? 3 : 1;
  const inner = quoted.slice(width, quoted.length - width);
  if (/r/i.test(prefix)) return utf8ToByteString(inner);
  const isBytes = /b/i.test(prefix);
  let isBroken = false;
  const out = inner.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|(.))|[^\\]+/gs,
    (...groups: string[]) => {
      const [whole, hex, short, long, octal, other] = groups as [string, ...(string | undefined)[]];
      const code = hex ?? short ?? long;
      if (code !== undefined || octal !== undefined) {
        const point = code === undefined ? Number.parseInt(octal ?? '0', 8) : Number.parseInt(code, 16);
        if (point > 0x10ffff) isBroken = true;
        else
          return isBytes && short === undefined && long === undefined
            ? String.fromCharCode(point)
            : utf8ToByteString(String.fromCodePoint(point));
        return '';
      }
      if (other === undefined) return utf8ToByteString(whole);
      if (/[\\?"'`]/.test(other)) return other;
      const escaped = simple[other];
      if (escaped === undefined) isBroken = true;
      return escaped ?? '';
    },
  );
  return isBroken ? undefined : out;
}
