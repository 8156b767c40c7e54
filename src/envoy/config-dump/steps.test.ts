import { expect, test } from 'vitest';
import { runSteps, runStepsPolitely } from './steps.ts';

function* count(steps: number): Generator<number, string> {
  for (let i = 1; i <= steps; i++) yield i;
  return 'done';
}

test('all at once', () => {
  expect(runSteps(count(3))).toBe('done');
});

test('politely: a pause whenever the budget is used up', async () => {
  let clock = 0;
  const pauses: number[] = [];
  const result = await runStepsPolitely(count(10), {
    budgetMs: 4,
    now: () => clock++,
    pause: (progress) => {
      pauses.push(progress);
      return Promise.resolve();
    },
  });
  expect(result).toBe('done');
  expect(pauses).toEqual([4, 8]);
});
