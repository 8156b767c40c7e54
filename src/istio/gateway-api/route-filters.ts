import { asArray, asNumber, asObject, asString, isObject, type JsonObject } from '#base/json.ts';
import { quoteMeta } from '../policy/rbac-matchers.ts';
import { message, unlessDefault } from '../proto-json.ts';
import { strings } from '../collections.ts';
import { readBackend, UnusableRoute, type RouteScope } from './backends.ts';

/** The filters of a rule as fields of an `HTTPRoute` of Istio (istio/istio `pilot/pkg/config/kube/gateway/conversion.go convertHTTPRoute`). */
export function ruleFilters(scope: RouteScope, rule: JsonObject): JsonObject {
  const out: Record<string, JsonObject[string]> = {};
  const mirrors: JsonObject[] = [];
  for (const filter of asArray(rule['filters']).filter(isObject)) {
    switch (asString(filter['type']) ?? '') {
      case 'RequestHeaderModifier':
      case 'ResponseHeaderModifier':
        out['headers'] = { ...asObject(out['headers']), ...headerModifier(scope, filter) };
        break;
      case 'RequestMirror':
        mirrors.push(...mirror(scope, asObject(filter['requestMirror'])));
        break;
      case 'RequestRedirect':
        out['redirect'] = redirect(asObject(filter['requestRedirect']));
        break;
      case 'URLRewrite':
        out['rewrite'] = rewrite(asObject(filter['urlRewrite']));
        break;
      case 'CORS':
        out['corsPolicy'] = cors(asObject(filter['cors']));
        break;
      default:
        throw new UnusableRoute(`unsupported filter type ${asString(filter['type']) ?? ''}`);
    }
  }
  return message({ ...out, mirrors: unlessDefault(mirrors) });
}

/** The filters of a backend: header modifiers only. */
export function backendFilters(scope: RouteScope, backend: JsonObject): JsonObject {
  const headers: JsonObject[] = asArray(backend['filters'])
    .filter(isObject)
    .map((filter) => {
      if (filter['type'] !== 'RequestHeaderModifier' && filter['type'] !== 'ResponseHeaderModifier')
        throw new UnusableRoute('a backend can change headers only');
      return headerModifier(scope, filter);
    });
  return headers.length === 0 ? {} : { headers: Object.assign({}, ...headers) as JsonObject };
}

function headerModifier(scope: RouteScope, filter: JsonObject): JsonObject {
  const isRequest = filter['type'] === 'RequestHeaderModifier';
  const modifier = filter[isRequest ? 'requestHeaderModifier' : 'responseHeaderModifier'];
  if (!isObject(modifier)) return {};
  const lists = [...asArray(modifier['set']), ...asArray(modifier['add'])].map(asObject);
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  const isInvalid = lists.some((header) => /[\u0000-\u0008\u000a-\u001f\u007f]/.test(asString(header['value']) ?? ''));
  if (isInvalid && scope.snapshot.minor.minor >= 31) throw new UnusableRoute('a header value has control characters');
  const operations = message({
    add: headerMap(modifier['add']),
    remove: unlessDefault(strings(modifier['remove'])),
    set: headerMap(modifier['set']),
  });
  return { [isRequest ? 'request' : 'response']: operations };
}

/** Names in lower case, the first of several counts. */
function headerMap(list: JsonObject[string]): JsonObject | undefined {
  const out: Record<string, string> = {};
  for (const header of asArray(list).map(asObject)) {
    const name = (asString(header['name']) ?? '').toLowerCase();
    if (!Object.hasOwn(out, name)) out[name] = asString(header['value']) ?? '';
  }
  return Object.keys(out).length === 0 ? undefined : out;
}

function mirror(scope: RouteScope, filter: JsonObject): readonly JsonObject[] {
  const { destination, problem } = readBackend(scope, asObject(filter['backendRef']));
  if (problem !== undefined) {
    if (scope.route.kind === 'GRPCRoute') throw new UnusableRoute('the backend of a mirror cannot be used');
    return [];
  }
  const fraction = filter['fraction'];
  const percent = asNumber(filter['percent']);
  const value = isObject(fraction) ? (100 * (asNumber(fraction['numerator']) ?? 0)) / (asNumber(fraction['denominator']) ?? 100) : percent;
  return [message({ destination, percentage: value === undefined ? undefined : message({ value: unlessDefault(value) }) })];
}

function redirect(filter: JsonObject): JsonObject {
  const scheme = asString(filter['scheme']);
  const port = asNumber(filter['port']);
  const path = asObject(filter['path']);
  return message({
    redirectCode: unlessDefault(asNumber(filter['statusCode'])),
    authority: unlessDefault(asString(filter['hostname'])),
    scheme: unlessDefault(scheme),
    ...(port === undefined ? { derivePort: scheme === undefined ? 'FROM_REQUEST_PORT' : 'FROM_PROTOCOL_DEFAULT' } : { port }),
    uri: path['type'] === 'ReplaceFullPath' ? unlessDefault(asString(path['replaceFullPath'])) : undefined,
    prefixRewrite: path['type'] === 'ReplacePrefixMatch' ? unlessDefault(asString(path['replacePrefixMatch'])) : undefined,
  });
}

function rewrite(filter: JsonObject): JsonObject | undefined {
  const path = asObject(filter['path']);
  const prefix = (asString(path['replacePrefixMatch']) ?? '').replace(/\/$/, '');
  const out = message({
    authority: unlessDefault(asString(filter['hostname'])),
    // `/` takes the prefix away
    uri: path['type'] === 'ReplacePrefixMatch' ? (prefix === '' ? '/' : prefix) : undefined,
    uriRegexRewrite:
      path['type'] === 'ReplaceFullPath' ? message({ match: '/.*', rewrite: unlessDefault(asString(path['replaceFullPath'])) }) : undefined,
  });
  return Object.keys(out).length === 0 ? undefined : out;
}

/** `createCorsFilter`. */
function cors(filter: JsonObject): JsonObject {
  const maxAge = asNumber(filter['maxAge']) ?? 0;
  return message({
    allowOrigins: unlessDefault(
      strings(filter['allowOrigins'])
        .filter((origin) => origin !== '')
        .map(originMatch),
    ),
    allowCredentials: filter['allowCredentials'] === true ? true : undefined,
    allowMethods: unlessDefault(strings(filter['allowMethods'])),
    allowHeaders: unlessDefault(strings(filter['allowHeaders'])),
    exposeHeaders: unlessDefault(strings(filter['exposeHeaders'])),
    maxAge: maxAge > 0 ? `${maxAge}s` : undefined,
    unmatchedPreflights: 'IGNORE',
  });
}

function originMatch(origin: string): JsonObject {
  if (origin === '*') return { regex: String.raw`^[a-zA-Z][a-zA-Z0-9+.-]*://[^/\s?#]+$` };
  if (!origin.includes('*')) return { exact: origin };
  if (origin.indexOf('*') === origin.length - 1) return { prefix: origin.slice(0, -1) };
  return { regex: `^${quoteMeta(origin).replaceAll(String.raw`\*`, '.*')}$` };
}
