import type { Result } from '#base/result.ts';
import { parseCurl } from './curl.ts';
import { requestTextFailure } from './failures.ts';
import { parseRawHttp, requestLine } from './raw-http.ts';
import type { RequestText } from './request-text.ts';

/** A pasted curl command or raw HTTP request; fails with what is wrong with it. */
export function parseRequestText(text: string): Result<RequestText> {
  const trimmed = text.trim().replace(/^\$\s+(?=curl\b)/, '');
  if (trimmed === '') return requestTextFailure('request-empty', 'There is no text.');
  if (/^curl(\.exe)?(\s|$)/.test(trimmed)) return parseCurl(trimmed);
  if (requestLine.test(trimmed.split(/\r?\n/)[0] ?? '')) return parseRawHttp(trimmed);
  return requestTextFailure('request-unknown', 'This is neither a curl command nor an HTTP request.');
}
