import type { Diagnostic, QuickFix } from '#base/diagnostic.ts';
import type { TextRange } from '#base/text-range.ts';
import type { Events } from './events.ts';
import { problem, type ProblemCode } from './problems.ts';

/** Leads from offsets in what the parser read to ranges in the file, and collects what is to be said about them. */
export class Reporter {
  readonly diagnostics: Diagnostic[] = [];
  readonly #length: number;
  readonly #toText: (offset: number) => number;
  readonly #base: number;
  readonly #file: string;

  /** The document begins at offset `base` of `file`. */
  constructor({ source, toText }: Events, base: number, file: string) {
    this.#length = source.length;
    this.#toText = toText;
    this.#base = base;
    this.#file = file;
  }

  range(start: number, end: number): TextRange {
    return { start: this.#toText(start) + this.#base, end: this.#toText(end) + this.#base };
  }

  /** `fix`: the title of a repair that writes another text in place of the range. */
  report(
    code: ProblemCode,
    range: TextRange,
    args: Diagnostic['args'] = {},
    fix?: { readonly title: string; readonly text: string },
  ): void {
    const fixes: readonly QuickFix[] | undefined = fix && [{ title: fix.title, file: this.#file, edits: [{ range, text: fix.text }] }];
    this.diagnostics.push(problem(code, this.#file, this.#visible(range), args, fixes));
  }

  /** An absent value has no text; the character after it, or the one before at the end, can be underlined. */
  #visible({ start, end }: TextRange): TextRange {
    if (end > start) return { start, end };
    const last = this.range(this.#length, this.#length).end;
    return start < last ? { start, end: start + 1 } : { start: Math.max(0, last - 1), end: last };
  }
}
