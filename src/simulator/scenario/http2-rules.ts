import type { HeaderPairs } from '#proxywasm/host.ts';

const connectionHeaders = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade', 'te']);

/** Would an HTTP/2 client refuse these response headers (RFC 9113 §8.2, §8.3)? */
export function responseProblem(headers: HeaderPairs, head: boolean, endStream: boolean): boolean {
  const status = headers.find(([name]) => name === ':status')?.[1];
  if (
    headers.some(
      ([name, value]) =>
        connectionHeaders.has(name) || (name.startsWith(':') && name !== ':status') || !isFieldValue(value) || !isFieldName(name),
    )
  )
    return true;
  const length = headers.find(([name]) => name === 'content-length')?.[1];
  if (length !== undefined && !/^\d+$/.test(length)) return true;
  if (status === '204' && length !== undefined && length !== '0') return true;
  return endStream && !head && status !== '304' && length !== undefined && Number(length) !== 0;
}

/** What the HTTP/2 library of the recordings hands on: a field whose value begins or ends with blank is left out (RFC 9113 §8.2.1, nghttp2). */
export function readable(headers: HeaderPairs): HeaderPairs {
  return headers.filter(([, value]) => !/^[ \t]|[ \t]$/.test(value));
}

function isFieldName(name: string): boolean {
  return /^:?[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(name);
}

function isFieldValue(value: string): boolean {
  // oxlint-disable-next-line no-control-regex -- exactly the characters a field value may not hold
  return !/[\x00-\x08\x0a-\x1f\x7f]/.test(value);
}
