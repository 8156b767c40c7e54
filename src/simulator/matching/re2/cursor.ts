import { ConfigError } from '../../config-error.ts';

/** Reads a pattern code point by code point. */
export class Cursor {
  readonly whole: string;
  at = 0;

  constructor(whole: string) {
    this.whole = whole;
  }

  get done(): boolean {
    return this.at >= this.whole.length;
  }

  startsWith(text: string): boolean {
    return this.whole.startsWith(text, this.at);
  }

  /** The next code point; undefined at the end. */
  next(): number | undefined {
    const code = this.whole.codePointAt(this.at);
    if (code !== undefined) this.at += code > 0xff_ff ? 2 : 1;
    return code;
  }

  /** The character `ahead` places further on; empty behind the end. */
  peek(ahead = 0): string {
    return this.whole.charAt(this.at + ahead);
  }

  from(start: number): string {
    return this.whole.slice(start, this.at);
  }
}

/** Why RE2 refuses a pattern (re2 `regexp.cc` `RegexpStatus::CodeText`). */
export type Re2Mistake =
  | 'invalid escape sequence'
  | 'invalid character class range'
  | 'missing ]'
  | 'missing )'
  | 'unexpected )'
  | 'trailing \\'
  | 'no argument for repetition operator'
  | 'invalid repetition size'
  | 'bad repetition operator'
  | 'invalid perl operator'
  | 'invalid named capture group';

/** The refusal in RE2's words: the mistake, and the part of the pattern that has it. */
export function re2Error(mistake: Re2Mistake, part = ''): ConfigError {
  return new ConfigError(part === '' ? mistake : `${mistake}: ${part}`);
}
