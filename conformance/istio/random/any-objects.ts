import { anyMessage } from './any-message.ts';
import { shapeOf } from './hints.ts';
import { add, namespaces, policyNamespace, selector, type KnownService, type Plain, type World } from './world.ts';

const networking = 'istio.networking.v1alpha3';
const networkingApi = 'networking.istio.io/v1';
const securityApi = 'security.istio.io/v1';

/** Routes with any field, delegates among them. */
export function addAnyVirtualServices(world: World, gateways: readonly string[]): void {
  const { chance } = world;
  for (const index of [0, 1, 2].slice(0, chance.int(1, 3))) {
    const service = chance.pick(world.services);
    const forGateway = gateways.length > 0 && chance.odds(0.8);
    const hosts = forGateway
      ? chance.pick([['*'], ['shop.example.com'], ['*.example.com'], ['a.example.com', 'b.example.com'], ['tls.example.com']])
      : chance.pick([[service.host], [service.host], [service.name], ['*.example.com'], [service.host, 'outside.example.com'], ['*']]);
    const name = `any-${index}`;
    add(
      world,
      networkingApi,
      'VirtualService',
      { name, namespace: chance.pick(namespaces) },
      {
        spec: {
          hosts,
          ...(forGateway
            ? { gateways: [chance.pick(gateways), ...(chance.odds(0.2) ? ['mesh'] : [])] }
            : chance.maybe(0.15, () => ({ gateways: ['mesh', ...gateways.slice(0, 1)] }))),
          ...(chance.odds(0.25) ? {} : { http: chance.times(chance.int(1, 3), (at) => anyHttpRoute(world, service, index, at)) }),
          ...chance.maybe(0.3, () => ({ tcp: chance.times(chance.int(1, 2), () => anyStreamRoute(world, 'TCPRoute', ['route'])) })),
          ...chance.maybe(0.3, () => ({
            tls: chance.times(chance.int(1, 2), () => anyStreamRoute(world, 'TLSRoute', ['route', 'match'])),
          })),
          ...chance.maybe(0.1, () => ({ exportTo: [chance.pick(['.', '*', 'bank'])] })),
        },
      },
    );
  }
}

function anyHttpRoute(world: World, service: KnownService, index: number, at: number): Plain {
  const { chance } = world;
  const shape = shapeOf(world, 0.13);
  const action = chance.pick(['route', 'route', 'route', 'route', 'redirect', 'directResponse', 'delegate']);
  const { redirect: _r, directResponse: _d, route: _t, ...rest } = anyMessage(shape, `${networking}.HTTPRoute`, ['match']);
  if (action === 'delegate') {
    const namespace = chance.pick(namespaces);
    const name = `child-${index}-${at}`;
    add(
      world,
      networkingApi,
      'VirtualService',
      { name, namespace },
      { spec: { http: chance.times(chance.int(1, 2), () => sendRoute(world, service)) } },
    );
    return {
      ...(rest['match'] === undefined ? {} : { match: rest['match'] }),
      delegate: { name: chance.odds(0.9) ? name : 'absent', namespace },
    };
  }
  if (action === 'redirect')
    return { ...withoutSending(rest), redirect: anyMessage({ ...shape, density: 0.4 }, `${networking}.HTTPRedirect`, ['uri']) };
  if (action === 'directResponse')
    return {
      ...withoutSending(rest),
      directResponse: anyMessage({ ...shape, density: 0.5 }, `${networking}.HTTPDirectResponse`, ['status']),
    };
  return { ...rest, ...sendRoute(world, service, rest) };
}

function withoutSending(route: Plain): Plain {
  const { rewrite: _w, retries: _e, timeout: _t, fault: _f, mirror: _m, mirrors: _s, ...rest } = route;
  return rest;
}

function sendRoute(
  world: World,
  service: KnownService,
  rest: Plain = anyMessage(shapeOf(world, 0.1), `${networking}.HTTPRoute`, ['match']),
): Plain {
  const { chance } = world;
  const shape = shapeOf(world, 0.2);
  const { redirect: _r, directResponse: _d, ...kept } = rest;
  const route = chance.times(chance.pick([1, 1, 2, 3]), () => anyMessage(shape, `${networking}.HTTPRouteDestination`, ['destination']));
  for (const each of route) {
    const destination = each['destination'] as Plain;
    if (destination['host'] === undefined) destination['host'] = service.host;
  }
  return { ...kept, route };
}

function anyStreamRoute(world: World, kind: string, wanted: readonly string[]): Plain {
  const shape = shapeOf(world, 0.3);
  const made = anyMessage(shape, `${networking}.${kind}`, wanted);
  const matches = made['match'];
  if (kind === 'TLSRoute' && Array.isArray(matches)) for (const each of matches as Plain[]) each['sniHosts'] ??= ['tls.example.com'];
  for (const each of made['route'] as Plain[]) each['destination'] = anyMessage(shape, `${networking}.Destination`, ['host']);
  return made;
}

