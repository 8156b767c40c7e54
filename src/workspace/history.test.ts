import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DocumentState, WorkspaceDocument } from './document.ts';
import { emptyHistory, record, redo, undo } from './history.ts';

const file = (text: string): WorkspaceDocument => ({ files: [{ id: 'a', name: 'a.yaml', text }], modules: [], dumps: [] });
const edit = (state: DocumentState, text: string, at = 0, mergeKey?: string): DocumentState =>
  record(state, { label: 'edit', after: file(text), at, mergeKey });

describe('history', () => {
  test('undo and redo walk through the documents', () => {
    const state = edit(edit(emptyHistory, 'one'), 'two');
    expect(undo(state).document).toEqual(file('one'));
    expect(undo(undo(state)).document).toBe(emptyHistory.document);
    expect(redo(undo(state))).toEqual(state);
  });

  test('a change that changes nothing leaves no entry', () => {
    const state = edit(emptyHistory, 'one');
    expect(edit(state, 'one')).toBe(state);
  });

  test('typing in one field within a second is one entry', () => {
    const typed = edit(edit(edit(emptyHistory, 'h', 0, 'field'), 'he', 400, 'field'), 'hey', 900, 'field');
    expect(typed.past).toHaveLength(1);
    expect(undo(typed).document).toBe(emptyHistory.document);
    expect(edit(typed, 'hey you', 2500, 'field').past).toHaveLength(2);
  });

  test('a new change forgets what was undone', () => {
    const state = edit(undo(edit(edit(emptyHistory, 'one'), 'two')), 'three');
    expect(state.future).toEqual([]);
    expect(undo(state).document).toEqual(file('one'));
  });

  test('property: undoing everything gives the beginning, redoing everything the end', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 20 }), (texts) => {
        const end = texts.reduce((state, text, i) => edit(state, text, i * 5000), emptyHistory);
        let state = end;
        for (const _ of end.past) state = undo(state);
        expect(state.document).toBe(emptyHistory.document);
        for (const _ of end.past) state = redo(state);
        expect(state.document).toEqual(end.document);
      }),
    );
  });
});
