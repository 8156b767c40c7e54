import { asArray, asNumber, asObject, asString, isObject, type JsonObject } from '#base/json.ts';
import { findProvider } from '../mesh-config.ts';
import { providerNames, telemetriesOf, type ListenerClass } from '../policy/telemetry.ts';
import { message, typed, unlessDefault } from '../proto-json.ts';
import { isAtLeast, type ProxyView } from '../registry/proxy-view.ts';
import type { Service } from '../registry/service.ts';
import { compareText } from '../resource-order.ts';
import type { Snapshot } from '../snapshot.ts';
import { tracingProvider } from './tracing-providers.ts';

/** What tracing adds to a connection manager. */
export interface TracingFields {
  readonly tracing: JsonObject | undefined;
  readonly useRequestIdForTraceSampling: boolean;
}

interface Spec {
  provider: JsonObject | undefined;
  disabled: boolean;
  customTags: JsonObject | undefined;
  sampling: number | undefined;
  useRequestId: boolean;
  istioTags: boolean;
  noPropagation: boolean;
}

/** The `tracing` field of connection managers (istio/istio `pilot/pkg/networking/core/tracing.go configureTracing`). */
export function tracingFields(proxy: ProxyView, snapshot: Snapshot, listenerClass: ListenerClass, service?: Service): TracingFields {
  const sections = telemetriesOf(proxy, snapshot, service).flatMap((t) => asArray(t.spec['tracing']).filter(isObject));
  const legacy = asObject(proxy.proxyConfig['tracing']);
  const maxPathTagLength = asNumber(legacy['maxPathTagLength']);
  if (sections.length === 0 && snapshot.mesh.defaultProviders.tracing.length === 0) {
    if (snapshot.mesh.raw['enableTracing'] !== true) return { tracing: undefined, useRequestIdForTraceSampling: true };
    const tags = [...(legacy['enableIstioTags'] === false ? [] : istioTags(proxy)), ...waypointTags(proxy), ...configTags(legacy)];
    const tracing = message({
      ...sampling(legacySampling(legacy, snapshot)),
      customTags: sorted(tags),
      maxPathTagLength: unlessDefault(maxPathTagLength),
    });
    return { tracing, useRequestIdForTraceSampling: true };
  }
  const spec = specOf(sections, snapshot, listenerClass === 'inbound' ? 'SERVER' : 'CLIENT');
  if (spec.disabled || spec.provider === undefined) return { tracing: undefined, useRequestIdForTraceSampling: true };
  const made = tracingProvider(spec.provider, proxy, snapshot, service);
  if (made === undefined) return { tracing: undefined, useRequestIdForTraceSampling: true };
  const percent = made.customSampler ? 100 : (spec.sampling ?? legacySampling(legacy, snapshot));
  const own =
    spec.customTags === undefined || Object.keys(spec.customTags).length === 0 ? configTags(legacy) : providerTags(spec.customTags, proxy);
  const tracing = message({
    ...sampling(percent),
    ...made.fields,
    customTags: sorted([...(spec.istioTags ? istioTags(proxy) : []), ...waypointTags(proxy), ...own]),
    maxPathTagLength: asNumber(made.fields['maxPathTagLength']) ?? unlessDefault(maxPathTagLength),
    noContextPropagation: spec.noPropagation && isAtLeast(proxy, 30) ? true : undefined,
  });
  return { tracing, useRequestIdForTraceSampling: spec.useRequestId };
}

/** The sections laid over one another for one side of the traffic (`pilot/pkg/model/telemetry.go Tracing`). */
function specOf(sections: readonly JsonObject[], snapshot: Snapshot, mode: 'CLIENT' | 'SERVER'): Spec {
  const fetch = (name: string | undefined): JsonObject | undefined => (name === undefined ? undefined : findProvider(snapshot.mesh, name));
  const spec: Spec = {
    provider: fetch(snapshot.mesh.defaultProviders.tracing[0]),
    disabled: false,
    customTags: undefined,
    sampling: undefined,
    useRequestId: true,
    istioTags: true,
    noPropagation: false,
  };
  for (const section of sections) {
    const only = asString(asObject(section['match'])['mode']);
    if ((only === 'CLIENT' || only === 'SERVER') && only !== mode) continue;
    const [name] = providerNames(section['providers']);
    if (name !== undefined) spec.provider = fetch(name);
    if (typeof section['disableSpanReporting'] === 'boolean') spec.disabled = section['disableSpanReporting'];
    if (isObject(section['customTags'])) spec.customTags = section['customTags'];
    spec.sampling = asNumber(section['randomSamplingPercentage']) ?? spec.sampling;
    if (typeof section['useRequestIdForTraceSampling'] === 'boolean') spec.useRequestId = section['useRequestIdForTraceSampling'];
    if (typeof section['enableIstioTags'] === 'boolean') spec.istioTags = section['enableIstioTags'];
    if (typeof section['disableContextPropagation'] === 'boolean') spec.noPropagation = section['disableContextPropagation'];
  }
  return spec;
}

