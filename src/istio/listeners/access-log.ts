import { asArray, asString, isObject, type JsonObject } from '#base/json.ts';
import { findProvider } from '../mesh-config.ts';
import { providerNames, telemetriesOf, type ListenerClass } from '../policy/telemetry.ts';
import { typed } from '../proto-json.ts';
import type { ProxyView } from '../registry/proxy-view.ts';
import type { Service } from '../registry/service.ts';
import { compareText } from '../resource-order.ts';
import type { Snapshot } from '../snapshot.ts';
import { meshFileAccessLog } from './access-log-format.ts';
import { everyPeerState, grpcLog, providerLog } from './access-log-providers.ts';

/** Where a log is attached; each place logs only what no other place logs. */
export type LogPlace = 'http' | 'tcp' | 'listener' | 'hbone-termination' | 'hbone-origination' | 'tunnel';

const listenerOnly: JsonObject = { responseFlagFilter: { flags: ['NR'] } };
const placeFilters: Readonly<Record<LogPlace, JsonObject | undefined>> = {
  http: undefined,
  tcp: undefined,
  listener: listenerOnly,
  'hbone-origination': { responseFlagFilter: { flags: ['UF'] } },
  tunnel: { responseFlagFilter: { flags: ['UF'] } },
  'hbone-termination': {
    statusCodeFilter: { comparison: { op: 'GE', value: { defaultValue: 400, runtimeKey: 'istio.io/unset' } } },
  },
};

/**
 * The `accessLog` of a listener, connection manager or TCP proxy; `undefined` when nothing is logged
 * (istio/istio `pilot/pkg/networking/core/accesslog.go`).
 */
export function accessLogs(
  proxy: ProxyView,
  snapshot: Snapshot,
  listenerClass: ListenerClass,
  place: LogPlace,
  service?: Service,
): readonly JsonObject[] | undefined {
  const { raw } = snapshot.mesh;
  if (place === 'listener' && raw['disableEnvoyListenerLog'] === true) return undefined;
  const configured = configuredLogs(proxy, snapshot, listenerClass, service);
  const logs =
    configured === undefined
      ? legacyLogs(snapshot, place)
      : configured.map((log) => withFilters(log.config, placeFilters[place], log.filter));
  return logs.length === 0 ? undefined : logs;
}

function legacyLogs(snapshot: Snapshot, place: LogPlace): readonly JsonObject[] {
  const { raw } = snapshot.mesh;
  const logs: JsonObject[] = [];
  const file = asString(raw['accessLogFile']) ?? '';
  if (file !== '') logs.push(withFilters(meshFileAccessLog(file, snapshot), legacyFilter(place)));
  if (raw['enableEnvoyAccessLogService'] !== true || place.startsWith('hbone')) return logs;
  const isHttp = place === 'http';
  const commonConfig = {
    logName: isHttp ? 'http_envoy_accesslog' : place === 'listener' ? 'listener_envoy_accesslog' : 'tcp_envoy_accesslog',
    grpcService: { envoyGrpc: { clusterName: 'envoy_accesslog_service' } },
    transportApiVersion: 'V3',
    filterStateObjectsToLog: everyPeerState,
  };
  logs.push(withFilters(grpcLog(isHttp, commonConfig), legacyFilter(place)));
  return logs;
}

/** Tunnels that are handed on take the mesh's own log as any TCP proxy does (`setTCPAccessLogWithFilter`). */
function legacyFilter(place: LogPlace): JsonObject | undefined {
  return place === 'tunnel' ? undefined : placeFilters[place];
}

function withFilters(log: JsonObject, ...filters: readonly (JsonObject | undefined)[]): JsonObject {
  const present = filters.filter((filter) => filter !== undefined);
  if (present.length === 0) return log;
  return { ...log, filter: present.length === 1 ? present[0] : { andFilter: { filters: present } } };
}

interface ConfiguredLog {
  readonly config: JsonObject;
  readonly filter: JsonObject | undefined;
}

/** What Telemetry objects and default providers say; `undefined` when they say nothing, so that MeshConfig's own fields count. */
function configuredLogs(
  proxy: ProxyView,
  snapshot: Snapshot,
  listenerClass: ListenerClass,
  service?: Service,
): readonly ConfiguredLog[] | undefined {
  const telemetries = telemetriesOf(proxy, snapshot, service).map((t) => asArray(t.spec['accessLogging']).filter(isObject));
  const sections = telemetries.filter((list) => list.length > 0);
  const fallback = snapshot.mesh.defaultProviders.accessLogging;
  if (sections.length === 0 && fallback.length === 0) return undefined;
  const merged = mergeLogs(sections, fallback, listenerClass === 'inbound' ? 'SERVER' : 'CLIENT');
  const all = [...merged]
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([name, spec]) => {
      const provider = findProvider(snapshot.mesh, name);
      const config = provider === undefined ? undefined : providerLog(provider, proxy, snapshot);
      return config === undefined ? [] : [{ config, filter: spec.filter, disabled: spec.disabled }];
    });
  return all.length === 0 ? undefined : all.filter((log) => !log.disabled);
}

interface LogSpec {
  readonly disabled: boolean;
  readonly filter: JsonObject | undefined;
}

/** `pilot/pkg/model/telemetry.go mergeLogs`. */
function mergeLogs(
  telemetries: readonly (readonly JsonObject[])[],
  fallback: readonly string[],
  mode: 'CLIENT' | 'SERVER',
): ReadonlyMap<string, LogSpec> {
  const out = new Map<string, LogSpec>();
  if (telemetries.length === 0) {
    for (const name of fallback) out.set(name, { disabled: false, filter: undefined });
    return out;
  }
  let scope: readonly string[] = fallback;
  const filters = new Map<string, JsonObject | undefined>();
  for (const sections of telemetries) {
    const names = new Set<string>();
    for (const section of sections) {
      if (!fitsMode(section, mode)) continue;
      for (const name of providerNames(section['providers'])) {
        names.add(name);
        filters.set(name, celFilter(section['filter']));
      }
    }
    if (names.size > 0) scope = [...names];
  }
  let parents = fallback;
  for (const section of telemetries.flat()) {
    const own = providerNames(section['providers']);
    parents = own.length > 0 ? own : parents;
    for (const name of parents) {
      if (!scope.includes(name) || !fitsMode(section, mode)) continue;
      out.set(name, section['disabled'] === true ? { disabled: true, filter: undefined } : { disabled: false, filter: filters.get(name) });
    }
  }
  return out;
}

function fitsMode(section: JsonObject, mode: 'CLIENT' | 'SERVER'): boolean {
  if (!isObject(section['match'])) return true;
  const wanted = asString(section['match']['mode']) ?? 'CLIENT_AND_SERVER';
  return wanted === 'CLIENT_AND_SERVER' || wanted === mode;
}

function celFilter(value: JsonObject[string]): JsonObject | undefined {
  if (!isObject(value)) return undefined;
  const expression = asString(value['expression']) ?? '';
  const typedConfig = typed('envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter', expression === '' ? {} : { expression });
  return { extensionFilter: { name: 'envoy.access_loggers.extension_filters.cel', typedConfig } };
}

export function accessLogField(logs: readonly JsonObject[] | undefined): JsonObject {
  return logs === undefined ? {} : { accessLog: logs };
}
