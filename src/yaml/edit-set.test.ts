import { describe, expect, test } from 'vitest';
import type { JsonPath, JsonValue } from '#base/json.ts';
import { applyEdits } from '#base/text-range.ts';
import { setAt } from './edit-set.ts';
import { parseYaml } from './parse.ts';

function set(text: string, path: JsonPath, value: JsonValue): string {
  const [document] = parseYaml(text, 'a.yaml').documents;
  if (document === undefined) throw new Error('the text has no document');
  const edits = setAt(text, document, path, value);
  return edits.ok ? applyEdits(text, edits.value) : edits.error.code;
}

describe('setAt on a scalar', () => {
  test.each([
    ['plain', 'a: old # c\n', 'new', 'a: new # c\n'],
    ['plain to a text that needs quotes', 'a: old\n', 'yes', 'a: "yes"\n'],
    ['single quotes', "a: 'old'\n", "it's", "a: 'it''s'\n"],
    ['double quotes', 'a: "old"\n', 'n\tw', 'a: "n\\tw"\n'],
    ['a number', 'a: 1\n', 2, 'a: 2\n'],
    ['a quoted text by a number', 'a: "1"\n', 2, 'a: 2\n'],
    ['a literal block', 'a: |\n  old\n  text\nb: 1\n', 'new\ntext\n', 'a: |\n  new\n  text\nb: 1\n'],
    ['a literal block keeps the comment on its header', 'a: | # why\n  old\n', 'new', 'a: |- # why\n  new\n'],
    ['a folded block', 'a: >\n  old\n  text\n', 'one\ntwo\n', 'a: >\n  one\n\n  two\n'],
    ['plain by several lines', 'a: old # c\nb: 1\n', 'x\ny\n', 'a: | # c\n  x\n  y\nb: 1\n'],
    ['an absent value', 'a:\nb: 1\n', 'x', 'a: x\nb: 1\n'],
    ['a block map, the comments stay', 'a: # c\n  # d\n  b: 1\ne: 2\n', 'x', 'a: x # c\n  # d\ne: 2\n'],
    ['a tagged value', 'a: !!str 5\n', 7, 'a: 7\n'],
    ['Windows line ends', 'a: old\r\nb: 1\r\n', 'x\ny\n', 'a: |\r\n  x\r\n  y\r\nb: 1\r\n'],
  ])('%s', (_, text, value, after) => {
    expect(set(text, ['a'], value)).toBe(after);
  });

  test('never lets a comment below become part of a block scalar', () => {
    expect(set('a: old\n    # deep comment\nb: 1\n', ['a'], 'x\ny\n')).toBe('a: "x\\ny\\n"\n    # deep comment\nb: 1\n');
  });
});

describe('setAt with a collection', () => {
  test.each<[string, string, JsonPath, JsonValue, string]>([
    ['below a key, the comment stays on it', 'a: old # c\n', ['a'], { b: 1 }, 'a: # c\n  b: 1\n'],
    ['as list item', 'a:\n- x # c\n- y\n', ['a', 0], { b: 1, c: 2 }, 'a:\n- b: 1 # c\n  c: 2\n- y\n'],
    ['instead of a list', 'a:\n- x\nb: 1\n', ['a'], { c: [1] }, 'a:\n  c:\n  - 1\nb: 1\n'],
    ['inside of braces', '{a: [1, 2], b: x}\n', ['b'], { c: ['x,y'] }, '{a: [1, 2], b: {c: ["x,y"]}}\n'],
    ['inside of JSON', '{"a": "x"}\n', ['a'], { b: 'y' }, '{"a": {"b": "y"}}\n'],
  ])('%s', (_, text, path, value, after) => {
    expect(set(text, path, value)).toBe(after);
  });
});

describe('setAt where nothing is yet', () => {
  test.each<[string, string, JsonPath, JsonValue, string]>([
    ['a key goes after the last one', 'a:\n  b: 1 # c\n# outer\nd: 2\n', ['a', 'x'], 1, 'a:\n  b: 1 # c\n  x: 1\n# outer\nd: 2\n'],
    ['after a block scalar', 'a:\n  b: |\n    x\n\nd: 2\n', ['a', 'x'], 1, 'a:\n  b: |\n    x\n  x: 1\n\nd: 2\n'],
    ['without a line break at the end', 'a: 1', ['b'], 2, 'a: 1\nb: 2'],
    ['missing parents are made', 'a: 1\n', ['b', 'c', 0, 'd'], 2, 'a: 1\nb:\n  c:\n  - d: 2\n'],
    ['in an empty map', 'a: {}\n', ['a', 'b'], 1, 'a:\n  b: 1\n'],
    ['in an absent value', 'a: # c\nb: 1\n', ['a', 'x'], 1, 'a: # c\n  x: 1\nb: 1\n'],
    ['in braces', '{a: 1}\n', ['b'], 2, '{a: 1, b: 2}\n'],
    ['in JSON with a line for each entry', '{\n  "a": 1\n}\n', ['b'], 'x', '{\n  "a": 1,\n  "b": "x"\n}\n'],
    ['behind a trailing comma', '[1, 2,]\n', [2], 3, '[1, 2, 3]\n'],
    ['a list grows at its end', 'a:\n  - x\n', ['a', 1], 'z', 'a:\n  - x\n  - z\n'],
    ['lists look like those around', 'a:\n    - x\n', ['b'], [{ c: [1] }], 'a:\n    - x\nb:\n    - c:\n          - 1\n'],
    ['in an empty document', '# only a comment\n---\n', ['a'], 1, '# only a comment\n---\na: 1\n'],
  ])('%s', (_, text, path, value, after) => {
    expect(set(text, path, value)).toBe(after);
  });
});

describe('setAt and shared values', () => {
  test('writes an alias out where it stands', () => {
    expect(set('a: &x {p: 1}\nb: *x\n', ['b', 'q'], 2)).toBe('a: &x {p: 1}\nb:\n  p: 1\n  q: 2\n');
  });

  test('moves an anchor to its first alias when the anchored value changes', () => {
    expect(set('a: &x 1\nb: *x\nc: *x\n', ['a'], 2)).toBe('a: 2\nb: &x 1\nc: *x\n');
  });

  test('overrides a merged key in the map itself', () => {
    expect(set('a: &x {p: 1}\nb:\n  <<: *x\n', ['b', 'p'], 2)).toBe('a: &x {p: 1}\nb:\n  <<: *x\n  p: 2\n');
  });
});

describe('setAt refuses', () => {
  test.each<[string, string, JsonPath, string]>([
    ['a document with a syntax error', 'a: [\n', ['a'], 'yaml/document-broken'],
    ['a path through a scalar', 'a: 1\n', ['a', 'b'], 'yaml/not-a-collection'],
    ['a list index beyond the end', 'a: [1]\n', ['a', 3], 'yaml/path-not-found'],
  ])('%s', (_, text, path, code) => {
    expect(set(text, path, 2)).toBe(code);
  });
});
