import { asArray, asObject, asString, isObject, type JsonObject } from '#base/json.ts';
import type { BuildContext } from '../listeners/context.ts';
import { requestAuthenticationsOf } from '../policy/request-authentication.ts';
import type { Service } from '../registry/service.ts';
import type { VirtualService } from '../scope/virtual-service.ts';
import { virtualServiceIndex } from '../scope/virtual-services.ts';
import { perSnapshot, type Snapshot } from '../snapshot.ts';

/**
 * The services a waypoint sends to besides those it serves: targets of its routes, and what providers, keys and EnvoyFilters name
 * (istio/istio `pilot/pkg/networking/core/waypoint.go filterWaypointOutboundServices`). `annotated`: what EnvoyFilters name.
 */
export function waypointOutboundServices(context: BuildContext, annotated: readonly string[]): readonly Service[] {
  const { scope, snapshot, waypoint } = context;
  const own = new Map(waypoint.services.map((service) => [service.hostname, service]));
  const targets = waypoint.services
    .flatMap((service) => [...(routeTargets(snapshot).get(service.hostname) ?? [])])
    .filter((host) => own.get(host)?.meshExternal ?? true);
  const named = new Set([...targets, ...passedTargets(context), ...providerServices(snapshot), ...keyHosts(context), ...annotated]);
  return scope.services.filter(({ hostname, namespace }) => named.has(hostname) || named.has(`${namespace}/${hostname}`));
}

/** Host of a VirtualService of the mesh → the hosts it sends to (`pilot/pkg/model/push_context.go initVirtualServices`). */
const routeTargets = perSnapshot((snapshot: Snapshot): ReadonlyMap<string, ReadonlySet<string>> => {
  const out = new Map<string, Set<string>>();
  for (const virtualService of virtualServiceIndex(snapshot).all) {
    if (virtualService.gateways.length > 0 && !virtualService.gateways.includes('mesh')) continue;
    const targets = destinations(virtualService);
    for (const host of virtualService.hosts) {
      const known = out.get(host) ?? new Set();
      out.set(host, known);
      for (const target of targets) known.add(target);
    }
  }
  return out;
});

function destinations({ http, tcp, tls }: VirtualService): readonly string[] {
  const ofRoutes = (rule: JsonObject): readonly JsonObject[] => asArray(rule['route']).filter(isObject).map(destinationOf);
  const mirrors = (rule: JsonObject): readonly JsonObject[] => [
    asObject(rule['mirror']),
    ...asArray(rule['mirrors']).filter(isObject).map(destinationOf),
  ];
  return [...http.flatMap((rule) => [...ofRoutes(rule), ...mirrors(rule)]), ...[...tcp, ...tls].flatMap(ofRoutes)].flatMap(
    (destination) => asString(destination['host']) ?? [],
  );
}

function destinationOf(entry: JsonObject): JsonObject {
  return asObject(entry['destination']);
}

/** Of a gateway between networks also the targets of its TLS listeners (`pilot/pkg/networking/core/cluster.go appendGatewayReferencedServices`). */
function passedTargets({ gateway, proxy, snapshot }: BuildContext): readonly string[] {
  const names = new Set(gateway?.ports.flatMap((port) => port.servers).map(({ gateway: name }) => name) ?? []);
  return [...names]
    .flatMap((name) => virtualServiceIndex(snapshot).forGateway(proxy.namespace, name))
    .flatMap(({ tls }) => tls.flatMap((rule) => asArray(rule['route']).filter(isObject).map(destinationOf)))
    .flatMap((destination) => asString(destination['host']) ?? []);
}

const kinds = [
  'envoyExtAuthzHttp',
  'envoyExtAuthzGrpc',
  'zipkin',
  'datadog',
  'skywalking',
  'opentelemetry',
  'envoyHttpAls',
  'envoyTcpAls',
  'envoyOtelAls',
  'sds',
];

/** Services of extension providers, used or not (`extraServicesForProxy`). */
function providerServices(snapshot: Snapshot): readonly string[] {
  return snapshot.mesh.extensionProviders.flatMap((provider) =>
    kinds.flatMap((kind) => asString(asObject(provider[kind])['service']) ?? []),
  );
}

/** Hosts of key sets that Envoy fetches itself. */
function keyHosts({ proxy, snapshot }: BuildContext): readonly string[] {
  if (snapshot.features.jwksFetchMode === 'istiod') return [];
  return requestAuthenticationsOf(proxy, snapshot)
    .flatMap((policy) => asArray(policy.spec['jwtRules']))
    .flatMap((rule) => /^https?:\/\/([^/:?#]+)/.exec(asString(asObject(rule)['jwksUri']) ?? '')?.[1] ?? []);
}
