import type { KeptDump } from '#envoy/config-dump/keep.ts';

/**
 * The calls between the page and the worker that reads one dump. The page pulls: each `step` is a slice of reading, then a slice of the
 * answer, small enough that taking it over never holds up the page.
 */
export interface DumpCalls {
  open: { args: DumpFile; result: null };
  step: { args: null; result: DumpStep };
}

export interface DumpFile {
  readonly name: string;
  readonly content: Blob;
  /** Where the generated descriptors are. */
  readonly descriptors: string;
}

export type DumpStep =
  | { readonly kind: 'reading'; readonly done: number; readonly total: number }
  /** Lists to be appended to what came before. */
  | { readonly kind: 'part'; readonly part: Partial<KeptDump> }
  | { readonly kind: 'end' };
