import type { JsonObject } from '#base/json.ts';
import { asArray, asObject, asString, asStringMap, isObject } from '#base/json.ts';

/** MeshConfig with istiod's defaults under it (istio/istio `pkg/config/mesh/mesh.go`). `raw` has every field. */
export interface MeshConfig {
  readonly raw: JsonObject;
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

/**
 * Lays `own` over the defaults as istiod does: fields replace, `defaultConfig` and `defaultProviders` merge, extension providers are
 * added or replaced by name (`mesh.go ApplyMeshConfig`).
 */
export function resolveMeshConfig(own: JsonObject = {}): MeshConfig {
  const raw: JsonObject = {
    ...defaults,
    ...withoutNulls(own),
    defaultConfig: mergeProxyConfig(defaultProxyConfig, asObject(own['defaultConfig'])),
    extensionProviders: mergeProviders(asArray(own['extensionProviders']).filter(isObject)),
    trustDomainAliases: [...new Set(strings(own['trustDomainAliases']))].sort(),
  };
  const providers = asObject(raw['defaultProviders']);
  return {
    raw,
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

/** ProxyConfig `over` laid on `base`; `proxyMetadata` is merged (`mesh.go MergeProxyConfig`). */
export function mergeProxyConfig(base: JsonObject, over: JsonObject): JsonObject {
  const merged: JsonObject = { ...base, ...withoutNulls(over) };
  const metadata = { ...asStringMap(base['proxyMetadata']), ...asStringMap(over['proxyMetadata']) };
  const headers = { ...asObject(base['proxyHeaders']), ...asObject(over['proxyHeaders']) };
  return {
    ...merged,
    ...(Object.keys(metadata).length > 0 ? { proxyMetadata: metadata } : {}),
    ...(Object.keys(headers).length > 0 || over['proxyHeaders'] !== undefined ? { proxyHeaders: headers } : {}),
  };
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

function withoutNulls(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== null));
}

function strings(value: JsonObject[string]): readonly string[] {
  return asArray(value).filter((item) => typeof item === 'string');
}

function portOf(value: JsonObject[string]): number {
  return typeof value === 'number' ? value : 0;
}
