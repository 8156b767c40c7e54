import type { JsonObject } from '#base/json.ts';
import { base64ToBytes } from '#base/bytes.ts';
import { goQuote } from '../../../api/go-json.ts';
import type { VerdictBuilder } from '../verdict.ts';
import { durationError } from '../words/durations.ts';
import { message, number, text } from '../words/fields.ts';
import { bytes, portError } from '../words/names.ts';
import { regexError } from '../words/string-match.ts';
import { httpStatusError } from './http-extras.ts';

/** istio/istio pkg/config/validation/validation.go validateHTTPRedirect: the first problem. `prefixRewrite` exists since 1.30. */
export function checkRedirect(redirect: JsonObject, matches: readonly JsonObject[], out: VerdictBuilder, minor: number): void {
  const error = (text: string, ...path: string[]): void => out.error('istio/redirect', text, ...path);
  const uri = text(redirect, 'uri');
  const prefix = minor < 30 ? '' : text(redirect, 'prefixRewrite');
  if (uri !== '' && prefix !== '') return error('redirect may only specify one of uri or prefix_rewrite', 'prefixRewrite');
  const isOther = (match: JsonObject): boolean => match['uri'] !== undefined && message(match, 'uri')?.['prefix'] === undefined;
  if (prefix !== '' && matches.some(isOther))
    return error('redirect prefix_rewrite requires all URI matches to use prefix match type', 'prefixRewrite');
  const hasPort = redirect['port'] !== undefined || redirect['derivePort'] !== undefined;
  const scheme = text(redirect, 'scheme');
  if (uri === '' && prefix === '' && text(redirect, 'authority') === '' && !hasPort && scheme === '')
    return error('redirect must specify URI, authority, scheme, or port');
  const code = number(redirect, 'redirectCode');
  if (code !== 0 && (code < 300 || code > 399)) return error(`${code} is not a valid redirect code, must be 3xx`, 'redirectCode');
  if (scheme !== '' && scheme !== 'http' && scheme !== 'https')
    return error('invalid redirect scheme, must be "http" or "https"', 'scheme');
  const port = number(redirect, 'port');
  if (port > 0) out.check('istio/port-invalid', portError(port), 'port');
}

const KB = 1024;
const MB = 1024 * KB;

/** validateHTTPDirectResponse. */
export function checkDirectResponse(response: JsonObject, out: VerdictBuilder): void {
  const body = message(response, 'body');
  const size = body === undefined ? 0 : bytes(text(body, 'string')) + (base64ToBytes(text(body, 'bytes'))?.length ?? 0);
  const slow = 'large direct_responses may impact control plane performance';
  if (size > MB) out.error('istio/body-size', `${slow}, must be less than 1MB`, 'body');
  else if (size > 100 * KB) out.warn('istio/body-large', slow, 'body');
  out.check('istio/status', httpStatusError(number(response, 'status') | 0), 'status');
}

const retryReasons: ReadonlySet<string> = new Set([
  '5xx',
  'gateway-error',
  'reset',
  'reset-before-request',
  'connect-failure',
  'retriable-4xx',
  'refused-stream',
  'retriable-status-codes',
  'retriable-headers',
  'envoy-ratelimited',
  'http3-post-connect-failure',
  'cancelled',
  'deadline-exceeded',
  'internal',
  'resource-exhausted',
  'unavailable',
]);

/** Go's net/http StatusText knows these. */
function isKnownStatus(status: number): boolean {
  const ranges = [
    [100, 103],
    [200, 208],
    [226, 226],
    [300, 305],
    [307, 308],
    [400, 418],
    [421, 426],
    [428, 429],
    [431, 431],
    [451, 451],
    [500, 508],
    [510, 511],
  ] as const;
  return ranges.some(([first, last]) => status >= first && status <= last);
}

/** validateHTTPRetry. */
export function checkRetries(retries: JsonObject, out: VerdictBuilder): void {
  const attempts = number(retries, 'attempts');
  if (attempts < 0) out.error('istio/retries', 'attempts cannot be negative', 'attempts');
  const hasMore = ['perTryTimeout', 'retryOn', 'retryRemoteLocalities'].some((field) => retries[field] !== undefined);
  if (attempts === 0 && hasMore)
    out.error('istio/retries', 'http retry policy configured when attempts are set to 0 (disabled)', 'attempts');
  out.check('istio/duration', durationError(retries, 'perTryTimeout'), 'perTryTimeout');
  const retryOn = text(retries, 'retryOn');
  for (const reason of retryOn === '' ? [] : retryOn.split(',')) {
    if (retryReasons.has(reason) || (/^[-+]?\d+$/.test(reason) && isKnownStatus(Number(reason)))) continue;
    out.error('istio/retries', `${goQuote(reason)} is not a valid retryOn policy`, 'retryOn');
  }
  out.check('istio/duration', durationError(retries, 'backoff'), 'backoff');
}

/** validateHTTPRewrite: the first problem. */
export function checkRewrite(rewrite: JsonObject, out: VerdictBuilder): void {
  const regex = message(rewrite, 'uriRegexRewrite');
  const error = (text: string, ...path: string[]): void => out.error('istio/rewrite', text, ...path);
  if (text(rewrite, 'uri') !== '' && regex !== undefined)
    return error('rewrite may only contain one of URI or UriRegexRewrite', 'uriRegexRewrite');
  if (text(rewrite, 'uri') === '' && regex === undefined && text(rewrite, 'authority') === '') {
    const one = 'Only one of URI or UriRegexRewrite may be specified';
    return error(`rewrite must specify at least one of URI, UriRegexRewrite, or authority. ${one}`);
  }
  if (regex === undefined) return;
  const isHalf = text(regex, 'match') === '' || text(regex, 'rewrite') === '';
  const why = isHalf
    ? 'UriRegexRewrite requires both Rewrite and Match fields to be specified'
    : regexError(text(regex, 'match'), 'HTTPRewrite.UriRegexRewrite.Match');
  if (why !== undefined) error(`UriRegexRewrite has errors\n${why}`, 'uriRegexRewrite');
}
