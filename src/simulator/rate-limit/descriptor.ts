import type { ByteString } from '#base/bytes.ts';
import type { FormatContext } from '../format/formatter.ts';
import type { Headers } from '../http/headers.ts';
import type { HttpStream } from '../http/stream.ts';
import type { Route } from '../router/route.ts';

/** `type.v3.RateLimitUnit` by number. */
export const units = ['UNKNOWN', 'SECOND', 'MINUTE', 'HOUR', 'DAY', 'MONTH', 'YEAR'] as const;

export type DescriptorEntry = readonly [key: ByteString, value: ByteString];

/** What a request counts as (envoy `envoy/ratelimit/ratelimit.h` `Descriptor`). */
export interface Descriptor {
  readonly entries: readonly DescriptorEntry[];
  readonly limit: { readonly requestsPerUnit: number; readonly unit: number } | undefined;
  readonly hitsAddend: bigint | undefined;
  readonly isNegativeHits: boolean;
  /** `x_ratelimit_option`: overrules the filter. */
  readonly limitHeaders: boolean | undefined;
}

/** What descriptors are made of. */
export interface DescriptorContext {
  readonly stream: HttpStream;
  readonly headers: Headers;
  readonly route: Route | undefined;
  readonly format: FormatContext;
}

/** `[key=value, key=value]`, for the trace. */
export function descriptorText({ entries }: Descriptor): string {
  return `[${entries.map(([key, value]) => `${key}=${value}`).join(', ')}]`;
}
