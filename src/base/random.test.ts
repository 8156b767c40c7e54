import { expect, test } from 'vitest';
import { seededRandom } from './random.ts';

const take = (seed: number, count: number): readonly number[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => random.next());
};

test('the same seed gives the same numbers, another seed others', () => {
  expect(take(1, 5)).toEqual(take(1, 5));
  expect(take(1, 5)).not.toEqual(take(2, 5));
});

test('numbers are spread over [0, 1)', () => {
  const numbers = take(42, 10_000);
  const tenths = Array.from({ length: 10 }, (_, i) => numbers.filter((n) => Math.floor(n * 10) === i).length);
  expect(tenths.reduce((sum, count) => sum + count, 0)).toBe(10_000);
  for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

test('fill writes every byte', () => {
  const bytes = new Uint8Array(4096);
  // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- not an array's fill
  seededRandom(3).fill(bytes);
  expect(new Set(bytes).size).toBe(256);
});
