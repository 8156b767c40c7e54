import { ConfigError } from '../../config-error.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { HeaderOperations } from '../../format/header-operations.ts';
import { compileHeaderOperations, enumName } from '../../format/header-operations.ts';
import { statusCode } from '../../format/status-code.ts';
import { runtimeFraction } from '../../matching/fraction.ts';
import type { Proxy } from '../../proxy.ts';
import type { RateLimitPolicy } from '../../rate-limit/policy.ts';
import { compileRateLimits } from '../../rate-limit/policy.ts';
import type { HostOption } from '../../rate-limit/policy-of-route.ts';
import type { LimiterOptions } from './limiter.ts';
import { Limiter, compileBucket, compileDescriptors } from './limiter.ts';

const MINIMUM_CODE = 400;
const TOO_MANY = 429;
const MAX_DYNAMIC = 20;
const hostOptions = ['OVERRIDE', 'INCLUDE', 'IGNORE'] as const;

/** envoy.filters.http.local_ratelimit, as configured for the listener or for one route. */
export interface LocalLimitConfig {
  readonly limiter: Limiter;
  /** Where each connection has its own buckets. */
  readonly perConnection: LimiterOptions | undefined;
  readonly hasDescriptors: boolean;
  readonly policies: readonly RateLimitPolicy[];
  readonly stage: number;
  readonly hostOption: HostOption;
  readonly enabled: number;
  readonly enforced: number;
  readonly code: number;
  readonly responseHeaders: HeaderOperations | undefined;
  readonly requestHeaders: HeaderOperations | undefined;
  readonly limitHeaders: boolean;
  readonly retryAfter: boolean;
  readonly exhausted: boolean;
  count(counter: Counter): void;
}

export type Counter = (typeof counters)[number];
const counters = ['enabled', 'enforced', 'rate_limited', 'ok', 'shadow_mode'] as const;

export function readConfig(config: ConfigReader, proxy: Proxy, isRoute: boolean): LocalLimitConfig {
  const bucket = config.message('token_bucket');
  if (isRoute && bucket === undefined) throw new ConfigError('local rate limit token bucket must be set for per filter configs');
  if (config.has('local_cluster_rate_limit')) {
    config.message('local_cluster_rate_limit')?.accept();
    throw new ConfigError('local_cluster_rate_limit is set but no local cluster name is present');
  }
  const now = (): bigint => proxy.loop.nowNs;
  const options: LimiterOptions = {
    makeDefault: bucket === undefined ? undefined : compileBucket(bucket, now),
    descriptors: compileDescriptors(config.messages('descriptors'), now),
    alwaysUsesDefault: config.bool('always_consume_default_token_bucket', true),
    maxDynamic: config.number('max_dynamic_descriptors', MAX_DYNAMIC),
  };
  const code = statusCode(config.message('status')?.raw('code')) ?? TOO_MANY;
  const headers = config.raw('enable_x_ratelimit_headers');
  const prefix = `${config.string('stat_prefix')}.http_local_rate_limit.`;
  for (const counter of counters) proxy.stats.counter(`${prefix}${counter}`);
  return {
    limiter: new Limiter(options),
    perConnection: config.bool('local_rate_limit_per_downstream_connection') ? options : undefined,
    hasDescriptors: options.descriptors.length > 0,
    policies: compileRateLimits(config.messages('rate_limits'), 'filter'),
    stage: config.number('stage', 0),
    hostOption: enumName(config.raw('vh_rate_limits'), hostOptions) ?? 'OVERRIDE',
    enabled: runtimeFraction(config.message('filter_enabled'), 0),
    enforced: runtimeFraction(config.message('filter_enforced'), 0),
    code: code < MINIMUM_CODE ? TOO_MANY : code,
    responseHeaders: compileHeaderOperations(config.messages('response_headers_to_add'), []),
    requestHeaders: compileHeaderOperations(config.messages('request_headers_to_add_when_not_enforced'), []),
    limitHeaders: headers === 'DRAFT_VERSION_03' || headers === 1,
    retryAfter: config.bool('enable_retry_after_header'),
    exhausted: config.bool('rate_limited_as_resource_exhausted'),
    count: (counter) => proxy.stats.counter(`${prefix}${counter}`).add(1n),
  };
}
