import type { Provenance } from '#envoy/provenance.ts';
import type { Patch } from './patch.ts';
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
  const at = hasMatch ? items.findIndex(edit.hits) : -1;
  const anchor = `"${items[at]?.name ?? ''}"`;
  switch (patch.operation) {
    case 'ADD':
      return { items: [...items, created('puts it at the end')], effect: 'it is put at the end' };
    case 'INSERT_FIRST':
      return { items: [created('puts it first'), ...items], effect: 'it is put first' };
    case 'INSERT_AFTER': {
      if (!hasMatch) return { items: [...items, created('puts it at the end: its match names no filter')], effect: 'it is put at the end' };
      if (at < 0) return { items, miss: 'hit' };
      const effect = `it is put behind ${anchor}`;
      return { items: items.toSpliced(at + 1, 0, created(`puts it behind ${anchor}`)), effect };
    }
    case 'INSERT_BEFORE': {
      if (!hasMatch) return { items: [created('puts it first: its match names no filter'), ...items], effect: 'it is put first' };
      if (at < 0) return { items, miss: 'hit' };
      const effect = `it is put before ${anchor}`;
      return { items: items.toSpliced(at, 0, created(`puts it before ${anchor}`)), effect };
    }
    case 'REPLACE': {
      if (!hasMatch) return { items, miss: 'filter-match' };
      if (at < 0) return { items, miss: 'hit' };
      return { items: items.with(at, created(`puts it in place of ${anchor}`)), effect: `it replaces ${anchor}` };
    }
    case 'REMOVE': {
      if (!hasMatch) return { items, miss: 'filter-match' };
      if (at < 0) return { items, miss: 'hit' };
      return { items: items.filter((item) => !edit.hits(item)), effect: `it removes ${anchor}` };
    }
    default:
      return { items };
  }
}
