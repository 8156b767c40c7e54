import type { HeaderPair, HeaderPairs } from '#proxywasm/host.ts';

/** What an HTTP/2 library hands on: a field whose name or value is none is left out, blanks at the ends included (RFC 9113 §8.2.1, nghttp2). */
export function readable(headers: HeaderPairs): HeaderPairs {
  return headers.every(isReadable) ? headers : headers.filter(isReadable);
}

function isReadable([name, value]: HeaderPair): boolean {
  return isFieldName(name) && isFieldValue(value) && !edgeBlank.test(value);
}

const edgeBlank = /^[ \t]|[ \t]$/;

export function isFieldName(name: string): boolean {
  return /^:?[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(name);
}

export function isFieldValue(value: string): boolean {
  // oxlint-disable-next-line no-control-regex -- exactly the characters a field value may not hold
  return !/[\x00-\x08\x0a-\x1f\x7f]/.test(value);
}

/** Would an HTTP/2 server refuse this request? */
export function requestProblem(headers: HeaderPairs, endStream: boolean): boolean {
  const value = (name: string): string | undefined => headers.find(([key]) => key === name)?.[1];
  if (headers.some(([name]) => name.startsWith(':') && !requestPseudo.has(name))) return true;
  const authority = value(':authority') ?? value('host');
  if (authority === undefined || !isAuthority(authority)) return true;
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(value(':method') ?? '')) return true;
  const length = value('content-length') ?? '';
  if (!/^\d*$/.test(length) || (endStream && Number(length) !== 0)) return true;
  // The scripted upstreams do not offer extended CONNECT.
  if (value(':protocol') !== undefined) return true;
  const path = value(':path');
  if (path !== undefined && !isPath(path)) return true;
  const isWeb = value(':scheme') === 'http' || value(':scheme') === 'https';
  if (isWeb && path !== undefined && !path.startsWith('/') && !(path === '*' && value(':method') === 'OPTIONS')) return true;
  const te = value('te');
  if (te !== undefined && te.toLowerCase() !== 'trailers') return true;
  return headers.some(([name, text]) => connectionHeaders.has(name) || !isFieldName(name) || !isFieldValue(text));
}

/** Would it refuse these trailers? */
export function trailersProblem(trailers: HeaderPairs): boolean {
  return trailers.some(([name]) => name.startsWith(':') || connectionHeaders.has(name));
}

const requestPseudo = new Set([':method', ':scheme', ':authority', ':path', ':protocol']);
const connectionHeaders = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade']);

/** The characters of an authority (nghttp2 `nghttp2_check_authority`). */
export function isAuthority(text: string): boolean {
  return /^[!$%&'()*+,\-.:;=@[\]_~0-9A-Za-z]*$/.test(text);
}

/** nghttp2 takes visible ASCII and bytes above it. */
export function isPath(path: string): boolean {
  return /^[!-~\x80-\xff]+$/.test(path);
}
