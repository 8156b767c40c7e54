import type { Headers } from '../http/headers.ts';
import { retryOn } from './retry-policy.ts';
import { whole } from './timeouts.ts';

const numbers = new Set(['x-envoy-upstream-rq-timeout-ms', 'x-envoy-upstream-rq-per-try-timeout-ms', 'x-envoy-max-retries']);

/** The first header of `strict_check_headers` that makes no sense (envoy `FilterUtility::StrictHeaderChecker`). */
export function strictHeaderProblem(
  headers: Headers,
  checked: readonly string[],
): { readonly body: string; readonly details: string } | undefined {
  for (const name of checked) {
    const value = headers.get(name);
    if (value === undefined) continue;
    const isValid = numbers.has(name) ? whole(value) !== undefined : value.split(',').every((item) => retryOn(item).size === 1);
    if (!isValid) {
      return { body: `invalid header '${name}' with value '${value}'`, details: `request_headers_failed_strict_check{${name}}` };
    }
  }
  return undefined;
}
