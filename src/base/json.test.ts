import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asStringMap, formatPath, getIn, jsonEqual, type JsonPath, type JsonValue } from './json.ts';

const json = fc.jsonValue() as fc.Arbitrary<JsonValue>;

describe('getIn', () => {
  const value = { a: [{ b: 1 }], '2': 'two', n: null };
  test.each<[JsonPath, unknown]>([
    [[], value],
    [['a', 0, 'b'], 1],
    [['a', 1], undefined],
    [['a', 'length'], undefined],
    [['toString'], undefined],
    [[2], 'two'],
    [['n', 'x'], undefined],
  ])('%j', (path, expected) => {
    expect(getIn(value, path)).toEqual(expected);
  });
});

describe('jsonEqual', () => {
  test('does not care for the order of keys, nor for absent ones', () => {
    expect(jsonEqual({ a: 1, b: 2 }, { b: 2, a: 1 })).toBe(true);
    expect(jsonEqual({ a: 1, b: undefined }, { a: 1 })).toBe(true);
    expect(jsonEqual([1, 2], [2, 1])).toBe(false);
    expect(jsonEqual({}, [])).toBe(false);
    expect(jsonEqual({ a: null }, {})).toBe(false);
  });

  test('holds for copies and only for them', () => {
    fc.assert(fc.property(json, (value) => jsonEqual(value, structuredClone(value))));
    fc.assert(fc.property(json, json, (a, b) => jsonEqual(a, b) === jsonEqual(b, a)));
  });
});

test('asStringMap leaves out what is no text', () => {
  expect(asStringMap({ a: 'x', b: 1, c: null, d: {} })).toEqual({ a: 'x' });
  expect(asStringMap(undefined)).toEqual({});
});

test.each<[JsonPath, string]>([
  [['spec', 'match', 0, 'ports'], 'spec.match[0].ports'],
  [['labels', 'app.kubernetes.io/name'], 'labels["app.kubernetes.io/name"]'],
  [[0, 'a'], '[0].a'],
  [[], ''],
])('%j reads %s', (path, text) => {
  expect(formatPath(path)).toBe(text);
});
