import { add, namespaces, type Plain, type World } from './world.ts';

const hosts = [
  ['*'],
  ['shop.example.com'],
  ['*.example.com'],
  ['a.example.com', 'b.example.com'],
  ['./shop.example.com'],
  ['bank/pay.example.com'],
] as const;

/** Istio Gateways for the proxy's labels, with the Service in front of it. */
export function addGateways(world: World): void {
  const { chance, proxy } = world;
  add(
    world,
    'v1',
    'Service',
    { name: 'gateway', namespace: proxy.namespace },
    {
      spec: {
        clusterIP: '10.96.9.9',
        selector: proxy.labels,
        ports: [
          { name: 'http2', port: 80, targetPort: 8080 },
          { name: 'https', port: 443, targetPort: 8443 },
          { name: 'tcp', port: 31_400, targetPort: 31_400 },
        ],
      },
    },
  );
  for (const name of ['gw', 'gw-2'].slice(0, chance.int(1, 2))) {
    add(
      world,
      'networking.istio.io/v1',
      'Gateway',
      { name, namespace: chance.pick(namespaces) },
      {
        spec: {
          ...(chance.odds(0.9) ? { selector: proxy.labels } : {}),
          servers: chance.times(chance.int(1, 3), (index) => server(world, index)),
        },
      },
    );
  }
}

function server(world: World, index: number): Plain {
  const { chance } = world;
  const own = {
    hosts: [...chance.pick(hosts)],
    ...chance.maybe(0.15, () => ({ name: `server-${index}` })),
    ...chance.maybe(0.08, () => ({ bind: '10.0.0.1' })),
  };
  const kind = chance.int(0, 6);
  if (kind <= 2) {
    return {
      port: { number: chance.pick([80, 8081]), name: 'http', protocol: chance.pick(['HTTP', 'HTTP2', 'GRPC']) },
      ...own,
      ...chance.maybe(0.2, () => ({ tls: { httpsRedirect: true } })),
    };
  }
  if (kind <= 4) {
    const mode = chance.pick(['SIMPLE', 'MUTUAL', 'OPTIONAL_MUTUAL', 'ISTIO_MUTUAL']);
    return {
      port: { number: 443, name: `https-${index}`, protocol: 'HTTPS' },
      ...own,
      tls: {
        mode,
        ...(mode === 'ISTIO_MUTUAL' ? {} : { credentialName: `cert-${index}` }),
        ...chance.maybe(0.3, () => ({ minProtocolVersion: 'TLSV1_2', cipherSuites: ['AES128-SHA', 'AES128-SHA', 'NOPE'] })),
      },
    };
  }
  if (kind === 5) {
    return {
      port: { number: chance.pick([443, 8443]), name: `tls-${index}`, protocol: 'TLS' },
      ...own,
      tls: {
        mode: chance.pick(['PASSTHROUGH', 'AUTO_PASSTHROUGH', 'SIMPLE']),
        ...chance.maybe(0.5, () => ({ credentialName: 'tls-cert' })),
      },
    };
  }
  return { port: { number: 31_400, name: 'tcp', protocol: chance.pick(['TCP', 'MONGO']) }, ...own };
}

/** Gateways and routes of the Gateway API. */
export function addGatewayApi(world: World): void {
  const { chance, proxy } = world;
  const gateway = proxy.labels['gateway.networking.k8s.io/gateway-name'] ?? 'web';
  const listeners = chance.times(chance.int(1, 3), (index) => listener(world, index));
  add(
    world,
    'gateway.networking.k8s.io/v1',
    'Gateway',
    { name: gateway, namespace: proxy.namespace },
    { spec: { gatewayClassName: 'istio', listeners } },
  );
  const ports = [...new Set(listeners.map((each) => Number(each['port'])))];
  add(
    world,
    'v1',
    'Service',
    { name: proxy.name, namespace: proxy.namespace },
    {
      spec: { clusterIP: '10.96.9.9', selector: proxy.labels, ports: ports.map((port) => ({ name: `p-${port}`, port, targetPort: port })) },
    },
  );
  for (const name of namespaces) {
    if (chance.odds(0.7)) add(world, 'v1', 'Namespace', { name, labels: chance.odds(0.5) ? { shared: 'yes' } : {} }, {});
  }
  if (chance.odds(0.4)) {
    add(
      world,
      'gateway.networking.k8s.io/v1beta1',
      'ReferenceGrant',
      { name: 'grant', namespace: 'bank' },
      {
        spec: {
          from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: proxy.namespace }],
          to: [{ group: '', kind: 'Service' }],
        },
      },
    );
  }
  for (const index of [0, 1, 2].slice(0, chance.int(1, 3))) route(world, gateway, index);
}

