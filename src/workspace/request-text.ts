import type { Result } from '#base/result.ts';
import { ok } from '#base/result.ts';
import { byteStringToUtf8, bytesToUtf8, utf8Bytes, utf8ToByteString } from '#base/bytes.ts';
import { toCurl } from '#simulator/request-text/curl.ts';
import { parseRequestText } from '#simulator/request-text/parse-request-text.ts';
import type { RequestMessage } from '#workers/preview.calls.ts';
import type { PreviewRequest } from './workspace.ts';

/** A request from what people paste: a curl command or a raw HTTP request. Fails with what is wrong and where. */
export function readRequestText(text: string): Result<PreviewRequest> {
  const read = parseRequestText(text);
  if (!read.ok) return read;
  const pseudo = (name: string, otherwise: string): string =>
    byteStringToUtf8(read.value.headers.find(([key]) => key === name)?.[1] ?? otherwise);
  return ok({
    method: pseudo(':method', 'GET'),
    path: pseudo(':path', '/'),
    authority: pseudo(':authority', 'example.com'),
    headers: read.value.headers
      .filter(([name]) => !name.startsWith(':'))
      .map(([name, value]): [string, string] => [name, byteStringToUtf8(value)]),
    body: bytesToUtf8(read.value.body),
  });
}

/** The curl command that sends a request of the builder. */
export function curlOf(request: PreviewRequest): string {
  return toCurl(messageOf(request));
}

/** The request as Envoy's filters see it: pseudo headers first, names in lower case, values as bytes. */
export function messageOf(request: PreviewRequest): RequestMessage {
  const body = utf8Bytes(request.body);
  const own = request.headers
    .filter(([name]) => name.trim() !== '')
    .map(([name, value]): [string, string] => [name.trim().toLowerCase(), utf8ToByteString(value)]);
  const hasLength = own.some(([name]) => name === 'content-length' || name === 'transfer-encoding');
  const headers: [string, string][] = [
    [':method', request.method],
    [':scheme', 'http'],
    [':authority', request.authority],
    [':path', utf8ToByteString(request.path === '' ? '/' : request.path)],
    ...own.filter(([name]) => name !== 'host'),
    ...(body.length > 0 && !hasLength ? [['content-length', String(body.length)] as [string, string]] : []),
  ];
  return { headers, body };
}
