import { dump } from 'js-yaml';
import { asObject, type JsonObject } from '#base/json.ts';
import { addAnyEnvoyFilters } from './random/any-envoyfilters.ts';
import { addEastWest, varyGateways } from './random/any-gateways.ts';
import { addAnyPlugins } from './random/any-plugins.ts';
import { anyEnv, anyMeshConfig, anyProxyExtras } from './random/any-mesh.ts';
import { addAnyDestinationRules, addAnySecurity, addAnySidecars, addAnyTelemetry, addAnyVirtualServices } from './random/any-objects.ts';
import { anyInvalidObjects } from './random/any-invalid.ts';
import { addAnyServiceEntries, addAnyWorkloads } from './random/any-workloads.ts';
import { chanceOf } from './random/chance.ts';
import { clusterAround } from './random/cluster.ts';
import { addGatewayApi, addGateways } from './random/gateways.ts';
import { addEnvoyFilters, addPlugins } from './random/plugins.ts';
import { addServiceEntries, addServices } from './random/services.ts';
import { addDestinationRules } from './random/traffic/destination-rules.ts';
import { addSecurity } from './random/traffic/security.ts';
import { addSidecar } from './random/traffic/sidecars.ts';
import { addTelemetry } from './random/traffic/telemetry.ts';
import { addVirtualServices } from './random/traffic/virtual-services.ts';
import { addWaypoint } from './random/waypoints.ts';
import type { Plain, ProxyInput, World } from './random/world.ts';

export const families = ['sidecar', 'gateway', 'gateway-api', 'waypoint'] as const;
export type Family = (typeof families)[number];

/** The families of meshes in which any field may be set. */
export const anyFamilies = [...families, 'tunnelled', 'east-west'] as const;
export type AnyFamily = (typeof anyFamilies)[number];

const proxies: Readonly<Record<AnyFamily, ProxyInput>> = {
  sidecar: { type: 'sidecar', name: 'cart-1', namespace: 'shop', labels: { app: 'cart', version: 'v1' } },
  gateway: { type: 'router', name: 'gateway', namespace: 'istio-system', labels: { istio: 'ingressgateway' } },
  'gateway-api': {
    type: 'router',
    name: 'web-istio',
    namespace: 'shop',
    labels: { 'gateway.networking.k8s.io/gateway-name': 'web', 'gateway.networking.k8s.io/gateway-class-name': 'istio' },
  },
  tunnelled: {
    type: 'sidecar',
    name: 'cart-1',
    namespace: 'shop',
    labels: { app: 'cart', version: 'v1' },
    metadata: { ENABLE_HBONE: 'true' },
  },
  'east-west': {
    type: 'router',
    name: 'eastwest',
    namespace: 'istio-system',
    labels: { istio: 'eastwestgateway', 'topology.istio.io/network': 'net-1' },
    metadata: { ROUTER_MODE: 'sni-dnat', REQUESTED_NETWORK_VIEW: 'net-1' },
  },
  waypoint: {
    type: 'waypoint',
    name: 'waypoint',
    namespace: 'shop',
    labels: { 'gateway.networking.k8s.io/gateway-name': 'waypoint', 'gateway.istio.io/managed': 'istio.io-mesh-controller' },
  },
};

const providers = [
  { name: 'ext-http', envoyExtAuthzHttp: { service: 'cart.shop.svc.cluster.local', port: 8000, includeRequestHeadersInCheck: ['x-a'] } },
  { name: 'ext-grpc', envoyExtAuthzGrpc: { service: 'cart.shop.svc.cluster.local', port: 9000, timeout: '2s', failOpen: true } },
  { name: 'prom2', prometheus: {} },
  { name: 'json-log', envoyFileAccessLog: { path: '/dev/stdout', logFormat: { labels: { status: '%RESPONSE_CODE%' } } } },
  { name: 'otel-log', envoyOtelAls: { service: 'cart.shop.svc.cluster.local', port: 4317 } },
  { name: 'zipkin', zipkin: { service: 'cart.shop.svc.cluster.local', port: 9411 } },
  { name: 'otel', opentelemetry: { service: 'cart.shop.svc.cluster.local', port: 4317 } },
];

/**
 * The input of a case in which any field of any resource, of the mesh's configuration and of the proxy may be set: values come from the
 * messages of Istio's API. The same for the same seed.
 */
