import { byteStringToUtf8, utf8ToByteString, type ByteString } from '#base/bytes.ts';
import { goQuote } from './go-json.ts';
import { escapeUrl, unescapeUrl, UrlError, validEncoded } from './go-url-escape.ts';

/** Go's url.URL: what plugin urls are read into and written from (net/url of Go 1.26, the release istiod 1.31 is built with). */
export interface GoUrl {
  readonly scheme: string;
  readonly opaque: ByteString;
  /** `name` or `name:password`, escaped; absent without `@`. */
  readonly userinfo?: ByteString | undefined;
  readonly host: ByteString;
  readonly path: ByteString;
  /** The path as written, when Go's own escaping would write it differently. */
  readonly rawPath: ByteString;
  readonly forceQuery: boolean;
  readonly rawQuery: ByteString;
  readonly fragment: ByteString;
  readonly rawFragment: ByteString;
  /** `scheme:/path`: no authority was written. */
  readonly omitHost: boolean;
}

export type GoUrlResult = { readonly url: GoUrl; readonly error?: undefined } | { readonly url?: undefined; readonly error: string };

/** Go's url.Parse. `error` is its message: `parse "…": …`. */
export function parseGoUrl(text: string): GoUrlResult {
  const raw = utf8ToByteString(text);
  const cut = raw.indexOf('#');
  const before = cut < 0 ? raw : raw.slice(0, cut);
  const written = cut < 0 ? '' : raw.slice(cut + 1);
  const parsed = attempt(before, () => parse(before, false));
  if (parsed.url === undefined || written === '') return parsed;
  return attempt(raw, () => {
    const fragment = unescapeUrl(written, 'fragment');
    return { ...parsed.url, fragment, rawFragment: escapeUrl(fragment, 'fragment') === written ? '' : written };
  });
}

/** Go's url.ParseRequestURI: an absolute URI or an absolute path; `#` is an ordinary character. */
export function parseGoRequestUri(text: string): GoUrlResult {
  const raw = utf8ToByteString(text);
  return attempt(raw, () => parse(raw, true));
}

function attempt(raw: ByteString, read: () => GoUrl): GoUrlResult {
  try {
    return { url: read() };
  } catch (error) {
    if (error instanceof UrlError) return { error: `parse ${goQuote(byteStringToUtf8(raw))}: ${error.message}` };
    throw error;
  }
}

function parse(raw: ByteString, viaRequest: boolean): GoUrl {
  // eslint-disable-next-line no-control-regex -- control characters are what is refused
  if (/[\x00-\x1f\x7f]/.test(raw)) throw new UrlError('net/url: invalid control character in URL');
  if (raw === '' && viaRequest) throw new UrlError('empty url');
  const parts = {
    scheme: '',
    opaque: '',
    host: '',
    rawPath: '',
    forceQuery: false,
    rawQuery: '',
    fragment: '',
    rawFragment: '',
    omitHost: false,
  };
  if (raw === '*') return { ...parts, path: '*' };
  const [scheme, afterScheme] = splitScheme(raw);
  const query = splitQuery(afterScheme);
  const known = { ...parts, scheme, forceQuery: query.force, rawQuery: query.text };
  const rest = query.rest;
  if (!rest.startsWith('/')) {
    if (scheme !== '') return { ...known, opaque: rest, path: '' };
    if (viaRequest) throw new UrlError('invalid URI for request');
    if (/^[^/]*:/.test(rest)) throw new UrlError('first path segment in URL cannot contain colon');
  }
  if ((scheme !== '' || (!viaRequest && !rest.startsWith('///'))) && rest.startsWith('//')) {
    const slash = rest.indexOf('/', 2);
    const authority = slash < 0 ? rest.slice(2) : rest.slice(2, slash);
    return { ...known, ...parseAuthority(scheme, authority), ...pathOf(slash < 0 ? '' : rest.slice(slash)) };
  }
  return { ...known, omitHost: scheme !== '' && rest.startsWith('/'), ...pathOf(rest) };
}

function splitScheme(raw: ByteString): readonly [scheme: string, rest: ByteString] {
  if (raw.startsWith(':')) throw new UrlError('missing protocol scheme');
  const found = /^([A-Za-z][-A-Za-z0-9+.]*):/.exec(raw)?.[1];
  return found === undefined ? ['', raw] : [found.toLowerCase(), raw.slice(found.length + 1)];
}

function splitQuery(text: ByteString): { readonly rest: ByteString; readonly text: ByteString; readonly force: boolean } {
  const mark = text.indexOf('?');
  if (mark < 0) return { rest: text, text: '', force: false };
  return { rest: text.slice(0, mark), text: text.slice(mark + 1), force: mark === text.length - 1 };
}

