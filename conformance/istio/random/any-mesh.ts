import { anyMessage } from './any-message.ts';
import { shapeOf } from './hints.ts';
import type { Plain, World } from './world.ts';

const providerMessage = 'istio.mesh.v1alpha1.MeshConfig.ExtensionProvider';

/** A MeshConfig with any field; the providers that policies name are among its own. */
export function anyMeshConfig(world: World, fixed: readonly Plain[]): Plain {
  const { chance } = world;
  const any = [0, 1, 2].map((index) => anyProvider(world, `any-${index}`));
  const names = [...fixed, ...any].map((provider) => provider['name'] as string);
  const defaults = (probability: number): Plain => ({ ...chance.maybe(probability, () => ({})) });
  return {
    ...anyMessage(shapeOf(world, 0.05), 'istio.mesh.v1alpha1.MeshConfig'),
    extensionProviders: [...fixed, ...any],
    ...chance.maybe(0.8, () => ({
      defaultProviders: {
        ...defaults(0),
        metrics: chance.pick([['prometheus'], ['prometheus'], ['prom2', 'prometheus'], ['absent']]),
        ...chance.maybe(0.25, () => ({ accessLogging: chance.some(['envoy', 'json-log', 'otel-log', ...names], 0.2) })),
        ...chance.maybe(0.25, () => ({ tracing: [chance.pick(['zipkin', 'otel', ...names])] })),
      },
    })),
    ...chance.maybe(0.4, () => ({ defaultConfig: anyProxyConfig(world) })),
  };
}

/** A ProxyConfig with any field; the address of a tracer is needed for it. */
export function anyProxyConfig(world: World): Plain {
  return anyMessage(shapeOf(world, 0.12), 'istio.mesh.v1alpha1.ProxyConfig');
}

function anyProvider(world: World, name: string): Plain {
  const { chance } = world;
  const kinds = [
    'envoyExtAuthzHttp',
    'envoyExtAuthzGrpc',
    'zipkin',
    'lightstep',
    'datadog',
    'stackdriver',
    'skywalking',
    'opentelemetry',
    'prometheus',
    'envoyFileAccessLog',
    'envoyHttpAls',
    'envoyTcpAls',
    'envoyOtelAls',
  ];
  const kind = chance.pick(kinds);
  const made = anyMessage({ ...shapeOf(world, 0.3) }, providerMessage, [kind]);
  const value = (made[kind] ?? {}) as Plain;
  const service = chance.pick(world.services);
  const needsService = !['stackdriver', 'prometheus', 'envoyFileAccessLog'].includes(kind);
  return {
    name,
    [kind]: {
      ...value,
      ...(needsService ? { service: value['service'] ?? service.host, port: value['port'] ?? service.ports[0] ?? 80 } : {}),
    },
  };
}

const metadata = [
  { HTTP10: '1' },
  { INTERCEPTION_MODE: 'TPROXY' },
  { INTERCEPTION_MODE: 'NONE' },
  { ENABLE_HBONE: 'true' },
  { IDLE_TIMEOUT: '10s' },
  { UNPRIVILEGED_POD: 'true' },
  { HTTP_PROXY_PORT: '15002' },
  { INBOUND_LISTENER_EXACT_BALANCE: 'true' },
  { OUTBOUND_LISTENER_EXACT_BALANCE: 'true' },
  { DNS_CAPTURE: 'true' },
  { DNS_CAPTURE: 'true', DNS_AUTO_ALLOCATE: 'true' },
  { NETWORK: 'net-1' },
  { TLS_SERVER_CERT_CHAIN: '/own/c.pem', TLS_SERVER_KEY: '/own/k.pem', TLS_SERVER_ROOT_CERT: '/own/ca.pem' },
  { DISABLE_HBONE_SEND: 'true', ENABLE_HBONE: 'true' },
  { ROUTER_MODE: 'sni-dnat' },
  { ANNOTATIONS: { 'sidecar.istio.io/statsHistogramBuckets': '{}', 'traffic.sidecar.istio.io/includeInboundPorts': '8080' } },
] as const;

