import { asArray, asObject, asString, isObject, type JsonObject } from '#base/json.ts';
import { isSubset, strings } from '../collections.ts';
import { mostSpecificMatch, resolveShortName } from '../registry/host.ts';
import type { ProxyView } from '../registry/proxy-view.ts';
import type { Service } from '../registry/service.ts';
import { compareByCreation } from '../resource-order.ts';
import type { Resource } from '../resource.ts';
import { perSnapshot, type Snapshot } from '../snapshot.ts';
import { selectorOf } from '../policy/attachment.ts';

/** Several DestinationRules of one host and scope as one. */
interface MergedRule {
  readonly exportTo: ReadonlySet<string>;
  readonly namespace: string;
  readonly hasSelector: boolean;
  readonly selector: Readonly<Record<string, string>>;
  spec: JsonObject;
  readonly from: Resource[];
}

type RulesByHost = Map<string, MergedRule[]>;

interface RuleIndex {
  readonly local: ReadonlyMap<string, RulesByHost>;
  readonly exported: ReadonlyMap<string, RulesByHost>;
  readonly rootPrivate: RulesByHost;
}

/** `pilot/pkg/model/push_context.go setDestinationRules`. */
const ruleIndex = perSnapshot((snapshot: Snapshot): RuleIndex => {
  const local = new Map<string, RulesByHost>();
  const exported = new Map<string, RulesByHost>();
  const rootPrivate: RulesByHost = new Map();
  const defaults = strings(snapshot.mesh.raw['defaultDestinationRuleExportTo']);
  const hasSelector = (resource: Resource): boolean => isObject(resource.spec['workloadSelector']);
  const rules = [...snapshot.list('networking.istio.io', 'DestinationRule')].sort(
    (a, b) => Number(hasSelector(b)) - Number(hasSelector(a)) || compareByCreation(a, b),
  );
  for (const resource of rules) {
    const { namespace } = resource;
    const spread = new Set(hasSelector(resource) ? ['.'] : strings(resource.spec['exportTo']));
    if (spread.size === 0 || spread.has('*') || spread.has('.') || spread.has(namespace))
      merge(tableOf(local, namespace), resource, spread);
    const privateOnly = spread.size === 0 ? defaults.includes('.') : spread.size === 1 && (spread.has('.') || spread.has(namespace));
    if (!privateOnly) merge(tableOf(exported, namespace), resource, spread);
    else if (namespace === snapshot.mesh.rootNamespace) merge(rootPrivate, resource, spread);
  }
  return { local, exported, rootPrivate };
});

function tableOf(index: Map<string, RulesByHost>, namespace: string): RulesByHost {
  const known = index.get(namespace) ?? new Map<string, MergedRule[]>();
  index.set(namespace, known);
  return known;
}

/** Rules for one host are merged: subsets are added, the first traffic policy stays (`destination_rule.go mergeDestinationRule`). */
function merge(table: RulesByHost, resource: Resource, exportTo: ReadonlySet<string>): void {
  const host = resolveShortName(asString(resource.spec['host']) ?? '', resource.namespace);
  const selector = workloadSelector(resource);
  const fresh: MergedRule = {
    exportTo,
    namespace: resource.namespace,
    hasSelector: selector !== undefined,
    selector: selector ?? {},
    spec: resource.spec,
    from: [resource],
  };
  const list = table.get(host);
  if (list === undefined) {
    table.set(host, [fresh]);
    return;
  }
  let separate = true;
  for (const known of list) {
    separate = true;
    if (known.hasSelector !== fresh.hasSelector || !sameSet(known.exportTo, exportTo)) continue;
    if (known.hasSelector && !sameLabels(known.selector, fresh.selector)) continue;
    separate = false;
    const subsets = asArray(known.spec['subsets']).filter(isObject);
    const names = new Set(subsets.map((subset) => subset['name']));
    const more = asArray(resource.spec['subsets']).filter((subset) => isObject(subset) && !names.has(subset['name']));
    known.spec = {
      ...known.spec,
      ...(subsets.length + more.length > 0 ? { subsets: [...subsets, ...more] } : {}),
      trafficPolicy: known.spec['trafficPolicy'] ?? resource.spec['trafficPolicy'],
    };
    known.from.push(resource);
  }
  if (separate) list.push(fresh);
}

function workloadSelector(resource: Resource): Readonly<Record<string, string>> | undefined {
  const { spec } = resource;
  return isObject(spec['workloadSelector']) ? selectorOf({ selector: asObject(spec['workloadSelector']) }) : undefined;
}

function sameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((item) => b.has(item));
}

function sameLabels(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  return Object.keys(a).length === Object.keys(b).length && isSubset(a, b);
}

/** The rule for traffic of the proxy to a service: own namespace, then that of the service, then the root (`PushContext.destinationRule`). */
export function destinationRuleFor(service: Service | undefined, proxy: ProxyView, snapshot: Snapshot): JsonObject | undefined {
  if (service === undefined) return undefined;
  const index = ruleIndex(snapshot);
  const root = snapshot.mesh.rootNamespace;
  const own = proxy.namespace === root ? index.rootPrivate : index.local.get(proxy.namespace);
  const rules =
    mostSpecificMatch(service.hostname, own ?? new Map<string, MergedRule[]>()) ??
    exportedRules(index, service.namespace, service.hostname, proxy.namespace) ??
    exportedRules(index, root, service.hostname, proxy.namespace);
  let fallback: MergedRule | undefined;
  for (const rule of rules ?? []) {
    if (!rule.hasSelector) fallback = rule;
    else if (rule.namespace === proxy.namespace && isSubset(rule.selector, proxy.labels)) return rule.spec;
  }
  return fallback?.spec;
}

function exportedRules(index: RuleIndex, owner: string, host: string, client: string): readonly MergedRule[] | undefined {
  const found = mostSpecificMatch(host, index.exported.get(owner) ?? new Map<string, MergedRule[]>());
  const visible = found?.filter((rule) => rule.exportTo.size === 0 || rule.exportTo.has('*') || rule.exportTo.has(client));
  return visible === undefined || visible.length === 0 ? undefined : visible;
}
