import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byteStringToBytes } from '#base/bytes.ts';
import { GuestMemory, byteStringOf } from './memory.ts';

const anyBytes = fc.uint8Array({ maxLength: 300 });

function memoryWith(bytes: Uint8Array, at: number): GuestMemory {
  const memory = new GuestMemory(new WebAssembly.Memory({ initial: 1 }));
  memory.setBytes(at, bytes);
  return memory;
}

describe('guest memory', () => {
  test('reads any bytes as a byte string', () => {
    fc.assert(
      fc.property(anyBytes, fc.nat(500), (bytes, at) => {
        const memory = memoryWith(bytes, at);
        expect(byteStringToBytes(memory.text(at, bytes.length))).toEqual(bytes);
        expect(byteStringToBytes(memory.name(at, bytes.length))).toEqual(bytes);
        expect(memory.name(at, bytes.length)).toBe(memory.name(at, bytes.length));
        expect(byteStringToBytes(byteStringOf(bytes))).toEqual(bytes);
      }),
    );
  });

  test('reads names and values that differ in one byte as different ones, however often', () => {
    const memory = memoryWith(new Uint8Array(0), 0);
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(bytes, fc.nat(), fc.integer({ min: 1, max: 255 }), (first, place, change) => {
        const second = first.map((byte, i) => (i === place % first.length ? byte ^ change : byte));
        for (const item of [first, second, first, second]) {
          memory.setBytes(3, item);
          expect(byteStringToBytes(memory.name(3, item.length))).toEqual(item);
          expect(byteStringToBytes(memory.value(3, item.length))).toEqual(item);
        }
      }),
    );
  });

  test('copies a piece to elsewhere, long or short, and nothing beside it', () => {
    fc.assert(
      fc.property(anyBytes, fc.nat(9), fc.nat(9), (bytes, at, to) => {
        const target = new DataView(new ArrayBuffer(400));
        memoryWith(bytes, at).copyTo(target, to, at, bytes.length);
        const expected = new Uint8Array(400);
        expected.set(bytes, to);
        expect(new Uint8Array(target.buffer)).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  test('writes a byte string and nothing beside it', () => {
    fc.assert(
      fc.property(anyBytes, fc.nat(500), (bytes, at) => {
        const memory = memoryWith(new Uint8Array(0), 0);
        memory.setText(at, byteStringOf(bytes));
        const expected = new Uint8Array(memory.length);
        expected.set(bytes, at);
        expect(Buffer.compare(memory.bytes, expected)).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  test('long texts with bytes above 127 survive', () => {
    const text = 'ä'.repeat(5000) + '\xff\x80\x9f\x00';
    const memory = memoryWith(new Uint8Array(0), 0);
    memory.setText(7, text);
    expect(memory.text(7, text.length)).toBe(text);
  });

  test('follows the guest when it grows its memory', () => {
    const raw = new WebAssembly.Memory({ initial: 1 });
    const memory = new GuestMemory(raw);
    expect(memory.has(65_536, 1)).toBe(false);
    raw.grow(1);
    expect(memory.length).toBe(131_072);
    expect(memory.has(65_536, 65_536)).toBe(true);
    expect(memory.setU32(131_068, 0xdeadbeef)).toBe(true);
    expect(memory.u32(131_068)).toBe(0xdeadbeef);
  });

  test('knows its end, for sums above 32 bits too', () => {
    const memory = memoryWith(new Uint8Array(0), 0);
    expect(memory.has(65_536, 0)).toBe(true);
    expect(memory.has(65_537, 0)).toBe(false);
    expect(memory.has(0xffff_ffff, 0xffff_ffff)).toBe(false);
    expect(memory.setU32(65_533, 1)).toBe(false);
    expect(memory.setU64(65_529, 1n)).toBe(false);
    expect(memory.setU64(65_528, 0xffff_ffff_ffff_ffffn)).toBe(true);
  });

  test('a memory of no pages is no special case', () => {
    const memory = new GuestMemory(new WebAssembly.Memory({ initial: 0 }));
    expect([memory.length, memory.has(0, 0), memory.has(0, 1), memory.setU32(0, 1)]).toEqual([0, true, false, false]);
  });
});
