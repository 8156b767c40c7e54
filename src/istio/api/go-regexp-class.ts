import { caseVariants, escapeChar, namedClass, perlClass, readEscape, RegexpError } from './go-regexp-escape.ts';

const posix: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: String.raw`\0-\x7f`,
  blank: String.raw`\t `,
  cntrl: String.raw`\0-\x1f\x7f`,
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: String.raw`!-\/:-@\[-\u0060\{-~`,
  space: String.raw`\t\n\v\f\r `,
  upper: 'A-Z',
  word: String.raw`\w`,
  xdigit: '0-9A-Fa-f',
};

/** Reads a bracketed class of RE2 (regexp/syntax parse.go parser.parseClass) and writes it for JavaScript. */
export class ClassReader {
  readonly #source: string;
  readonly #start: number;
  readonly #fold: boolean;
  /** Behind the closing bracket, after `read`. */
  end: number;

  constructor(source: string, start: number, fold: boolean) {
    this.#source = source;
    this.#start = start;
    this.#fold = fold;
    this.end = start + 1;
  }

  read(): string {
    const negative = this.#source[this.end] === '^';
    if (negative) this.end++;
    let out = '';
    for (let first = true; first || this.#source[this.end] !== ']'; first = false) {
      if (this.end >= this.#source.length) throw this.#unclosed();
      out += this.#item(first);
    }
    this.end++;
    return `[${negative ? '^' : ''}${out}]`;
  }

  #unclosed(): RegexpError {
    return new RegexpError('missing closing ]', this.#source.slice(this.#start));
  }

  #item(first: boolean): string {
    const rest = this.#source.slice(this.end);
    const next = rest[1];
    if (rest.startsWith('-') && !first && next !== undefined && next !== ']')
      throw new RegexpError('invalid character class range', rest.slice(0, 2));
    const named = this.#named(rest);
    if (named !== undefined) return named;
    const from = this.#char(rest);
    if (this.#source[this.end] !== '-' || this.#source[this.end + 1] === ']' || this.end + 1 >= this.#source.length)
      return this.#range(from, from);
    this.end++;
    const to = this.#char(this.#source.slice(this.end));
    if ((to.codePointAt(0) ?? 0) < (from.codePointAt(0) ?? 0)) {
      throw new RegexpError('invalid character class range', rest.slice(0, this.end - (this.#source.length - rest.length)));
    }
    return this.#range(from, to);
  }

  #named(rest: string): string | undefined {
    const bracket = /^\[:(\^?)(\w*):\]/.exec(rest);
    if (bracket !== null) {
      const inner = posix[bracket[2] ?? ''];
      if (inner === undefined) throw new RegexpError('invalid character class range', bracket[0]);
      this.end += bracket[0].length;
      return bracket[1] === '^' ? complement(inner) : inner;
    }
    const property = namedClass(rest);
    const perl = perlClass(rest.slice(0, 2));
    if (property === undefined && perl === undefined) return undefined;
    this.end += property?.length ?? 2;
    return property?.source ?? perl;
  }

  #char(rest: string): string {
    if (rest === '') throw this.#unclosed();
    const { char, length } = rest.startsWith('\\') ? readEscape(rest) : { char: String.fromCodePoint(rest.codePointAt(0) ?? 0), length: 0 };
    this.end += length === 0 ? char.length : length;
    return char;
  }

  #range(from: string, to: string): string {
    if (from === to) return this.#fold ? caseVariants(from).map(escapeChar).join('') : escapeChar(from);
    const plain = `${escapeChar(from)}-${escapeChar(to)}`;
    return this.#fold ? plain + foldedRange(from, to) : plain;
  }
}

/** The letters of a range in the other case, one by one. */
function foldedRange(from: string, to: string): string {
  let out = '';
  const last = Math.min(to.codePointAt(0) ?? 0, 0x24f);
  for (let code = from.codePointAt(0) ?? 0; code <= last; code++) {
    out += caseVariants(String.fromCodePoint(code)).slice(1).map(escapeChar).join('');
  }
  return out;
}

/** The inside of a class that has every character but those of `inner`. */
function complement(inner: string): string {
  const has = new RegExp(`[${inner}]`, 'u');
  const missing = Array.from({ length: 128 }, (_, code) => String.fromCodePoint(code)).filter((char) => !has.test(char));
  return `${missing.map(escapeChar).join('')}\\u{80}-\\u{10ffff}`;
}
