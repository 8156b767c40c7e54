import { specMessage } from '#istio/api/messages.ts';
import { anyMessage, type Hint } from './any-message.ts';
import type { Chance } from './chance.ts';
import type { Plain } from './world.ts';

const kinds = [
  ['networking.istio.io/v1', 'Gateway'],
  ['networking.istio.io/v1', 'VirtualService'],
  ['networking.istio.io/v1', 'VirtualService'],
  ['networking.istio.io/v1', 'DestinationRule'],
  ['networking.istio.io/v1', 'DestinationRule'],
  ['networking.istio.io/v1', 'ServiceEntry'],
  ['networking.istio.io/v1', 'Sidecar'],
  ['networking.istio.io/v1', 'WorkloadEntry'],
  ['networking.istio.io/v1', 'WorkloadGroup'],
  ['networking.istio.io/v1beta1', 'ProxyConfig'],
  ['security.istio.io/v1', 'PeerAuthentication'],
  ['security.istio.io/v1', 'RequestAuthentication'],
  ['security.istio.io/v1', 'AuthorizationPolicy'],
  ['telemetry.istio.io/v1', 'Telemetry'],
  ['extensions.istio.io/v1alpha1', 'WasmPlugin'],
  ['extensions.istio.io/v1alpha1', 'TrafficExtension'],
] as const;

const of =
  (...values: readonly unknown[]): Hint =>
  (chance) =>
    chance.pick(values);

const host = of(
  'a.example.com',
  '*.example.com',
  '*',
  'cart',
  'a.b.com',
  '*-x.com',
  'a_b.com',
  '1.2.3.4',
  'x.123',
  '',
  'a..b',
  'c.example.com.',
);
const namespaced = of(
  './*',
  '*/*',
  'shop/a.example.com',
  '~/*',
  'a b/c.d',
  '*/a',
  './*.example.com',
  'noslash.example.com',
  '/x.y',
  'shop/*-a.b',
);
const some =
  (hint: Hint): Hint =>
  (chance) =>
    chance.times(chance.pick([0, 1, 1, 2, 3]), () => hint(chance));
const port = of(80, 80, 443, 8080, 0, 65_536, 70_000);
const name = of('http', 'https', 'tcp', 'Bad_Name', '', 'a.b', 'x-1');
const protocol = of('HTTP', 'HTTPS', 'TLS', 'TCP', 'GRPC', 'http2', 'XX', '', 'MONGO');
const address = of(
  '10.1.2.3',
  '10.0.0.0/8',
  '2001:db8::1',
  '2001:db8::/32',
  '1.2.3',
  '300.1.1.1',
  '',
  'unix:///a/b',
  'unix://x',
  'a.example.com',
  '1.2.3.4/40',
  'fe80::1%eth0',
  '::ffff:1.2.3.4',
  '1:2',
  '1.2.3.4/x',
);
const duration = of('5s', '0s', '0.5ms', '1.0005s', '1ms', '1h', '-1s', '0.000001s', '1.5s', 'soon');
const percent = of(0, 50, 100, 101, -1, 0.00001, 2.5);
const labels = of(
  { app: 'cart' },
  { 'a b': 'c' },
  { app: 'c d' },
  { '*': 'x' },
  { app: 'a*' },
  {},
  { 'example.com/app': 'v1' },
  { '': 'x' },
);
const headers = of(
  { 'x-a': 'b' },
  { host: 'a.b' },
  { ':authority': 'a' },
  { ':path': '/' },
  { 'x y': '%' },
  { 'x-a': '%VAR%' },
  { 'x-a': '100%' },
  { '': 'x' },
  { 'x-a': '%REQ(X?Y):5%' },
  { 'x-a': '%A(["x"])%' },
  { 'x-a': '%A(["x" "y"])%' },
);
const exportTo = some(of('.', '*', 'shop', '~', 'a_b', 'bank'));
const gateways = some(of('mesh', 'shop/web', 'web', 'web.shop.svc.cluster.local', 'a_b/c', '/x', 'bad name', 'shop/a.b'));
const stringMatch: Hint = (chance) =>
  chance.pick<Plain>([
    { exact: 'a' },
    { prefix: '/a' },
    { prefix: '' },
    { regex: '' },
    { regex: '[a' },
    { regex: 'a+' },
    { exact: '' },
    {},
    { prefix: '/a/b' },
    { prefix: '/' },
    { regex: '*' },
    { regex: '(?!a)' },
    { regex: 'a**' },
  ]);
const texts = some(
  of(
    'GET',
    'a',
    '',
    '*',
    'a*',
    '/a/{*}',
    '/a/{**}/b',
    '/{x}',
    'ns/sa',
    'a/b/c',
    '8080',
    '99999',
    'x',
    '1.2.3.4',
    '10.0.0.0/33',
    'cluster.local',
  ),
);