/** What the agent reports beside the usual. */
export function anyProxyExtras(world: World): Plain {
  const { chance } = world;
  const own = chance.some(metadata, 0.06).reduce<Plain>((all, each) => ({ ...all, ...each }), {});
  const config = chance.odds(0.15) ? { PROXY_CONFIG: anyProxyConfig(world) } : {};
  const all = { ...own, ...config };
  return {
    ...chance.maybe(0.15, () => ({ istioVersion: chance.pick(['1.31.0', '1.30.1', '1.28.3', '1.24.1', '1.22.0']) })),
    ...(Object.keys(all).length > 0 ? { metadata: all } : {}),
    ...chance.maybe(0.06, () => ({ ip: '2001:db8::1' })),
  };
}

const switches = [
  'PILOT_ENABLE_ALPN_FILTER',
  'PILOT_ENABLE_MONGO_FILTER',
  'PILOT_ENABLE_MYSQL_FILTER',
  'PILOT_ENABLE_REDIS_FILTER',
  'PILOT_HTTP10',
  'PILOT_ENABLE_METADATA_EXCHANGE',
  'PILOT_DISABLE_MX_ALPN',
  'PILOT_ENABLE_PERSISTENT_SESSION_FILTER',
  'PILOT_SIDECAR_USE_REMOTE_ADDRESS',
  'ENABLE_100_CONTINUE_HEADERS',
  'PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS',
  'ENABLE_SELECTOR_BASED_K8S_GATEWAY_POLICY',
  'ENABLE_LAYERED_WAYPOINT_AUTHORIZATION_POLICIES',
  'PILOT_SKIP_VALIDATE_TRUST_DOMAIN',
  'PILOT_ALLOW_SIDECAR_SERVICE_INBOUND_LISTENER_MERGE',
  'ENABLE_TLS_ON_SIDECAR_INGRESS',
  'PILOT_SCOPE_GATEWAY_TO_NAMESPACE',
  'PILOT_ENABLE_ROUTE_COLLAPSE_OPTIMIZATION',
  'PILOT_ENABLE_ABSOLUTE_FQDN_VHOST_DOMAIN',
  'PILOT_ENABLE_IP_AUTOALLOCATE',
  'DISABLE_SHADOW_HOST_SUFFIX',
  'PILOT_SIDECAR_PICK_BEST_SERVICE_NAMESPACE',
  'PILOT_ENABLE_STRICT_GATEWAY_MERGING',
  'PILOT_SPAWN_UPSTREAM_SPAN_FOR_GATEWAY',
  'PILOT_ENABLE_QUIC_LISTENERS',
  'ENABLE_HCM_INTERNAL_NETWORKS',
  'ENABLE_WILDCARD_HOST_SERVICE_ENTRIES_FOR_TLS',
  'PILOT_UNIFIED_SIDECAR_SCOPE',
  'ENABLE_ENHANCED_DESTINATIONRULE_MERGE',
  'ISTIO_DUAL_STACK',
  'PREFER_DESTINATIONRULE_TLS_FOR_EXTERNAL_SERVICES',
  'ENABLE_LAZY_SIDECAR_EVALUATION',
  'PILOT_ENABLE_TELEMETRY_LABEL',
  'ISTIO_ENABLE_IPV4_OUTBOUND_LISTENER_FOR_IPV6_CLUSTERS',
  'PILOT_ENVOY_FILTER_STATS',
  'PILOT_ENABLE_SERVICEENTRY_SELECT_PODS',
  'PILOT_ENABLE_K8S_SELECT_WORKLOAD_ENTRIES',
] as const;

/** Switches of istiod. */
export function anyEnv(world: World): Readonly<Record<string, string>> {
  const { chance } = world;
  if (chance.odds(0.5)) return {};
  return Object.fromEntries(chance.some(switches, 0.08).map((name) => [name, String(chance.odds(0.6))]));
}
