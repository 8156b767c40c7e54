import { add, namespaces, type KnownService, type Plain, type World } from '../world.ts';

/** VirtualServices for the mesh or a gateway. */
export function addVirtualServices(world: World, gateway?: string): void {
  const { chance } = world;
  const used = new Set<string>();
  for (const index of [0, 1].slice(0, chance.int(gateway === undefined ? 0 : 1, 2))) {
    const service = chance.pick(world.services);
    if (used.has(service.host)) continue;
    used.add(service.host);
    const isStream = chance.odds(0.15);
    add(
      world,
      'networking.istio.io/v1',
      'VirtualService',
      { name: `vs-${index}`, namespace: chance.pick(namespaces.slice(0, 2)) },
      {
        spec: {
          hosts:
            gateway === undefined
              ? [service.host]
              : chance.pick([['*'], ['shop.example.com'], ['*.example.com'], ['a.example.com', 'b.example.com']]),
          ...(gateway === undefined ? {} : { gateways: [gateway, ...(chance.odds(0.2) ? ['mesh'] : [])] }),
          ...(isStream ? streamRoutes(world, service) : { http: chance.times(chance.int(1, 3), (at) => httpRoute(world, service, at)) }),
          ...chance.maybe(0.1, () => ({ exportTo: [chance.pick(['.', '*'])] })),
        },
      },
    );
  }
}

function streamRoutes(world: World, service: KnownService): Plain {
  const { chance } = world;
  const route = [{ destination: { host: service.host, port: { number: service.ports[0] ?? 80 } } }];
  if (chance.odds(0.5)) return { tcp: [{ ...chance.maybe(0.3, () => ({ match: [{ port: service.ports[0] ?? 80 }] })), route }] };
  return { tls: [{ match: [{ port: chance.pick([443, 9443]), sniHosts: [service.host] }], route }] };
}

function httpRoute(world: World, service: KnownService, at: number): Plain {
  const { chance } = world;
  const action = chance.odds(0.12)
    ? { redirect: { uri: '/elsewhere', ...chance.maybe(0.5, () => ({ redirectCode: chance.pick([301, 302, 307, 308]) })) } }
    : chance.odds(0.08)
      ? { directResponse: { status: 503, body: { string: 'closed' } } }
      : { route: destinations(world, service) };
  const sends = 'route' in action;
  return {
    ...chance.maybe(0.4, () => ({ name: `r${at}` })),
    ...chance.maybe(0.7, () => ({ match: chance.times(chance.int(1, 2), () => httpMatch(world)) })),
    ...action,
    ...chance.maybe(0.2, () => ({ headers: headers(world) })),
    ...chance.maybe(sends ? 0.15 : 0, () => ({
      rewrite: chance.pick([
        { uri: '/new' },
        { authority: 'new.example.com' },
        { uriRegexRewrite: { match: '^/a/(.*)', rewrite: '/\\1' } },
      ]),
    })),
    ...chance.maybe(sends ? 0.25 : 0, () => ({ timeout: chance.pick(['5s', '0.5s', '1m30s']) })),
    ...chance.maybe(sends ? 0.25 : 0, () => ({
      retries: {
        attempts: chance.int(0, 4),
        ...chance.maybe(0.5, () => ({ perTryTimeout: '2s' })),
        ...chance.maybe(0.5, () => ({ retryOn: chance.pick(['5xx', 'gateway-error,503', 'connect-failure,retriable-4xx,409']) })),
        ...chance.maybe(0.2, () => ({ retryRemoteLocalities: true })),
      },
    })),
    ...chance.maybe(sends ? 0.2 : 0, () => ({
      fault: chance.pick([
        { delay: { fixedDelay: '3s', percentage: { value: 12.5 } } },
        { abort: { httpStatus: 418, percentage: { value: 100 } } },
        { abort: { grpcStatus: 'UNAVAILABLE', percentage: { value: 0.1 } }, delay: { fixedDelay: '0.010s' } },
      ]),
    })),
    ...chance.maybe(sends ? 0.15 : 0, () => ({ mirror: { host: service.host }, mirrorPercentage: { value: chance.pick([10, 100, 0.5]) } })),
    ...chance.maybe(0.2, () => ({
      corsPolicy: {
        allowOrigins: chance.pick([[{ exact: 'https://a.example.com' }], [{ regex: '.*' }, { prefix: 'http://' }]]),
        allowMethods: ['GET', 'POST'],
        ...chance.maybe(0.5, () => ({ allowCredentials: chance.odds(0.5), maxAge: '24h', exposeHeaders: ['x-a', 'x-b'] })),
        ...chance.maybe(0.3, () => ({ unmatchedPreflights: chance.pick(['FORWARD', 'IGNORE']) })),
      },
    })),
  };
}

function destinations(world: World, service: KnownService): Plain[] {
  const { chance } = world;
  const destination = (subset?: string): Plain => ({
    host: service.host,
    ...chance.maybe(0.6, () => ({ port: { number: service.ports[0] ?? 80 } })),
    ...(subset === undefined ? {} : { subset }),
  });
  if (chance.odds(0.6)) return [{ destination: destination(), ...chance.maybe(0.2, () => ({ headers: headers(world) })) }];
  return [
    { destination: destination('v1'), weight: 90 },
    { destination: destination('v2'), weight: 10, ...chance.maybe(0.3, () => ({ headers: headers(world) })) },
  ];
}

function headers(world: World): Plain {
  const { chance } = world;
  return {
    ...chance.maybe(0.6, () => ({ request: { add: { 'x-b': '2', 'x-a': '1' }, remove: ['x-gone'] } })),
    ...chance.maybe(0.4, () => ({ response: { set: { 'x-set': '%UPSTREAM_HOST%' } } })),
    ...chance.maybe(0.15, () => ({ request: { set: { ':authority': 'other.example.com' } } })),
  };
}

function httpMatch(world: World): Plain {
  const { chance } = world;
  return {
    ...chance.maybe(0.7, () => ({
      uri: chance.pick([{ prefix: '/api' }, { exact: '/exact' }, { regex: '/v[0-9]+/.*' }, { prefix: '/' }]),
    })),
    ...chance.maybe(0.1, () => ({ ignoreUriCase: true, uri: { prefix: '/Case' } })),
    ...chance.maybe(0.25, () => ({
      headers: chance.pick([{ 'x-user': { exact: 'jason' } }, { 'x-a': { regex: 'a.*' }, 'x-b': {} }, { cookie: { prefix: 'id=' } }]),
    })),
    ...chance.maybe(0.1, () => ({ withoutHeaders: { 'x-not': { exact: 'no' } } })),
    ...chance.maybe(0.15, () => ({ method: { exact: chance.pick(['GET', 'POST']) } })),
    ...chance.maybe(0.1, () => ({ queryParams: { q: chance.pick([{ exact: 'x' }, { regex: '.+' }]) } })),
    ...chance.maybe(0.1, () => ({ sourceLabels: chance.pick([world.proxy.labels, { app: 'nobody' }]) })),
    ...chance.maybe(0.08, () => ({ authority: { exact: 'shop.example.com' } })),
    ...chance.maybe(0.08, () => ({ scheme: { exact: 'https' } })),
    ...chance.maybe(0.1, () => ({ name: 'm' })),
  };
}
