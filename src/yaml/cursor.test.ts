import { expect, test } from 'vitest';
import { documentAt, pathAt } from './cursor.ts';
import { parseYaml } from './parse.ts';

const text = `# first
kind: A
spec:
  hosts:
  - one
  - two: x
    three: {p: 1, q: [r]}
  empty:
---
kind: B
`;
const stream = parseYaml(text, 'a.yaml');

test.each([
  ['kind', ['kind']],
  ['A', ['kind']],
  ['spec', ['spec']],
  ['hosts', ['spec', 'hosts']],
  ['one', ['spec', 'hosts', 0]],
  ['two', ['spec', 'hosts', 1, 'two']],
  ['x\n', ['spec', 'hosts', 1, 'two']],
  ['q:', ['spec', 'hosts', 1, 'three', 'q']],
  ['r]', ['spec', 'hosts', 1, 'three', 'q', 0]],
  ['empty', ['spec', 'empty']],
  ['# first', []],
])('the path at %j is %j', (word, path) => {
  const [document] = stream.documents;
  if (document === undefined) throw new Error('the text has documents');
  expect(pathAt(document, text.indexOf(word))).toEqual(path);
});

test.each([
  ['# first', 0],
  ['empty', 0],
  ['kind: B', 1],
])('the document at %j is %i', (word, index) => {
  expect(documentAt(stream, text.indexOf(word))?.index).toBe(index);
});

test('after the end it is the last document, in an empty text none', () => {
  expect(documentAt(stream, text.length)?.index).toBe(1);
  expect(documentAt(parseYaml('', 'a'), 0)).toBeUndefined();
});
