import { asArray, asObject, asString, asStringMap, isObject, type JsonObject } from '#base/json.ts';
import { decodeSpec } from './api/decode.ts';
import { fieldsOf } from './api/messages.ts';
import { strings } from './collections.ts';
import { newestMinor } from './minors.ts';
import { compareText } from './resource-order.ts';

/** MeshConfig with istiod's defaults under it (istio/istio `pkg/config/mesh/mesh.go`). `raw` has every field. */
export interface MeshConfig {
  readonly raw: JsonObject;
  /** Why istiod cannot read what was given, in its words; then the defaults count. */
  readonly error: string | undefined;
  readonly rootNamespace: string;
  readonly trustDomain: string;
  readonly trustDomainAliases: readonly string[];
  readonly proxyListenPort: number;
  readonly proxyInboundListenPort: number;
  readonly proxyHttpPort: number;
  readonly defaultProviders: {
    readonly metrics: readonly string[];
    readonly tracing: readonly string[];
    readonly accessLogging: readonly string[];
  };
  readonly extensionProviders: readonly JsonObject[];
  /** ProxyConfig with its defaults. */
  readonly defaultConfig: JsonObject;
}

const defaultProxyConfig: JsonObject = {
  configPath: './etc/istio/proxy',
  serviceCluster: 'istio-proxy',
  drainDuration: '45s',
  terminationDrainDuration: '5s',
  proxyAdminPort: 15000,
  controlPlaneAuthPolicy: 'MUTUAL_TLS',
  discoveryAddress: 'istiod.istio-system.svc:15012',
  binaryPath: '/usr/local/bin/envoy',
  statNameLength: 189,
  statusPort: 15020,
};

const defaultExtensionProviders: readonly JsonObject[] = [
  { name: 'prometheus', prometheus: {} },
  { name: 'stackdriver', stackdriver: {} },
  { name: 'envoy', envoyFileAccessLog: { path: '/dev/stdout' } },
];

const defaults: JsonObject = {
  enableTracing: true,
  accessLogEncoding: 'TEXT',
  protocolDetectionTimeout: '0s',
  ingressService: 'istio-ingressgateway',
  ingressControllerMode: 'STRICT',
  ingressClass: 'istio',
  trustDomain: 'cluster.local',
  enableAutoMtls: true,
  outboundTrafficPolicy: { mode: 'ALLOW_ANY' },
  inboundTrafficPolicy: { mode: 'PASSTHROUGH' },
  rootNamespace: 'istio-system',
  proxyListenPort: 15001,
  proxyInboundListenPort: 15006,
  connectTimeout: '10s',
  defaultServiceExportTo: ['*'],
  defaultVirtualServiceExportTo: ['*'],
  defaultDestinationRuleExportTo: ['*'],
  dnsRefreshRate: '60s',
  enablePrometheusMerge: true,
};

const meshMessage = 'istio.mesh.v1alpha1.MeshConfig';
const proxyMessage = 'istio.mesh.v1alpha1.ProxyConfig';

/**
 * Lays `own` over the defaults as istiod does: fields replace, `defaultConfig` and `defaultProviders` merge, extension providers are
 * added or replaced by name (`mesh.go ApplyMeshConfig`). A configuration istiod cannot read is not taken at all.
 */
export function resolveMeshConfig(own: JsonObject = {}, minor: number = newestMinor): MeshConfig {
  const decoded = decodeSpec(meshMessage, own, minor);
  const given = decoded.value ?? {};
  const source = decoded.value === undefined ? {} : own;
  const raw: JsonObject = {
    ...overlay(defaults, meshMessage, source, minor, given),
    defaultConfig: mergeProxyConfig(defaultProxyConfig, asObject(source['defaultConfig']), minor),
    extensionProviders: mergeProviders(asArray(given['extensionProviders']).filter(isObject)),
    trustDomainAliases: [...new Set(strings(given['trustDomainAliases']))].sort(compareText),
  };
  const providers = asObject(raw['defaultProviders']);
  return {
    raw,
    error: decoded.error,
    rootNamespace: asString(raw['rootNamespace']) ?? '',
    trustDomain: asString(raw['trustDomain']) ?? '',
    trustDomainAliases: strings(raw['trustDomainAliases']),
    proxyListenPort: portOf(raw['proxyListenPort']),
    proxyInboundListenPort: portOf(raw['proxyInboundListenPort']),
    proxyHttpPort: portOf(raw['proxyHttpPort']),
    defaultProviders: {
      metrics: strings(providers['metrics']),
      tracing: strings(providers['tracing']),
      accessLogging: strings(providers['accessLogging']),
    },
    extensionProviders: asArray(raw['extensionProviders']).filter(isObject),
    defaultConfig: asObject(raw['defaultConfig']),
  };
}

/** ProxyConfig `over` laid on `base`; `proxyMetadata` and `proxyHeaders` are merged (`mesh.go MergeProxyConfig`). */
export function mergeProxyConfig(base: JsonObject, over: JsonObject, minor: number = newestMinor): JsonObject {
  const given = decodeSpec(proxyMessage, over, minor).value ?? {};
  const metadata = { ...asStringMap(base['proxyMetadata']), ...asStringMap(given['proxyMetadata']) };
  const headers = given['proxyHeaders'];
  return {
    ...overlay(base, proxyMessage, over, minor, given),
    ...(Object.keys(metadata).length > 0 ? { proxyMetadata: metadata } : {}),
    ...(isObject(headers) ? { proxyHeaders: { ...inheritedHeaders(base), ...headers } } : {}),
  };
}

/** The headers that a ProxyConfig keeps from the one below it when it has headers of its own (`correctProxyHeaders`). */
function inheritedHeaders(base: JsonObject): JsonObject {
  const kept = new Set(['forwardedClientCert', 'requestId', 'attemptCount', 'server', 'envoyDebugHeaders']);
  return Object.fromEntries(Object.entries(asObject(base['proxyHeaders'])).filter(([key]) => kept.has(key)));
}

/** What `own` names replaces the default, also where it says zero, which a read message leaves out. */
function overlay(base: JsonObject, messageName: string, own: JsonObject, minor: number, given: JsonObject): JsonObject {
  const named = new Set(
    fieldsOf(messageName, minor)
      .filter((field) => [field.name, field.json ?? field.name].some((key) => own[key] !== undefined && own[key] !== null))
      .map((field) => field.json ?? field.name),
  );
  return { ...Object.fromEntries(Object.entries(base).filter(([key]) => !named.has(key))), ...given };
}

/** The provider of that name, in any case (`pilot/pkg/model/telemetry.go fetchProvider`). */
export function findProvider(mesh: MeshConfig, name: string): JsonObject | undefined {
  return mesh.extensionProviders.find((provider) => asString(provider['name'])?.toLowerCase() === name.toLowerCase());
}

function mergeProviders(own: readonly JsonObject[]): readonly JsonObject[] {
  const out = [...defaultExtensionProviders];
  for (const provider of own) {
    const at = out.findIndex((known) => known['name'] === provider['name']);
    if (at < 0) out.push(provider);
    else out[at] = provider;
  }
  return out;
}

function portOf(value: JsonObject[string]): number {
  return typeof value === 'number' ? value : 0;
}
