import { expect, test } from 'vitest';
import { percentDecode, QueryParams } from './query-params.ts';

test('names come out sorted, values in their own order', () => {
  const params = QueryParams.ofPath('/x?b=2&a=%31&b=3', true);
  expect(params.first('a')).toBe('1');
  params.remove('c');
  params.add('c', '');
  params.overwrite('d', '4');
  expect(params.toString()).toBe('?a=1&b=2&b=3&c=&d=4');
  expect(params.replaceIn('/y?old=1')).toBe('/y?a=1&b=2&b=3&c=&d=4');
});

test('a path without query has none, and a query that becomes empty goes', () => {
  const params = QueryParams.ofPath('/x?a=1', false);
  params.remove('a');
  expect(params.replaceIn('/x?a=1')).toBe('/x');
  expect(QueryParams.ofPath('/x', false).toString()).toBe('');
});

test('what is not an escape stays', () => {
  expect(percentDecode('%41%4x%')).toBe('A%4x%');
});
