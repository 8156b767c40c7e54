import { describe, expect, test } from 'vitest';
import { formatChord, isSingleKey, matchesChord, platformOf, type KeyPress } from './keys.ts';

function press(text: string): KeyPress {
  const parts = text.split('+');
  const has = (name: string): boolean => parts.slice(0, -1).includes(name);
  return { key: parts.at(-1) ?? '', ctrlKey: has('Ctrl'), metaKey: has('Meta'), altKey: has('Alt'), shiftKey: has('Shift') };
}

describe('matchesChord', () => {
  test.each([
    ['Mod+K', 'Ctrl+k', 'other', true],
    ['Mod+K', 'Meta+k', 'apple', true],
    ['Mod+K', 'Ctrl+k', 'apple', false],
    ['Mod+K', 'k', 'other', false],
    ['Mod+Z', 'Ctrl+Shift+Z', 'other', false],
    ['Mod+Shift+Z', 'Ctrl+Shift+Z', 'other', true],
    ['Alt+ArrowUp', 'Alt+ArrowUp', 'other', true],
    ['D', 'd', 'other', true],
    ['D', 'Shift+D', 'other', false],
    ['?', 'Shift+?', 'other', true],
    ['Delete', 'Delete', 'other', true],
  ] as const)('%s by %s on %s: %s', (chord, pressed, platform, expected) => {
    expect(matchesChord(chord, press(pressed), platform)).toBe(expected);
  });

  test('Alt with a letter means the key, whatever sign it makes', () => {
    expect(matchesChord('Alt+L', { ...press('Alt+¬'), code: 'KeyL' }, 'apple')).toBe(true);
  });
});

test('chords are shown in the way of the platform', () => {
  expect(formatChord('Mod+Shift+Z', 'apple')).toBe('⌘⇧Z');
  expect(formatChord('Mod+Shift+Z', 'other')).toBe('Ctrl+Shift+Z');
  expect(formatChord('Alt+ArrowUp', 'other')).toBe('Alt+↑');
});

test('single keys are told apart', () => {
  expect(['?', 'D', 'Shift+I', 'Mod+K', 'Delete', 'Alt+ArrowUp'].filter(isSingleKey)).toEqual(['?', 'D', 'Shift+I']);
});

test('platforms', () => {
  expect(platformOf('MacIntel')).toBe('apple');
  expect(platformOf('Linux x86_64')).toBe('other');
});