export function generateAnyCase(seed: number, family: AnyFamily): JsonObject {
  const chance = chanceOf(seed);
  const proxy = proxies[family];
  const world: World = { chance, proxy, objects: [], services: [] };
  addServices(world);
  addAnyServiceEntries(world);
  addAnyWorkloads(world);
  if (family === 'sidecar' || family === 'tunnelled') addAnySidecars(world);
  if (family === 'gateway' || family === 'east-west') addGateways(world);
  if (family === 'gateway-api') addGatewayApi(world);
  if (family === 'waypoint') addWaypoint(world);
  if (family === 'east-west') addEastWest(world);
  varyGateways(world);
  addAnyVirtualServices(world, family === 'gateway' || family === 'east-west' ? [gatewayNamed(world)] : []);
  addAnyDestinationRules(world);
  addAnySecurity(world);
  addAnyTelemetry(world);
  addAnyPlugins(world);
  addAnyEnvoyFilters(world);
  const env = { ...anyEnv(world), ...(family === 'tunnelled' || chance.odds(0.1) ? { PILOT_ENABLE_AMBIENT: 'true' } : {}) };
  const extras = anyProxyExtras(world);
  const metadata = { ...proxy.metadata, ...(extras['metadata'] as Plain | undefined) };
  return JSON.parse(
    JSON.stringify({
      proxy: { ...proxy, ...extras, ...(Object.keys(metadata).length > 0 ? { metadata } : {}) },
      meshConfig: anyMeshConfig(world, providers),
      ...(Object.keys(env).length > 0 ? { env } : {}),
      resources: yamlOf(world),
      routes: true,
    }),
  ) as JsonObject;
}

/** Objects with values that are not allowed, about which schema, webhook and analyzers speak. */
export function generateInvalidCase(seed: number): JsonObject {
  const objects = anyInvalidObjects(chanceOf(seed), 8).map((object) => dump(JSON.parse(JSON.stringify(object)), { lineWidth: -1 }));
  return { noBuild: true, validate: true, resources: objects.join('---\n') };
}

/** A mesh for istioctl's analyzers: the objects of a case among pods, Deployments and namespaces. */
export function generateAnalysisCase(seed: number, family: AnyFamily): JsonObject {
  const { resources } = generateAnyCase(seed, family);
  const chance = chanceOf(seed);
  const around = clusterAround(chance).map((object) => dump(JSON.parse(JSON.stringify(object)), { lineWidth: -1 }));
  return { noBuild: true, analyze: true, resources: [String(resources), ...around].join('---\n') };
}

/** What there is in a case, in words. */
export function aboutOf(input: JsonObject, family: AnyFamily): string {
  const kinds = new Map<string, number>();
  for (const [, kind = ''] of String(input['resources']).matchAll(/^kind: (\w+)$/gm)) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const list = [...kinds].map(([kind, count]) => (count > 1 ? `${count} ${kind}` : kind)).join(', ');
  const env = Object.entries(asObject(input['env'])).map(([name, value]) => `${name}=${String(value)}`);
  return `${family}: ${[list, ...env].join('; ')}`;
}

function yamlOf(world: World): string {
  return world.objects.map((object) => dump(JSON.parse(JSON.stringify(object)), { lineWidth: -1 })).join('---\n');
}

/** The input of a case: a random mesh of that family, the same for the same seed. */
export function generateCase(seed: number, family: Family): JsonObject {
  const chance = chanceOf(seed);
  const proxy = proxies[family];
  const world: World = { chance, proxy, objects: [], services: [] };
  addServices(world);
  addServiceEntries(world);
  if (family === 'sidecar') addSidecar(world);
  if (family === 'gateway') addGateways(world);
  if (family === 'gateway-api') addGatewayApi(world);
  if (family === 'waypoint') addWaypoint(world);
  addVirtualServices(world, family === 'gateway' ? gatewayNamed(world) : undefined);
  addDestinationRules(world);
  addSecurity(world);
  addTelemetry(world);
  addPlugins(world);
  addEnvoyFilters(world);
  const resources = yamlOf(world);
  return JSON.parse(
    JSON.stringify({ proxy: { ...proxy, ...proxyExtras(world) }, ...meshConfig(world), ...env(world), resources, routes: true }),
  ) as JsonObject;
}

