import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { string, type PropertyValue } from '../wasm/property-value.ts';
import { compileProblem } from './check.ts';
import { evaluateCel } from './evaluate.ts';
import { parseCel } from './parse.ts';
import type { CelValue } from './value.ts';

const request: PropertyValue = {
  kind: 'map',
  entries: [
    ['path', string('/a/b?c=d')],
    ['headers', { kind: 'map', entries: [['x-one', string('1')]] }],
  ],
};

function run(source: string): CelValue | string {
  const parsed = parseCel(source);
  if (!parsed.ok) return parsed.error;
  return compileProblem(parsed.value) ?? evaluateCel(parsed.value, (name) => (name === 'request' ? request : undefined));
}

/** As plain as it can be told: numbers, texts, lists, or the text of an error. */
function shown(value: CelValue | string): unknown {
  if (typeof value === 'string') return value;
  if (value.kind === 'list') return value.items.map(shown);
  if (value.kind === 'map') return Object.fromEntries(value.entries.map(([key, item]) => [shown(key), shown(item)]));
  if (value.kind === 'error') return `error: ${value.message}`;
  if ('value' in value) return typeof value.value === 'bigint' ? Number(value.value) : value.value;
  return value.kind === 'null' ? null : value.kind;
}

describe('values', () => {
  test.each<[string, unknown]>([
    ['1 + 2 * 3 - 4 / 2', 5],
    ['-7 / 2', -3],
    ['7 % -4', 3],
    ['\'a\' + "b"', 'ab'],
    ['[1] + [2, 3]', [1, 2, 3]],
    ["{'a': 1, 'b': [true]}", { a: 1, b: [true] }],
    ['1 < 2 && !(2u >= 3u) || false', true],
    ['1 == 1.0', true],
    ["true ? 'yes' : 1 / 0", 'yes'],
    ['(1 / 0 == 1) || true', true],
    ["2 in [1, 2] && 'a' in {'a': 1}", true],
    ["request.path.startsWith('/a')", true],
    ["request['headers']['x-one']", '1'],
    ['has(request.headers.none)', false],
    ['[1, 2, 3].filter(x, x > 1).map(x, x * x)', [4, 9]],
    ['[1, 2, 3].map(x, x > 1, x * 10)', [20, 30]],
    ['[1, 2].all(x, x > 0) && [1, 2].exists(x, x == 2) && [1, 2].exists_one(x, x == 1)', true],
    ["{'a': 1, 'b': 2}.all(key, key < 'c')", true],
    ["size('héé')", 3],
    ["'a.c'.matches('^a.c$')", true],
    ["int('12') + int(2.9) + int(3u)", 17],
    ['type(1) == int', true],
    ["timestamp('2020-01-02T03:04:05Z').getHours('+02:00')", 5],
    ["timestamp('2020-01-01T00:00:00Z') + duration('1h') == timestamp('2020-01-01T01:00:00Z')", true],
    ["string(duration('90.5s'))", '90.500s'],
    ['string(1234567.5)', '1.2345675e+06'],
    [String.raw`'\x41B\103' + r'\n'`, String.raw`ABC\n`],
    ['google.protobuf.Duration{seconds: 2} > duration("1s")', true],
  ])('%s', (source, expected) => {
    expect(shown(run(source))).toEqual(expected);
  });
});

describe('mistakes while running are values', () => {
  test.each([
    ['1 / 0', 'divide by zero'],
    ['9223372036854775807 + 1', 'integer overflow'],
    ['1 + 1.0', 'No matching overloads found : _+_(int64, double)'],
    ["'a'.contains(1)", 'No matching overloads found : (string).contains(int64)'],
    ['nothing', 'No value with name "nothing" found in Activation'],
    ['request.none', 'Key not found in map : "none"'],
    ['[1][5]', 'Index error: index=5 size=1'],
    ['{1: 2, 1: 3}', 'duplicate key in map'],
    ["timestamp('x')", 'String to Timestamp conversion failed'],
  ])('%s', (source, message) => {
    expect(shown(run(source))).toBe(`error: ${message}`);
  });

  test('loops have a budget', () => {
    const ten = '[1,2,3,4,5,6,7,8,9,10]';
    expect(run(`true || ${ten}.all(a, ${ten}.all(b, ${ten}.all(c, ${ten}.all(d, true))))`)).toMatchObject({ value: true });
    expect(shown(run(`${ten}.all(a, ${ten}.all(b, ${ten}.all(c, ${ten}.all(d, true))))`))).toBe('error: Iteration budget exceeded');
  });
});

describe('texts that are no expression', () => {
  test('the place is shown', () => {
    expect(run('(1 2')).toBe("ERROR: <input>:1:4: Syntax error: mismatched input '2' expecting ')'\n | (1 2\n | ...^");
  });

  test('what comes after a mistake is read as well', () => {
    expect(run('for && if')).toContain('1:1: reserved identifier: for');
    expect(run('for && if')).toContain('1:8: reserved identifier: if');
  });

  test.each([
    ['a(b', "missing ')' at '<EOF>'"],
    ['1 2', "extraneous input '2' expecting <EOF>"],
    ["'abc", "token recognition error at: ''abc'"],
    ['99999999999999999999', 'invalid int literal'],
    ['has(a)', 'has() argument must be a field selection'],
    ['[1].map(1, 2)', 'map() variable name must be a simple identifier'],
    ['('.repeat(40) + '1' + ')'.repeat(40), 'Expression recursion limit exceeded'],
    [Array.from({ length: 40 }, () => '1').join('+'), 'Exceeded max recursion depth of 32'],
    ['request' + '.a'.repeat(50_000), 'Exceeded max recursion depth of 32'],
    ['['.repeat(50_000), 'Expression recursion limit exceeded'],
    ["'a'.lowerAscii()", 'No overloads provided'],
    ['size(1, 2)', 'No overloads provided'],
    ['x{a: 1}', "missing type info for 'x'"],
  ])('%.40s', (source, message) => {
    expect(run(source)).toContain(message);
  });
});

test('whatever is written, there is a value or a reason', () => {
  const words =
    "1 2u .5 'a' true null request x . [ ] ( ) { } , : ? ! - + * % == < && || in size has .map(x, .all(x, type ` \" \\ é = timestamp('2020-01-01T00:00:00Z')";
  const piece = fc.constantFrom('\n', ...words.split(' '));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), fc.constantFrom('', ' '), (pieces, blank) => {
      const result = run(pieces.join(blank));
      expect(typeof result === 'string' ? result.length : result.kind.length).toBeGreaterThan(0);
    }),
    { numRuns: 3000 },
  );
});
