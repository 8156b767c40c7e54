import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { place, type Placement } from './place.ts';

const viewport = { width: 1000, height: 600 };
const size = { width: 200, height: 100 };

describe('place', () => {
  test('stands below its anchor, left edges together', () => {
    expect(place({ left: 50, top: 40, width: 80, height: 28 }, size, viewport, 'below-start')).toEqual({ left: 50, top: 72 });
  });
  test('flips above when there is no room below', () => {
    expect(place({ left: 50, top: 550, width: 80, height: 28 }, size, viewport, 'below-start').top).toBe(446);
  });
  test('right edges together for below-end', () => {
    expect(place({ left: 500, top: 40, width: 80, height: 28 }, size, viewport, 'below-end').left).toBe(380);
  });
  test('goes to the left side when the right one is full', () => {
    expect(place({ left: 850, top: 40, width: 80, height: 28 }, size, viewport, 'beside').left).toBe(646);
  });
  test('is inside the viewport whatever the anchor', () => {
    const placements: readonly Placement[] = ['below-start', 'below-end', 'above', 'beside'];
    fc.assert(
      fc.property(
        fc.integer({ min: -500, max: 1500 }),
        fc.integer({ min: -500, max: 1500 }),
        fc.constantFrom(...placements),
        (left, top, side) => {
          const at = place({ left, top, width: 30, height: 30 }, size, viewport, side);
          return at.left >= 0 && at.left + size.width <= viewport.width && at.top >= 0 && at.top + size.height <= viewport.height;
        },
      ),
    );
  });
});
