import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstLook, fitAll, reveal } from './viewport.ts';

describe('first look', () => {
  test('shows everything at life size when there is room, in the middle', () => {
    expect(firstLook({ width: 600, height: 500 }, { width: 1000, height: 600 })).toEqual({ x: 200, y: 20, zoom: 1 });
  });
  test('shrinks a little to show everything', () => {
    expect(firstLook({ width: 600, height: 600 }, { width: 1000, height: 580 }).zoom).toBeCloseTo(0.9);
  });
  test('stays readable and begins at the top when the chain is long', () => {
    expect(firstLook({ width: 600, height: 6000 }, { width: 1000, height: 600 })).toEqual({ x: 200, y: 20, zoom: 1 });
  });
  test('fit shows all of a long chain all the same', () => {
    expect(fitAll({ width: 600, height: 6000 }, { width: 1000, height: 640 }).zoom).toBeCloseTo(0.1);
  });
});

describe('reveal', () => {
  const view = { width: 400, height: 300 };
  test('moves nothing that is in view', () =>
    expect(reveal({ x: 100, y: 100, width: 50, height: 30 }, { x: 0, y: 0, zoom: 1 }, view)).toBeUndefined());
  test('afterwards the part is in view, whatever it was', () => {
    const position = fc.integer({ min: -5000, max: 5000 });
    fc.assert(
      fc.property(position, position, fc.double({ min: 0.2, max: 2, noNaN: true }), (x, y, zoom) => {
        const part = { x, y, width: 100, height: 30 };
        const at = reveal(part, { x: 0, y: 0, zoom }, view) ?? { x: 0, y: 0, zoom };
        const left = x * at.zoom + at.x;
        const top = y * at.zoom + at.y;
        return left >= -0.01 && left + 100 * zoom <= 400.01 && top >= -0.01 && top + 30 * zoom <= 300.01;
      }),
    );
  });
});
