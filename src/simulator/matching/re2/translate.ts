import { foldRanges, printClass, printCode } from './char-class.ts';
import { Cursor, re2Error } from './cursor.ts';
import { readEscape } from './escape.ts';
import { readBracket, readPerl, readProperty } from './read-class.ts';

interface Flags {
  /** Case does not matter. */
  readonly i: boolean;
  /** `^` and `$` stand at lines, not at the text. */
  readonly m: boolean;
  /** A dot matches a line break. */
  readonly s: boolean;
  /** Greedy and lazy change places. */
  readonly U: boolean;
}

/** What a repetition operator would repeat. `counts`: the product of the counts in it. */
interface Atom {
  readonly text: string;
  readonly counts: number;
}

/** An open group, or the whole pattern. */
interface Level {
  readonly open: string;
  /** What stands before the last atom. */
  done: string;
  atom: Atom | undefined;
  counts: number;
  /** The flags to return to behind the group. */
  readonly outer: Flags;
}

const MAX_REPEAT = 1000;
const DEFAULT: Flags = { i: false, m: false, s: false, U: false };

/**
 * A regular expression of RE2 as source of one of JavaScript under the flag `u` (re2 `parse.cc` `Regexp::Parse` with the flags `LikePerl`; what it
 * refuses is a ConfigError in its words). Flags may change inside a group in RE2, so they are written out in what they change.
 */
export function translateRe2(pattern: string): string {
  return new Translation(pattern).run();
}

class Translation {
  readonly #cursor: Cursor;
  readonly #levels: Level[] = [{ open: '', done: '', atom: undefined, counts: 1, outer: DEFAULT }];
  readonly #names = new Set<string>();
  #flags = DEFAULT;
  /** Where the repetition began that has just been read. */
  #repeatedAt: number | undefined;

  constructor(pattern: string) {
    this.#cursor = new Cursor(pattern);
  }

  run(): string {
    const cursor = this.#cursor;
    while (!cursor.done) {
      const repeated = this.#repeatedAt;
      this.#repeatedAt = undefined;
      this.#item(repeated);
    }
    if (this.#levels.length > 1) throw re2Error('missing )', cursor.whole);
    const level = this.#level;
    return level.done + (level.atom?.text ?? '');
  }

  get #level(): Level {
    const level = this.#levels.at(-1);
    if (level === undefined) throw new Error('Broken invariant: the pattern itself is a level');
    return level;
  }

