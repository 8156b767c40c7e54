import { asArray, asNumber, asObject, asString, isObject, type JsonObject, type JsonValue } from '#base/json.ts';
import type { Snapshot } from '../snapshot.ts';
import type { VirtualService } from './virtual-service.ts';

/**
 * Puts the routes of delegates in the place of the routes that delegate to them; delegates themselves do not stay
 * (istio/istio `pilot/pkg/model/virtualservice.go MergeHTTPRoutes`; `pilot/pkg/config/kube/… MergedVirtualServices`).
 */
export function mergeDelegates(all: readonly VirtualService[], snapshot: Snapshot): readonly VirtualService[] {
  const defaults = asArray(snapshot.mesh.raw['defaultVirtualServiceExportTo']);
  // a VirtualService without hosts is a delegate
  const delegates = new Map(all.filter((v) => v.hosts.length === 0).map((v) => [`${v.namespace}/${v.name}`, v]));
  return all
    .filter((v) => v.hosts.length > 0)
    .map((root) => {
      if (!root.http.some((route) => isObject(route['delegate']))) return root;
      const http = root.http.flatMap((route) => {
        const target = route['delegate'];
        if (!isObject(target)) return [route];
        const namespace = asString(target['namespace']) ?? root.namespace;
        const delegate = delegates.get(`${namespace}/${asString(target['name']) ?? ''}`);
        if (delegate === undefined) return [];
        const spread = delegate.exportTo ?? defaults;
        if (!spread.includes('*') && !spread.includes(root.namespace)) return [];
        return delegate.http.map((own) => mergeRoute(route, own)).filter((merged) => merged !== undefined);
      });
      return { ...root, http };
    });
}

const inherited = [
  'rewrite',
  'directResponse',
  'timeout',
  'retries',
  'fault',
  'mirror',
  'mirrorPercent',
  'mirrorPercentage',
  'corsPolicy',
  'mirrors',
  'headers',
];

/** One route of a delegate under its root; nothing when their conditions exclude each other. */
function mergeRoute(root: JsonObject, delegate: JsonObject): JsonObject | undefined {
  const match = mergeMatches(asArray(root['match']).filter(isObject), asArray(delegate['match']).filter(isObject));
  if (match === undefined) return undefined;
  const out: Record<string, JsonValue | undefined> = { ...delegate };
  if (match.length > 0) out['match'] = match;
  const name = joinNames(asString(root['name']), asString(delegate['name']));
  if (name !== '') out['name'] = name;
  for (const field of inherited) out[field] ??= root[field];
  return out;
}

function joinNames(root = '', own = ''): string {
  if (own === '') return root;
  return root === '' ? own : `${root}-${own}`;
}

function mergeMatches(root: readonly JsonObject[], delegate: readonly JsonObject[]): readonly JsonObject[] | undefined {
  if (root.length === 0) return delegate;
  if (delegate.length === 0) return root;
  const out: JsonObject[] = [];
  for (const own of delegate) {
    const fitting = root.filter((above) => !hasConflict(above, own));
    if (fitting.length === 0) return undefined;
    out.push(...fitting.map((above) => mergeMatch(above, own)));
  }
  return out;
}

function mergeMatch(root: JsonObject, own: JsonObject): JsonObject {
  const out: Record<string, JsonValue | undefined> = { ...own };
  const name = joinNames(asString(root['name']), asString(own['name']));
  if (name !== '') out['name'] = name;
  for (const field of ['uri', 'scheme', 'method', 'authority', 'port', 'sourceNamespace', 'gateways', 'statPrefix'])
    out[field] ??= root[field];
  for (const field of ['headers', 'withoutHeaders', 'queryParams', 'sourceLabels']) {
    const merged = { ...asObject(root[field]), ...asObject(own[field]) };
    if (Object.keys(merged).length > 0) out[field] = merged;
  }
  return out;
}

function hasConflict(root: JsonObject, own: JsonObject): boolean {
  for (const field of ['uri', 'scheme', 'method', 'authority']) {
    if (textConflict(root[field], own[field])) return true;
  }
  for (const field of ['headers', 'withoutHeaders', 'queryParams']) {
    for (const [key, value] of Object.entries(asObject(own[field]))) {
      if (textConflict(asObject(root[field])[key], value)) return true;
    }
  }
  if ((root['ignoreUriCase'] === true) !== (own['ignoreUriCase'] === true)) return true;
  const [rootPort, ownPort] = [asNumber(root['port']) ?? 0, asNumber(own['port']) ?? 0];
  if (rootPort > 0 && ownPort > 0 && rootPort !== ownPort) return true;
  const space = asString(root['sourceNamespace']) ?? '';
  if (space !== '' && space !== (asString(own['sourceNamespace']) ?? '')) return true;
  const labels = asObject(root['sourceLabels']);
  if (Object.entries(asObject(own['sourceLabels'])).some(([key, value]) => labels[key] !== undefined && labels[key] !== value)) return true;
  const above = asArray(root['gateways']);
  const below = asArray(own['gateways']);
  return above.length > 0 && below.length > 0 && (above.length < below.length || below.some((gateway) => !above.includes(gateway)));
}

/** Is the lower condition not a part of the upper one? */
function textConflict(upper: JsonValue | undefined, lower: JsonValue | undefined): boolean {
  if (!isObject(upper) || !isObject(lower)) return false;
  const text = (value: JsonObject, field: string): string => asString(value[field]) ?? '';
  const said = (value: JsonObject): boolean => ['regex', 'prefix', 'exact'].some((field) => text(value, field) !== '');
  if (text(upper, 'regex') !== '' && said(lower)) return true;
  if (text(lower, 'regex') !== '' && said(upper)) return true;
  const exact = text(upper, 'exact');
  if (exact !== '') return text(lower, 'prefix') !== '' || text(lower, 'exact') !== exact;
  const prefix = text(upper, 'prefix');
  if (prefix === '') return true;
  const own = text(lower, 'prefix') || text(lower, 'exact');
  return own === '' || !own.startsWith(prefix);
}
