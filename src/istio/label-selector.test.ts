import { expect, test } from 'vitest';
import { labelSelector } from './label-selector.ts';

test('labels and expressions must all hold', () => {
  const selects = labelSelector({
    matchLabels: { app: 'cart' },
    matchExpressions: [
      { key: 'tier', operator: 'In', values: ['a', 'b'] },
      { key: 'old', operator: 'DoesNotExist' },
    ],
  });
  expect(selects({ app: 'cart', tier: 'a' })).toBe(true);
  expect(selects({ app: 'cart', tier: 'c' })).toBe(false);
  expect(selects({ app: 'cart', tier: 'a', old: '' })).toBe(false);
});

test('an empty selector takes everything, one that Kubernetes refuses nothing', () => {
  expect(labelSelector({})({ any: 'thing' })).toBe(true);
  expect(labelSelector(undefined)({})).toBe(false);
  expect(labelSelector({ matchExpressions: [{ key: 'a', operator: 'Near' }] })({ a: '1' })).toBe(false);
});
