import { add, namespaces, policyNamespace, selector, type KnownService, type Plain, type World } from './world.ts';

/** Sidecar resources. */
export function addSidecar(world: World): void {
  const { chance, proxy } = world;
  if (!chance.odds(0.25)) return;
  const egress = chance.odds(0.8)
    ? [
        {
          hosts: chance.pick([['*/*'], ['./*'], ['istio-system/*', './*'], ['~/*'], ['bank/*'], ['*/*.example.com', './*']]),
          ...chance.maybe(0.2, () => ({ port: { number: 8099, protocol: chance.pick(['HTTP', 'TCP']), name: 'own' } })),
        },
        ...(chance.odds(0.3) ? [{ hosts: ['*/*'] }] : []),
      ]
    : undefined;
  const hasPort = egress?.[0] !== undefined && 'port' in egress[0];
  add(
    world,
    'networking.istio.io/v1',
    'Sidecar',
    { name: 'scope', namespace: chance.pick([proxy.namespace, 'istio-system']) },
    {
      spec: {
        ...(chance.odds(0.3) ? { workloadSelector: { labels: proxy.labels } } : {}),
        ...(egress === undefined ? {} : { egress: hasPort ? [...egress, { hosts: ['*/*'] }].slice(0, 2) : egress.slice(0, 1) }),
        ...chance.maybe(0.3, () => ({
          ingress: [
            {
              port: { number: chance.pick([8080, 9080]), protocol: chance.pick(['HTTP', 'TCP', 'GRPC']), name: 'in' },
              ...chance.maybe(0.6, () => ({ defaultEndpoint: chance.pick(['127.0.0.1:9999', '0.0.0.0:8080']) })),
            },
          ],
        })),
        ...chance.maybe(0.3, () => ({ outboundTrafficPolicy: { mode: chance.pick(['REGISTRY_ONLY', 'ALLOW_ANY']) } })),
      },
    },
  );
}

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

/** DestinationRules with subsets, TLS and hashing. */
export function addDestinationRules(world: World): void {
  const { chance } = world;
  if (!chance.odds(0.4)) return;
  const service = chance.pick(world.services);
  add(
    world,
    'networking.istio.io/v1',
    'DestinationRule',
    { name: 'dr', namespace: chance.pick([service.namespace, ...namespaces]) },
    {
      spec: {
        host: service.host,
        subsets: [
          { name: 'v1', labels: { version: 'v1' } },
          {
            name: 'v2',
            labels: { version: 'v2' },
            ...chance.maybe(0.3, () => ({ trafficPolicy: { loadBalancer: { consistentHash: { useSourceIp: true } } } })),
          },
        ],
        ...chance.maybe(0.6, () => ({
          trafficPolicy: {
            ...chance.maybe(0.5, () => ({ tls: { mode: chance.pick(['ISTIO_MUTUAL', 'DISABLE', 'SIMPLE']) } })),
            ...chance.maybe(0.4, () => ({
              loadBalancer: chance.pick([
                { consistentHash: { httpHeaderName: 'x-user' } },
                { consistentHash: { httpCookie: { name: 'c', ttl: '60s', path: '/' } } },
                { simple: 'LEAST_REQUEST' },
              ]),
            })),
            ...chance.maybe(0.2, () => ({ connectionPool: { tcp: { idleTimeout: '30s' } } })),
          },
        })),
      },
    },
  );
}

/** PeerAuthentication, RequestAuthentication, AuthorizationPolicy. */
export function addSecurity(world: World): void {
  const { chance } = world;
  if (chance.odds(0.4)) {
    add(
      world,
      'security.istio.io/v1',
      'PeerAuthentication',
      { name: 'peer', namespace: policyNamespace(world) },
      {
        spec: {
          ...selector(world),
          mtls: { mode: chance.pick(['STRICT', 'PERMISSIVE', 'DISABLE', 'UNSET']) },
          ...chance.maybe(0.3, () => ({
            portLevelMtls: { [chance.pick(['8080', '9000', '9100'])]: { mode: chance.pick(['DISABLE', 'STRICT', 'PERMISSIVE']) } },
          })),
        },
      },
    );
  }
  if (chance.odds(0.3)) {
    add(
      world,
      'security.istio.io/v1',
      'RequestAuthentication',
      { name: 'jwt', namespace: policyNamespace(world) },
      {
        spec: { ...selector(world), jwtRules: chance.times(chance.int(1, 2), (index) => jwtRule(world, index)) },
      },
    );
  }
  for (const index of chance.some([0, 1, 2], 0.4)) {
    add(world, 'security.istio.io/v1', 'AuthorizationPolicy', authzMetadata(world, index), {
      spec: { ...selector(world), ...authzSpec(world) },
    });
  }
}

function authzMetadata(world: World, index: number): { name: string; namespace: string; [field: string]: unknown } {
  const annotations = world.chance.odds(0.15) ? { annotations: { 'istio.io/dry-run': 'true' } } : {};
  return { name: `authz-${index}`, namespace: policyNamespace(world), ...annotations };
}

function jwtRule(world: World, index: number): Plain {
  const { chance } = world;
  return {
    issuer: `https://issuer${index}.example.com`,
    jwks: '{"keys":[{"kty":"oct","k":"AAAA","kid":"k"}]}',
    ...chance.maybe(0.3, () => ({ audiences: ['a', 'b'] })),
    ...chance.maybe(0.3, () => ({ fromHeaders: [{ name: 'x-jwt', prefix: 'Bearer ' }] })),
    ...chance.maybe(0.2, () => ({ fromParams: ['token'] })),
    ...chance.maybe(0.2, () => ({ fromCookies: ['jwt'] })),
    ...chance.maybe(0.3, () => ({ forwardOriginalToken: chance.odds(0.5) })),
    ...chance.maybe(0.2, () => ({ outputPayloadToHeader: 'x-payload' })),
    ...chance.maybe(0.2, () => ({ outputClaimToHeaders: [{ header: 'x-sub', claim: 'sub' }] })),
  };
}

