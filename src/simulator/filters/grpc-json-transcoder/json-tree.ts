import type { ByteString } from '#base/bytes.ts';

/** JSON as it was written: keys in order, numbers with all their digits, texts as UTF-8 bytes. */
export type JsonNode =
  | { readonly kind: 'object'; readonly entries: readonly (readonly [ByteString, JsonNode])[] }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  /** `bound`: from the path or the query. */
  | { readonly kind: 'string'; readonly text: ByteString; readonly bound?: boolean }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'null' };

/** What the reader made of a text so far. */
export type JsonProgress =
  | { readonly kind: 'done'; readonly node: JsonNode; readonly rest: number }
  | { readonly kind: 'more' }
  | { readonly kind: 'bad'; readonly message: string };

/** The text ends where `expected` should come; `from`: where the unfinished token begins. */
class Incomplete extends Error {
  readonly from: number;

  constructor(expected: string, from: number) {
    super(expected);
    this.from = from;
  }
}
class Mistake extends Error {}

/** Reads one JSON value from `at` on (protobuf `json_stream_parser.cc`). `ended`: nothing more will come. */
export function readJson(text: ByteString, at: number, ended: boolean): JsonProgress {
  const reader = new JsonReader(text, at);
  try {
    const node = reader.value();
    // A number at the end may go on.
    if (node.kind === 'number' && reader.at === text.length && !ended) return { kind: 'more' };
    return { kind: 'done', node, rest: reader.at };
  } catch (error) {
    if (error instanceof Incomplete) {
      if (!ended) return { kind: 'more' };
      return { kind: 'bad', message: told(`Unexpected end of string. ${error.message}`, text.slice(error.from), text.length - error.from) };
    }
    if (error instanceof Mistake) return { kind: 'bad', message: error.message };
    throw error;
  }
}

/** What stands behind the value that was read; undefined: nothing. */
export function restMistake(text: ByteString, at: number): string | undefined {
  const next = skipSpace(text, at);
  return next === text.length ? undefined : told('Parsing terminated before end of input.', text, next);
}

const CONTEXT = 20;

/** The message with a piece of the text and a mark under the place. */
function told(message: string, text: ByteString, at: number): string {
  const begin = Math.max(0, at - CONTEXT);
  return `${message}\n${text.slice(begin, at + CONTEXT)}\n${' '.repeat(at - begin)}^`;
}

export function skipSpace(text: ByteString, at: number): number {
  let next = at;
  while (/\s/.test(text.charAt(next))) next++;
  return next;
}

class JsonReader {
  readonly #text: ByteString;
  at: number;

  constructor(text: ByteString, at: number) {
    this.#text = text;
    this.at = at;
  }