function sampling(percent: number): JsonObject {
  return { clientSampling: { value: 100 }, randomSampling: message({ value: unlessDefault(percent) }), overallSampling: { value: 100 } };
}

function legacySampling(tracing: JsonObject, snapshot: Snapshot): number {
  const percent = asNumber(tracing['sampling']) ?? 0;
  if (percent === 0) return snapshot.features.traceSampling;
  return percent > 100 ? 1 : percent;
}

function sorted(tags: readonly JsonObject[]): readonly JsonObject[] | undefined {
  if (tags.length === 0) return undefined;
  return [...tags].sort((a, b) => compareText(asString(a['tag']) ?? '', asString(b['tag']) ?? ''));
}

function istioTags(proxy: ProxyView): readonly JsonObject[] {
  const literal = (tag: string, value: string): JsonObject => ({ tag, literal: { value } });
  const dryRun = (tag: string, key: string): JsonObject => ({
    tag,
    metadata: { kind: { request: {} }, metadataKey: { key: 'envoy.filters.http.rbac', path: [{ key }] } },
  });
  const orUnknown = (value: string | undefined, fallback: string): string => (value === undefined || value === '' ? fallback : value);
  return [
    literal('istio.canonical_revision', orUnknown(proxy.labels['service.istio.io/canonical-revision'], 'latest')),
    literal('istio.canonical_service', orUnknown(proxy.labels['service.istio.io/canonical-name'], 'unknown')),
    literal('istio.mesh_id', orUnknown(asString(proxy.metadata['MESH_ID']), 'unknown')),
    literal('istio.namespace', proxy.namespace),
    literal('istio.cluster_id', 'Kubernetes'),
    dryRun('istio.authorization.dry_run.allow_policy.name', 'istio_dry_run_allow_shadow_effective_policy_id'),
    dryRun('istio.authorization.dry_run.allow_policy.result', 'istio_dry_run_allow_shadow_engine_result'),
    dryRun('istio.authorization.dry_run.deny_policy.name', 'istio_dry_run_deny_shadow_effective_policy_id'),
    dryRun('istio.authorization.dry_run.deny_policy.result', 'istio_dry_run_deny_shadow_engine_result'),
  ];
}

const peerFields: readonly (readonly [tag: string, field: string])[] = [
  ['workload', 'workload'],
  ['namespace', 'namespace'],
  ['cluster_id', 'cluster'],
  ['canonical_service', 'service'],
  ['canonical_revision', 'revision'],
  ['app', 'app'],
  ['app_version', 'version'],
  ['workload_type', 'type'],
  ['instance_name', 'name'],
];

function waypointTags(proxy: ProxyView): readonly JsonObject[] {
  if (proxy.type !== 'waypoint') return [];
  return peerFields.flatMap(([tag, field]) => [
    { tag: `istio.destination_${tag}`, value: `%FILTER_STATE(upstream_peer_obj:FIELD:${field})%` },
    { tag: `istio.source_${tag}`, value: `%FILTER_STATE(downstream_peer_obj:FIELD:${field})%` },
  ]);
}

/** Tags of ProxyConfig. */
function configTags(tracing: JsonObject): readonly JsonObject[] {
  return Object.entries(asObject(tracing['customTags'])).flatMap(([tag, value]) => customTag(tag, asObject(value)));
}

/** Tags of Telemetry objects. */
function providerTags(tags: JsonObject, proxy: ProxyView): readonly JsonObject[] {
  return Object.entries(tags).flatMap(([tag, value]) => {
    const formatter = asObject(value)['formatter'];
    if (!isObject(formatter)) {
      // a tag without a kind keeps its name
      const made = customTag(tag, asObject(value));
      return made.length > 0 || !isObject(value) ? made : [{ tag }];
    }
    return isAtLeast(proxy, 29) ? [{ tag, value: asString(formatter['value']) ?? '' }] : [];
  });
}

function customTag(tag: string, value: JsonObject): readonly JsonObject[] {
  const { literal, environment, header } = value;
  if (isObject(literal)) return [{ tag, literal: message({ value: unlessDefault(literal['value']) }) }];
  if (isObject(environment)) return [{ tag, environment: named(environment) }];
  return isObject(header) ? [{ tag, requestHeader: named(header) }] : [];
}

function named(from: JsonObject): JsonObject {
  return message({ name: unlessDefault(from['name']), defaultValue: unlessDefault(from['defaultValue']) });
}

/** The request id extension of every connection manager. */
export function requestIdExtension(useForSampling: boolean): JsonObject {
  return {
    typedConfig: typed('envoy.extensions.request_id.uuid.v3.UuidRequestIdConfig', { useRequestIdForTraceSampling: useForSampling }),
  };
}
