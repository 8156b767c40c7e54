import { asNumber, asString, isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { message, typed, unlessDefault } from '../proto-json.ts';

const defaultConditions = 'connect-failure,refused-stream,unavailable,cancelled,retriable-status-codes';
const previousHosts = {
  name: 'envoy.retry_host_predicates.previous_hosts',
  typedConfig: typed('envoy.extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate'),
};
const previousPriorities = {
  name: 'envoy.retry_priorities.previous_priorities',
  typedConfig: typed('envoy.extensions.retry.priority.previous_priorities.v3.PreviousPrioritiesConfig', { updateFrequency: 2 }),
};

/** HTTP codes that Go's `net/http` knows; other numbers in `retryOn` stay words. */
const statusCodes = new Set([
  100, 101, 102, 103, 200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 307, 308, 400, 401, 402, 403, 404,
  405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418, 421, 422, 423, 424, 425, 426, 428, 429, 431, 451, 500, 501, 502,
  503, 504, 505, 506, 507, 508, 510, 511,
]);

/**
 * An HTTPRetry as Envoy's policy; no policy means two retries, attempts of 0 mean none
 * (istio/istio `pilot/pkg/networking/core/route/retry/retry.go ConvertPolicy`). With a hash the same host is asked again.
 */
export function retryPolicy(policy: JsonValue | undefined, consistentHash: boolean): JsonObject | undefined {
  const own = isObject(policy) ? policy : undefined;
  const attempts = asNumber(own?.['attempts']) ?? 0;
  if (own !== undefined && attempts <= 0) return undefined;
  const conditions = asString(own?.['retryOn']) ?? '';
  const words = conditions
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  const isCode = (word: string): boolean => /^[+-]?\d+$/.test(word) && statusCodes.has(Number(word));
  const retriableStatusCodes = words.filter(isCode).map(Number);
  let retryOn = conditions === '' ? defaultConditions : words.filter((word) => !isCode(word)).join(',');
  if (retriableStatusCodes.length > 0 && !retryOn.includes('retriable-status-codes')) retryOn += ',retriable-status-codes';
  const ignore = own?.['retryIgnorePreviousHosts'];
  const avoidHosts = typeof ignore === 'boolean' ? ignore : !consistentHash;
  return message({
    retryOn: unlessDefault(retryOn),
    numRetries: own === undefined ? 2 : attempts,
    perTryTimeout: asString(own?.['perTryTimeout']),
    retriableStatusCodes: unlessDefault(retriableStatusCodes),
    retryHostPredicate: avoidHosts ? [previousHosts] : undefined,
    retryPriority: own?.['retryRemoteLocalities'] === true ? previousPriorities : undefined,
    hostSelectionRetryMaxAttempts: '5',
    retryBackOff: asString(own?.['backoff']) === undefined ? undefined : { baseInterval: asString(own?.['backoff']) ?? '' },
  });
}
