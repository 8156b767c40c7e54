import type { HeaderPairs } from '#proxywasm/host.ts';

const connectionHeaders = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade', 'te']);

/** Would an HTTP/2 client refuse these response headers (RFC 9113 §8.2, §8.3)? */
export function responseProblem(headers: HeaderPairs, head: boolean, endStream: boolean): boolean {
  const status = headers.find(([name]) => name === ':status')?.[1];
  if (headers.some(([name]) => connectionHeaders.has(name) || (name.startsWith(':') && name !== ':status'))) return true;
  // 1xx is no final answer, and other numbers are none at all.
  if (!/^[2-9]\d\d$/.test(status ?? '')) return true;
  const length = headers.find(([name]) => name === 'content-length')?.[1];
  if (length !== undefined && !/^\d+$/.test(length)) return true;
  if (status === '204' && length !== undefined && length !== '0') return true;
  return endStream && !head && status !== '304' && length !== undefined && Number(length) !== 0;
}
