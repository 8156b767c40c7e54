import { assertUnreachable } from '#base/assert.ts';
import type { Provenance } from '#envoy/provenance.ts';
import type { Operation, Patch } from './patch.ts';
import { patchedIn, type PatchRun } from './run.ts';

/** What an operation did to a list, or the reason it did nothing. */
export interface ListChange<T> {
  readonly items: T[];
  readonly effect?: string | undefined;
  readonly miss?: 'filter-match' | 'hit' | undefined;
}

interface ListPatch<T> {
  readonly patch: Patch;
  /** Does the match name an item of this list? */
  readonly hasMatch: boolean;
  readonly hits: (item: T) => boolean;
  readonly make: (provenance: Provenance) => T;
}

/**
 * ADD, INSERT_*, REPLACE and REMOVE on a list of filters. Insertion and REPLACE take the first hit, REMOVE all; without an item in the
 * match INSERT_BEFORE goes to the front, INSERT_AFTER to the end, REPLACE and REMOVE do nothing (istio/istio listener_patch.go
 * patchHTTPFilters, util.go insertBeforeFunc …). The new item is only made when it is needed: making it may panic.
 */
export function changeList<T extends { readonly name: string }>(run: PatchRun, items: T[], edit: ListPatch<T>): ListChange<T> {
  const { patch, hasMatch } = edit;
  const created = (effect: string): T => edit.make(patchedIn(run, patch, effect));
  const { operation } = patch;
  if (operation === 'ADD' || (operation === 'INSERT_AFTER' && !hasMatch)) {
    const why = operation === 'ADD' ? '' : ': its match names no filter';
    return { items: [...items, created(`puts it at the end${why}`)], effect: `it is put at the end${why}` };
  }
  if (operation === 'INSERT_FIRST' || (operation === 'INSERT_BEFORE' && !hasMatch)) {
    const why = operation === 'INSERT_FIRST' ? '' : ': its match names no filter';
    return { items: [created(`puts it first${why}`), ...items], effect: `it is put first${why}` };
  }
  if (!isRelative(operation)) return { items };
  if (!hasMatch) return { items, miss: 'filter-match' };
  const at = items.findIndex(edit.hits);
  if (at < 0) return { items, miss: 'hit' };
  const anchor = `"${items[at]?.name ?? ''}"`;
  switch (operation) {
    case 'INSERT_AFTER':
      return { items: items.toSpliced(at + 1, 0, created(`puts it behind ${anchor}`)), effect: `it is put behind ${anchor}` };
    case 'INSERT_BEFORE':
      return { items: items.toSpliced(at, 0, created(`puts it before ${anchor}`)), effect: `it is put before ${anchor}` };
    case 'REPLACE':
      return { items: items.with(at, created(`puts it in place of ${anchor}`)), effect: `it replaces ${anchor}` };
    case 'REMOVE':
      return { items: items.filter((item) => !edit.hits(item)), effect: `it removes ${anchor}` };
    default:
      return assertUnreachable(operation);
  }
}

type Relative = 'INSERT_AFTER' | 'INSERT_BEFORE' | 'REPLACE' | 'REMOVE';

function isRelative(operation: Operation): operation is Relative {
  return operation === 'INSERT_AFTER' || operation === 'INSERT_BEFORE' || operation === 'REPLACE' || operation === 'REMOVE';
}
