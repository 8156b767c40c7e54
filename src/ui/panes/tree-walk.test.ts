import { describe, expect, test } from 'vitest';
import { treeKey, type TreeLine } from './tree-walk.ts';

const lines: readonly TreeLine[] = [
  { id: 'a.yaml', level: 1, expanded: true },
  { id: 'a1', level: 2 },
  { id: 'a2', level: 2 },
  { id: 'b.yaml', level: 1, expanded: false },
];

describe('treeKey', () => {
  test.each([
    ['ArrowDown', 'a.yaml', { kind: 'focus', id: 'a1' }],
    ['ArrowDown', 'b.yaml', undefined],
    ['ArrowUp', 'b.yaml', { kind: 'focus', id: 'a2' }],
    ['ArrowRight', 'b.yaml', { kind: 'expand', id: 'b.yaml' }],
    ['ArrowRight', 'a.yaml', { kind: 'focus', id: 'a1' }],
    ['ArrowRight', 'a2', undefined],
    ['ArrowLeft', 'a2', { kind: 'focus', id: 'a.yaml' }],
    ['ArrowLeft', 'a.yaml', { kind: 'collapse', id: 'a.yaml' }],
    ['ArrowLeft', 'b.yaml', undefined],
    ['Home', 'b.yaml', { kind: 'focus', id: 'a.yaml' }],
    ['End', 'a1', { kind: 'focus', id: 'b.yaml' }],
    ['x', 'a1', undefined],
  ])('%s on %s', (key, id, move) => expect(treeKey(key, lines, id)).toEqual(move));

  test('begins at the first line when nothing has the focus', () =>
    expect(treeKey('ArrowDown', lines, undefined)).toEqual({ kind: 'focus', id: 'a.yaml' }));
});
