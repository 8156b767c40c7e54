import { expect, test } from 'vitest';
import { diffHeaders } from './header-diff.ts';

test('a rewritten path, an added and a removed header', () => {
  const before = [
    [':path', '/banana/418'],
    ['x-old', '1'],
  ] as const;
  const after = [
    [':path', '/status/418'],
    ['x-new', '2'],
  ] as const;
  expect(diffHeaders(before, after)).toEqual([
    { name: ':path', before: '/banana/418', after: '/status/418' },
    { name: 'x-new', before: undefined, after: '2' },
    { name: 'x-old', before: '1', after: undefined },
  ]);
});

test('a second value of a name is an addition, not a change', () => {
  expect(
    diffHeaders(
      [['set-cookie', 'a']],
      [
        ['set-cookie', 'a'],
        ['set-cookie', 'b'],
      ],
    ),
  ).toEqual([{ name: 'set-cookie', before: undefined, after: 'b' }]);
});

test('another order alone is no change', () => {
  expect(
    diffHeaders(
      [
        ['a', '1'],
        ['b', '2'],
      ],
      [
        ['b', '2'],
        ['a', '1'],
      ],
    ),
  ).toEqual([]);
});
