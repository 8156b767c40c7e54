import type { FormatContext } from '../format/formatter.ts';
import type { Headers } from '../http/headers.ts';
import { withoutQuery } from './path-match.ts';
import type { Route } from './route.ts';

/** Header operations and rewrites of a route before the request goes upstream (envoy `RouteEntryImplBase::finalizeRequestHeaders`). */
export function finalizeRequest(route: Route, headers: Headers, context: FormatContext, keepOriginal: boolean): void {
  const action = route.forward;
  route.weighted?.request?.(headers, context);
  if (action?.weightedHost !== undefined) headers.set(':authority', action.weightedHost);
  for (const level of inOrder(route)) level.request?.(headers, context);
  if (action === undefined) return;
  const host = action.rewriteHost?.(headers, context) ?? '';
  if (host !== '') rewriteHost(headers, host, action.appendForwardedHost, keepOriginal);
  const path = headers.get(':path') ?? '';
  const bare = withoutQuery(path);
  const rewritten = action.rewritePath?.(bare, context) ?? '';
  if (rewritten !== '') {
    if (keepOriginal) headers.set('x-envoy-original-path', path);
    headers.set(':path', rewritten + path.slice(bare.length));
  }
}

/** envoy `Http::Utility::updateAuthority`. */
function rewriteHost(headers: Headers, host: string, appendForwardedHost: boolean, keepOriginal: boolean): void {
  const old = headers.get(':authority') ?? '';
  if (appendForwardedHost && old !== '') {
    const last = headers
      .get('x-forwarded-host')
      ?.split(',')
      .findLast((item) => item !== '');
    if (last !== old) headers.append('x-forwarded-host', old);
  }
  if (keepOriginal) headers.set('x-envoy-original-host', old);
  headers.set(':authority', host);
}

/** Header operations of a route on its response. */
export function finalizeResponse(route: Route, headers: Headers, context: FormatContext): void {
  route.weighted?.response?.(headers, context);
  for (const level of inOrder(route)) level.response?.(headers, context);
}

/** The most specific level first, so that the general one wins; the other way round with `most_specific_header_mutations_wins`. */
function inOrder(route: Route): Route['levels'] {
  return route.virtualHost.config.mostSpecificWins ? route.levels.toReversed() : route.levels;
}
