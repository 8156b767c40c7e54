import { expect, test } from 'vitest';
import { keepIdentity, memoLast } from './memo.ts';

test('the same arguments give the same result without computing again', () => {
  let runs = 0;
  const sum = memoLast((a: number, b: number) => ({ sum: a + b, run: ++runs }));
  const first = sum(1, 2);
  expect(sum(1, 2)).toBe(first);
  expect(sum(2, 2)).toEqual({ sum: 4, run: 2 });
});

test('a list with the same items keeps its identity', () => {
  const keep = keepIdentity<string>();
  const first = keep(['a', 'b']);
  expect(keep(['a', 'b'])).toBe(first);
  expect(keep(['b', 'a'])).not.toBe(first);
});
