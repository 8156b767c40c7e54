import type { ConfigReader } from '../config-reader.ts';
import { compileHeaderMatcher } from '../matching/header-matcher.ts';
import type { RetryPolicy } from './route.ts';

/** `RetryPolicy` of a route or virtual host. Defaults: one retry, back-off from 25 ms to ten times that. */
export function compileRetryPolicy(config: ConfigReader): RetryPolicy {
  const backOff = config.message('retry_back_off');
  const base = backOff?.duration('base_interval') ?? 25;
  const headers = config.messages('retriable_headers').map(compileHeaderMatcher);
  const requestHeaders = config.messages('retriable_request_headers').map(compileHeaderMatcher);
  return {
    on: new Set(
      config
        .string('retry_on')
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== ''),
    ),
    retries: config.number('num_retries', 1),
    perTryTimeoutMs: positive(config.duration('per_try_timeout')),
    statusCodes: config.numbers('retriable_status_codes'),
    headers: headers.length === 0 ? undefined : (map) => headers.some((test) => test(map)),
    requestHeaders: requestHeaders.length === 0 ? undefined : (map) => requestHeaders.some((test) => test(map)),
    baseIntervalMs: base,
    maxIntervalMs: backOff?.duration('max_interval') ?? base * 10,
  };
}

function positive(ms: number | undefined): number | undefined {
  return ms === undefined || ms <= 0 ? undefined : ms;
}