/** `namespace/name` of one of the Gateways. */
function gatewayNamed(world: World): string {
  const gateways = world.objects
    .filter((object) => object['kind'] === 'Gateway')
    .map((object) => object['metadata'] as { name: string; namespace: string });
  const chosen = world.chance.pick(gateways);
  return `${chosen.namespace}/${chosen.name}`;
}

function proxyExtras(world: World): Plain {
  const { chance } = world;
  return {
    ...chance.maybe(0.15, () => ({ istioVersion: chance.pick(['1.31.0', '1.28.3', '1.24.1']) })),
    ...chance.maybe(0.15, () => ({
      metadata: chance.pick<Plain>([
        { HTTP10: '1' },
        { INTERCEPTION_MODE: 'TPROXY' },
        { ENABLE_HBONE: 'true' },
        { IDLE_TIMEOUT: '10s' },
        { UNPRIVILEGED_POD: 'true' },
      ]),
    })),
  };
}

function meshConfig(world: World): Plain {
  const { chance } = world;
  return {
    meshConfig: {
      extensionProviders: providers,
      ...chance.maybe(0.8, () => ({
        defaultProviders: {
          metrics: ['prometheus'],
          ...chance.maybe(0.2, () => ({ accessLogging: ['envoy'] })),
          ...chance.maybe(0.2, () => ({ tracing: ['zipkin'] })),
        },
      })),
      ...chance.maybe(0.15, () => ({ outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } })),
      ...chance.maybe(0.15, () => ({ accessLogFile: '/dev/stdout' })),
      ...chance.maybe(0.1, () => ({ accessLogEncoding: 'JSON', accessLogFile: '/dev/stdout' })),
      ...chance.maybe(0.1, () => ({ protocolDetectionTimeout: chance.pick(['0s', '100ms']) })),
      ...chance.maybe(0.1, () => ({
        pathNormalization: { normalization: chance.pick(['NONE', 'BASE', 'MERGE_SLASHES', 'DECODE_AND_MERGE_SLASHES']) },
      })),
      ...chance.maybe(0.1, () => ({ enableTracing: false })),
      ...chance.maybe(0.1, () => ({ tcpKeepalive: { probes: 3, time: '60s' } })),
      ...chance.maybe(0.1, () => ({
        defaultConfig: { gatewayTopology: { numTrustedProxies: 2, forwardClientCertDetails: 'APPEND_FORWARD' } },
      })),
      ...chance.maybe(0.1, () => ({
        defaultConfig: { proxyHeaders: { server: { disabled: true }, requestId: { disabled: true }, forwardedClientCert: 'SANITIZE' } },
      })),
      ...chance.maybe(0.1, () => ({ enableAutoMtls: false })),
      ...chance.maybe(0.08, () => ({ meshMTLS: { minProtocolVersion: 'TLSV1_3' } })),
      ...chance.maybe(0.08, () => ({ trustDomain: 'example.org', trustDomainAliases: ['old.org'] })),
      ...chance.maybe(0.08, () => ({ defaultHttpRetryPolicy: { attempts: 5, retryOn: '5xx' } })),
    },
  };
}

function env(world: World): Plain {
  const { chance } = world;
  if (!chance.odds(0.3)) return {};
  return {
    env: chance.pick<Plain>([
      { PILOT_ENABLE_ALPN_FILTER: 'false' },
      { PILOT_ENABLE_REDIS_FILTER: 'true', PILOT_ENABLE_MYSQL_FILTER: 'true' },
      { PILOT_ENABLE_MONGO_FILTER: 'false' },
      { PILOT_HTTP10: 'true' },
      { PILOT_ENABLE_METADATA_EXCHANGE: 'false' },
      { PILOT_DISABLE_MX_ALPN: 'true' },
      { PILOT_SIDECAR_USE_REMOTE_ADDRESS: 'true' },
      { PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS: 'true' },
      { PILOT_ENABLE_PERSISTENT_SESSION_FILTER: 'true' },
      { PILOT_TRACE_SAMPLING: '50' },
      { MAX_CONNECTIONS_PER_SOCKET_EVENT_LOOP: '0' },
      { PILOT_JWT_ENABLE_REMOTE_JWKS: 'envoy' },
    ]),
  };
}
