import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildAutomaton } from './automaton.ts';
import { compilePattern } from './pattern.ts';

const matches = (source: string, text: string): boolean | undefined => {
  const pattern = compilePattern(source);
  return pattern.ok ? pattern.value(text) : undefined;
};

describe('patterns of a schema', () => {
  test.each([
    ['^/', '/a', true],
    ['^/', 'a/', false],
    ['b', 'abc', true],
    ['^[a-z]+(,[a-z]+)*$', 'a,bc,d', true],
    ['^[a-z]+(,[a-z]+)*$', 'a,,d', false],
    ['^\\d{3}-\\d{2,}$', '123-4', false],
    ['^\\d{3}-\\d{2,}$', '123-4567', true],
    ['^(?<user>[^:]+):(?:x|y)$', 'me:y', true],
    ['^\\p{L}+$', 'größe', true],
    ['^.$', '🍌', true],
    ['^\\u{1F34C}$', '🍌', true],
    ['^\\uD83C\\uDF4C$', '🍌', true],
    ['\\bword\\b', 'a word.', true],
    ['\\bword\\b', 'swords', false],
    ['^[\\w\\-]+$', 'a-b', true],
    ['^a{2}\\-b$', 'aa-b', true],
    ['^$', '', true],
    ['', 'anything', true],
    ['^(a|)*$', 'aaa', true],
  ])('%s on %j is %s', (source, text, expected) => {
    expect(matches(source, text)).toBe(expected);
  });

  test('what is no regular expression is said, not thrown', () => {
    const pattern = compilePattern('(');
    expect(!pattern.ok && pattern.error.code).toBe('bad-pattern');
  });

  test('catastrophic patterns come to an end: with back-tracking they would not', () => {
    expect(matches('^(a+)+$', `${'a'.repeat(5000)}b`)).toBe(false);
    expect(matches('^(\\w|\\d|a)*!$', 'a1'.repeat(2500))).toBe(false);
    expect(matches('(x+x+)+y', 'x'.repeat(5000))).toBe(false);
  });

  test('look-around and back references are tested on short texts only', () => {
    expect(matches('^(?!admin)', 'admin')).toBe(false);
    expect(matches('^(?<!x)a', 'a')).toBe(true);
    expect(matches('^(a+)\\1$', 'aaaa')).toBe(true);
    expect(matches('^(?!admin)', 'x'.repeat(100))).toBeUndefined();
  });

  test('counts that would make a huge automaton fall back, too', () => {
    expect(buildAutomaton('^((a{100}){100}){100}$', 'u')).toBeUndefined();
  });

  test('says what RegExp says', () => {
    const atom = fc.constantFrom('a', 'b', '.', '\\d', '[ab]', '[^a]', '\\w', '\\b', '^', '$', '-', 'é');
    const quantifier = fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,2}', '{1,}', '*?');
    const { pattern } = fc.letrec<{ pattern: string; piece: string }>((tie) => ({
      piece: fc.oneof(
        { maxDepth: 3 },
        fc.tuple(atom, quantifier).map(([a, q]) => (/^(\^|\$|\\b)$/.test(a) ? a : a + q)),
        fc
          .tuple(fc.constantFrom('(', '(?:', '(?<n>'), tie('pattern'), fc.constantFrom(')', ')?', ')*', '){0,2}'))
          .map((parts) => parts.join('')),
      ),
      pattern: fc.array(tie('piece'), { maxLength: 4 }).chain((pieces) => fc.constantFrom(pieces.join(''), pieces.join('|'))),
    }));
    fc.assert(
      fc.property(pattern, fc.string({ unit: fc.constantFrom('a', 'b', '1', '-', 'é', '\n'), maxLength: 8 }), (source, text) => {
        for (const flags of ['u', ''] as const) {
          let expression: RegExp;
          try {
            expression = new RegExp(source, flags);
          } catch {
            continue; // two groups of one name
          }
          expect(buildAutomaton(source, flags)?.(text)).toBe(expression.test(text));
        }
      }),
      { numRuns: 3000 },
    );
  });
});
