import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { composeEdits } from './compose-edits.ts';
import { applyEdits, invertEdits, lineStarts, positionAt, type TextEdit } from './text-range.ts';

const edit = (start: number, end: number, text: string): TextEdit => ({ range: { start, end }, text });

describe('positions', () => {
  test('lines end with any line break', () => {
    expect(lineStarts('a\nb\r\nc\rd')).toEqual([0, 2, 5, 7]);
  });

  test.each([
    [0, 1, 1],
    [1, 1, 2],
    [2, 2, 1],
    [4, 3, 1],
    [99, 3, 96],
  ])('offset %i is line %i, column %i', (offset, line, column) => {
    expect(positionAt(lineStarts('a\nb\nc'), offset)).toEqual({ line, column });
  });
});

describe('edits', () => {
  test('come in any order', () => {
    expect(applyEdits('abc', [edit(2, 3, 'C'), edit(0, 1, 'A')])).toBe('AbC');
  });

  test('at one offset keep their order', () => {
    expect(applyEdits('ab', [edit(1, 1, '1'), edit(1, 1, '2')])).toBe('a12b');
  });

  test('must not overlap', () => {
    expect(() => applyEdits('abc', [edit(0, 2, ''), edit(1, 3, '')])).toThrow('overlap');
  });
});

/** A text with up to five edits that do not overlap. */
const edited = (text: string): fc.Arbitrary<readonly TextEdit[]> =>
  fc.array(fc.tuple(fc.nat(text.length), fc.string({ maxLength: 3 })), { maxLength: 6 }).map((cuts) => {
    const sorted = cuts.toSorted(([a], [b]) => a - b);
    return sorted.flatMap(([end, inserted], i) => (i % 2 === 1 ? [edit(sorted[i - 1]?.[0] ?? 0, end, inserted)] : []));
  });

const withEdits = fc.string({ maxLength: 30 }).chain((text) => edited(text).map((edits) => ({ text, edits })));

describe('properties of edits', () => {
  test('the inverse undoes', () => {
    fc.assert(
      fc.property(withEdits, ({ text, edits }) => {
        const after = applyEdits(text, edits);
        expect(applyEdits(after, invertEdits(text, edits))).toBe(text);
      }),
    );
  });

  test('composed edits do what both do', () => {
    const both = withEdits.chain(({ text, edits }) => edited(applyEdits(text, edits)).map((second) => ({ text, edits, second })));
    fc.assert(
      fc.property(both, ({ text, edits, second }) => {
        expect(applyEdits(text, composeEdits(edits, second))).toBe(applyEdits(applyEdits(text, edits), second));
      }),
      { numRuns: 1000 },
    );
  });
});
