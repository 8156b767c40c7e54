import { asNumber, asObject, asString, isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import { claimMatcher, namesInBrackets } from '../policy/rbac-matchers.ts';
import { message, unlessDefault } from '../proto-json.ts';
import { compareText } from '../resource-order.ts';
import type { VirtualService } from '../scope/virtual-service.ts';

/** `HTTPMatchRequest` as Envoy's `RouteMatch` (istio/istio `pilot/pkg/networking/core/route/route.go TranslateRouteMatch`). */
export function routeMatch(virtualService: Pick<VirtualService, 'semantics'>, match: JsonObject | undefined): JsonObject {
  if (match === undefined) return { prefix: '/' };
  const headers: JsonObject[] = [];
  const dynamicMetadata: JsonObject[] = [];
  for (const [name, value] of Object.entries(asObject(match['headers']))) {
    const metadata = claimMatch(name, value);
    if (metadata !== undefined) dynamicMetadata.push(metadata);
    else headers.push(headerMatch(name, value));
  }
  for (const [name, value] of Object.entries(asObject(match['withoutHeaders']))) {
    const metadata = claimMatch(name, value);
    if (metadata !== undefined) dynamicMetadata.push({ ...metadata, invert: true });
    else
      headers.push({ ...headerMatch(name, value), invertMatch: true, ...(isPresence(value) ? {} : { treatMissingHeaderAsEmpty: true }) });
  }
  headers.sort((a, b) => compareText(asString(a['name']) ?? '', asString(b['name']) ?? ''));
  for (const [name, field] of [
    [':method', 'method'],
    [':authority', 'authority'],
    [':scheme', 'scheme'],
  ] as const) {
    if (isObject(match[field])) headers.push(headerMatch(name, match[field]));
  }
  const queryParameters = Object.entries(asObject(match['queryParams']))
    .sort(([a], [b]) => compareText(a, b))
    .map(([name, value]) => headerMatch(name, value));
  return message({
    ...pathMatch(virtualService, match['uri']),
    caseSensitive: match['ignoreUriCase'] !== true,
    headers: unlessDefault(headers),
    queryParameters: unlessDefault(queryParameters),
    dynamicMetadata: unlessDefault(dynamicMetadata),
  });
}

function pathMatch(virtualService: Pick<VirtualService, 'semantics'>, uri: JsonValue | undefined): JsonObject {
  if (!isObject(uri)) return { prefix: '/' };
  const { exact, prefix, regex } = uri;
  if (typeof exact === 'string') return { path: exact };
  if (typeof regex === 'string') return { safeRegex: message({ regex: unlessDefault(regex) }) };
  if (typeof prefix !== 'string') return { prefix: '/' };
  // prefixes of the Gateway API and of Ingress end at a slash
  if (virtualService.semantics === 'istio' || prefix === '/') return { prefix };
  return { pathSeparatedPrefix: prefix.replace(/\/$/, '') };
}

/** Only presence counts: no value, or the regex `*`, which is none. */
function isPresence(value: JsonValue | undefined): boolean {
  if (!isObject(value)) return true;
  if (value['regex'] === '*') return true;
  return ['exact', 'prefix', 'regex'].every((field) => value[field] === undefined);
}

function headerMatch(name: string, value: JsonValue | undefined): JsonObject {
  if (isPresence(value)) return { name, presentMatch: true };
  return message({ name, stringMatch: stringMatch(asObject(value)) });
}

/** A `StringMatch` of Istio as Envoy's `StringMatcher`. */
export function stringMatch(value: JsonObject): JsonObject | undefined {
  const { exact, prefix, regex } = value;
  if (typeof exact === 'string') return { exact };
  if (typeof prefix === 'string') return { prefix };
  return typeof regex === 'string' ? { safeRegex: message({ regex: unlessDefault(regex) }) } : undefined;
}

/** `@request.auth.claims.a.b` and `@request.auth.claims[a][b]` look into the verified token (`pkg/jwt/routing.go ToRoutingClaim`). */
function claimMatch(name: string, value: JsonValue | undefined): JsonObject | undefined {
  const head = '@request.auth.claims';
  if (!name.toLowerCase().startsWith(head)) return undefined;
  const rest = name.slice(head.length);
  const claims = rest.startsWith('.') && rest.length > 1 ? rest.slice(1).split('.') : namesInBrackets(rest);
  if (claims === undefined || claims.length === 0) return undefined;
  const text = isObject(value) ? stringMatch(value) : undefined;
  return claimMatcher(claims, { stringMatch: text ?? {} });
}

/** Takes everything: any path and no other condition (`IsCatchAllRoute`). */
export function isCatchAll(route: JsonObject): boolean {
  const match = asObject(route['match']);
  const anyPath = match['prefix'] === '/' || match['pathSeparatedPrefix'] === '/' || asObject(match['safeRegex'])['regex'] === '.*';
  return anyPath && ['headers', 'queryParameters', 'dynamicMetadata'].every((field) => match[field] === undefined);
}

/** Catch-alls go to the end, all others keep their order (`SortVHostRoutes`). */
export function sortRoutes(routes: readonly JsonObject[]): readonly JsonObject[] {
  return [...routes.filter((route) => !isCatchAll(route)), ...routes.filter(isCatchAll)];
}

/** A fraction of requests: a percentage with four decimals, or a whole one. */
export function fraction(percentage: JsonValue | undefined, whole: JsonValue | undefined): JsonObject {
  if (isObject(percentage)) {
    const value = asNumber(percentage['value']) ?? 0;
    return message({ numerator: unlessDefault(Math.trunc(value * 10_000)), denominator: 'MILLION' });
  }
  return message({ numerator: unlessDefault(asNumber(whole) ?? 0) });
}
