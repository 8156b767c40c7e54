import { brokenQuotedText, quotedText, unquote } from './quoted.ts';
import type { CelLiteral, CelMistake } from './syntax.ts';

export interface Token {
  /** `quoted`: a field name in backticks. */
  readonly kind: 'literal' | 'name' | 'quoted' | 'symbol' | 'end';
  readonly text: string;
  readonly literal?: CelLiteral | undefined;
  /** Why the literal has no value; only then `literal` is missing. */
  readonly problem?: string | undefined;
  readonly at: number;
}

const blank = /(?:[\t\n\f\r ]|\/\/[^\n]*)*/y;
const number = /0x[0-9a-fA-F]+[uU]?|(?:\d+\.\d+|\.\d+)(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+|\d+[uU]?/y;
const word = /[A-Za-z_]\w*/y;
const quotedName = /`[\w.\-/ ]+`/y;
const symbol = /\|\||&&|==|!=|<=|>=|[-+*/%<>!?:.,()[\]{}]/y;
/** What begins a symbol of two characters, and whatever else nothing begins with. */
const broken = /[=&|][^]?|[^]/uy;

/** The tokens of an expression, and the places where there is none: those are skipped, as ANTLR's lexer does. */
export function tokenize(source: string): { readonly tokens: readonly Token[]; readonly mistakes: readonly CelMistake[] } {
  const tokens: Token[] = [];
  const mistakes: CelMistake[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(source)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  for (;;) {
    take(blank);
    const start = at;
    if (start >= source.length) return { tokens: [...tokens, { kind: 'end', text: '<EOF>', at: start }], mistakes };
    const token = nextToken(take, start);
    if (token === undefined) {
      const text = take(brokenQuotedText) ?? take(broken) ?? '';
      mistakes.push({ at: start, message: `Syntax error: token recognition error at: '${text}'` });
    } else tokens.push(token);
  }
}

function nextToken(take: (pattern: RegExp) => string | undefined, at: number): Token | undefined {
  const quoted = take(quotedText);
  if (quoted !== undefined) {
    const result = unquote(quoted);
    if ('problem' in result) return { kind: 'literal', text: quoted, problem: result.problem, at };
    return { kind: 'literal', text: quoted, literal: { kind: result.isBytes ? 'bytes' : 'string', value: result.value }, at };
  }
  const digits = take(number);
  if (digits !== undefined) return { kind: 'literal', text: digits, ...numberLiteral(digits), at };
  const name = take(word);
  if (name === 'null') return { kind: 'literal', text: name, literal: { kind: 'null' }, at };
  if (name === 'true' || name === 'false') return { kind: 'literal', text: name, literal: { kind: 'bool', value: name === 'true' }, at };
  if (name !== undefined) return { kind: name === 'in' ? 'symbol' : 'name', text: name, at };
  const field = take(quotedName);
  if (field !== undefined) return { kind: 'quoted', text: field, at };
  const sign = take(symbol);
  return sign === undefined ? undefined : { kind: 'symbol', text: sign, at };
}

function numberLiteral(digits: string): { readonly literal: CelLiteral } | { readonly problem: string } {
  if (!digits.startsWith('0x') && !/^\d+[uU]?$/.test(digits)) return { literal: { kind: 'double', value: Number(digits) } };
  const isUnsigned = /[uU]$/.test(digits);
  const value = BigInt(digits.replace(/[uU]$/, ''));
  if (isUnsigned) return value < 1n << 64n ? { literal: { kind: 'uint', value } } : { problem: 'invalid uint literal' };
  // one more than the greatest int may follow a minus; the parser looks at that
  return value <= 1n << 63n ? { literal: { kind: 'int', value } } : { problem: 'invalid int literal' };
}
