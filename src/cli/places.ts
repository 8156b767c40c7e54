import type { Diagnostic, Location } from '#base/diagnostic.ts';
import type { SourceFile } from '#base/source-file.ts';
import type { Position } from '#base/text-range.ts';
import { lineStarts, positionAt } from '#base/text-range.ts';

export interface Place {
  readonly file: string;
  readonly start: Position;
  readonly end: Position;
}

/** Lines and columns of locations; each text is gone through once. */
export class Places {
  readonly #texts: ReadonlyMap<string, string>;
  readonly #starts = new Map<string, readonly number[]>();

  constructor(files: readonly SourceFile[]) {
    this.#texts = new Map(files.map((file) => [file.name, file.text]));
  }

  /** Undefined for a diagnostic that points at no file of the command. */
  of(at: Location | undefined): Place | undefined {
    const text = at === undefined ? undefined : this.#texts.get(at.file);
    if (at === undefined || text === undefined) return undefined;
    let starts = this.#starts.get(at.file);
    if (starts === undefined) this.#starts.set(at.file, (starts = lineStarts(text)));
    return { file: at.file, start: positionAt(starts, at.range.start), end: positionAt(starts, at.range.end) };
  }
}

/** `file:line:column: error yaml/duplicate-key: message` and the advice below. */
export function formatDiagnostic({ code, severity, message, help, at }: Diagnostic, places: Places): string {
  const place = places.of(at);
  const where = place === undefined ? '' : `${place.file}:${place.start.line}:${place.start.column}: `;
  return `${where}${severity} ${code}: ${message}\n${help === undefined ? '' : `    ${help}\n`}`;
}
