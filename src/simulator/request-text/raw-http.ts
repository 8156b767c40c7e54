import { utf8Bytes, utf8ToByteString } from '#base/bytes.ts';
import type { Result } from '#base/result.ts';
import { ok } from '#base/result.ts';
import type { HeaderPair } from '#proxywasm/host.ts';
import { lowerName } from '../http/headers.ts';
import { requestTextFailure } from './failures.ts';
import type { RequestText } from './request-text.ts';

export const requestLine = /^([A-Z][A-Z-]*)[ \t]+(\S+)(?:[ \t]+HTTP\/[\d.]+)?[ \t]*$/;

/** A request as HTTP/1.1 writes it: request line, headers, empty line, body. Line ends may be `\n`. */
export function parseRawHttp(text: string): Result<RequestText> {
  const normal = text.replaceAll('\r\n', '\n').replace(/^\n+/, '');
  const end = normal.indexOf('\n\n');
  const [first = '', ...lines] = (end < 0 ? normal.replace(/\n+$/, '') : normal.slice(0, end)).split('\n');
  const match = requestLine.exec(first);
  if (match === null) return requestTextFailure('http-line', `"${first}" is not a request line.`);
  const [, method = 'GET', target = '/'] = match;
  const headers: [string, string][] = [];
  for (const [i, line] of lines.entries()) {
    const found = /^([^:\s]+):[ \t]*(.*?)[ \t]*$/.exec(line);
    if (found === null) return requestTextFailure('http-header', `Line ${i + 2} is not a header: "${line}".`);
    headers.push([lowerName(found[1] ?? ''), found[2] ?? '']);
  }
  const body = end < 0 ? new Uint8Array(0) : utf8Bytes(normal.slice(end + 2));
  const absolute = /^(https?):\/\/([^/?#]+)(.*)$/i.exec(target);
  const host = headers.find(([name]) => name === 'host')?.[1] ?? absolute?.[2] ?? 'example.com';
  const pseudo: HeaderPair[] = [
    [':method', method],
    [':scheme', absolute?.[1]?.toLowerCase() ?? 'http'],
    [':authority', utf8ToByteString(host)],
    [':path', absolute === null ? utf8ToByteString(target) : utf8ToByteString(absolute[3] === '' ? '/' : (absolute[3] ?? '/'))],
  ];
  return ok({
    headers: [
      ...pseudo,
      ...headers.filter(([name]) => name !== 'host').map(([name, value]): HeaderPair => [name, utf8ToByteString(value)]),
    ],
    body,
  });
}