function authzSpec(world: World): Plain {
  const { chance } = world;
  const action = chance.pick(['ALLOW', 'ALLOW', 'DENY', 'AUDIT', 'CUSTOM']);
  return {
    ...(action === 'ALLOW' && chance.odds(0.5) ? {} : { action }),
    ...(action === 'CUSTOM' ? { provider: { name: chance.pick(['ext-http', 'ext-grpc', 'nobody']) } } : {}),
    ...(chance.odds(0.9) ? { rules: chance.times(chance.int(1, 2), () => authzRule(world, action === 'CUSTOM')) } : {}),
  };
}

function authzRule(world: World, isCustom: boolean): Plain {
  const { chance } = world;
  const source = chance.pick([
    { principals: ['cluster.local/ns/shop/sa/web', '*/sa/x', '*'] },
    { namespaces: ['bank', 'shop*'] },
    { notNamespaces: ['bank'], ipBlocks: ['10.0.0.0/8', '192.168.1.1'] },
    { remoteIpBlocks: ['1.2.3.0/24'] },
    { requestPrincipals: ['https://issuer0.example.com/*'] },
    { notRequestPrincipals: ['*'] },
  ]);
  const operation = chance.pick([
    { paths: ['/api*', '/exact', '*/end', '*'] },
    { methods: ['GET', 'POST'], ports: ['80', '8080'] },
    { notPaths: ['/health'], hosts: ['shop.example.com', '*.example.com:*'] },
    { notMethods: ['DELETE'], notPorts: ['9100'] },
    { paths: ['/a/{*}/b', '/c/{**}'] },
  ]);
  const condition = chance.pick([
    { key: 'request.headers[x-user]', values: ['jason', 'a*'] },
    { key: 'source.namespace', notValues: ['bank'] },
    { key: 'request.auth.claims[groups]', values: ['admin'] },
    { key: 'destination.port', values: ['8080'] },
    { key: 'connection.sni', values: ['*.example.com'] },
    { key: 'request.auth.audiences', values: ['aud'] },
    { key: 'remote.ip', values: ['10.1.0.0/16'] },
    { key: 'source.principal', values: ['cluster.local/ns/a/sa/b'] },
  ]);
  return {
    ...chance.maybe(isCustom ? 0 : 0.6, () => ({ from: [{ source }] })),
    ...chance.maybe(0.7, () => ({ to: [{ operation }] })),
    ...chance.maybe(0.3, () => ({ when: [condition] })),
  };
}

/** Telemetry over the proxy. */
export function addTelemetry(world: World): void {
  const { chance } = world;
  if (!chance.odds(0.35)) return;
  for (const namespace of chance.some([...new Set(['istio-system', world.proxy.namespace])], 0.7)) {
    add(
      world,
      'telemetry.istio.io/v1',
      'Telemetry',
      { name: 'telemetry', namespace },
      {
        spec: {
          ...(namespace === 'istio-system' ? {} : selector(world)),
          ...chance.maybe(0.5, () => ({
            metrics: [
              {
                ...chance.maybe(0.5, () => ({ providers: [{ name: chance.pick(['prometheus', 'prom2']) }] })),
                ...chance.maybe(0.7, () => ({
                  overrides: [
                    {
                      match: {
                        metric: chance.pick(['REQUEST_COUNT', 'ALL_METRICS', 'TCP_SENT_BYTES']),
                        mode: chance.pick(['CLIENT', 'SERVER', 'CLIENT_AND_SERVER']),
                      },
                      ...chance.maybe(0.4, () => ({ disabled: chance.odds(0.6) })),
                      ...chance.maybe(0.5, () => ({
                        tagOverrides: { request_host: { operation: 'UPSERT', value: 'request.host' }, source_app: { operation: 'REMOVE' } },
                      })),
                    },
                  ],
                })),
                ...chance.maybe(0.15, () => ({ reportingInterval: '20s' })),
              },
            ],
          })),
          ...chance.maybe(0.5, () => ({
            accessLogging: [
              {
                ...chance.maybe(0.6, () => ({ providers: [{ name: chance.pick(['envoy', 'json-log', 'otel-log']) }] })),
                ...chance.maybe(0.3, () => ({ disabled: chance.odds(0.5) })),
                ...chance.maybe(0.4, () => ({ match: { mode: chance.pick(['CLIENT', 'SERVER', 'CLIENT_AND_SERVER']) } })),
                ...chance.maybe(0.3, () => ({ filter: { expression: 'response.code >= 400' } })),
              },
            ],
          })),
          ...chance.maybe(0.4, () => ({
            tracing: [
              {
                ...chance.maybe(0.7, () => ({ providers: [{ name: chance.pick(['zipkin', 'otel']) }] })),
                ...chance.maybe(0.5, () => ({ randomSamplingPercentage: chance.pick([0, 5, 50.5, 100]) })),
                ...chance.maybe(0.3, () => ({
                  customTags: {
                    own: { literal: { value: 'x' } },
                    env: { environment: { name: 'E', defaultValue: 'd' } },
                    head: { header: { name: 'x-h' } },
                  },
                })),
                ...chance.maybe(0.2, () => ({ disableSpanReporting: chance.odds(0.5) })),
              },
            ],
          })),
        },
      },
    );
  }
}
