import type { HeaderPair } from '#proxywasm/host.ts';
import type { DescriptorStatus } from './service.ts';

/** Seconds of a unit by its number; longer ones make no window. */
const windows: Readonly<Record<number, number>> = { 1: 1, 2: 60, 3: 3600, 4: 86_400, 5: 2_592_000, 6: 31_536_000, 7: 604_800 };

/** `x-ratelimit-*` by the descriptor with the least left (envoy `ratelimit_headers.cc` `XRateLimitHeaderUtils`). */
export function limitHeaders(statuses: readonly DescriptorStatus[]): readonly HeaderPair[] {
  const limited = statuses.flatMap((status) => (status.limit === undefined ? [] : [{ ...status, limit: status.limit }]));
  const [first, ...others] = limited;
  if (first === undefined) return [];
  const least = others.reduce((best, status) => (status.remaining < best.remaining ? status : best), first);
  const policies = limited.flatMap(({ limit }) => {
    const window = (windows[limit.unit] ?? 0) * limit.multiplier;
    if (window === 0) return [];
    return [`, ${limit.requests};w=${window}${limit.name === '' ? '' : `;name="${limit.name}"`}`];
  });
  return [
    ['x-ratelimit-limit', `${least.limit.requests}${policies.join('')}`],
    ['x-ratelimit-remaining', String(least.remaining)],
    ['x-ratelimit-reset', String(least.resetSeconds)],
  ];
}

/** Seconds until a request may pass again: the longest wait among the limits that are used up. */
export function retryAfter(statuses: readonly DescriptorStatus[]): number | undefined {
  const waits = statuses.filter(({ isOver }) => isOver).map(({ resetSeconds }) => resetSeconds);
  return waits.length === 0 ? undefined : Math.max(1, ...waits);
}
