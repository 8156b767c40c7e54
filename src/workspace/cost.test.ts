import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { FilterCost } from '#simulator/filter-cost.ts';
import type { HeaderList } from '#simulator/trace.ts';
import { envoyFigures, sameResult } from './cost.ts';

const cost = (headers: HeaderList): FilterCost => ({
  usPerStream: 1,
  streams: 1,
  response: { status: 200, headers, body: new Uint8Array(0), trailers: [] },
  upstream: undefined,
});

test('the order of headers and what time changes do not count', () => {
  const a = cost([
    [':status', '200'],
    ['x-a', '1'],
    ['date', 'Monday'],
  ]);
  expect(
    sameResult(
      a,
      cost([
        ['x-a', '1'],
        [':status', '200'],
        ['date', 'Friday'],
      ]),
    ),
  ).toBe(true);
  expect(
    sameResult(
      a,
      cost([
        [':status', '200'],
        ['x-a', '2'],
      ]),
    ),
  ).toBe(false);
});

test('the figures of a real Envoy are those of the benchmarks, to a fifth', () => {
  const report = readFileSync(new URL('../../docs/benchmarks.md', import.meta.url), 'utf8');
  const figure = (what: string): number =>
    Number(
      report
        .split('\n')
        .find((line) => line.includes(`path rewrite as ${what}`))
        ?.split('|')[6],
    );
  expect(Math.abs(envoyFigures.wasm / figure('Wasm') - 1)).toBeLessThan(0.2);
  expect(Math.abs(envoyFigures.lua / figure('Lua') - 1)).toBeLessThan(0.2);
});
