import type { FormatContext } from '../format/formatter.ts';
import type { Headers } from '../http/headers.ts';
import type { Route } from './route.ts';

/** Header operations and rewrites of a route before the request goes upstream (envoy `RouteEntryImplBase::finalizeRequestHeaders`). */
export function finalizeRequest(route: Route, headers: Headers, context: FormatContext, originalPath: boolean): void {
  for (const level of inOrder(route)) level.request?.(headers, context);
  const action = route.forward;
  if (action === undefined) return;
  const host = action.rewriteHost?.(headers);
  if (host !== undefined) rewriteHost(headers, host.host, action.appendForwardedHost);
  const path = headers.get(':path') ?? '';
  const rewritten = action.rewritePath?.(path, headers, context);
  if (rewritten !== undefined && rewritten !== '') {
    if (originalPath) headers.set('x-envoy-original-path', path);
    headers.set(':path', rewritten);
  }
}

function rewriteHost(headers: Headers, host: string, appendForwardedHost: boolean): void {
  const old = headers.get(':authority');
  if (appendForwardedHost && old !== undefined && old !== '') headers.append('x-forwarded-host', old);
  headers.set(':authority', host);
}

/** Header operations of a route on its response. */
export function finalizeResponse(route: Route, headers: Headers, context: FormatContext): void {
  for (const level of inOrder(route)) level.response?.(headers, context);
}

/** The most specific level first, so that the general one wins; the other way round with `most_specific_header_mutations_wins`. */
function inOrder(route: Route): Route['levels'] {
  return route.virtualHost.config.mostSpecificWins ? route.levels.toReversed() : route.levels;
}
