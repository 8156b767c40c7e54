import type { TextEdit, TextRange } from './text-range.ts';

export type Severity = 'error' | 'warning' | 'info' | 'hint';

/** Where a diagnostic points: a file of the workspace (or the command line) and a range of its text. */
export interface Location {
  readonly file: string;
  readonly range: TextRange;
}

/** A ready repair: text edits to one file that make the diagnostic go away. */
export interface QuickFix {
  readonly title: string;
  readonly file: string;
  readonly edits: readonly TextEdit[];
}

/**
 * Something to say about the user's text or design. `code` is stable (`room/short-name`), `message` says what is wrong and where,
 * `help` what to do about it; `args` are the values inside the message, so that another language can say it again.
 */
export interface Diagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly help?: string | undefined;
  readonly args?: Readonly<Record<string, string | number>> | undefined;
  readonly at?: Location | undefined;
  readonly fixes?: readonly QuickFix[] | undefined;
}

const rank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2, hint: 3 };

/** Errors first, then by file and place: the order of every list of problems. */
export function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  return (
    rank[a.severity] - rank[b.severity] ||
    (a.at?.file ?? '').localeCompare(b.at?.file ?? '') ||
    (a.at?.range.start ?? 0) - (b.at?.range.start ?? 0) ||
    a.code.localeCompare(b.code)
  );
}
