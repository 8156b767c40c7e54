import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Context } from './context.ts';
import { ContextTable } from './context-table.ts';

const context = (id: number): Context => ({ id }) as Context;

describe('the contexts of a VM', () => {
  test('are found by id, also when the place of an id is taken by an older one', () => {
    const table = new ContextTable();
    for (const id of [1, 2, 1025, 2049]) table.set(id, context(id));
    expect([1, 2, 1025, 2049].map((id) => table.get(id)?.id)).toEqual([1, 2, 1025, 2049]);
    table.delete(1);
    expect([table.has(1), table.has(1025), table.has(2049), table.size]).toEqual([false, true, true, 3]);
    expect(table.values().map(({ id }) => id)).toEqual([2, 1025, 2049]);
  });

  test('are the same as in a map, whatever comes and goes', () => {
    const step = fc.record({
      id: fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.constantFrom(1, 1025, 2049, 2 ** 32 - 1)),
      comes: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const table = new ContextTable();
        const model = new Map<number, Context>();
        for (const { id, comes } of steps) {
          if (!comes) {
            table.delete(id);
            model.delete(id);
          } else if (!model.has(id)) {
            model.set(id, context(id));
            table.set(id, model.get(id)!);
          }
          expect(table.get(id)).toBe(model.get(id));
        }
        expect(table.size).toBe(model.size);
        expect(table.values()).toEqual([...model.values()].sort((a, b) => a.id - b.id));
      }),
    );
  });
});
