import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareHosts, hostsMatch, intersectHosts, isSubsetOf, mostSpecificMatch, resolveShortName } from './host.ts';

const host = fc.constantFrom('*', 'com', '*.com', 'a.com', '*.a.com', 'b.a.com', '*.b.a.com', 'c.b.a.com');

test('a wildcard has hosts in common with what it covers', () => {
  expect(hostsMatch('*.a.com', 'b.a.com')).toBe(true);
  expect(hostsMatch('*.a.com', 'b.com')).toBe(false);
});

test('having hosts in common goes both ways, and being a part implies it', () => {
  fc.assert(
    fc.property(host, host, (a, b) => {
      expect(hostsMatch(a, b)).toBe(hostsMatch(b, a));
      if (isSubsetOf(a, b)) expect(hostsMatch(a, b)).toBe(true);
    }),
  );
});

test('of two hosts the more exact one remains', () => {
  expect(intersectHosts(['*.com', 'x.org'], ['*.a.com'])).toEqual(['*.a.com']);
});

test('the most specific host answers', () => {
  const table = new Map([
    ['*', 1],
    ['*.a.com', 2],
    ['b.a.com', 3],
  ]);
  expect(['b.a.com', 'c.a.com', 'x.org'].map((name) => mostSpecificMatch(name, table))).toEqual([3, 2, 1]);
});

test('exact hosts come before wildcards, the bare one last', () => {
  expect(['*', '*.a.com', 'a.com', 'b.a.com'].sort(compareHosts)).toEqual(['b.a.com', 'a.com', '*.a.com', '*']);
});

test('short names get the namespace and the domain of the cluster', () => {
  expect(['cart', 'cart.com', '*', '10.0.0.1'].map((name) => resolveShortName(name, 'shop'))).toEqual([
    'cart.shop.svc.cluster.local',
    'cart.com',
    '*',
    '10.0.0.1',
  ]);
});
