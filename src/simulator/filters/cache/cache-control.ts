import type { ByteString } from '#base/bytes.ts';
import type { Headers } from '../../http/headers.ts';

/** What a request says about answers that are kept; times in seconds. */
export interface RequestCacheControl {
  readonly mustValidate: boolean;
  readonly noStore: boolean;
  readonly maxAge: number | undefined;
  readonly minFresh: number | undefined;
  readonly maxStale: number | undefined;
}

/** Of a request without a word about it. */
export const saysNothing: RequestCacheControl = {
  mustValidate: false,
  noStore: false,
  maxAge: undefined,
  minFresh: undefined,
  maxStale: undefined,
};

/** What an answer says about being kept. */
interface ResponseCacheControl {
  readonly mustValidate: boolean;
  readonly noStore: boolean;
  readonly noStale: boolean;
  readonly maxAge: number | undefined;
}

/** Names are taken in any case (measured); of equal ones the last counts. */
function directives(text: ByteString): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const part of text.split(',')) {
    const [, name = '', argument = ''] = /^([^=]*)=?(.*)$/.exec(part.trim()) ?? [];
    found.set(name.toLowerCase(), argument);
  }
  return found;
}

/** Whole seconds, quoted or not; what is none does not count. */
function seconds(text: string | undefined): number | undefined {
  const [, digits] = /^"?\s*\+?(\d+)\s*"?$/.exec(text ?? '') ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** `cache-control`, or `pragma` in its place (envoy `LookupRequest::initializeRequestCacheControl`). */
export function requestCacheControl(headers: Headers): RequestCacheControl {
  const text = headers.joined('cache-control') ?? '';
  const found = directives(text);
  if (text === '') {
    const mustValidate = directives(headers.joined('pragma') ?? '').has('no-cache');
    return { ...saysNothing, mustValidate };
  }
  return {
    mustValidate: found.has('no-cache'),
    noStore: found.has('no-store'),
    maxAge: seconds(found.get('max-age')),
    minFresh: seconds(found.get('min-fresh')),
    maxStale: found.get('max-stale') === '' ? Number.POSITIVE_INFINITY : seconds(found.get('max-stale')),
  };
}

/** envoy `ResponseCacheControl`: a lifetime for shared caches counts before the other, whose first value counts. */
export function responseCacheControl(headers: Headers): ResponseCacheControl {
  const text = headers.joined('cache-control') ?? '';
  const found = directives(text);
  const firstAge = text
    .split(',')
    .find((part) => /^\s*max-age=/i.test(part) && seconds(part.trim().slice('max-age='.length)) !== undefined);
  return {
    mustValidate: found.has('no-cache'),
    noStore: found.has('no-store') || found.has('private'),
    noStale: found.has('must-revalidate') || found.has('proxy-revalidate'),
    maxAge: seconds(found.get('s-maxage')) ?? seconds(firstAge?.trim().slice('max-age='.length)),
  };
}
