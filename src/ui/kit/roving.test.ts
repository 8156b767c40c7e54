import { expect, test } from 'vitest';
import { rovingTarget } from './roving.ts';

test.each([
  ['ArrowRight', 0, 'horizontal', 1],
  ['ArrowRight', 2, 'horizontal', 0],
  ['ArrowLeft', 0, 'horizontal', 2],
  ['ArrowDown', 0, 'horizontal', undefined],
  ['ArrowDown', -1, 'vertical', 0],
  ['ArrowUp', -1, 'vertical', 2],
  ['Home', 2, 'vertical', 0],
  ['End', 0, 'vertical', 2],
  ['a', 0, 'vertical', undefined],
] as const)('%s from item %i of three (%s) goes to %s', (key, at, axis, target) => {
  expect(rovingTarget(key, at, 3, axis)).toBe(target);
});

test('an empty group has nowhere to go', () => expect(rovingTarget('End', 0, 0, 'vertical')).toBeUndefined());
