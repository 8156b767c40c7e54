import { isAuthority, isPath } from '../upstreams/http2-fields.ts';
import type { Headers } from './headers.ts';
import type { ManagerOptions } from './manager-options.ts';
import type { ResponseFlag } from './stream-info.ts';

/** A request the codec itself does not take: the stream is reset before anybody sees it. */
export interface CodecRefusal {
  readonly details: string;
  readonly flag: ResponseFlag;
  /** The error of the reset, as HTTP/2 names it. */
  readonly error: 'CANCEL' | 'INTERNAL_ERROR';
}

/** What Envoy's HTTP/2 codec asks of a request (envoy `source/common/http/http2/codec_impl.cc` `saveHeader`; the rest quiche's `HeaderValidator`). Headers with underscores may be taken away. */
export function checkHttp2Request(headers: Headers, endStream: boolean, options: ManagerOptions): CodecRefusal | undefined {
  if (options.underscores !== 'ALLOW' && headers.entries().some(hasUnderscore)) {
    if (options.underscores === 'REJECT_REQUEST') return { details: 'http2.unexpected_underscore', flag: 'DR', error: 'INTERNAL_ERROR' };
    headers.removeIf(hasUnderscore);
  }
  if (headers.size > options.maxHeadersCount) return { details: 'http2.too_many_headers', flag: 'DR', error: 'INTERNAL_ERROR' };
  if (headers.byteSize > options.maxHeadersBytes) {
    return { details: 'http2.header_list_size_too_large', flag: 'DR', error: 'INTERNAL_ERROR' };
  }
  if (!hasLegalPseudoHeaders(headers, options)) return { details: 'http2.invalid.header.field', flag: 'DPE', error: 'CANCEL' };
  const length = headers.get('content-length');
  if (endStream && length !== undefined && Number(length) !== 0) {
    return { details: 'http2.violation.of.messaging.rule', flag: 'DPE', error: 'CANCEL' };
  }
  return undefined;
}

function hasUnderscore([name]: readonly [string, string]): boolean {
  return name.includes('_');
}

function hasLegalPseudoHeaders(headers: Headers, options: ManagerOptions): boolean {
  const authority = headers.get(':authority');
  if (authority === '' || (authority !== undefined && (!isAuthority(authority) || authority.includes('@')))) return false;
  const path = headers.get(':path');
  if (path !== undefined && !isPath(path)) return false;
  return headers.get(':protocol') === undefined || options.allowConnect;
}
