import { describe, expect, test } from 'vitest';
import type { JsonPath } from '#base/json.ts';
import { applyEdits } from '#base/text-range.ts';
import { removeAt, type RemoveOptions } from './edit-remove.ts';
import { parseYaml } from './parse.ts';

function remove(text: string, path: JsonPath, options?: RemoveOptions): string {
  const [document] = parseYaml(text, 'a.yaml').documents;
  if (document === undefined) throw new Error('the text has no document');
  const edits = removeAt(text, document, path, options);
  return edits.ok ? applyEdits(text, edits.value) : edits.error.code;
}

describe('removeAt', () => {
  test.each<[string, string, JsonPath, string]>([
    ['the whole line with its comment; the comment above stays', '# above\na: 1 # behind\nb: 2\n', ['a'], '# above\nb: 2\n'],
    ['all lines of a value', 'a:\n  x: 1\n  # inside\n  y: 2\nb: 2\n', ['a'], 'b: 2\n'],
    ['a block scalar', 'a: |\n  x\n\nb: 2\n', ['a'], '\nb: 2\n'],
    ['the last line without a line break', 'a: 1\nb: 2', ['b'], 'a: 1'],
    ['an item', 'a:\n- 1\n- 2\n', ['a', 0], 'a:\n- 2\n'],
    ['the first key of an item', 'a:\n- x: 1\n  y: 2\n', ['a', 0, 'x'], 'a:\n- y: 2\n'],
    ['the first key of an item above a comment', 'a:\n- x: 1\n  # y\n  y: 2\n', ['a', 0, 'x'], 'a:\n-\n  # y\n  y: 2\n'],
    ['in braces', '{a: 1, b: 2, c: 3}\n', ['b'], '{a: 1, c: 3}\n'],
    ['at the end of braces', '{a: 1, b: 2}\n', ['b'], '{a: 1}\n'],
    ['the only one in braces', '{a: 1}\n', ['a'], '{}\n'],
    ['in JSON', '{\n  "a": 1,\n  "b": 2\n}\n', ['b'], '{\n  "a": 1\n}\n'],
    ['the only key leaves {}', 'a: # c\n  # d\n  x: 1\nb: 2\n', ['a', 'x'], 'a: {} # c\n  # d\nb: 2\n'],
    ['the only item leaves []', 'a:\n- x: 1\n', ['a', 0], 'a: []\n'],
    ['Windows line ends', 'a: 1\r\nb: 2\r\n', ['a'], 'b: 2\r\n'],
  ])('%s', (_, text, path, after) => {
    expect(remove(text, path)).toBe(after);
  });

  test('takes emptied parents along when asked', () => {
    const text = 'a:\n  b:\n    c:\n    - 1\nd: 2\n';
    expect(remove(text, ['a', 'b', 'c', 0], { emptied: 'remove' })).toBe('d: 2\n');
    expect(remove('a:\n  b: 1\n', ['a', 'b'], { emptied: 'remove' })).toBe('{}\n');
  });

  test('keeps the data above when blank lines would join it', () => {
    expect(remove('a: |+\n  x\nb: 1\n\nc: 2\n', ['b'])).toBe('a: |+\n  x\nc: 2\n');
  });

  test('moves an anchor to its first alias', () => {
    expect(remove('a: &x {p: 1}\nb: *x\n', ['a'])).toBe('b: &x {p: 1}\n');
  });

  test.each<[string, string, JsonPath, string]>([
    ['what is not there', 'a: 1\n', ['b'], 'yaml/path-not-found'],
    ['the root', 'a: 1\n', [], 'yaml/path-not-found'],
    ['a key that comes through <<', 'a: &x {p: 1}\nb:\n  <<: *x\n', ['b', 'p'], 'yaml/merged-key'],
    ['anything in a broken document', 'a: 1\nb: [\n', ['a'], 'yaml/document-broken'],
  ])('refuses %s', (_, text, path, code) => {
    expect(remove(text, path)).toBe(code);
  });
});