  #push(text: string, counts = 1): void {
    const level = this.#level;
    level.done += level.atom?.text ?? '';
    level.atom = { text, counts };
    level.counts = Math.max(level.counts, counts);
  }

  #item(repeated: number | undefined): void {
    const cursor = this.#cursor;
    const c = cursor.peek();
    const assertion = this.#single(c);
    if (assertion !== undefined) {
      cursor.at++;
      this.#push(assertion);
      return;
    }
    switch (c) {
      case '(':
        this.#open();
        return;
      case ')':
        this.#close();
        return;
      case '|': {
        cursor.at++;
        const level = this.#level;
        level.done += `${level.atom?.text ?? ''}|`;
        level.atom = undefined;
        return;
      }
      case '*':
      case '+':
      case '?':
        this.#repeat(c, undefined, repeated);
        return;
      case '{':
        if (this.#counted(repeated)) return;
        break;
      case '[':
        this.#push(readBracket(cursor, this.#flags.i));
        return;
      case '\\':
        this.#escape();
        return;
      default:
    }
    this.#literal(cursor.next() ?? 0);
  }

  /** `^`, `$` and `.`; in parentheses where an operator may follow that JavaScript does not allow behind an assertion. */
  #single(c: string): string | undefined {
    const { m, s } = this.#flags;
    if (c === '^') return m ? '(?:(?<![^\\n]))' : '(?:^)';
    if (c === '$') return m ? '(?:(?![^\\n]))' : '(?:$)';
    if (c === '.') return s ? '[^\\ud800-\\udfff]' : '[^\\n\\ud800-\\udfff]';
    return undefined;
  }

  #literal(code: number): void {
    const folded = this.#flags.i ? foldRanges([[code, code]]) : [];
    this.#push(folded.length > 1 ? printClass({ ranges: folded, properties: [] }, false) : printCode(code));
  }

  #escape(): void {
    const cursor = this.#cursor;
    const next = cursor.peek(1);
    const simple: Readonly<Record<string, string>> = { b: '(?:\\b)', B: '(?:\\B)', A: '(?:^)', z: '(?:$)', C: '[^]' };
    const text = Object.hasOwn(simple, next) ? simple[next] : undefined;
    if (text !== undefined) {
      cursor.at += 2;
      this.#push(text);
      return;
    }
    if (next === 'Q') {
      cursor.at += 2;
      while (!cursor.done) {
        if (cursor.startsWith('\\E')) {
          cursor.at += 2;
          return;
        }
        this.#literal(cursor.next() ?? 0);
      }
      return;
    }
    const property = readProperty(cursor);
    const ranges = property === undefined ? readPerl(cursor) : undefined;
    if (property !== undefined) this.#push(printClass({ ranges: [], properties: [property] }, false));
    else if (ranges === undefined) this.#literal(readEscape(cursor));
    else this.#push(printClass({ ranges: this.#flags.i ? foldRanges(ranges) : ranges, properties: [] }, false));
  }

  /** `{2}`, `{2,}`, `{2,3}`; anything else is text. */
  #counted(repeated: number | undefined): boolean {
    const found = /^\{(0|[1-9]\d{0,8})(?:(,)(0|[1-9]\d{0,8})?)?\}/.exec(this.#cursor.whole.slice(this.#cursor.at));
    if (found === null) return false;
    const low = Number(found[1]);
    const high = found[2] === undefined ? low : found[3] === undefined ? undefined : Number(found[3]);
    this.#repeat(found[0], { low, high }, repeated);
    return true;
  }

  #repeat(
    operator: string,
    count: { readonly low: number; readonly high: number | undefined } | undefined,
    repeated: number | undefined,
  ): void {
    const cursor = this.#cursor;
    const start = cursor.at;
    cursor.at += operator.length;
    const isLazy = cursor.peek() === '?';
    if (isLazy) cursor.at++;
    if (repeated !== undefined) throw re2Error('bad repetition operator', cursor.from(repeated));
    const shown = cursor.from(start);
    const level = this.#level;
    let counts = level.atom?.counts ?? 1;
    if (count !== undefined) {
      const { low, high } = count;
      if ((high !== undefined && high < low) || Math.max(low, high ?? 0) > MAX_REPEAT) throw re2Error('invalid repetition size', shown);
      if (level.atom !== undefined && Math.max(low, high ?? 0) >= 2) counts *= high ?? low;
      if (counts > MAX_REPEAT) throw re2Error('invalid repetition size', shown);
    }
    if (level.atom === undefined) throw re2Error('no argument for repetition operator', shown);
    level.atom = { text: level.atom.text + operator + (isLazy === this.#flags.U ? '' : '?'), counts };
    level.counts = Math.max(level.counts, counts);
    this.#repeatedAt = start;
  }

  #enter(open: string, inside: Flags): void {
    this.#levels.push({ open, done: '', atom: undefined, counts: 1, outer: this.#flags });
    this.#flags = inside;
  }

  #close(): void {
    const cursor = this.#cursor;
    if (this.#levels.length === 1) throw re2Error('unexpected )', cursor.whole);
    const level = this.#level;
    this.#levels.pop();
    this.#flags = level.outer;
    cursor.at++;
    this.#push(`${level.open}${level.done}${level.atom?.text ?? ''})`, level.counts);
  }

  /** A parenthesis with what belongs to it (re2 `ParsePerlFlags`). */
  #open(): void {
    const cursor = this.#cursor;
    if (cursor.peek(1) !== '?') {
      cursor.at++;
      this.#enter('(', this.#flags);
      return;
    }
    const rest = cursor.whole.slice(cursor.at);
    const look = /^\(\?(?:<?[=!])/.exec(rest);
    if (look !== null && rest.length > look[0].length) throw re2Error('invalid perl operator', look[0]);
    const named = /^\(\?P?</.exec(rest);
    if (named !== null && rest.length > named[0].length) this.#named(rest, named[0].length);
    else this.#flagGroup();
  }

  #named(rest: string, at: number): void {
    const end = rest.indexOf('>', 2);
    if (end < 0) throw re2Error('invalid named capture group', rest);
    const name = rest.slice(at, end);
    if (!/^[\p{L}\p{Mn}\p{Mc}\p{Nd}\p{Nl}\p{Pc}]+$/u.test(name)) throw re2Error('invalid named capture group', rest.slice(0, end + 1));
    if (this.#names.has(name)) throw re2Error('invalid named capture group', rest.slice(0, end + 1));
    this.#names.add(name);
    this.#cursor.at += end + 1;
    this.#enter('(', this.#flags);
  }

  #flagGroup(): void {
    const cursor = this.#cursor;
    const start = cursor.at;
    cursor.at += 2;
    const bad = (): Error => re2Error('invalid perl operator', cursor.from(start));
    const flags: { -readonly [Name in keyof Flags]: boolean } = { ...this.#flags };
    let isOn = true;
    let sawFlag = false;
    for (;;) {
      const c = String.fromCodePoint(cursor.next() ?? 0);
      if (c === 'i' || c === 'm' || c === 's' || c === 'U') {
        flags[c] = isOn;
        sawFlag = true;
      } else if (c === '-' && isOn) {
        isOn = false;
        sawFlag = false;
      } else if ((c === ':' || c === ')') && (isOn || sawFlag)) {
        if (c === ':') this.#enter('(?:', flags);
        else this.#flags = flags;
        return;
      } else {
        throw bad();
      }
    }
  }
}
