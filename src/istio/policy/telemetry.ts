import { asArray, asObject, asString, asStringMap, isObject, type JsonObject } from '#base/json.ts';
import type { ResourceRef } from '#envoy/provenance.ts';
import { findProvider } from '../mesh-config.ts';
import type { ProxyView } from '../registry/proxy-view.ts';
import { refOf, type Service } from '../registry/service.ts';
import type { Resource } from '../resource.ts';
import { perSnapshot, type Snapshot } from '../snapshot.ts';
import { attach, hasTargetRefs, selectorOf } from './attachment.ts';

/** Which side of the traffic a listener is. */
export type ListenerClass = 'inbound' | 'outbound' | 'gateway';

/** The Telemetry objects of a proxy (and, on a waypoint, of a service): mesh, namespace, then workload. */
export function telemetriesOf(proxy: ProxyView, snapshot: Snapshot, service?: Service): readonly Resource[] {
  const out: Resource[] = [];
  const root = snapshot.mesh.rootNamespace;
  const wide = (namespace: string): void => {
    const first = telemetriesIn(snapshot, namespace).find(isNamespaceWide);
    if (first !== undefined) out.push(first);
  };
  if (root !== '') wide(root);
  let { namespace } = proxy;
  if (namespace !== root) wide(namespace);
  if (proxy.type === 'waypoint' && service !== undefined && service.namespace !== namespace) {
    ({ namespace } = service);
    wide(namespace);
  }
  const services = service === undefined ? [] : [service];
  for (const telemetry of telemetriesIn(snapshot, namespace)) {
    if (!isNamespaceWide(telemetry) && attach(telemetry, proxy, snapshot, { services }).attached) out.push(telemetry);
  }
  return out;
}

function telemetriesIn(snapshot: Snapshot, namespace: string): readonly Resource[] {
  return snapshot.listIn('telemetry.istio.io', 'Telemetry', namespace);
}

function isNamespaceWide(telemetry: Resource): boolean {
  return Object.keys(selectorOf(telemetry.spec)).length === 0 && !hasTargetRefs(telemetry.spec);
}

export function providerNames(list: JsonObject[string]): readonly string[] {
  return asArray(list).map((entry) => asString(asObject(entry)['name']) ?? '');
}

type Mode = 'CLIENT' | 'SERVER';

interface Override {
  disabled: boolean;
  readonly tags: Map<string, string | undefined>;
}

/** What the metrics sections say about one provider. */
interface ProviderMetrics {
  reportingInterval: string | undefined;
  readonly disabled: Set<Mode>;
  readonly overrides: Readonly<Record<Mode, Map<string, Override>>>;
}

/** One `istio.stats` filter. */
export interface StatsFilter {
  readonly provider: string;
  readonly config: JsonObject;
  readonly contributors: readonly ResourceRef[];
}

const metricNames: Readonly<Record<string, string>> = {
  REQUEST_COUNT: 'requests_total',
  REQUEST_DURATION: 'request_duration_milliseconds',
  REQUEST_SIZE: 'request_bytes',
  RESPONSE_SIZE: 'response_bytes',
  TCP_OPENED_CONNECTIONS: 'tcp_connections_opened_total',
  TCP_CLOSED_CONNECTIONS: 'tcp_connections_closed_total',
  TCP_SENT_BYTES: 'tcp_sent_bytes_total',
  TCP_RECEIVED_BYTES: 'tcp_received_bytes_total',
  GRPC_REQUEST_MESSAGES: 'request_messages_total',
  GRPC_RESPONSE_MESSAGES: 'response_messages_total',
};

const everyMetric = Object.keys(metricNames).sort();

/** The statistics filters of a listener, one for each Prometheus provider by name (istio/istio `pilot/pkg/model/telemetry.go telemetryFilters`). */
export function statsFilters(
  proxy: ProxyView,
  snapshot: Snapshot,
  listenerClass: ListenerClass,
  service?: Service,
): readonly StatsFilter[] {
  const telemetries = telemetriesOf(proxy, snapshot, service);
  const cache = statsCache(snapshot);
  const key = `${telemetries.map((t) => `${t.namespace}/${t.name}`).join()}|${listenerClass}|${proxy.type === 'waypoint'}`;
  let filters = cache.get(key);
  if (filters === undefined) {
    filters = computeStats(telemetries, snapshot, listenerClass, proxy.type === 'waypoint');
    cache.set(key, filters);
  }
  return filters;
}

const statsCache = perSnapshot(() => new Map<string, readonly StatsFilter[]>());

