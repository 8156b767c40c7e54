import type { DocumentState, HistoryEntry, WorkspaceDocument } from './document.ts';
import { emptyDocument } from './document.ts';

/** How many steps can be undone; older ones are forgotten. Documents share unchanged files, so an entry is small. */
const limit = 500;

/** Edits with the same key within this time are one entry: typing in one field. */
const mergeWindowMs = 1000;

export const emptyHistory: DocumentState = { document: emptyDocument, past: [], future: [] };

export interface Change {
  readonly label: string;
  readonly after: WorkspaceDocument;
  readonly mergeKey?: string | undefined;
  /** Milliseconds; the caller's clock. */
  readonly at: number;
}

/** The state after a change. A change that changes nothing leaves no entry. */
export function record(state: DocumentState, change: Change): DocumentState {
  if (sameDocument(state.document, change.after)) return state;
  const last = state.past.at(-1);
  if (last !== undefined && state.future.length === 0 && canMerge(last, change)) {
    const merged: HistoryEntry = { ...last, after: change.after, at: change.at };
    return { document: change.after, past: [...state.past.slice(0, -1), merged], future: [] };
  }
  const entry: HistoryEntry = {
    label: change.label,
    before: state.document,
    after: change.after,
    mergeKey: change.mergeKey,
    at: change.at,
  };
  return { document: change.after, past: [...state.past.slice(-limit + 1), entry], future: [] };
}

export function undo(state: DocumentState): DocumentState {
  const entry = state.past.at(-1);
  return entry === undefined ? state : { document: entry.before, past: state.past.slice(0, -1), future: [entry, ...state.future] };
}

export function redo(state: DocumentState): DocumentState {
  const [entry, ...future] = state.future;
  return entry === undefined ? state : { document: entry.after, past: [...state.past, entry], future };
}

function canMerge(last: HistoryEntry, change: Change): boolean {
  return change.mergeKey !== undefined && last.mergeKey === change.mergeKey && change.at - last.at <= mergeWindowMs;
}

function sameDocument(a: WorkspaceDocument, b: WorkspaceDocument): boolean {
  return (
    sameItems(a.modules, b.modules, (x, y) => x === y) &&
    sameItems(a.dumps, b.dumps, (x, y) => x === y) &&
    sameItems(a.files, b.files, (x, y) => x.id === y.id && x.name === y.name && x.text === y.text)
  );
}

function sameItems<T>(a: readonly T[], b: readonly T[], same: (x: T, y: T) => boolean): boolean {
  return a === b || (a.length === b.length && a.every((item, i) => same(item, b[i] as T)));
}
