import { describe, expect, test } from 'vitest';
import { VirtualClock } from './clock.ts';

describe('VirtualClock', () => {
  test('runs timers in the order of their time, and of being set', () => {
    const clock = new VirtualClock(0n);
    const ran: string[] = [];
    clock.setTimer(20, () => ran.push('late'));
    clock.setTimer(10, () => ran.push('first'));
    clock.setTimer(10, () => ran.push('second'));
    clock.advance(15);
    expect(ran).toEqual(['first', 'second']);
    expect(clock.nowNs).toBe(15_000_000n);
    expect(clock.pending).toBe(1);
  });

  test('shows a timer the time at which it is due', () => {
    const clock = new VirtualClock(0n);
    const seen: bigint[] = [];
    clock.setTimer(1.5, () => seen.push(clock.nowNs));
    clock.advance(10);
    expect(seen).toEqual([1_500_000n]);
  });

  test('runs timers that timers set, while they are within the time', () => {
    const clock = new VirtualClock(0n);
    let count = 0;
    const tick = (): void => {
      count++;
      clock.setTimer(10, tick);
    };
    clock.setTimer(10, tick);
    clock.advance(35);
    expect(count).toBe(3);
  });

  test('forgets cancelled timers', () => {
    const clock = new VirtualClock(0n);
    const timer = clock.setTimer(1, () => {
      throw new Error('was cancelled');
    });
    timer.cancel();
    clock.advance(5);
    expect(clock.pending).toBe(0);
  });

  test('runs one timer at a time on request, up to a moment', () => {
    const clock = new VirtualClock(0n);
    clock.setTimer(5, () => undefined);
    expect(clock.runNext(4_000_000n)).toBe(false);
    expect(clock.runNext()).toBe(true);
    expect(clock.runNext()).toBe(false);
  });

  test('takes delays in the past as now', () => {
    const clock = new VirtualClock(7n);
    expect(clock.setTimer(-5, () => undefined).dueNs).toBe(7n);
  });
});
