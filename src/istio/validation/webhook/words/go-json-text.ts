import type { JsonValue } from '#base/json.ts';
import { goString } from '../../../api/go-json.ts';

export type GoJsonText = { readonly value: JsonValue; readonly error?: undefined } | { readonly value?: undefined; readonly error: string };

/** The first JSON value of a text, with the syntax error in Go's words when it has one (encoding/json Decoder, scanner.go). */
export function readGoJson(text: string): GoJsonText {
  const scanner = new Scanner(text);
  const error = scanner.run();
  if (error !== undefined) return { error };
  const value: JsonValue = JSON.parse(text.slice(0, scanner.end));
  return { value };
}

const END = 'unexpected EOF';
const deepest = 10_000;

class Scanner {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get end(): number {
    return this.#at;
  }

  run(): string | undefined {
    return this.#text.trim() === '' ? 'EOF' : this.#value();
  }

  #space(): void {
    while (/[ \t\r\n]/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  #unexpected(where: string): string {
    const char = this.#text.codePointAt(this.#at);
    if (char === undefined) return END;
    const shown = String.fromCodePoint(char);
    const quoted = shown === "'" ? String.raw`'\''` : shown === '"' ? `'"'` : `'${goString(shown).slice(1, -1)}'`;
    return `invalid character ${quoted} ${where}`;
  }

  #value(): string | undefined {
    this.#space();
    const char = this.#text[this.#at] ?? '';
    if (char === '{') return this.#inside('}', () => this.#member(), 'object key:value pair');
    if (char === '[') return this.#inside(']', () => this.#value(), 'array element');
    if (char === '"') return this.#string();
    if (/[-\d]/.test(char)) return this.#number();
    const literal = { t: 'true', f: 'false', n: 'null' }[char];
    return literal === undefined ? this.#unexpected('looking for beginning of value') : this.#literal(literal);
  }

  #inside(close: string, item: () => string | undefined, name: string): string | undefined {
    if (++this.#depth > deepest) return 'exceeded max depth';
    this.#at++;
    this.#space();
    if (this.#text[this.#at] !== close) {
      for (;;) {
        const error = item();
        if (error !== undefined) return error;
        this.#space();
        if (this.#text[this.#at] === close) break;
        if (this.#text[this.#at] !== ',') return this.#unexpected(`after ${name}`);
        this.#at++;
      }
    }
    this.#at++;
    this.#depth--;
    return undefined;
  }

  #member(): string | undefined {
    this.#space();
    if (this.#text[this.#at] !== '"') return this.#unexpected('looking for beginning of object key string');
    const error = this.#string();
    if (error !== undefined) return error;
    this.#space();
    if (this.#text[this.#at] !== ':') return this.#unexpected('after object key');
    this.#at++;
    return this.#value();
  }

  #string(): string | undefined {
    this.#at++;
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined) return END;
      if (char === '"') break;
      if (char < ' ') return this.#unexpected('in string literal');
      this.#at++;
      if (char !== '\\') continue;
      const escape = this.#text[this.#at] ?? '';
      if (!/["\\/bfnrtu]/.test(escape)) return this.#unexpected('in string escape code');
      this.#at++;
      if (escape !== 'u') continue;
      for (const end = this.#at + 4; this.#at < end; this.#at++)
        if (!/[\da-fA-F]/.test(this.#text[this.#at] ?? '')) return this.#unexpected(String.raw`in \u hexadecimal character escape`);
    }
    this.#at++;
    return undefined;
  }

  #digits(where: string): string | undefined {
    if (!/\d/.test(this.#text[this.#at] ?? '')) return this.#unexpected(where);
    while (/\d/.test(this.#text[this.#at] ?? '')) this.#at++;
    return undefined;
  }

  #number(): string | undefined {
    if (this.#text[this.#at] === '-') this.#at++;
    if (this.#text[this.#at] === '0') this.#at++;
    else {
      const error = this.#digits('in numeric literal');
      if (error !== undefined) return error;
    }
    if (this.#text[this.#at] === '.') {
      this.#at++;
      const error = this.#digits('after decimal point in numeric literal');
      if (error !== undefined) return error;
    }
    if (!/[eE]/.test(this.#text[this.#at] ?? '')) return undefined;
    this.#at++;
    if (/[-+]/.test(this.#text[this.#at] ?? '')) this.#at++;
    return this.#digits('in exponent of numeric literal');
  }

  #literal(word: string): string | undefined {
    for (let at = 0; at < word.length; at++, this.#at++) {
      if (this.#text[this.#at] !== word[at]) return this.#unexpected(`in literal ${word} (expecting '${word[at] ?? ''}')`);
    }
    return undefined;
  }
}
