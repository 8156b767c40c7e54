import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyEdits, type TextEdit } from '#base/text-range.ts';
import type { Result } from '#base/result.ts';
import { appendDocument, duplicateDocument, insertDocumentAfter, removeDocument } from './edit-documents.ts';
import { parseYaml } from './parse.ts';

const done = (text: string, edits: Result<readonly TextEdit[]>): string => (edits.ok ? applyEdits(text, edits.value) : edits.error.code);

describe('appendDocument', () => {
  test.each([
    ['a: 1\n', 'a: 1\n---\nn: 1\n'],
    ['a: 1', 'a: 1\n---\nn: 1\n'],
    ['', 'n: 1\n'],
    ['# only a comment\n', '# only a comment\nn: 1\n'],
    ['a: 1\n---\n', 'a: 1\n---\nn: 1\n'],
    ['a: 1\n...\n', 'a: 1\n...\n---\nn: 1\n'],
    ['a: 1\r\n', 'a: 1\r\n---\r\nn: 1\r\n'],
  ])('to %j', (text, after) => {
    expect(done(text, appendDocument(text, 'n: 1\n'))).toBe(after);
  });

  test('takes a text that has its own separator', () => {
    expect(done('a: 1\n', appendDocument('a: 1\n', '---\nn: 1'))).toBe('a: 1\n---\nn: 1\n');
  });
});

describe('insertDocumentAfter', () => {
  test.each([
    [-1, 'n: 1\n---\na: 1\n---\nb: 2\n'],
    [0, 'a: 1\n---\nn: 1\n---\nb: 2\n'],
    [1, 'a: 1\n---\nb: 2\n---\nn: 1\n'],
    [2, 'yaml/path-not-found'],
  ])('%i', (index, after) => {
    const text = 'a: 1\n---\nb: 2\n';
    expect(done(text, insertDocumentAfter(text, parseYaml(text, 'a'), index, 'n: 1'))).toBe(after);
  });
});

describe('removeDocument', () => {
  test.each([
    ['the first', 'a: 1\n---\nb: 2\n', 0, 'b: 2\n'],
    ['the last', 'a: 1\n---\nb: 2\n', 1, 'a: 1\n'],
    ['the only one', 'a: 1\n', 0, ''],
    ['one in the middle', 'a: 1\n---\nb: 2\n---\nc: 3\n', 1, 'a: 1\n---\nc: 3\n'],
    ['the first with its own separator', '# licence\n---\na: 1\n---\nb: 2\n', 0, '# licence\n---\nb: 2\n'],
    ['a broken one', 'a: [\n---\nb: 2\n', 0, 'b: 2\n'],
  ])('%s', (_, text, index, after) => {
    expect(done(text, removeDocument(text, parseYaml(text, 'a'), index))).toBe(after);
  });
});

test('duplicateDocument puts a copy behind the document', () => {
  const text = 'a: 1 # c\n---\nb: 2\n';
  expect(done(text, duplicateDocument(text, parseYaml(text, 'a'), 0))).toBe('a: 1 # c\n---\na: 1 # c\n---\nb: 2\n');
});

describe('any stream', () => {
  const part = fc.constantFrom('a: 1\n', '# c\nb: 2\n', '- x\n- y\n', 'c: |\n  text\n\n', '{d: 1}\n', 'e: |+\n  x\n\n', '"f"\n');
  const streams = fc
    .record({
      parts: fc.array(part, { minLength: 1, maxLength: 4 }),
      separator: fc.constantFrom('---\n', '--- # c\n', '...\n---\n'),
      head: fc.constantFrom('', '---\n', '# licence\n', '# licence\n---\n', '%YAML 1.1\n---\n', '\n'),
      end: fc.boolean(),
    })
    .map(({ parts, separator, head, end }) => head + parts.join(separator) + (end ? '---\n' : ''));
  const values = (text: string): readonly unknown[] => parseYaml(text, 'a').documents.map(({ value }) => value);

  /** An empty document is nothing to Kubernetes; it may come or go. */
  const filled = (all: readonly unknown[]): readonly unknown[] => all.filter((value) => value !== undefined);

  test('loses exactly the document that is removed', () => {
    fc.assert(
      fc.property(streams, fc.nat(), (text, seed) => {
        const all = values(text);
        const index = seed % all.length;
        const after = done(text, removeDocument(text, parseYaml(text, 'a'), index));
        expect(filled(values(after)), after).toEqual(filled(all.toSpliced(index, 1)));
      }),
    );
  });

  test('gains exactly the document that is inserted', () => {
    fc.assert(
      fc.property(streams, fc.nat(), (text, seed) => {
        const all = values(text);
        const index = (seed % (all.length + 1)) - 1;
        const after = done(text, insertDocumentAfter(text, parseYaml(text, 'a'), index, 'new: 1\n'));
        expect(filled(values(after)), after).toEqual(filled(all.toSpliced(index + 1, 0, { new: 1 })));
      }),
    );
  });
});
