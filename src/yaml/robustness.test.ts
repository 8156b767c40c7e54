import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonEqual, type JsonPath, type JsonValue } from '#base/json.ts';
import type { TextRange } from '#base/text-range.ts';
import { applyEdits } from '#base/text-range.ts';
import { pathAt } from './cursor.ts';
import { removeAt } from './edit-remove.ts';
import { withoutValue, withValue } from './edit-result.ts';
import { setAt } from './edit-set.ts';
import { parseYaml } from './parse.ts';
import type { YamlNode } from './tree.ts';

/** Pieces of YAML in any order, as a text under somebody's hands may be. */
const piece = fc.constantFrom(
  'a',
  'b: ',
  ': ',
  ':',
  '- ',
  '-',
  '? ',
  '\n',
  '\n  ',
  '\n    ',
  '\r\n',
  ' ',
  '\t',
  '"',
  "'",
  '[',
  ']',
  '{',
  '}',
  ',',
  '|',
  '|-\n',
  '>\n',
  '#',
  ' # c',
  '&x ',
  '*x',
  '<<: ',
  '!!int ',
  '!t ',
  '---',
  '\n---\n',
  '\n...\n',
  '%',
  '@',
  '\\',
  '\uFEFF',
  '\u0000',
  '1',
  'yes',
  '~',
  '0x1',
  'é',
  '😀',
  '\nk: v',
  '\n- i',
  '  ',
  '\r',
);
const soup = fc.array(piece, { maxLength: 25, size: 'max' }).map((pieces) => pieces.join(''));

const inside = (outer: TextRange, inner: TextRange): boolean =>
  outer.start <= inner.start && inner.start <= inner.end && inner.end <= outer.end;

/** Every node lies inside of its parent, siblings follow each other. */
function expectNested(node: YamlNode, within: TextRange): void {
  expect(inside(within, node.range)).toBe(true);
  if (node.alias !== undefined || node.kind === 'scalar') return;
  let last = node.range.start;
  if (node.kind === 'seq') {
    for (const item of node.items) {
      expect(item.range.start).toBeGreaterThanOrEqual(last);
      expectNested(item, node.range);
      last = item.range.end;
    }
    return;
  }
  for (const entry of node.entries.filter(({ origin }) => origin !== 'merged')) {
    expect(entry.keyRange.start).toBeGreaterThanOrEqual(last);
    expect(inside(node.range, entry.keyRange)).toBe(true);
    expectNested(entry.value, node.range);
    last = Math.max(entry.keyRange.end, entry.value.range.end);
  }
}

function isPlainData(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return true;
  return typeof value === 'object' && Object.values(value).every(isPlainData);
}

test('reading anything never throws and gives ranges that nest', () => {
  fc.assert(
    fc.property(soup, (text) => {
      const stream = parseYaml(text, 'f');
      const whole = { start: 0, end: text.length };
      for (const document of stream.documents) {
        expect(inside(whole, document.range)).toBe(true);
        if (document.root !== undefined) expectNested(document.root, document.range);
        expect(document.value === undefined || isPlainData(document.value)).toBe(true);
        expect(document.hasErrors).toBe(document.diagnostics.some(({ severity }) => severity === 'error'));
        pathAt(document, Math.floor((document.range.start + document.range.end) / 2));
      }
      for (const { at, message, help } of stream.diagnostics) {
        expect(at !== undefined && inside(whole, at.range) && at.range.end > at.range.start, `${JSON.stringify(at)} ${message}`).toBe(true);
        expect(`${message} ${help}`).not.toMatch(/undefined|\$\w/);
      }
    }),
    { numRuns: 1000 },
  );
});

test('an edit of anything is exact or refused', () => {
  const steps: fc.Arbitrary<JsonPath> = fc.array(fc.constantFrom('a', 'k', 'b', 0, 1, 'new'), { maxLength: 3 });
  const values: fc.Arbitrary<JsonValue> = fc.constantFrom<JsonValue>('x', 'two\nlines', 1, null, { k: [1] }, []);
  fc.assert(
    fc.property(soup, steps, values, (text, path, next) => {
      for (const document of parseYaml(text, 'f').documents) {
        const index = document.index;
        const set = setAt(text, document, path, next);
        if (set.ok) {
          const after = parseYaml(applyEdits(text, set.value), 'f').documents[index]?.value;
          expect(jsonEqual(after, withValue(document.value, path, next)), JSON.stringify(applyEdits(text, set.value))).toBe(true);
        }
        const removed = removeAt(text, document, path);
        if (removed.ok && document.value !== undefined) {
          const after = parseYaml(applyEdits(text, removed.value), 'f').documents[index]?.value;
          expect(jsonEqual(after, withoutValue(document.value, path)), JSON.stringify(applyEdits(text, removed.value))).toBe(true);
        }
      }
    }),
    { numRuns: 1000 },
  );
});
