import type { DescriptorContext, Descriptor } from './descriptor.ts';
import type { RateLimitPolicy } from './policy.ts';
import { describeAll } from './policy.ts';

export type HostOption = 'OVERRIDE' | 'INCLUDE' | 'IGNORE';

/** The rate limits that a route and its virtual host carry; those of the host count as the option says (envoy `populateRateLimitDescriptors`). */
export function describeByRoute(
  context: DescriptorContext,
  stage: number,
  option: HostOption,
  onStreamDone: boolean,
): readonly Descriptor[] {
  const { route } = context;
  if (route?.forward === undefined) return [];
  const own: readonly RateLimitPolicy[] = route.rateLimits?.policies ?? [];
  const host: readonly RateLimitPolicy[] = route.virtualHost.rateLimits ?? [];
  const effective = route.rateLimits?.includeHost === true ? 'INCLUDE' : option;
  const withHost = effective === 'INCLUDE' || (effective === 'OVERRIDE' && own.length === 0);
  return [...describeAll(own, context, stage, onStreamDone), ...(withHost ? describeAll(host, context, stage, onStreamDone) : [])];
}
