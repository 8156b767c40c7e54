import { describe, expect, test } from 'vitest';
import type { JsonPath, JsonValue } from '#base/json.ts';
import type { Result } from '#base/result.ts';
import { applyEdits, type TextEdit } from '#base/text-range.ts';
import { insertAt, moveItem } from './edit-list.ts';
import { renameKey } from './edit-rename.ts';
import { parseYaml } from './parse.ts';
import type { YamlDocument } from './tree.ts';

function done(text: string, edit: (document: YamlDocument) => Result<readonly TextEdit[]>): string {
  const [document] = parseYaml(text, 'a.yaml').documents;
  if (document === undefined) throw new Error('the text has no document');
  const edits = edit(document);
  return edits.ok ? applyEdits(text, edits.value) : edits.error.code;
}

describe('insertAt', () => {
  test.each<[string, string, number, JsonValue, string]>([
    ['before the first item', 'a:\n# about x\n- x\n', 0, 'n', 'a:\n- "n"\n# about x\n- x\n'],
    ['between items, comments stay with theirs', 'a:\n- x # c\n# about z\n- z\n', 1, { k: 1 }, 'a:\n- x # c\n- k: 1\n# about z\n- z\n'],
    ['at the end', 'a:\n  - x\nb: 1\n', 1, ['m'], 'a:\n  - x\n  - - m\nb: 1\n'],
    ['into []', 'a: [] # c\n', 0, 1, 'a: # c\n- 1\n'],
    ['into brackets', 'a: [x, z]\n', 1, 'm', 'a: [x, m, z]\n'],
    ['into brackets over several lines', 'a: [\n  x, # c\n  z\n]\n', 2, 'm', 'a: [\n  x, # c\n  z,\n  m\n]\n'],
    ['into nothing', 'a:\nb: 1\n', 0, 1, 'a:\n- 1\nb: 1\n'],
    ['beyond the end', 'a: [1]\n', 2, 1, 'yaml/path-not-found'],
    ['into a map', 'a: {b: 1}\n', 0, 1, 'yaml/not-a-collection'],
  ])('%s', (_, text, index, value, after) => {
    expect(done(text, (document) => insertAt(text, document, ['a'], index, value))).toBe(after);
  });
});

describe('moveItem', () => {
  const text = 'list:\n# one\n- name: a # a\n  config: |\n    text\n\n- b\n# three\n- [c] # c\nend: 1\n';

  test.each([
    [0, 2, 'list:\n- b\n\n# three\n- [c] # c\n# one\n- name: a # a\n  config: |\n    text\nend: 1\n'],
    [2, 0, 'list:\n# three\n- [c] # c\n\n# one\n- name: a # a\n  config: |\n    text\n- b\nend: 1\n'],
    [1, 1, text],
    [0, 3, 'yaml/path-not-found'],
  ])('from %i to %i takes comments along', (from, to, after) => {
    expect(done(text, (document) => moveItem(text, document, ['list'], from, to))).toBe(after);
  });

  test('inside of brackets', () => {
    const flow = '[a, {b: 1}, c]\n';
    expect(done(flow, (document) => moveItem(flow, document, [], 1, 0))).toBe('[{b: 1}, a, c]\n');
  });
});

describe('renameKey', () => {
  test.each<[string, string, JsonPath, string, string]>([
    ['plain', 'a: 1 # c\n', ['a'], 'b', 'b: 1 # c\n'],
    ['in its quotes', "'a': 1\n", ['a'], 'b', "'b': 1\n"],
    ['with quotes where it needs them', 'a: 1\n', ['a'], 'no', '"no": 1\n'],
    ['in braces', '{a: {b: 1}}\n', ['a', 'b'], 'c,d', '{a: {"c,d": 1}}\n'],
    ['to a key that exists', 'a: 1\nb: 2\n', ['a'], 'b', 'yaml/key-exists'],
    ['of something else', 'a: 1\n', ['x'], 'b', 'yaml/path-not-found'],
  ])('%s', (_, text, path, key, after) => {
    expect(done(text, (document) => renameKey(text, document, path, key))).toBe(after);
  });
});