const hints: Readonly<Record<string, Hint>> = {
  host,
  address,
  number: port,
  port: of(80, 0, 70_000, 8080),
  'Port.name': name,
  'ServicePort.name': name,
  'SidecarPort.name': name,
  'Subset.name': of('v1', 'v2', 'v1', '', 'V_1'),
  protocol,
  'TunnelSettings.protocol': of('CONNECT', 'POST', 'GET', ''),
  targetHost: host,
  bind: address,
  hosts: some(host),
  'Server.hosts': some(of('*', 'a.example.com', 'shop/*', './x.example.com', 'cart', '*-a.b.c', '1.2.3.4', 'a_/x.y', '/x.y', '~/x.y')),
  'IstioEgressListener.hosts': some(namespaced),
  sniHosts: some(host),
  gateways,
  exportTo,
  addresses: some(address),
  destinationSubnets: some(address),
  defaultEndpoint: of(
    '127.0.0.1:80',
    ':80',
    '[::1]:80',
    '1.2.3.4:80',
    'unix:///a',
    '127.0.0.1',
    'a:b:c',
    '127.0.0.1:x',
    '[::1]',
    '127.0.0.1:0',
  ),
  labels,
  matchLabels: labels,
  sourceLabels: labels,
  'google.protobuf.Duration': duration,
  timeout: duration,
  value: percent,
  'Operation.value': of('', 'a'),
  'TagOverride.value': of('', 'a'),
  'EnvVar.value': of('', 'a'),
  'Literal.value': of('', 'a'),
  randomSamplingPercentage: percent,
  maxEjectionPercent: percent,
  minHealthPercent: percent,
  weight: of(0, 1, 50, -1, 100),
  add: headers,
  set: headers,
  remove: some(of('x-a', 'host', ':path', '', 'Host')),
  StringMatch: stringMatch,
  'HTTPMatchRequest.headers': of(
    { 'x-a': { exact: 'b' } },
    { '@request.auth.claims.sub': { exact: 'x' } },
    { ':method': { exact: 'GET' } },
    { 'x y': { regex: '[' } },
    { 'x-b': { prefix: '' } },
  ),
  'HTTPMatchRequest.withoutHeaders': of({ 'x-a': { regex: '*' } }, { 'x-a': {} }, { '@request.auth.claims[a]': { exact: 'x' } }),
  'HTTPMatchRequest.queryParams': of({ q: { exact: 'b' } }, { q: { regex: 'a{2000}' } }),
  'HTTPMatchRequest.port': of(80, 0, 70_000),
  sourceNamespace: of('shop', 'a_b', 'a.b'),
  allowMethods: some(of('GET', '*', 'get', 'FOO')),
  allowHeaders: some(of('x-a', '*', '', 'a b')),
  exposeHeaders: some(of('x-a', '*', 'ä')),
  grpcStatus: of('UNAVAILABLE', 'NOT-FOUND', ''),
  httpStatus: of(503, 99, 601, 600),
  'HTTPDirectResponse.status': of(200, 99, 503, 601),
  redirectCode: of(0, 301, 200, 400),
  scheme: of('http', 'https', 'ftp', 'HTTP', 'HTTPS', ''),
  uri: of('/a', '', '/b'),
  attempts: of(0, 1, 3, -1),
  retryOn: of('5xx', '5xx,reset', 'foo', '503', '99', '5xx, reset', ''),
  'HTTPRedirect.port': port,
  tableSize: of(65_537, 0, 1, 4, 9, 5_000_011, 7),
  minimumRingSize: of(0, 1024),
  'LocalityLoadBalancerSetting.Distribute': (chance) => ({
    from: chance.pick(['a/b/*', 'a/*', 'a', '*', 'a//c', 'a/b']),
    to: chance.pick<Plain>([{ 'a/b': 100 }, { a: 50, b: 50 }, { a: 101 }, { a: 10 }, { 'a/*': 50, 'a/b': 50 }]),
  }),
  failoverPriority: some(of('topology.kubernetes.io/region', 'version', 'topology.istio.io/subzone')),
  credentialName: of('', 'cert', 'configmap://shop/x', 'configmap://x', 'configmap://bank/y'),
  serverCertificate: of('', '/a.pem'),
  privateKey: of('', '/k.pem'),
  caCertificates: of('', '/ca.pem'),
  clientCertificate: of('', '/c.pem'),
  caCrl: of('', '/crl'),
  cipherSuites: some(of('ECDHE-RSA-AES128-GCM-SHA256', 'X', 'ALL', '+a', 'DES-CBC3-SHA')),
  url: of('oci://a/b:1', '', 'ftp://x', 'a.example.com/b', 'http://[::1', 'file:///x', 'oci://x%zz'),
  sha256: of('', 'a'.repeat(64), 'x'.repeat(64), 'abc'),
  phase: of('AUTHN', 'AUTHZ', 'STATS', 'UNSPECIFIED_PHASE'),
  jwksUri: of('https://a/b', 'ftp://x', '', 'http://x:y/', 'a'),
  issuer: of('a', '', 'b'),
  jwks: of(
    '{"keys":[]}',
    '{}',
    'x',
    '{"keys":[{"kty":"oct","k":"aGk"}]}',
    '{"keys":[{"kty":"RSA","n":"aa","e":"AQAB"}]}',
    '{"keys":[{"kty":"EC"}]}',
    '[',
    '{"keys":[{"kty":"RSA","n":1}]}',
    '{"keys":[{"kty":"OKP","crv":"Ed25519","x":"aa","d":"aa"}]}',
  ),
  key: of(
    'source.ip',
    'request.headers[x]',
    'request.headers',
    'foo',
    'destination.port',
    'source.namespace',
    '',
    'request.auth.claims[a]',
    'destination.labels[a]',
    'destination.name',
    'source.serviceAccount',
    'source.trustDomain',
    'remote.ip',
  ),
  values: texts,
  notValues: texts,
  expression: of('response.code >= 400', 'a +', '', 'has(a.b)'),
  'ProviderRef.name': of('zipkin', ''),
  portLevelMtls: of({ 80: { mode: 'STRICT' } }, {}, { 0: {} }, { 70_000: {} }),
  'WorkloadEntry.ports': of({ http: 80 }, { tcp: 0 }, { Bad_Name: 99_999 }, {}),
  network: of('', 'net-1'),
  location: of('MESH_EXTERNAL', 'MESH_INTERNAL'),
  exact: of('a', ''),
  group: of('', 'core', 'gateway.networking.k8s.io', 'apps', 'networking.istio.io'),
  kind: of('Service', 'Gateway', 'GatewayClass', 'Deployment', 'ServiceEntry'),
  'PolicyTargetReference.name': of('', 'web'),
  'PolicyTargetReference.namespace': of('', '', 'shop'),
};
const sourceLists = [
  'principals',
  'notPrincipals',
  'requestPrincipals',
  'namespaces',
  'notNamespaces',
  'ipBlocks',
  'notIpBlocks',
  'remoteIpBlocks',
  'serviceAccounts',
  'notServiceAccounts',
  'trustDomains',
  'notTrustDomains',
  'methods',
  'paths',
  'notPaths',
];

