import { expect, test } from 'vitest';
import { resized } from './resize.ts';

const left = { orientation: 'vertical', pane: 'before', value: 240, min: 180, max: 400, initial: 232 } as const;
const dock = { orientation: 'horizontal', pane: 'after', value: 240, min: 120, max: 600, initial: 236 } as const;

test.each([
  ['ArrowRight', false, 256],
  ['ArrowRight', true, 304],
  ['ArrowLeft', true, 180],
  ['Home', false, 180],
  ['End', false, 400],
  ['Enter', false, 232],
  ['ArrowUp', false, undefined],
])('left pane: %s (Shift %s) gives %s', (key, far, size) => expect(resized(key, far, left)).toBe(size));

test('moving the border up makes the pane below it higher', () => expect(resized('ArrowUp', false, dock)).toBe(256));
