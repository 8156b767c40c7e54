/**
 * Key chords are written as `Mod+Shift+Z`: `Mod` is ⌘ on Apple systems and Ctrl elsewhere, the last part is `KeyboardEvent.key`
 * (letters in upper case, `Space` for a blank).
 */
export type Chord = string;

export interface KeyPress {
  readonly key: string;
  readonly code?: string | undefined;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

export type Platform = 'apple' | 'other';

export function platformOf(navigatorPlatform: string): Platform {
  return /mac|iphone|ipad/i.test(navigatorPlatform) ? 'apple' : 'other';
}

/** Does the key press mean this chord? Shift is not compared for signs such as `?`, whose place differs between keyboards. */
export function matchesChord(chord: Chord, press: KeyPress, platform: Platform): boolean {
  const parts = chord.split('+');
  const key = parts.at(-1) ?? '';
  const has = (name: string): boolean => parts.slice(0, -1).includes(name);
  const mod = platform === 'apple' ? press.metaKey : press.ctrlKey;
  const otherMod = platform === 'apple' ? press.ctrlKey : press.metaKey;
  if (mod !== has('Mod') || otherMod || press.altKey !== has('Alt')) return false;
  const isSign = key.length === 1 && !/[A-Z0-9]/.test(key);
  if (!isSign && press.shiftKey !== has('Shift')) return false;
  return pressedKey(press) === key;
}

/** With Alt, Apple keyboards give letters another meaning; the physical key is meant then. */
function pressedKey({ key, code, altKey }: KeyPress): string {
  if (key === ' ') return 'Space';
  if (altKey && code !== undefined && /^Key[A-Z]$/.test(code)) return code.slice(3);
  return key.length === 1 ? key.toUpperCase() : key;
}

const apple: Readonly<Record<string, string>> = { Mod: '⌘', Alt: '⌥', Shift: '⇧' };
const other: Readonly<Record<string, string>> = { Mod: 'Ctrl' };
const signs: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Enter: '↵',
  Delete: 'Del',
  Backspace: '⌫',
  Escape: 'Esc',
};

/** As people read it: `⌘⇧Z` on Apple systems, `Ctrl+Shift+Z` elsewhere. */
export function formatChord(chord: Chord, platform: Platform): string {
  const names = platform === 'apple' ? apple : other;
  const parts = chord.split('+').map((part) => names[part] ?? signs[part] ?? part);
  return parts.join(platform === 'apple' ? '' : '+');
}

/** Would typing it into a text field enter a character? Those need to be switchable (WCAG 2.1.4). */
export function isSingleKey(chord: Chord): boolean {
  return chord.length === 1 || /^Shift\+.$/.test(chord);
}