export function addAnyDestinationRules(world: World): void {
  const { chance } = world;
  for (const index of chance.some([0, 1, 2], 0.4)) {
    const service = chance.pick(world.services);
    const shape = shapeOf(world, 0.15);
    add(
      world,
      networkingApi,
      'DestinationRule',
      { name: `any-dr-${index}`, namespace: chance.pick([service.namespace, ...namespaces]) },
      {
        spec: {
          ...anyMessage(shape, `${networking}.DestinationRule`),
          host: chance.odds(0.8) ? service.host : chance.pick(['*.example.com', '*.local', service.name]),
          subsets: ['v1', 'v2'].slice(0, chance.int(0, 2)).map((version) => ({
            name: version,
            labels: { version },
            ...chance.maybe(0.4, () => ({ trafficPolicy: anyMessage(shape, `${networking}.TrafficPolicy`) })),
          })),
        },
      },
    );
  }
}

export function addAnySidecars(world: World): void {
  const { chance, proxy } = world;
  for (const index of chance.some([0, 1], 0.4)) {
    add(
      world,
      networkingApi,
      'Sidecar',
      { name: `any-scope-${index}`, namespace: chance.pick([proxy.namespace, 'istio-system']) },
      {
        spec: {
          ...anyMessage(shapeOf(world, 0.3), `${networking}.Sidecar`),
          workloadSelector: chance.odds(0.4) ? { labels: proxy.labels } : undefined,
        },
      },
    );
  }
}

/** Mutual TLS at mesh, namespace and workload, keys and rules of any kind. */
export function addAnySecurity(world: World): void {
  const { chance, proxy } = world;
  const security = 'istio.security.v1beta1';
  const levels = [
    ['istio-system', {}],
    [proxy.namespace, {}],
    [proxy.namespace, { selector: { matchLabels: proxy.labels } }],
    ['bank', {}],
  ] as const;
  for (const [namespace, target] of chance.some(levels, 0.3)) {
    const spec = { ...target, ...anyMessage(shapeOf(world, 0.7), `${security}.PeerAuthentication`) };
    if (!('selector' in target)) delete (spec as Plain)['portLevelMtls'];
    add(world, securityApi, 'PeerAuthentication', { name: `level-${world.objects.length}`, namespace }, { spec });
  }
  for (const index of chance.some([0, 1], 0.25)) {
    add(
      world,
      securityApi,
      'RequestAuthentication',
      { name: `any-jwt-${index}`, namespace: policyNamespace(world) },
      {
        spec: {
          ...selector(world),
          jwtRules: chance.times(chance.int(0, 2), () => anyMessage(shapeOf(world, 0.3), `${security}.JWTRule`, ['issuer', 'jwks'])),
        },
      },
    );
  }
  for (const index of chance.some([0, 1, 2, 3], 0.35)) {
    const action = chance.pick(['', 'ALLOW', 'DENY', 'AUDIT', 'CUSTOM']);
    const density = action === 'CUSTOM' ? 0.2 : 0.25;
    const rules = chance.times(chance.int(0, 2), () =>
      anyMessage(shapeOf(world, density), `${security}.Rule`, chance.some(['from', 'to', 'when'], 0.5)),
    );
    add(
      world,
      securityApi,
      'AuthorizationPolicy',
      {
        name: `any-authz-${index}`,
        namespace: policyNamespace(world),
        ...(chance.odds(0.15) ? { annotations: { 'istio.io/dry-run': chance.pick(['true', 'false', 'x']) } } : {}),
      },
      {
        spec: {
          ...selector(world),
          ...(action === '' ? {} : { action }),
          ...(action === 'CUSTOM' ? { provider: { name: chance.pick(['ext-http', 'ext-grpc', 'any-0', 'any-1', 'nobody']) } } : {}),
          ...(chance.odds(0.9) ? { rules } : {}),
        },
      },
    );
  }
}

export function addAnyTelemetry(world: World): void {
  const { chance, proxy } = world;
  for (const [index, namespace] of chance.some(['istio-system', proxy.namespace, proxy.namespace, 'bank'], 0.35).entries()) {
    add(
      world,
      'telemetry.istio.io/v1',
      'Telemetry',
      { name: `any-telemetry-${index}`, namespace },
      {
        spec: {
          ...(namespace === 'istio-system' ? {} : selector(world)),
          ...anyMessage(shapeOf(world, 0.4), 'istio.telemetry.v1alpha1.Telemetry'),
        },
      },
    );
  }
}
