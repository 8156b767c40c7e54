import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FakeBuffer } from '#testing/fake-proxy.ts';
import { WasmResult } from './abi.ts';
import { BufferSlot } from './buffer-slot.ts';

const bytes = fc.uint8Array({ maxLength: 12 });
/** What a guest passes: small numbers, and the largest there is. */
const size = fc.oneof(fc.nat(16), fc.constantFrom(0xffff_ffff, 0x8000_0000));

describe('a buffer in the hands of a guest', () => {
  test('is changed at its start and behind its end, never in the middle, whatever the numbers (Envoy’s Buffer::copyFrom)', () => {
    fc.assert(
      fc.property(bytes, fc.array(fc.tuple(size, size, bytes), { maxLength: 8 }), (first, writes) => {
        const slot = new BufferSlot().setBuffer(new FakeBuffer(first));
        let model = [...first];
        for (const [start, length, data] of writes) {
          const status = slot.write(start, length, data);
          const middle = start > 0 && start < model.length;
          expect(status).toBe(middle ? WasmResult.BadArgument : WasmResult.Ok);
          if (start === 0) model = [...data, ...model.slice(length)];
          else if (!middle) model = [...model, ...data];
          expect([...slot.read(0, slot.length)]).toEqual(model);
        }
      }),
    );
  });

  test('that is only there to be read is not changed', () => {
    fc.assert(
      fc.property(bytes, size, size, bytes, (held, start, length, data) => {
        const before = held.slice();
        const slot = new BufferSlot().setBytes(held);
        expect(slot.write(start, length, data)).toBe(WasmResult.BadArgument);
        expect(held).toEqual(before);
        expect(new BufferSlot().setBuffer(undefined).length).toBe(0);
      }),
    );
  });
});
