import { ClassReader } from './go-regexp-class.ts';
import { literal, namedClass, perlClass, readEscape, RegexpError } from './go-regexp-escape.ts';

/** Does a text contain a match (Go's MatchString)? */
export type GoRegExp = (text: string) => boolean;

export type GoRegExpResult =
  | { readonly matches: GoRegExp; readonly error?: undefined }
  | { readonly matches?: undefined; readonly error: string };

/**
 * Go's regexp.Compile: RE2 syntax read as Go reads it (regexp/syntax parse.go), run by JavaScript's engine. `error` is Go's message:
 * ``error parsing regexp: missing closing ]: `[a` ``.
 */
export function compileGoRegExp(pattern: string): GoRegExpResult {
  try {
    const regexp = new RegExp(new Translator(pattern).run(), 'u');
    return { matches: (text) => regexp.test(text) };
  } catch (error) {
    if (error instanceof RegexpError) return { error: `error parsing regexp: ${error.message}` };
    if (error instanceof SyntaxError) return { error: `error parsing regexp: ${error.message}` };
    throw error;
  }
}

interface Flags {
  readonly fold: boolean;
  readonly dotAll: boolean;
  readonly lines: boolean;
  readonly swapGreed: boolean;
}

const MAX_REPEAT = 1000;

/** Walks a pattern once and writes the JavaScript pattern that means the same. */
class Translator {
  readonly #source: string;
  #at = 0;
  #flags: Flags = { fold: false, dotAll: false, lines: false, swapGreed: false };

  constructor(source: string) {
    this.#source = source;
  }

  run(): string {
    const out = this.#alternatives();
    if (this.#at < this.#source.length) throw new RegexpError('unexpected )', this.#source);
    return out;
  }

  #alternatives(): string {
    const saved = this.#flags;
    const out = [this.#sequence()];
    while (this.#source[this.#at] === '|') {
      this.#at++;
      out.push(this.#sequence());
    }
    this.#flags = saved;
    return out.join('|');
  }

  #sequence(): string {
    let out = '';
    let atom: string | undefined;
    let last = '';
    while (this.#at < this.#source.length && !'|)'.includes(this.#source[this.#at] ?? '')) {
      const start = this.#at;
      if (this.#setFlags()) continue;
      const repeat = this.#repetition();
      if (repeat === undefined) {
        out += atom ?? '';
        atom = this.#atom();
        last = '';
        continue;
      }
      const written = this.#source.slice(start, this.#at);
      if (atom === undefined) throw new RegexpError('missing argument to repetition operator', written);
      if (last !== '') throw new RegexpError('invalid nested repetition operator', last + written.replace(/(.)\?$/, '$1'));
      atom = `(?:${atom})${repeat}`;
      last = written;
    }
    return out + (atom ?? '');
  }

  /** The quantifier here, as JavaScript writes it; `undefined` when there is none. */
  #repetition(): string | undefined {
    const found = /^(?:[*+?]|\{(\d+)(?:,(\d*))?\})(\?)?/.exec(this.#source.slice(this.#at, this.#at + 40));
    if (found === null) return undefined;
    const [all, low, high, lazy] = found;
    const operator = lazy === undefined ? all : all.slice(0, -1);
    if (low !== undefined) {
      const tooMany = Number(low) > MAX_REPEAT || Number(high ?? 0) > MAX_REPEAT;
      if (tooMany || (high !== undefined && high !== '' && Number(high) < Number(low)))
        throw new RegexpError('invalid repeat count', operator);
    }
    this.#at += all.length;
    return operator + ((lazy !== undefined) === this.#flags.swapGreed ? '' : '?');
  }

  #atom(): string {
    const char = String.fromCodePoint(this.#source.codePointAt(this.#at) ?? 0);
    switch (char) {
      case '(':
        return this.#group();
      case '[': {
        const reader = new ClassReader(this.#source, this.#at, this.#flags.fold);
        const out = reader.read();
        this.#at = reader.end;
        return out;
      }
      case '.':
        this.#at++;
        return this.#flags.dotAll ? '[^]' : String.raw`[^\n]`;
      case '^':
        this.#at++;
        return this.#flags.lines ? String.raw`(?:^|(?<=\n))` : '^';
      case '$':
        this.#at++;
        return this.#flags.lines ? String.raw`(?:$|(?=\n))` : '$';
      case '\\':
        return this.#escape();
      default:
        this.#at += char.length;
        return literal(char, this.#flags.fold);
    }
  }

  #group(): string {
    const start = this.#at;
    const rest = this.#source.slice(start);
    if (!rest.startsWith('(?')) return this.#groupBody('(', 1);
    const name = /^\(\?P?<(\w+)>/.exec(rest);
    if (name !== null) return this.#groupBody('(', name[0].length);
    if (/^\(\?P?<[^=!]/.test(rest)) throw new RegexpError('invalid named capture', /^\(\?P?<[^>]*>?/.exec(rest)?.[0] ?? rest);
    const flags = /^\(\?([imsU]*)(?:-([imsU]+))?:/.exec(rest);
    if (flags === null) {
      throw new RegexpError('invalid or unsupported Perl syntax', /^\(\?[imsU-]*./su.exec(rest)?.[0] ?? rest);
    }
    const before = this.#flags;
    this.#flags = withFlags(before, flags[1] ?? '', flags[2] ?? '');
    const out = this.#groupBody('(?:', flags[0].length);
    this.#flags = before;
    return out;
  }

  /** `(?i)`: flags for the rest of the group; no atom, so a repetition behind it is for what stands before it. */
  #setFlags(): boolean {
    const found = /^\(\?(?=[^)])([imsU]*)(?:-([imsU]+))?\)/.exec(this.#source.slice(this.#at, this.#at + 16));
    if (found === null) return false;
    this.#flags = withFlags(this.#flags, found[1] ?? '', found[2] ?? '');
    this.#at += found[0].length;
    return true;
  }

  #groupBody(open: string, length: number): string {
    this.#at += length;
    const inner = this.#alternatives();
    if (this.#source[this.#at] !== ')') throw new RegexpError('missing closing )', this.#source);
    this.#at++;
    return `${open}${inner})`;
  }

  #escape(): string {
    const rest = this.#source.slice(this.#at);
    const assertion = { '\\A': '^', '\\z': '$', '\\b': '\\b', '\\B': '\\B' }[rest.slice(0, 2)];
    if (assertion !== undefined) {
      this.#at += 2;
      return assertion;
    }
    if (rest.startsWith('\\Q')) {
      const end = rest.indexOf('\\E', 2);
      const text = rest.slice(2, end < 0 ? undefined : end);
      this.#at += end < 0 ? rest.length : end + 2;
      return Array.from(text, (char) => literal(char, this.#flags.fold)).join('');
    }
    const perl = perlClass(rest.slice(0, 2));
    if (perl !== undefined) {
      this.#at += 2;
      return `[${perl}]`;
    }
    const property = namedClass(rest);
    if (property !== undefined) {
      this.#at += property.length;
      return property.source;
    }
    const { char, length } = readEscape(rest);
    this.#at += length;
    return literal(char, this.#flags.fold);
  }
}

function withFlags(flags: Flags, on: string, off: string): Flags {
  const state = (letter: string, old: boolean): boolean => (on.includes(letter) || old) && !off.includes(letter);
  return {
    fold: state('i', flags.fold),
    dotAll: state('s', flags.dotAll),
    lines: state('m', flags.lines),
    swapGreed: state('U', flags.swapGreed),
  };
}
