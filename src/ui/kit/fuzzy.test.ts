import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fuzzyFilter, fuzzyScore } from './fuzzy.ts';

const commands = ['Undo', 'Move filter up', 'Move filter down', 'Insert plugin before', 'Fit the chain', 'Export YAML'];
const find = (query: string): readonly string[] => fuzzyFilter(query, commands, (text) => text);

describe('fuzzyFilter', () => {
  test('finds a word anywhere', () => expect(find('plugin')).toEqual(['Insert plugin before']));
  test('finds initials', () => expect(find('mfu')[0]).toBe('Move filter up'));
  test('prefers whole words to scattered letters', () => expect(find('fit')[0]).toBe('Fit the chain'));
  test('leaves out what does not fit', () => expect(find('xyz')).toEqual([]));
  test('keeps the order without a query', () => expect(find('  ')).toEqual(commands));
});

test('every subsequence of a text fits it', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 30 }), fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }), (text, keep) => {
      const query = text
        .toLowerCase()
        .split('')
        .filter((_, i) => keep[i])
        .join('');
      return fuzzyScore(query, text) !== undefined || /[^\x20-\x7e]/.test(text);
    }),
  );
});
