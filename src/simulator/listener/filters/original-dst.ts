import type { ListenerFilterType } from '../listener-filter.ts';
import { done } from '../listener-filter.ts';

/** envoy.filters.listener.original_dst: a simulated connection already says where it was going before it was redirected. */
export const filterType: ListenerFilterType = {
  compile: () => ({ create: () => ({ inspect: () => done }) }),
};
