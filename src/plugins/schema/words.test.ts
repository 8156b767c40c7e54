import { expect, test } from 'vitest';
import { configProblem } from './problems.ts';
import { mostSimilar } from './similar.ts';
import { humanise, inWords, listInWords } from './words.ts';

test.each([
  ['requestHeaders', 'Request headers'],
  ['tokens_per_refill', 'Tokens per refill'],
  ['x-api-key', 'X api key'],
  ['clientID', 'Client ID'],
  ['allowURLs', 'Allow URLs'],
  ['a', 'A'],
  ['__', '__'],
])('%s as a title is "%s"', (key, title) => {
  expect(humanise(key)).toBe(title);
});

test('lists and values in a message', () => {
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map((words) => listInWords(words, 'or'))).toEqual(['', 'a', 'a or b', 'a, b or c']);
  expect(
    listInWords(
      Array.from({ length: 20 }, (_, i) => String(i)),
      'and',
    ),
  ).toBe('0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 8 more');
  expect(inWords({ a: 'x'.repeat(100) })).toHaveLength(60);
});

test.each([
  ['patern', 'pattern'],
  ['response_headers', 'responseHeaders'],
  ['responseheader', 'responseHeaders'],
  ['hsot', 'host'],
  ['Pattern', 'pattern'],
  ['timeout', undefined],
  ['', undefined],
  ['x'.repeat(100), undefined],
])('who writes %j means %j', (word, meant) => {
  expect(mostSimilar(word, ['pattern', 'replacement', 'responseHeaders', 'host'])).toBe(meant);
});

test('problems carry their arguments, so that another language can say them', () => {
  expect(configProblem('min-items', ['users'], { limit: 1, actual: 0 })).toEqual({
    path: ['users'],
    code: 'plugins/config-min-items',
    severity: 'error',
    message: 'must have at least 1 item, has 0',
    help: undefined,
    args: { limit: 1, actual: 0 },
  });
  expect(configProblem('pattern', [], { pattern: '^/', example: '"/a"' }).help).toBe('For example "/a".');
  expect(configProblem('max-length', [], { limit: 2, actual: 3 }, 'Shorten it.').help).toBe('Shorten it.');
});
