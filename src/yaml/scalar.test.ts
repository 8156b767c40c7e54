import { describe, expect, test } from 'vitest';
import { isAmbiguousBoolean, keyOf, resolvePlain } from './scalar.ts';

/** Every value below is what `YAMLToJSON` of sigs.k8s.io/yaml v1.6.0 gives. */
describe('an unquoted scalar is what Kubernetes reads', () => {
  test.each([
    ...['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON', 'true', 'True', 'TRUE'].map((text) => [text, true] as const),
    ...['n', 'no', 'No', 'NO', 'off', 'Off', 'OFF', 'false', 'False', 'FALSE'].map((text) => [text, false] as const),
    ...['', '~', 'null', 'Null', 'NULL'].map((text) => [text, null] as const),
  ])('word %j is %j', (text, value) => {
    expect(resolvePlain(text)).toBe(value);
  });

  test.each([
    ['0', 0],
    ['-0', 0],
    ['+1', 1],
    ['-1', -1],
    ['007', 7],
    ['0777', 511],
    ['08', 8],
    ['09.5', 9.5],
    ['0o17', 15],
    ['0O17', 15],
    ['0x1f', 31],
    ['0X1F', 31],
    ['-0x1f', -31],
    ['0x_f', 15],
    ['0b101', 5],
    ['-0b101', -5],
    ['1_000', 1000],
    ['1__0', 10],
    ['1_000.5', 1000.5],
    ['1e3', 1000],
    ['1E+3', 1000],
    ['12e03', 12000],
    ['1.5', 1.5],
    ['5.', 5],
    ['.5', 0.5],
    ['-.5', -0.5],
    ['.1e2', 10],
    ['18446744073709551616', 18446744073709552000],
  ])('number %s is %d', (text, value) => {
    expect(resolvePlain(text)).toBe(value);
  });

  test.each(
    [
      'yEs',
      'tRue',
      'nULL',
      '0b12',
      '0o8',
      '_1',
      '.',
      '1.2.3',
      '.5e',
      '.e1',
      '._5',
      '1e400',
      '1:30',
      '12:30:45',
      '2001-01-01',
      '1,000',
      '0x',
    ].concat(['0b', '1e', 'e1', '+', '-', '-5s', '10Mi', 'Inf', 'NaN', '0x1p3', '<<', '=', '2001-12-14t21:59:43.10-05:00']),
  )('%s is a text', (text) => {
    expect(resolvePlain(text)).toBe(text);
  });

  test.each([
    ['.inf', Number.POSITIVE_INFINITY],
    ['-.Inf', Number.NEGATIVE_INFINITY],
    ['.NaN', Number.NaN],
  ])('%s is a number that JSON lacks', (text, value) => {
    expect(resolvePlain(text)).toBe(value);
  });
});

describe('a map key becomes a text', () => {
  test.each([
    ['1', '1'],
    ['0x10', '16'],
    ['012', '10'],
    ['1_0', '10'],
    ['-0b11', '-3'],
    ['9007199254740993', '9007199254740993'],
    ['1.5', '1.5'],
    ['.5', '0.5'],
    ['-0.0', '-0'],
    ['123456.789', '123456.79'],
    ['3.14159265358979', '3.1415927'],
    ['1e3', '1000'],
    ['1e5', '100000'],
    ['1e6', '1e+06'],
    ['1e-7', '1e-07'],
    ['1e21', '1e+21'],
    ['100000000000000000000', '1e+20'],
    ['yes', 'true'],
    ['off', 'false'],
    ['2001-01-01', '2001-01-01'],
  ])('%s: → %j', (text, key) => {
    expect(keyOf(resolvePlain(text), text)).toBe(key);
  });
});

test('only the words of YAML 1.1 are ambiguous', () => {
  expect(['y', 'No', 'ON', 'true', 'False', 'yEs'].filter(isAmbiguousBoolean)).toEqual(['y', 'No', 'ON']);
});