  value(): JsonNode {
    this.#skip();
    const c = this.#text[this.at];
    if (c === undefined) throw new Incomplete('Expected a value.', this.at);
    if (c === '{') return this.#object();
    if (c === '[') return this.#array();
    if (c === '"' || c === "'") return { kind: 'string', text: this.#string(c) };
    if (c === '-' || (c >= '0' && c <= '9')) return this.#number();
    for (const [word, node] of words) {
      if (this.#text.startsWith(word, this.at)) {
        this.at += word.length;
        return node;
      }
      if (word.startsWith(this.#text.slice(this.at))) throw new Incomplete('Expected a value.', this.at);
    }
    // Such a token may be the begin of one: it is looked at again, alone, when everything has come.
    throw new Mistake(told(/[A-Za-z_$}\]]/.test(c) ? 'Unexpected token.' : 'Expected a value.', this.#text.slice(this.at), 0));
  }

  #object(): JsonNode {
    const entries: (readonly [ByteString, JsonNode])[] = [];
    this.at++;
    for (;;) {
      this.#skip();
      const c = this.#need(entries.length === 0 ? 'Expected an object key or }.' : 'Expected , or } after key:value pair.');
      if (c === '}') break;
      if (entries.length > 0) {
        if (c !== ',') throw this.#mistake('Expected , or } after key:value pair.');
        this.at++;
        this.#skip();
        if (this.#need('Expected an object key or }.') === '}') break;
      }
      const begin = this.at;
      const key = this.#key();
      const isBare = this.at === this.#text.length;
      this.#skip();
      if (this.#need('Expected : between key:value pair.', isBare ? begin : undefined) !== ':')
        throw this.#mistake('Expected : between key:value pair.');
      this.at++;
      entries.push([key, this.value()]);
    }
    this.at++;
    return { kind: 'object', entries };
  }

  #key(): ByteString {
    const c = this.#need('Expected an object key or }.');
    if (c === '"' || c === "'") return this.#string(c);
    const bare = /^[A-Za-z_$][\w$]*/.exec(this.#text.slice(this.at))?.[0];
    if (bare === undefined) throw this.#mistake('Expected an object key or }.');
    this.at += bare.length;
    return bare;
  }

  #array(): JsonNode {
    const items: JsonNode[] = [];
    this.at++;
    for (;;) {
      this.#skip();
      const c = this.#need(items.length === 0 ? 'Expected a value or ] within an array.' : 'Expected , or ] after array value.');
      if (c === ']') break;
      if (items.length > 0) {
        if (c !== ',') throw this.#mistake('Expected , or ] after array value.');
        this.at++;
        this.#skip();
        if (this.#need('Expected a value.') === ']') break;
      }
      items.push(this.value());
    }
    this.at++;
    return { kind: 'array', items };
  }

  #number(): JsonNode {
    const text = /^-?[0-9]*(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?/.exec(this.#text.slice(this.at))?.[0] ?? '';
    if (/^-?0[0-9xX]/.test(this.#text.slice(this.at))) throw this.#mistake('Octal/hex numbers are not valid JSON values.');
    if (!/[0-9]/.test(text)) throw this.#mistake('Unable to parse number.');
    this.at += text.length;
    return { kind: 'number', text: text.replace(/\.$|\.(?=[eE])/, '') };
  }

  #string(quote: string): ByteString {
    let out = '';
    this.at++;
    for (;;) {
      const c = this.#need('Closing quote expected in string.');
      this.at++;
      if (c === quote) return out;
      out += c === '\\' ? this.#escape() : c;
    }
  }

  #escape(): ByteString {
    const begin = this.at - 1;
    const c = this.#need('Closing quote expected in string.');
    this.at++;
    if (c !== 'u') return escapes[c] ?? c;
    let code = this.#hex(begin);
    if (code >= 0xd800 && code < 0xdc00 && this.#text.startsWith('\\u', this.at)) {
      this.at += 2;
      code = 0x10000 + ((code - 0xd800) << 10) + (this.#hex(begin) - 0xdc00);
    }
    return utf8(code);
  }

  #hex(begin: number): number {
    const digits = this.#text.slice(this.at, this.at + 4);
    if (digits.length < 4) throw new Incomplete('Closing quote expected in string.', this.at);
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) {
      this.at = begin;
      throw this.#mistake('Invalid escape sequence.');
    }
    this.at += 4;
    return Number.parseInt(digits, 16);
  }

  #skip(): void {
    this.at = skipSpace(this.#text, this.at);
  }

  #need(expected: string, from = this.at): string {
    const c = this.#text[this.at];
    if (c === undefined) throw new Incomplete(expected, from);
    return c;
  }

  #mistake(message: string): Mistake {
    return new Mistake(told(message, this.#text, this.at));
  }
}

const words: readonly (readonly [string, JsonNode])[] = [
  ['true', { kind: 'bool', value: true }],
  ['false', { kind: 'bool', value: false }],
  ['null', { kind: 'null' }],
];
const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

function utf8(code: number): ByteString {
  if (code < 0x80) return String.fromCharCode(code);
  if (code < 0x800) return String.fromCharCode(0xc0 | (code >> 6), 0x80 | (code & 63));
  if (code < 0x10000) return String.fromCharCode(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  return String.fromCharCode(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
}
