import type { Headers } from '../http/headers.ts';
import type { HttpStream } from '../http/stream.ts';
import type { InternalRedirectPolicy } from './route.ts';

/**
 * Turns the request into the one its answer redirects to; false, with the headers as they were, where that is not allowed (envoy
 * `Filter::convertRequestHeadersForInternalRedirect`).
 */
export function redirectRequest(stream: HttpStream, headers: Headers, response: Headers, policy: InternalRedirectPolicy): boolean {
  const url = parseUrl(response.get('location') ?? '');
  if (url === undefined) return false;
  const isHttp = headers.get(':scheme') !== 'https';
  if (!policy.allowCrossScheme && isHttp !== (url.scheme === 'http')) return false;
  if (stream.internalRedirects >= policy.max) return false;
  const saved = [...headers.entries()];
  const original = `${isHttp ? 'http' : 'https'}://${headers.get(':authority') ?? ''}${headers.get(':path') ?? ''}`;
  for (const name of policy.headersToCopy) {
    headers.remove(name);
    for (const value of response.all(name)) headers.add(name, value);
  }
  headers.set(':scheme', url.scheme);
  headers.set(':authority', url.host);
  headers.set(':path', url.path.replace(/#.*$/s, ''));
  stream.routes.clear();
  if (stream.routes.get() === undefined) {
    headers.setAll(saved);
    return false;
  }
  const method = headers.get(':method');
  if (response.get(':status') === '303' && method !== 'GET' && method !== 'HEAD') {
    headers.set(':method', 'GET');
    headers.remove('content-length');
    stream.request.buffered?.clear();
  }
  headers.set('x-envoy-original-url', original);
  return true;
}

/** An absolute URL of http or https with a host (envoy `Http::Utility::Url::initialize`). */
function parseUrl(text: string): { readonly scheme: 'http' | 'https'; readonly host: string; readonly path: string } | undefined {
  const found = /^(https?):\/\/([^/?#]+)([/?#][\x21-\x7e]*)?$/i.exec(text);
  const [, scheme = '', authority = '', rest = ''] = found ?? [];
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  if (!/^(\[[0-9a-f:.]+\]|[^:[\]\s]+)(:\d{1,5})?$/i.test(host)) return undefined;
  const isHttp = scheme.toLowerCase() === 'http';
  return { scheme: isHttp ? 'http' : 'https', host, path: rest.startsWith('/') ? rest : `/${rest}` };
}
