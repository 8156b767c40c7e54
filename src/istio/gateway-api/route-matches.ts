import { asArray, asObject, asString, isObject, type JsonObject } from '#base/json.ts';
import { message } from '../proto-json.ts';
import { UnusableRoute } from './backends.ts';

/** A match of an HTTPRoute as Istio's `HTTPMatchRequest`. */
export function httpMatch(match: JsonObject): JsonObject {
  const method = asString(match['method']);
  return message({
    uri: pathMatch(asObject(match['path'])),
    headers: valueMatches(match['headers']),
    queryParams: valueMatches(match['queryParams']),
    method: method === undefined ? undefined : { exact: method },
  });
}

function pathMatch(path: JsonObject): JsonObject {
  const value = asString(path['value']) ?? '/';
  const type = asString(path['type']) ?? 'PathPrefix';
  if (type === 'PathPrefix') return { prefix: value === '/' ? value : value.replace(/\/$/, '') };
  if (type === 'Exact') return { exact: value };
  if (type === 'RegularExpression') return { regex: value };
  throw new UnusableRoute(`unknown path type ${type}`);
}

/** Headers and query parameters; of several with one name the last counts. */
function valueMatches(list: JsonObject[string]): JsonObject | undefined {
  const out: Record<string, JsonObject> = {};
  for (const entry of asArray(list).filter(isObject)) {
    const type = asString(entry['type']) ?? 'Exact';
    const value = asString(entry['value']) ?? '';
    if (type !== 'Exact' && type !== 'RegularExpression') throw new UnusableRoute(`unknown match type ${type}`);
    out[asString(entry['name']) ?? ''] = type === 'Exact' ? { exact: value } : { regex: value };
  }
  return Object.keys(out).length === 0 ? undefined : out;
}

/** A match of a GRPCRoute: method and service are the path. */
export function grpcMatch(match: JsonObject): JsonObject {
  return message({ uri: isObject(match['method']) ? grpcPath(match['method']) : undefined, headers: valueMatches(match['headers']) });
}

function grpcPath(method: JsonObject): JsonObject {
  const type = asString(method['type']) ?? 'Exact';
  const service = asString(method['service']);
  const name = asString(method['method']);
  if (type !== 'Exact' && type !== 'RegularExpression') throw new UnusableRoute(`unknown method match type ${type}`);
  if (name === undefined && service === undefined) throw new UnusableRoute('a gRPC match needs a method or a service');
  if (name === undefined) return type === 'Exact' ? { prefix: `/${service ?? ''}/` } : { regex: `/${service ?? ''}/.+` };
  if (service === undefined) return { regex: `/[^/]+/${name}` };
  return type === 'Exact' ? { exact: `/${service}/${name}` } : { regex: `/${service}/${name}` };
}

/**
 * Order of rules over all routes of a host: exact, prefix, regex; the longer path; a method; more headers; more query parameters
 * (istio/istio `pilot/pkg/config/kube/gateway/conversion.go sortHTTPRoutes`).
 */
export function sortHttpRules(rules: readonly JsonObject[]): readonly JsonObject[] {
  return [...rules].sort((a, b) => {
    const [left, right] = [asArray(a['match'])[0], asArray(b['match'])[0]];
    if (!isObject(left)) return isObject(right) ? 1 : 0;
    if (!isObject(right)) return -1;
    return (
      rank(right) - rank(left) ||
      length(right) - length(left) ||
      Number(right['method'] !== undefined) - Number(left['method'] !== undefined) ||
      size(right['headers']) - size(left['headers']) ||
      size(right['queryParams']) - size(left['queryParams'])
    );
  });
}

const kinds = ['regex', 'prefix', 'exact'];

function rank(match: JsonObject): number {
  return Math.max(-1, ...Object.keys(asObject(match['uri'])).map((kind) => kinds.indexOf(kind) + 1));
}

function length(match: JsonObject): number {
  const [text] = Object.values(asObject(match['uri']));
  return new TextEncoder().encode(asString(text) ?? '').length;
}

function size(map: JsonObject[string]): number {
  return Object.keys(asObject(map)).length;
}
