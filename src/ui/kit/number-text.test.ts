import { describe, expect, test } from 'vitest';
import { parseNumber, stepNumber } from './number-text.ts';

describe('parseNumber', () => {
  test.each([
    ['10', 10],
    [' -3 ', -3],
    ['+.5', 0.5],
    ['1e3', 1000],
    ['1.', 1],
  ])('reads %j', (text, value) => expect(parseNumber(text, false)).toBe(value));

  test.each(['', '1,5', '0x10', '1 2', '-', 'NaN', 'Infinity', '1e999'])('refuses %j', (text) =>
    expect(parseNumber(text, false)).toBeUndefined(),
  );

  test('wants whole numbers where the field is one', () => {
    expect(parseNumber('1.5', true)).toBeUndefined();
    expect(parseNumber('2.0', true)).toBe(2);
  });
});

describe('stepNumber', () => {
  test('adds without rounding noise', () => expect(stepNumber(0.2, 0.1, undefined, undefined)).toBe(0.3));
  test('stays inside the limits', () => {
    expect(stepNumber(10, 1, 0, 10)).toBe(10);
    expect(stepNumber(0, -1, 0, 10)).toBe(0);
  });
  test('an empty field begins at its limit', () => {
    expect(stepNumber(undefined, 1, 5, 10)).toBe(5);
    expect(stepNumber(undefined, -1, 5, 10)).toBe(10);
    expect(stepNumber(undefined, 1, undefined, undefined)).toBe(1);
  });
});
