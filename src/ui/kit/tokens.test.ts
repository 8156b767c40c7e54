import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');
const tokens = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g)].map(([, name = '', light = '', dark = '']) => [
    name,
    { light, dark },
  ]),
);

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

const grounds = ['bg', 'panel', 'raised', 'sunken', 'hover'];
const text: readonly (readonly [string, readonly string[]])[] = [
  ['ink', [...grounds, 'accent-soft', 'accent-softer', 'amber-soft', 'green-soft', 'red-soft']],
  ['ink-2', [...grounds, 'accent-soft', 'accent-softer', 'amber-soft']],
  ['ink-3', [...grounds, 'accent-softer']],
  ['accent', [...grounds, 'accent-soft', 'accent-softer']],
  ['on-accent', ['accent', 'accent-strong']],
  ['amber', [...grounds, 'amber-soft']],
  ['green', [...grounds, 'green-soft']],
  ['red', [...grounds, 'red-soft']],
  ['teal', grounds],
  ['request', grounds],
  ['response', grounds],
];

describe('colour tokens', () => {
  test('are read', () => expect(tokens.size).toBeGreaterThan(25));

  test.each(['light', 'dark'] as const)('text keeps 4.5:1 on every ground it stands on (%s)', (theme) => {
    const low = text.flatMap(([ink, on]) =>
      on.flatMap((ground) => {
        const ratio = contrast(tokens.get(ink)?.[theme] ?? '', tokens.get(ground)?.[theme] ?? '');
        return ratio >= 4.5 ? [] : [`${ink} on ${ground}: ${ratio.toFixed(2)}`];
      }),
    );
    expect(low).toEqual([]);
  });

  test.each(['light', 'dark'] as const)('borders of controls and the focus ring keep 3:1 (%s)', (theme) => {
    const low = ['control-line', 'accent'].flatMap((line) =>
      grounds.flatMap((ground) => {
        const ratio = contrast(tokens.get(line)?.[theme] ?? '', tokens.get(ground)?.[theme] ?? '');
        return ratio >= 3 ? [] : [`${line} on ${ground}: ${ratio.toFixed(2)}`];
      }),
    );
    expect(low).toEqual([]);
  });
});