function computeStats(
  telemetries: readonly Resource[],
  snapshot: Snapshot,
  listenerClass: ListenerClass,
  isWaypoint: boolean,
): readonly StatsFilter[] {
  const merged = mergeMetrics(
    telemetries.flatMap((t) => asArray(t.spec['metrics']).filter(isObject)),
    snapshot,
  );
  const mode: Mode = listenerClass === 'inbound' ? 'SERVER' : 'CLIENT';
  const contributors = telemetries.map(refOf);
  return [...merged.keys()].sort().flatMap((provider) => {
    const metrics = merged.get(provider);
    const known = findProvider(snapshot.mesh, provider);
    if (metrics === undefined || metrics.disabled.has(mode) || !isObject(known?.['prometheus'])) return [];
    const config: Record<string, JsonObject[string]> = {};
    if (listenerClass !== 'outbound') config['disableHostHeaderFallback'] = true;
    if (metrics.reportingInterval !== undefined) config['tcpReportingDuration'] = metrics.reportingInterval;
    if (isWaypoint) config['reporter'] = 'SERVER_GATEWAY';
    const overrides = [...metrics.overrides[mode]].sort(([a], [b]) => (a < b ? -1 : 1));
    if (overrides.length > 0) config['metrics'] = overrides.map(([name, override]) => metricConfig(name, override));
    return [{ provider, config, contributors }];
  });
}

function metricConfig(name: string, override: Override): JsonObject {
  const tags = [...override.tags].sort(([a], [b]) => (a < b ? -1 : 1));
  const removed = tags.filter(([, value]) => value === undefined).map(([tag]) => tag);
  const set = Object.fromEntries(tags.filter(([, value]) => value !== undefined));
  return {
    name: metricNames[name] ?? name,
    ...(override.disabled ? { drop: true } : {}),
    ...(Object.keys(set).length > 0 ? { dimensions: asStringMap(set) } : {}),
    ...(removed.length > 0 ? { tagsToRemove: removed } : {}),
  };
}

/** `pilot/pkg/model/telemetry.go mergeMetrics`. */
function mergeMetrics(metrics: readonly JsonObject[], snapshot: Snapshot): ReadonlyMap<string, ProviderMetrics> {
  const out = new Map<string, ProviderMetrics>();
  const fallback = snapshot.mesh.defaultProviders.metrics;
  const fresh = (): ProviderMetrics => ({
    reportingInterval: undefined,
    disabled: new Set(),
    overrides: { CLIENT: new Map<string, Override>(), SERVER: new Map<string, Override>() },
  });
  if (metrics.length === 0) {
    for (const provider of fallback) out.set(provider, fresh());
    return out;
  }
  // the last section that names providers decides which of them are in scope
  let scope = fallback;
  for (const section of metrics) {
    const names = providerNames(section['providers']);
    if (names.length > 0) scope = names;
  }
  let parents = fallback;
  for (const section of metrics) {
    const own = providerNames(section['providers']);
    parents = own.length > 0 ? own : parents;
    for (const provider of parents) {
      if (!scope.includes(provider)) continue;
      const entry = out.get(provider) ?? fresh();
      out.set(provider, entry);
      entry.reportingInterval = asString(section['reportingInterval']) ?? entry.reportingInterval;
      for (const override of asArray(section['overrides']).filter(isObject)) applyOverride(entry, override);
    }
  }
  return out;
}

function applyOverride(entry: ProviderMetrics, override: JsonObject): void {
  const match = asObject(override['match']);
  const mode = asString(match['mode']);
  const modes: readonly Mode[] = mode === 'CLIENT' || mode === 'SERVER' ? [mode] : ['CLIENT', 'SERVER'];
  const custom = asString(match['customMetric']);
  const metric = asString(match['metric']);
  const all = custom === undefined && (metric === undefined || metric === 'ALL_METRICS');
  const disabled = typeof override['disabled'] === 'boolean' ? override['disabled'] : undefined;
  if (all && disabled === true) {
    for (const each of modes) entry.disabled.add(each);
    return;
  }
  const names = custom !== undefined ? [custom] : all || metric === undefined ? everyMetric : [metric];
  for (const each of modes) {
    entry.disabled.delete(each);
    for (const name of names) {
      const known = entry.overrides[each].get(name) ?? { disabled: false, tags: new Map<string, string | undefined>() };
      if (disabled !== undefined) known.disabled = disabled;
      for (const [tag, change] of Object.entries(asObject(override['tagOverrides']))) {
        const remove = asObject(change)['operation'] === 'REMOVE';
        known.tags.set(tag, remove ? undefined : (asString(asObject(change)['value']) ?? ''));
      }
      entry.overrides[each].set(name, known);
    }
  }
}
