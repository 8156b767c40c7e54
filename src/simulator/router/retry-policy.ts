import type { ConfigReader } from '../config-reader.ts';
import { ConfigError } from '../config-error.ts';
import { compileHeaderMatcher } from '../matching/header-matcher.ts';
import { lowerName } from '../http/headers.ts';
import { enumName } from '../format/header-operations.ts';
import type { RetryPolicy, RetryResetHeader } from './route.ts';

const DEFAULT_BASE_MS = 25;
const DEFAULT_RATE_LIMITED_MAX_MS = 300_000;

/** `RetryPolicy` of a route or virtual host (envoy `RetryPolicyImpl`). Defaults: one retry, back-off from 25 ms to ten times that. */
export function compileRetryPolicy(config: ConfigReader): RetryPolicy {
  const backOff = config.message('retry_back_off');
  const base = backOff === undefined ? undefined : Math.max(1, backOff.duration('base_interval') ?? 0);
  const max = backOff?.duration('max_interval');
  if (base !== undefined && max !== undefined && max < (backOff?.duration('base_interval') ?? 0)) {
    throw new ConfigError('retry_policy.max_interval must greater than or equal to the base_interval');
  }
  const limited = config.message('rate_limited_retry_back_off');
  config.ignore('retry_host_predicate', 'retry_priority', 'host_selection_retry_max_attempts', 'retry_options_predicates');
  return {
    on: retryOn(config.string('retry_on')),
    retries: config.number('num_retries', 1),
    perTryTimeoutMs: config.duration('per_try_timeout') ?? 0,
    perTryIdleTimeoutMs: config.duration('per_try_idle_timeout') ?? 0,
    statusCodes: config.numbers('retriable_status_codes'),
    headers: config.messages('retriable_headers').map(compileHeaderMatcher),
    requestHeaders: config.messages('retriable_request_headers').map(compileHeaderMatcher),
    baseIntervalMs: base ?? DEFAULT_BASE_MS,
    maxIntervalMs: Math.max(1, max ?? (base ?? DEFAULT_BASE_MS) * 10),
    resetHeaders: (limited?.messages('reset_headers') ?? []).map(resetHeader),
    resetMaxMs: limited?.duration('max_interval') ?? DEFAULT_RATE_LIMITED_MAX_MS,
  };
}

function resetHeader(config: ConfigReader): RetryResetHeader {
  return {
    name: lowerName(config.string('name')),
    isTimestamp: enumName(config.raw('format'), ['SECONDS', 'UNIX_TIMESTAMP']) === 'UNIX_TIMESTAMP',
  };
}

const conditions = new Set([
  '5xx',
  'gateway-error',
  'reset',
  'reset-before-request',
  'connect-failure',
  'envoy-ratelimited',
  'retriable-4xx',
  'refused-stream',
  'retriable-status-codes',
  'retriable-headers',
  'http3-post-connect-failure',
  'cancelled',
  'deadline-exceeded',
  'resource-exhausted',
  'unavailable',
  'internal',
]);

/** The names in `x-envoy-retry-on` and the like that Envoy knows (envoy `RetryStateImpl::parseRetryOn`). */
export function retryOn(text: string): ReadonlySet<string> {
  return new Set(
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => conditions.has(item)),
  );
}