function listener(world: World, index: number): Plain {
  const { chance } = world;
  const kind = chance.int(0, 5);
  const own = {
    name: `l-${index}`,
    ...chance.maybe(0.5, () => ({ hostname: chance.pick(['shop.example.com', '*.example.com', 'a.example.com']) })),
    ...chance.maybe(0.7, () => ({
      allowedRoutes: {
        namespaces: chance.pick<Plain>([
          { from: 'All' },
          { from: 'Same' },
          { from: 'Selector', selector: { matchLabels: { shared: 'yes' } } },
        ]),
        ...chance.maybe(0.1, () => ({ kinds: [{ kind: 'HTTPRoute' }] })),
      },
    })),
  };
  if (kind <= 3) return { ...own, port: chance.pick([80, 80, 8080]), protocol: 'HTTP' };
  if (kind === 4) return { ...own, port: 8443, protocol: 'TLS', tls: { mode: 'Passthrough' } };
  return { ...own, hostname: undefined, port: 9000, protocol: 'TCP' };
}

function route(world: World, gateway: string, index: number): void {
  const { chance, proxy } = world;
  const kind = chance.pick(['HTTPRoute', 'HTTPRoute', 'HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute']);
  const namespace = chance.pick([proxy.namespace, proxy.namespace, 'bank']);
  const service = chance.pick(world.services);
  const parentRefs = [
    {
      name: gateway,
      namespace: proxy.namespace,
      ...chance.maybe(0.3, () => ({ sectionName: 'l-0' })),
      ...chance.maybe(0.1, () => ({ port: 80 })),
    },
    ...(chance.odds(0.2)
      ? [
          {
            kind: 'Service',
            group: '',
            name: service.name,
            namespace: service.namespace,
            ...chance.maybe(0.4, () => ({ port: service.ports[0] ?? 80 })),
          },
        ]
      : []),
  ];
  const isStream = kind === 'TCPRoute' || kind === 'TLSRoute';
  const hostnames = chance.pick([[], ['shop.example.com'], ['*.example.com'], ['a.example.com', 'shop.example.com']]);
  add(
    world,
    'gateway.networking.k8s.io/v1',
    kind,
    { name: `route-${index}`, namespace },
    {
      spec: {
        parentRefs,
        ...(hostnames.length > 0 && kind !== 'TCPRoute' ? { hostnames } : {}),
        rules: isStream ? [{ backendRefs: backends(world) }] : chance.times(chance.int(1, 3), () => rule(world, kind === 'GRPCRoute')),
      },
    },
  );
}

function backends(world: World): Plain[] {
  const { chance } = world;
  return chance.times(chance.int(1, 2), () => {
    const service = chance.pick(world.services.filter((each) => each.host.endsWith('.svc.cluster.local')));
    return {
      name: chance.odds(0.1) ? 'absent' : service.name,
      ...(chance.odds(0.8) ? { namespace: service.namespace } : {}),
      port: service.ports[0] ?? 80,
      ...chance.maybe(0.4, () => ({ weight: chance.int(0, 5) })),
    };
  });
}

