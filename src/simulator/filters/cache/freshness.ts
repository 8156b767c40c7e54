import type { ByteString } from '#base/bytes.ts';
import type { Headers } from '../../http/headers.ts';
import type { RequestCacheControl } from './cache-control.ts';
import { responseCacheControl } from './cache-control.ts';
import { httpTime } from './http-time.ts';

const keptStatuses = new Set(['200', '203', '204', '206', '300', '301', '308', '404', '405', '410', '414', '451', '501']);
const conditions = ['if-none-match', 'if-modified-since', 'if-range'];

/** May a request be answered with something that is kept (envoy `CacheabilityUtils::canServeRequestFromCache`)? */
export function asksForKept(headers: Headers): boolean {
  return (
    !conditions.some((name) => headers.has(name)) &&
    !headers.has('authorization') &&
    ['GET', 'HEAD'].includes(headers.get(':method') ?? '') &&
    /^https?$/i.test(headers.get(':scheme') ?? '') &&
    headers.has(':path') &&
    headers.has(':authority')
  );
}

/** May an answer be kept, as far as status and lifetime go (envoy `CacheabilityUtils::isCacheableResponse`)? */
export function isKept(headers: Headers): boolean {
  const control = responseCacheControl(headers);
  const limited = control.mustValidate || control.maxAge !== undefined || (headers.has('date') && headers.has('expires'));
  return !control.noStore && limited && keptStatuses.has(headers.get(':status') ?? '');
}

/** How old an answer is in seconds (envoy `CacheHeadersUtils::calculateAge`, RFC 7234 §4.2.3). */
export function ageOf(headers: Headers, keptNs: bigint, nowNs: bigint): number {
  const given = headers.get('age') ?? '';
  const age = /^\s*[-+]?\d+\s*$/.test(given) ? Number(given) : 0;
  const apparent = Math.max(0, Number(keptNs) / 1e9 - httpTime(headers.get('date')));
  return Math.trunc(Math.max(apparent, age) + Number(nowNs - keptNs) / 1e9);
}

/** Must the upstream be asked whether an answer still holds (envoy `LookupRequest::requiresValidation`)? */
export function requiresValidation(headers: Headers, age: number, request: RequestCacheControl): boolean {
  const response = responseCacheControl(headers);
  if (response.mustValidate || request.mustValidate || (request.maxAge !== undefined && request.maxAge < age)) return true;
  const lifetime = response.maxAge ?? httpTime(headers.get('expires')) - httpTime(headers.get('date'));
  if (age > lifetime) return response.noStale || request.maxStale === undefined || request.maxStale <= age - lifetime;
  return request.minFresh !== undefined && request.minFresh > lifetime - age;
}

/** The conditions under which the upstream is asked again. */
export function addConditions(request: Headers, kept: Headers): void {
  const etag = kept.get('etag');
  if (etag !== undefined) request.set('if-none-match', etag);
  const modified = kept.get('last-modified');
  const date: ByteString = modified !== undefined && httpTime(modified) !== 0 ? modified : (kept.get('date') ?? '');
  request.set('if-modified-since', date);
}
