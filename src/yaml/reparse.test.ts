import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseYaml } from './parse.ts';
import { reparseYaml } from './reparse.ts';

const resource = (name: string): string => `kind: X\nmetadata:\n  name: ${name} # ${name}\n  on: [1, {a: b}]\n`;
const files = ['a', 'b', 'c', 'd'].map(resource);
const text = files.join('---\n');
const before = parseYaml(text, 'f.yaml');

describe('reparseYaml', () => {
  test('gives the same stream for the same text', () => {
    expect(reparseYaml(before, text)).toBe(before);
  });

  test('keeps documents above an edit as they are and the data of those below', () => {
    const after = reparseYaml(before, text.replace('name: b', 'name: longer'));
    expect(after.documents[0]).toBe(before.documents[0]);
    expect(after.documents[1]?.value).toEqual({ kind: 'X', metadata: { name: 'longer', true: [1, { a: 'b' }] } });
    expect(after.documents[2]).not.toBe(before.documents[2]);
    expect(after.documents[2]?.value).toBe(before.documents[2]?.value);
  });

  test('keeps documents below an edit that moves nothing', () => {
    const after = reparseYaml(before, text.replace('name: b', 'name: x'));
    expect(after.documents.map((document, i) => document === before.documents[i])).toEqual([true, false, true, true]);
  });

  test('follows documents that change places', () => {
    const [a = '', b = '', c = '', d = ''] = files;
    const after = reparseYaml(before, [a, c, b, d].join('---\n'));
    expect(after.documents.map(({ value }) => value)).toEqual([0, 2, 1, 3].map((i) => before.documents[i]?.value));
    expect(after.documents[1]?.value).toBe(before.documents[2]?.value);
    expect(after.documents.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
  });

  test('moves diagnostics and their repairs', () => {
    const after = reparseYaml(before, `# one more line\n${text}`);
    expect(after.diagnostics).toEqual(parseYaml(after.text, 'f.yaml').diagnostics);
  });

  test('one change among a thousand documents costs a fraction of reading them all', () => {
    const many = Array.from({ length: 1000 }, (_, i) => resource(`r${i}`)).join('---\n');
    const stream = parseYaml(many, 'f.yaml');
    const fastest = (run: () => unknown): number => {
      const times = Array.from({ length: 10 }, () => {
        const start = performance.now();
        run();
        return performance.now() - start;
      });
      return Math.min(...times);
    };
    const changed = many.replace('name: r5 ', 'name: other ');
    expect(fastest(() => reparseYaml(stream, changed)) * 2).toBeLessThan(fastest(() => parseYaml(changed, 'f.yaml')));
  });
});

describe('after any edits', () => {
  const line = fc.constantFrom(
    'a: 1',
    'b: &x {c: no}',
    'd: *x',
    '---',
    '...',
    '# note',
    'list:',
    '- x',
    '  - y',
    'e: |',
    '  text',
    'f: "open',
    '',
    '%TAG',
    'a: 2',
  );
  const lines = fc.array(line, { maxLength: 14 });

  test('the stream is what a fresh reading gives', () => {
    fc.assert(
      fc.property(lines, fc.array(lines, { minLength: 1, maxLength: 4 }), fc.nat(), (first, others, at) => {
        let stream = parseYaml(first.join('\n'), 'f');
        let current = first;
        for (const part of others) {
          const cut = at % (current.length + 1);
          current = [...current.slice(0, cut), ...part, ...current.slice(cut + 2)];
          stream = reparseYaml(stream, current.join('\n'));
          const fresh = parseYaml(current.join('\n'), 'f');
          expect(stream.documents.map((document) => ({ ...document }))).toEqual(fresh.documents);
          expect(stream.diagnostics).toEqual(fresh.diagnostics);
        }
      }),
      { numRuns: 300 },
    );
  });
});
