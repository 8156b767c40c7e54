import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyEdits } from '#base/text-range.ts';
import { minimalEdit } from './minimal-edit.ts';

test('only what differs is replaced', () => {
  expect(minimalEdit('priority: 10\n', 'priority: 20\n')).toEqual({ range: { start: 10, end: 11 }, text: '2' });
  expect(minimalEdit('a', 'a')).toBeUndefined();
  expect(minimalEdit('aa', 'aaa')).toEqual({ range: { start: 2, end: 2 }, text: 'a' });
});

test('property: applying it gives the new text', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n') });
  fc.assert(
    fc.property(text, text, (before, after) => {
      const edit = minimalEdit(before, after);
      expect(applyEdits(before, edit === undefined ? [] : [edit])).toBe(after);
    }),
  );
});