const usable: Readonly<Record<string, Hint>> = {
  ...hints,
  ...Object.fromEntries(sourceLists.map((field) => [field, texts])),
  'Operation.ports': texts,
  'Operation.hosts': texts,
  audiences: some(of('a', '')),
  fromParams: some(of('a', '')),
  fromCookies: some(of('a', '')),
};

/** Objects of all kinds with any fields, many of their values not allowed. */
export function anyInvalidObjects(chance: Chance, count: number): readonly Plain[] {
  return chance.times(count, (index) => {
    const [apiVersion, kind] = chance.pick(kinds);
    const density = chance.pick([0.15, 0.3, 0.5]);
    const spec = anyMessage({ chance, hints: usable, density, minor: 31 }, specMessage(kind) ?? '');
    const labelled = chance.odds(0.1)
      ? { labels: { 'istio.io/use-waypoint': 'w', 'networking.istio.io/enable-autoallocate-ip': 'false' } }
      : {};
    const annotated = chance.odds(0.03) ? { annotations: { 'istio.io/dry-run': 'true' } } : {};
    const metadata = { name: chance.odds(0.05) ? `n.${index}` : `n-${index}`, namespace: 'shop', ...labelled, ...annotated };
    return { apiVersion, kind, metadata, spec: chance.odds(0.15) ? broken(chance, spec) : spec };
  });
}

/** The same with one value anywhere inside replaced by something of another type. */
function broken(chance: Chance, value: unknown): unknown {
  if (Array.isArray(value) && value.length > 0 && chance.odds(0.85)) {
    const at = chance.int(0, value.length - 1);
    return value.map((item: unknown, index) => (index === at ? broken(chance, item) : item));
  }
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0 && chance.odds(0.85)) {
    const key = chance.pick(Object.keys(value));
    return { ...value, [key]: broken(chance, (value as Plain)[key]) };
  }
  return chance.pick<unknown>([null, 1, -1, 1.5, 'x', '', true, [], {}, [null], { unknown: 1 }, ['x']]);
}