function rule(world: World, isGrpc: boolean): Plain {
  const { chance } = world;
  const match = isGrpc ? grpcMatch : httpMatch;
  return {
    ...chance.maybe(0.8, () => ({ matches: chance.times(chance.int(1, 3), () => match(world)) })),
    ...chance.maybe(0.1, () => ({ name: 'named-rule' })),
    ...chance.maybe(0.4, () => ({ filters: [filter(world, isGrpc)] })),
    ...chance.maybe(isGrpc ? 0 : 0.2, () => ({
      timeouts: chance.pick<Plain>([
        { request: '10s' },
        { request: '1m', backendRequest: '500ms' },
        { backendRequest: '2s' },
        { request: '0s' },
      ]),
    })),
    ...chance.maybe(isGrpc ? 0 : 0.2, () => ({
      retry: {
        ...chance.maybe(0.6, () => ({ attempts: chance.int(0, 3) })),
        ...chance.maybe(0.5, () => ({ codes: [500, 503] })),
        ...chance.maybe(0.4, () => ({ backoff: '100ms' })),
      },
    })),
    ...(chance.odds(0.9) ? { backendRefs: backends(world) } : {}),
  };
}

function httpMatch(world: World): Plain {
  const { chance } = world;
  return {
    path: chance.pick([
      { type: 'PathPrefix', value: '/' },
      { type: 'PathPrefix', value: '/api' },
      { type: 'PathPrefix', value: '/api/' },
      { type: 'Exact', value: '/exact' },
      { type: 'RegularExpression', value: '/v[0-9]+' },
    ]),
    ...chance.maybe(0.3, () => ({
      headers: [{ name: 'X-User', value: 'jason' }, ...(chance.odds(0.3) ? [{ type: 'RegularExpression', name: 'x-b', value: '.*' }] : [])],
    })),
    ...chance.maybe(0.2, () => ({ queryParams: [{ name: 'q', value: '1' }] })),
    ...chance.maybe(0.2, () => ({ method: chance.pick(['GET', 'POST']) })),
  };
}

function grpcMatch(world: World): Plain {
  const { chance } = world;
  return {
    ...chance.maybe(0.8, () => ({
      method: chance.pick<Plain>([{ service: 'a.B', method: 'C' }, { service: 'a.B' }, { type: 'RegularExpression', method: 'Get.*' }]),
    })),
    ...chance.maybe(0.3, () => ({ headers: [{ name: 'x-a', value: 'b' }] })),
  };
}

function filter(world: World, isGrpc: boolean): Plain {
  const { chance } = world;
  const headers = {
    type: 'RequestHeaderModifier',
    requestHeaderModifier: { set: [{ name: 'X-Set', value: 'a' }], add: [{ name: 'x-add', value: 'b' }], remove: ['x-gone'] },
  };
  const response = { type: 'ResponseHeaderModifier', responseHeaderModifier: { add: [{ name: 'x-r', value: 'b' }] } };
  if (isGrpc) return chance.pick([headers, response]);
  const service = chance.pick(world.services.filter((each) => each.host.endsWith('.svc.cluster.local')));
  return chance.pick<Plain>([
    headers,
    response,
    {
      type: 'RequestRedirect',
      requestRedirect: chance.pick<Plain>([
        { scheme: 'https', statusCode: 301 },
        { hostname: 'other.example.com', port: 8443 },
        { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/new' } },
        { path: { type: 'ReplaceFullPath', replaceFullPath: '/full' } },
      ]),
    },
    {
      type: 'URLRewrite',
      urlRewrite: chance.pick<Plain>([
        { hostname: 'other.example.com' },
        { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' } },
        { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/new/' } },
        { path: { type: 'ReplaceFullPath', replaceFullPath: '/full' } },
      ]),
    },
    {
      type: 'RequestMirror',
      requestMirror: {
        backendRef: { name: service.name, namespace: service.namespace, port: service.ports[0] ?? 80 },
        ...chance.maybe(0.5, () => ({ percent: 42 })),
      },
    },
    {
      type: 'CORS',
      cors: {
        allowOrigins: ['https://a.example.com', '*', 'https://*.example.com', 'http://*'],
        allowMethods: ['GET'],
        ...chance.maybe(0.5, () => ({ maxAge: 30, allowCredentials: true })),
      },
    },
  ]);
}