function pathOf(written: ByteString): { readonly path: ByteString; readonly rawPath: ByteString } {
  const path = unescapeUrl(written, 'path');
  return { path, rawPath: escapeUrl(path, 'path') === written ? '' : written };
}

function parseAuthority(scheme: string, authority: ByteString): { readonly host: ByteString; readonly userinfo?: ByteString } {
  const at = authority.lastIndexOf('@');
  const host = parseHost(scheme, authority.slice(at + 1));
  if (at < 0) return { host };
  const written = authority.slice(0, at);
  if (/[^A-Za-z0-9\-._:~!$&'()*+,;=%@]/.test(written)) throw new UrlError('net/url: invalid userinfo');
  const colon = written.indexOf(':');
  const parts = colon < 0 ? [written] : [written.slice(0, colon), written.slice(colon + 1)];
  return { host, userinfo: parts.map((part) => escapeUrl(unescapeUrl(part, 'user'), 'user')).join(':') };
}

function parseHost(scheme: string, host: ByteString): ByteString {
  const open = host.lastIndexOf('[');
  if (open > 0) throw new UrlError('invalid IP-literal');
  if (open === 0) return parseIpLiteral(host);
  const first = host.indexOf(':');
  if (first >= 0) {
    const strict = scheme === 'http' || scheme === 'https';
    checkPort(host.slice(strict ? first : host.lastIndexOf(':')));
  }
  return unescapeUrl(host, 'host');
}

function checkPort(written: ByteString): void {
  if (!/^(?::\d*)?$/.test(written)) throw new UrlError(`invalid port ${goQuote(byteStringToUtf8(written))} after host`);
}

function parseIpLiteral(host: ByteString): ByteString {
  const close = host.lastIndexOf(']');
  if (close < 0) throw new UrlError("missing ']' in host");
  const port = host.slice(close + 1);
  checkPort(port);
  const name = host.slice(1, close);
  const zone = name.indexOf('%25');
  const plain = zone < 0 ? unescapeUrl(name, 'host') : unescapeUrl(name.slice(0, zone), 'host') + unescapeUrl(name.slice(zone), 'zone');
  if (/^[\d.]+$/.test(plain)) throw new UrlError('invalid IP-literal');
  if (!isIpv6(plain)) throw new UrlError(`invalid host: ParseAddr(${goQuote(byteStringToUtf8(plain))}): unable to parse IP`);
  return `[${plain}]${port}`;
}

/** Go's netip.ParseAddr for IPv6: up to eight groups, one `::`, an IPv4 tail, a zone that is not empty. */
function isIpv6(text: string): boolean {
  const [address = '', ...zones] = text.split('%');
  if (zones.length > 0 && zones.join('%') === '') return false;
  const tail = /^(.*:)(\d{1,3}(?:\.\d{1,3}){3})$/.exec(address);
  if (tail?.[2]?.split('.').some((part) => Number(part) > 255 || /^0\d/.test(part)) === true) return false;
  const plain = tail === null ? address : `${tail[1] ?? ''}0:0`;
  const halves = plain.split('::');
  if (halves.length > 2) return false;
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const count = groups.flat().length;
  return groups.flat().every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group)) && (halves.length === 2 ? count < 8 : count === 8);
}

/** Go's `(*URL).String`. */
export function formatGoUrl(url: GoUrl): string {
  let out = url.scheme === '' ? '' : `${url.scheme}:`;
  out += url.opaque === '' ? authorityAndPath(url) : url.opaque;
  if (url.forceQuery || url.rawQuery !== '') out += `?${url.rawQuery}`;
  if (url.fragment !== '') {
    const keep = url.rawFragment !== '' && validEncoded(url.rawFragment, 'fragment');
    out += `#${keep ? url.rawFragment : escapeUrl(url.fragment, 'fragment')}`;
  }
  return byteStringToUtf8(out);
}

function authorityAndPath(url: GoUrl): ByteString {
  const { host, userinfo } = url;
  const hasAuthority = host !== '' || userinfo !== undefined;
  let out = '';
  if (hasAuthority || (url.scheme !== '' && !url.omitHost && url.path !== '')) out = '//';
  if (userinfo !== undefined) out += `${userinfo}@`;
  out += escapeUrl(host, 'host');
  const keep = url.rawPath !== '' && validEncoded(url.rawPath, 'path');
  const path = keep ? url.rawPath : url.path === '*' ? '*' : escapeUrl(url.path, 'path');
  if (path !== '' && !path.startsWith('/') && host !== '') out += '/';
  if (out === '' && url.scheme === '' && /^[^/]*:/.test(path)) out = './';
  return out + path;
}
