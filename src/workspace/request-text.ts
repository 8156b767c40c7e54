import type { Result } from '#base/result.ts';
import { ok } from '#base/result.ts';
import { byteStringToUtf8, bytesToUtf8 } from '#base/bytes.ts';
import { parseRequestText } from '#simulator/request-text/parse-request-text.ts';
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
