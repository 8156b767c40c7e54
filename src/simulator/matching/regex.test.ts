import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesToByteString, utf8ToByteString } from '#base/bytes.ts';
import { ConfigError } from '../config-error.ts';
import { compileFullMatch, compileRe2, compileSubstitution } from './regex.ts';

function refusal(pattern: string): string {
  try {
    compileRe2(pattern);
    return 'accepted';
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
}

describe('RE2 expressions', () => {
  test.each([
    ['a+', 'aaa', true],
    ['a|ab', 'ab', true],
    ['(?i)straße', utf8ToByteString('STRAßE'), true],
    ['(?i:a)b', 'AB', false],
    ['a(?i)b', 'aB', true],
    ['(a(?i)b)c', 'aBC', false],
    ['[[:alpha:]]+', 'abZ', true],
    ['[^[:^digit:]]', '7', true],
    ['[\\d-x]+', '1-x', true],
    ['\\Qa.b\\E+', 'a.bb', true],
    ['x{,2}', 'x{,2}', true],
    ['a{2}', 'aa', true],
    ['^*a\\b$', 'a', true],
    ['a\\z', 'a\n', false],
    ['(?s).', '\n', true],
    ['.', '\n', false],
    ['.', utf8ToByteString('€'), true],
    ['.', '\xff', false],
    ['[^a]', '\xff', false],
    ['\\C', '\xff', true],
    ['\\p{Greek}\\pL\\P{L}', utf8ToByteString('λa1'), true],
    ['(?P<name>a)(?<other>b)', 'ab', true],
    ['\\x41\\x{1F600}\\101', utf8ToByteString('A😀A'), true],
    ['(?i)[k-l]', utf8ToByteString('\u212a'), true],
    ['', '', true],
    ['()|[a]', 'a', true],
  ])('%s against %j: %s', (pattern, text, matched) => {
    expect(compileFullMatch(pattern)(text)).toBe(matched);
  });

  test.each([
    ['a**', 'bad repetition operator: **'],
    ['a+{2}', 'bad repetition operator: +{2}'],
    ['*', 'no argument for repetition operator: *'],
    ['(|+?)', 'no argument for repetition operator: +?'],
    ['a{2,1}', 'invalid repetition size: {2,1}'],
    ['a{1001}', 'invalid repetition size: {1001}'],
    ['(a{100}){11}', 'invalid repetition size: {11}'],
    ['a)', 'unexpected ): a)'],
    ['(a', 'missing ): (a'],
    ['[a', 'missing ]: [a'],
    ['x[]', 'missing ]: []'],
    ['[z-a]', 'invalid character class range: z-a'],
    ['[[:foo:]]', 'invalid character class range: [:foo:]'],
    ['\\p{Foo}', 'invalid character class range: \\p{Foo}'],
    ['\\1', 'invalid escape sequence: \\1'],
    ['\\x{110000}', 'invalid escape sequence: \\x{110000'],
    ['a\\', 'trailing \\'],
    ['(?=a)', 'invalid perl operator: (?='],
    ['(?<!a)', 'invalid perl operator: (?<!'],
    ['(?i-)', 'invalid perl operator: (?i-)'],
    ['(?P<1-a>b)', 'invalid named capture group: (?P<1-a>'],
    ['(?P<n>a)(?P<n>b)', 'invalid named capture group: (?P<n>'],
  ])('%s is refused: %s', (pattern, message) => {
    expect(refusal(pattern)).toBe(message);
  });

  test('a pattern is compiled or refused, whatever it is', () => {
    const piece = fc.oneof(
      fc.constantFrom('(?', '[:', ':]', '{2}', '\\p{', 'ß', '😀'),
      fc.stringMatching(/^[ab0*+?{}()[\]|\\^$.,:<>P=!iQEpxdWk-]$/),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.string({ maxLength: 6 }), (pieces, text) => {
        const pattern = pieces.join('');
        if (refusal(pattern) === 'accepted') compileRe2(pattern).test(utf8ToByteString(text));
      }),
    );
  });

  test('a literal text matches itself and nothing longer', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(!/\\E|\p{Surrogate}/u.test(text));
        const matches = compileFullMatch(`\\Q${text}\\E`);
        expect(matches(utf8ToByteString(text))).toBe(!text.endsWith('\\'));
      }),
    );
  });
});

describe('replacing', () => {
  test.each([
    ['b*', 'X', 'abc', 'XaXcX'],
    ['.*', '[\\0]', 'abc', '[abc]'],
    ['(a)(x)?', '<\\1\\2>', 'aab', '<a><a>b'],
    ['a', '\\1', 'aaa', 'aaa'],
    ['a', '\\\\', 'ab', '\\b'],
    ['^a', 'b', 'aa', 'ba'],
  ])('%s by %s in %s', (pattern, rewrite, text, result) => {
    expect(compileSubstitution(pattern, rewrite)(text)).toBe(result);
  });

  test('bytes that are not UTF-8 stay', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = bytesToByteString(bytes);
        expect(compileSubstitution('\\z', '')(text)).toBe(text);
      }),
    );
  });
});
