import type { EventLoop } from '../event-loop.ts';

/** How long nothing may happen before the next step of a conversation, and how long is waited for that at most. */
export const STEP_QUIET_MS = 60;
export const STEP_QUIET_MAX_MS = 1500;

/** Lets time pass until nothing has happened for `ms`, at most `maxMs`. `lastNs` tells when something happened last. */
export async function untilQuiet(loop: EventLoop, lastNs: () => bigint, ms: number, maxMs: number): Promise<void> {
  const startNs = loop.nowNs;
  const limitNs = startNs + BigInt(maxMs * 1e6);
  for (;;) {
    const fromNs = lastNs() > startNs ? lastNs() : startNs;
    const untilNs = fromNs + BigInt(ms * 1e6);
    const targetNs = untilNs < limitNs ? untilNs : limitNs;
    if (loop.nowNs >= targetNs) return;
    await loop.runTo(targetNs);
  }
}
