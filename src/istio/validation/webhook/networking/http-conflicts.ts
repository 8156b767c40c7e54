import type { JsonObject } from '#base/json.ts';
import type { VerdictBuilder } from '../verdict.ts';
import { message, messages, text } from '../words/fields.ts';

/** What cannot stand together in one route (istio/istio pkg/config/validation/virtualservice.go validateHTTPRouteConflict). */
export function checkConflicts(route: JsonObject, isDelegate: boolean, out: VerdictBuilder): void {
  const hasRoute = messages(route, 'route').length > 0;
  if (!isDelegate && message(route, 'delegate') !== undefined) {
    const never = (field: string): void =>
      out.error('istio/delegate', `root HTTP route ${text(route, 'name')} must not specify ${field}`, field);
    if (route['redirect'] !== undefined) never('redirect');
    if (hasRoute) never('route');
    return;
  }
  if (isDelegate && route['delegate'] !== undefined) out.error('istio/delegate', 'delegate HTTP route cannot contain delegate', 'delegate');
  const action = route['redirect'] !== undefined ? 'redirect' : route['directResponse'] !== undefined ? 'direct_response' : undefined;
  if (action !== undefined) {
    const both = (rule: string, other: string, field: string): void =>
      out.error('istio/route-conflict', `HTTP route${rule} cannot contain both ${other} and ${action}`, field);
    if (hasRoute) both('', 'route', 'route');
    if (route['fault'] !== undefined) both('', 'fault', 'fault');
    if (route['rewrite'] !== undefined) both(' rule', 'rewrite', 'rewrite');
    if (action === 'redirect' && route['directResponse'] !== undefined) both(' rule', 'direct_response', 'directResponse');
  } else if (!hasRoute) out.error('istio/route-action', 'HTTP route, redirect or direct_response is required');
  if (route['mirror'] !== undefined && messages(route, 'mirrors').length > 0)
    out.error('istio/route-conflict', 'HTTP route cannot contain both mirror and mirrors', 'mirrors');
}
