/**
 * The answer of something that depends on the outside world (a file, a module, a guest). Mistakes in the
 * user's text are `Diagnostic`s, our own bugs are exceptions; this is for everything between.
 */
export type Result<T, F = Failure> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: F };

/** Why something outside failed: a stable code, a sentence for people, and advice where we have some. */
export interface Failure<Code extends string = string> {
  readonly code: Code;
  readonly message: string;
  readonly help?: string | undefined;
}

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function err<F>(error: F): { readonly ok: false; readonly error: F } {
  return { ok: false, error };
}

/** Shorthand for `err({ code, message, help })`. */
export function fail<Code extends string>(
  code: Code,
  message: string,
  help?: string,
): { readonly ok: false; readonly error: Failure<Code> } {
  return { ok: false, error: help === undefined ? { code, message } : { code, message, help } };
}
