import { anyMessage, type Hint, type Shape } from './any-message.ts';
import type { Chance } from './chance.ts';
import { namespaces, type Plain, type World } from './world.ts';

const oneOf =
  (...values: readonly unknown[]): Hint =>
  (chance) =>
    chance.pick(values);
const someOf =
  (...values: readonly unknown[]): Hint =>
  (chance) => {
    const chosen = chance.some(values, 0.4);
    return chosen.length > 0 ? chosen : [chance.pick(values)];
  };
const never: Hint = () => undefined;

/** Values that make sense in this world, for the fields of Istio's messages. */
export function shapeOf(world: World, density = 0.12): Shape {
  const { chance } = world;
  const shape: Shape = { chance, density, minor: 31, hints: { ...common(world), ...traffic(world), ...policies(world), ...mesh() } };
  return shape;
}

function labels(world: World): Hint {
  return (chance) =>
    chance.odds(0.7) ? Object.fromEntries(Object.entries(world.proxy.labels).slice(0, 1)) : { app: chance.pick(['pay', 'nobody']) };
}

function host(world: World): Hint {
  return (chance) => {
    const service = chance.pick(world.services);
    return chance.odds(0.85) || !service.host.endsWith('.svc.cluster.local')
      ? service.host
      : chance.pick([service.name, `${service.name}.${service.namespace}`, 'absent.shop.svc.cluster.local', 'outside.example.com']);
  };
}

function port(world: World): Hint {
  return (chance) => chance.pick([...chance.pick(world.services).ports, 80, 443]);
}

const match =
  (exacts: readonly string[], prefixes: readonly string[], regexes: readonly string[]): Hint =>
  (chance) =>
    chance.pick<Plain>([{ exact: chance.pick(exacts) }, { prefix: chance.pick(prefixes) }, { regex: chance.pick(regexes) }]);

const duration: Hint = oneOf('5s', '0.250s', '90s', '1m30s', '2ms');
const percent: Hint = (chance) => ({ value: chance.pick([0, 0.01, 1, 12.5, 33.333, 99.9999, 100]) });
const text = match(['jason', '', 'A b'], ['ja', 'x-'], ['j.*', '.*', '[a-z]+']);
const uri = match(['/', '/exact', '/a/b'], ['/', '/api', '/api/', '/a/b/'], ['/v[0-9]+/.*', '.*']);

function headers(): Hint {
  return (chance) => ({
    ...chance.maybe(0.4, () => ({
      set: chance.pick<Plain>([{ 'X-Set': 'v', 'a-set': '%REQ(x)%' }, { ':authority': 'set.example.com' }, { Host: 'h.example.com' }]),
    })),
    ...chance.maybe(0.4, () => ({ add: { 'x-b': '2', 'x-a': '1' } })),
    ...chance.maybe(0.3, () => ({ remove: ['x-gone', 'X-Other'] })),
  });
}

const keyed =
  (value: Hint, ...keys: readonly string[]): Hint =>
  (chance) =>
    Object.fromEntries(chance.some(keys, 0.5).map((key) => [key, value(chance)]));

function common(world: World): Shape['hints'] {
  return {
    exportTo: someOf('.', '*', '~', 'bank'),
    'WorkloadSelector.labels': labels(world),
    'WorkloadSelector.matchLabels': labels(world),
    'PortSelector.number': port(world),
    'LabelSelector.matchLabels': oneOf({ shared: 'yes' }, { 'kubernetes.io/metadata.name': 'bank' }, {}),
    'LabelSelectorRequirement.key': oneOf('shared', 'kubernetes.io/metadata.name'),
    'LabelSelectorRequirement.operator': oneOf('In', 'NotIn', 'Exists', 'DoesNotExist'),
    'LabelSelectorRequirement.values': someOf('yes', 'bank', 'shop'),
    'Port.name': oneOf('http', 'own', 'x'),
    service: (chance) => {
      const chosen = chance.pick(world.services);
      return chance.odds(0.2) ? `${chosen.namespace}/${chosen.host}` : chance.odds(0.9) ? chosen.host : 'absent.example.com';
    },
    port: port(world),
    timeout: duration,
  };
}

function traffic(world: World): Shape['hints'] {
  const egress: Hint = (chance) =>
    chance.pick([
      ['*/*'],
      ['./*'],
      ['istio-system/*', './*'],
      ['~/*'],
      ['bank/*'],
      ['*/*.example.com', './*'],
      [`*/${chance.pick(world.services).host}`],
    ]);
  return {
    'HTTPMatchRequest.uri': uri,
    'HTTPMatchRequest.scheme': match(['http', 'https'], ['http'], ['h.*']),
    'HTTPMatchRequest.method': match(['GET', 'POST'], ['P'], ['GET|PUT']),
    'HTTPMatchRequest.authority': match(['shop.example.com'], ['shop'], ['.*\\.com']),
    'HTTPMatchRequest.headers': keyed(text, 'x-user', 'cookie', 'X-Upper', ':path'),
    'HTTPMatchRequest.withoutHeaders': keyed(text, 'x-not', 'x-other'),
    'HTTPMatchRequest.queryParams': keyed(text, 'q', 'page'),
    'HTTPMatchRequest.port': port(world),
    'HTTPMatchRequest.gateways': never,
    sourceLabels: labels(world),
    sourceNamespace: oneOf(world.proxy.namespace, 'bank'),
    'HTTPRoute.match': (chance) =>
      chance.odds(0.15)
        ? undefined
        : chance.times(chance.int(1, 3), () => anyMessage(shapeOf(world, 0.2), 'istio.networking.v1alpha3.HTTPMatchRequest')),
    'HTTPRoute.delegate': never,
    'Destination.host': host(world),
    'Destination.subset': oneOf('v1', 'v2', 'absent'),
    'Destination.port': (chance) => ({ number: port(world)(chance) }),
    'HTTPRouteDestination.weight': oneOf(0, 1, 30, 70, 100),
    'RouteDestination.weight': oneOf(0, 1, 50),
    'Headers.request': headers(),
    'Headers.response': headers(),
    'HTTPRewrite.uri': oneOf('/new', '/', '/new/'),
    'HTTPRewrite.authority': oneOf('new.example.com'),
    'RegexRewrite.match': oneOf('^/a/(.*)', '/b'),
    'RegexRewrite.rewrite': oneOf('/\\1', '/c'),
    'HTTPRedirect.redirectCode': oneOf(301, 302, 303, 307, 308),
    'HTTPRedirect.uri': oneOf('/elsewhere', '%PREFIX()%/x'),
    'HTTPRedirect.port': oneOf(8443, 80),
    'HTTPRedirect.prefixRewrite': oneOf('/n', '/'),
    'HTTPDirectResponse.status': oneOf(200, 404, 503),
    'HTTPRetry.attempts': oneOf(0, 1, 5),
    retryOn: oneOf('5xx', 'gateway-error,503', 'connect-failure,retriable-4xx,409', ' reset , 500 ', ''),
    'HTTPFaultInjection.Delay.exponentialDelay': never,
    fixedDelay: duration,
    'HTTPFaultInjection.Delay.percent': oneOf(0, 20, 100),
    'HTTPFaultInjection.Abort.httpStatus': oneOf(400, 503),
    'HTTPFaultInjection.Abort.grpcStatus': oneOf('UNAVAILABLE', 'NOT_FOUND', '14'),
    'HTTPFaultInjection.Abort.http2Error': never,
    percentage: percent,
    mirrorPercent: oneOf(0, 10, 100),
    'CorsPolicy.allowOrigin': someOf('*', 'https://old.example.com'),
    'CorsPolicy.allowOrigins': (chance) =>
      chance.pick([[{ exact: '*' }], [{ exact: 'https://a.example.com' }], [{ regex: '.*' }, { prefix: 'http://' }]]),
    'CorsPolicy.allowMethods': someOf('GET', 'POST'),
    sniHosts: someOf('tls.example.com', '*.example.com', ...world.services.map((service) => service.host)),
    'L4MatchAttributes.gateways': never,
    'TLSMatchAttributes.gateways': never,
    destinationSubnets: someOf('10.96.0.10', '10.1.0.0/16', '10.96.1.10/32', '2001:db8::/32'),
    sourceSubnet: never,
    'L4MatchAttributes.port': port(world),
    'TLSMatchAttributes.port': port(world),
    'Subset.name': oneOf('v1', 'v2'),
    'Subset.labels': oneOf({ version: 'v1' }, { version: 'v2' }),
    'DestinationRule.workloadSelector': (chance) => ({ matchLabels: labels(world)(chance) }),
    'ConsistentHashLB.httpHeaderName': oneOf('x-user'),
    'LoadBalancerSettings.ConsistentHashLB.HTTPCookie.path': oneOf('/', '/p'),
    'LoadBalancerSettings.warmup': never,
    'LoadBalancerSettings.warmupDurationSecs': never,
    localityLbSetting: never,
    zoneAwareLbSetting: never,
    'TrafficPolicy.TunnelSettings.protocol': oneOf('CONNECT', 'POST'),
    'TrafficPolicy.TunnelSettings.targetHost': oneOf('tunnel.example.com'),
    'TrafficPolicy.TunnelSettings.targetPort': oneOf(443, 8080),
    'Sidecar.egress': (chance) =>
      chance.times(chance.int(1, 2), (index) => ({
        hosts: egress(chance),
        ...chance.maybe(index === 0 ? 0.4 : 0, () => ({
          port: {
            number: chance.pick([8099, 80, 9000]),
            protocol: chance.pick(['HTTP', 'TCP', 'HTTP_PROXY', 'TLS', 'MONGO', 'GRPC']),
            name: 'own',
          },
        })),
        ...chance.maybe(0.25, () => ({ captureMode: chance.pick(['NONE', 'IPTABLES', 'DEFAULT']) })),
        ...chance.maybe(0.2, () => ({ bind: chance.pick(['127.0.0.1', '0.0.0.0', '10.9.9.1']) })),
      })),
    'Sidecar.ingress': (chance) =>
      chance.times(chance.int(1, 2), (index) => ({
        port: { number: [8080, 9080][index], protocol: chance.pick(['HTTP', 'TCP', 'GRPC', 'HTTPS', 'TLS']), name: `in-${index}` },
        ...chance.maybe(0.7, () => ({
          defaultEndpoint: chance.pick(['127.0.0.1:9999', '0.0.0.0:8080', 'unix:///var/run/a.sock', '[::1]:80']),
        })),
        ...chance.maybe(0.25, () => ({ captureMode: chance.pick(['NONE', 'IPTABLES', 'DEFAULT']) })),
        ...chance.maybe(0.2, () => ({ bind: chance.pick(['127.0.0.1', '0.0.0.0']) })),
        ...chance.maybe(0.25, () => ({
          tls: {
            mode: chance.pick(['SIMPLE', 'MUTUAL', 'OPTIONAL_MUTUAL']),
            serverCertificate: '/certs/c.pem',
            privateKey: '/certs/k.pem',
            caCertificates: '/certs/ca.pem',
          },
        })),
        ...chance.maybe(0.2, () => ({
          connectionPool: anyMessage(shapeOf(world, 0.3), 'istio.networking.v1alpha3.ConnectionPoolSettings'),
        })),
      })),
    'OutboundTrafficPolicy.egressProxy': (chance) => ({
      host: host(world)(chance),
      ...chance.maybe(0.5, () => ({ port: { number: 80 } })),
    }),
    credentialName: oneOf('cert-0', 'sds://own', 'builtin://', 'kubernetes://x', 'configmap://y'),
    credentialNames: never,
    tlsCertificates: never,
    serverCertificate: oneOf('/etc/certs/c.pem'),
    clientCertificate: oneOf('/etc/certs/c.pem'),
    privateKey: oneOf('/etc/certs/k.pem'),
    caCertificates: oneOf('/etc/certs/ca.pem', 'system'),
    caCrl: oneOf('/etc/certs/crl.pem'),
    subjectAltNames: someOf('spiffe://cluster.local/ns/a/sa/b', 'a.example.com'),
    cipherSuites: someOf('ECDHE-RSA-AES128-SHA', 'AES128-SHA', 'NOPE'),
    ecdhCurves: someOf('P-256', 'X25519'),
    verifyCertificateSpki: someOf('c3BraQ=='),
    verifyCertificateHash: someOf('ab'.repeat(32)),
  };
}

function policies(world: World): Shape['hints'] {
  const mode: Hint = (chance) => ({ mode: chance.pick(['STRICT', 'PERMISSIVE', 'DISABLE', 'UNSET']) });
  const ref: Hint = () => undefined;
  const ips = someOf('10.0.0.0/8', '192.168.1.1', '2001:db8::/32', '0.0.0.0/0');
  const names = someOf('cluster.local/ns/shop/sa/web', '*/sa/x', '*', 'td/ns/*', '');
  const requestNames = someOf('https://issuer0.example.com/sub', '*', 'iss/*', '*/end', '');
  return {
    targetRef: ref,
    targetRefs: ref,
    selector: ref,
    'PeerAuthentication.mtls': mode,
    'PeerAuthentication.portLevelMtls': (chance) => ({ [chance.pick(['8080', '9000', '9100', '7000', '80'])]: mode(chance) }),
    'Source.principals': names,
    'Source.notPrincipals': names,
    requestPrincipals: requestNames,
    notRequestPrincipals: requestNames,
    'Source.namespaces': someOf('bank', 'shop*', '*'),
    'Source.notNamespaces': someOf('bank', '*-dev'),
    serviceAccounts: someOf('shop/web', 'cart'),
    notServiceAccounts: someOf('bank/pay', 'x'),
    ipBlocks: ips,
    notIpBlocks: ips,
    remoteIpBlocks: ips,
    notRemoteIpBlocks: ips,
    trustDomains: someOf('cluster.local', 'td*', '*'),
    notTrustDomains: someOf('old.org', '*.org'),
    'Operation.hosts': someOf('shop.example.com', '*.example.com', 'shop.*', 'Upper.example.com:80', '*'),
    'Operation.notHosts': someOf('evil.example.com', '*.evil'),
    'Operation.ports': someOf('80', '8080', '9000'),
    'Operation.notPorts': someOf('9100', '443'),
    'Operation.methods': someOf('GET', 'POST', 'P*', '*'),
    'Operation.notMethods': someOf('DELETE', 'TRACE'),
    'Operation.paths': someOf('/api*', '/exact', '*/end', '*', '/a/{*}/b', '/c/{**}', '/{**}/d'),
    'Operation.notPaths': someOf('/health', '/m*', '/x/{*}'),
    'Condition.key': oneOf(
      'request.headers[x-user]',
      'request.headers[User-Agent]',
      'source.ip',
      'remote.ip',
      'source.namespace',
      'source.principal',
      'source.trustDomain',
      'source.serviceAccount',
      'request.auth.principal',
      'request.auth.audiences',
      'request.auth.presenter',
      'request.auth.claims[iss]',
      'request.auth.claims[a][b]',
      'request.auth.claims[groups]',
      'destination.ip',
      'destination.port',
      'connection.sni',
      'experimental.envoy.filters.http.x[y]',
      'experimental.envoy.filters.network.mysql_proxy[t.c]',
    ),
    'Condition.values': (chance) => chance.pick([['10.1.0.0/16'], ['80'], ['a*', 'b'], ['*'], ['*.x', 'y/z'], ['[a]', 'ns/sa']]),
    'Condition.notValues': (chance) => chance.pick([['10.2.0.0/16'], ['443'], ['c']]),
    'AuthorizationPolicy.ExtensionProvider.name': oneOf('ext-http', 'ext-grpc', 'any-0', 'any-1', 'nobody'),
    // istiod's ambient index fails on entries without an operation or a source
    'Rule.to': (chance) =>
      chance.times(chance.int(1, 2), () => ({ operation: anyMessage(shapeOf(world, 0.25), 'istio.security.v1beta1.Operation') })),
    'Rule.from': (chance) =>
      chance.times(chance.int(1, 2), () => ({ source: anyMessage(shapeOf(world, 0.15), 'istio.security.v1beta1.Source') })),
    'JWTRule.issuer': oneOf('https://issuer0.example.com', 'https://issuer1.example.com', 'plain'),
    'JWTRule.jwks': oneOf('{"keys":[{"kty":"oct","k":"AAAA","kid":"k"}]}'),
    'JWTRule.jwksUri': never,
    'JWTHeader.name': oneOf('x-jwt', 'Authorization'),
    'JWTHeader.prefix': oneOf('Bearer ', 'T '),
    'ClaimToHeader.header': oneOf('x-sub', 'x-role'),
    'ClaimToHeader.claim': oneOf('sub', 'nested.role'),
    'ProviderRef.name': oneOf(
      'prometheus',
      'prom2',
      'envoy',
      'json-log',
      'otel-log',
      'zipkin',
      'otel',
      'any-0',
      'any-1',
      'any-2',
      'absent',
      'otel-grpc',
      'stackdriver',
      'skywalking',
    ),
    'Metrics.providers': (chance) => (chance.odds(0.6) ? undefined : [{ name: chance.pick(['prometheus', 'prom2', 'absent']) }]),
    'MetricsOverrides.tagOverrides': (chance) => ({
      [chance.pick(['request_host', 'source_app', 'destination_port'])]: chance.pick<Plain>([
        { value: 'request.host' },
        { operation: 'REMOVE' },
        { operation: 'UPSERT', value: "'x'" },
      ]),
    }),
    customMetric: oneOf('my_metric'),
    reportingInterval: oneOf('5s', '90s', '0.100s'),
    'AccessLogging.Filter.expression': oneOf('response.code >= 400', 'true', "has(request.headers['x'])"),
    'Tracing.randomSamplingPercentage': oneOf(0, 5, 50.5, 99.99, 100),
    'Tracing.customTags': (chance) => ({
      ...chance.maybe(0.5, () => ({ own: { literal: { value: 'x' } } })),
      ...chance.maybe(0.5, () => ({ env: { environment: { name: 'E', defaultValue: 'd' } } })),
      ...chance.maybe(0.5, () => ({ head: { header: { name: 'x-h', ...chance.maybe(0.5, () => ({ defaultValue: 'no' })) } } })),
      ...chance.maybe(0.3, () => ({ format: { formatter: { value: '%REQ(x)%' } } })),
    }),
  };
}

function mesh(): Shape['hints'] {
  const exportTo = oneOf(['*'], ['.'], ['~'], ['bank']);
  return {
    proxyListenPort: oneOf(15_001, 15_101),
    proxyInboundListenPort: oneOf(15_006, 15_106),
    proxyHttpPort: oneOf(0, 15_002),
    rootNamespace: oneOf('istio-system', 'bank'),
    trustDomain: oneOf('cluster.local', 'example.org'),
    trustDomainAliases: someOf('old.org', 'older.org'),
    accessLogFile: oneOf('/dev/stdout', '/var/log/a.log', ''),
    accessLogFormat: oneOf('[%START_TIME%] %REQ(:PATH)%\n', '{"a": "%REQ(X)%", "b": {"c": 1}}', ''),
    'MeshConfig.accessLogEncoding': never,
    enableEnvoyAccessLogService: (chance: Chance) => chance.odds(0.4),
    defaultServiceExportTo: exportTo,
    defaultVirtualServiceExportTo: exportTo,
    defaultDestinationRuleExportTo: exportTo,
    outboundClusterStatName: oneOf('%SERVICE%_%SERVICE_PORT_NAME%', '%SERVICE_FQDN%_%SERVICE_PORT%_%SUBSET_NAME%', '%SERVICE_NAME%'),
    inboundClusterStatName: oneOf('%SERVICE%_%TARGET_PORT%', '%SERVICE_FQDN%_%SERVICE_PORT_NAME%'),
    'MeshConfig.configSources': never,
    'MeshConfig.ca': never,
    'MeshConfig.caCertificates': never,
    'MeshConfig.certificates': never,
    'MeshConfig.ingressControllerMode': never,
    'MeshConfig.ingressClass': never,
    'MeshConfig.serviceScopeConfigs': never,
    serviceEntryVisibility: (chance) => ({
      defaultVisibility: chance.pick(['NONE', 'NAMESPACE', 'PUBLIC']),
      applyToSidecars: chance.odds(0.6),
      ...chance.maybe(0.5, () => ({
        policies: [
          {
            visibility: chance.pick(['NONE', 'NAMESPACE', 'PUBLIC']),
            matchingRules: [{ namespaceSelector: { matchLabels: { shared: 'yes' } } }],
          },
        ],
      })),
    }),
    'MeshConfig.extensionProviders': never,
    'MeshConfig.defaultProviders': never,
    'MeshConfig.defaultConfig': never,
    'MeshConfig.meshMTLS': (chance) =>
      chance.pick<Plain>([
        { minProtocolVersion: 'TLSV1_3' },
        { minProtocolVersion: 'TLSV1_2', cipherSuites: ['ECDHE-RSA-AES128-SHA'] },
        { ecdhCurves: ['P-256'] },
      ]),
    protocolDetectionTimeout: oneOf('0s', '0.100s', '5s'),
    'MeshConfig.ServiceSettings.hosts': someOf('*.bank.svc.cluster.local', '*'),
    path: oneOf('/p', '/dev/stdout'),
    'ExtensionProvider.name': never,
    'MeshConfig.ExtensionProvider.EnvoyFileAccessLogProvider.path': oneOf('/dev/stdout', '/dev/stderr', ''),
    'MeshConfig.ExtensionProvider.EnvoyFileAccessLogProvider.LogFormat.text': oneOf('%REQ(:PATH)%', 'with %START_TIME%\n'),
    'MeshConfig.ExtensionProvider.EnvoyOpenTelemetryLogProvider.LogFormat.text': oneOf('%REQ(:PATH)%', '%RESPONSE_CODE% %BYTES_SENT%'),
    'MeshConfig.ExtensionProvider.EnvoyExternalAuthorizationHttpProvider.pathPrefix': oneOf('/check', '/'),
    'MeshConfig.ExtensionProvider.EnvoyExternalAuthorizationHttpProvider.includeAdditionalHeadersInCheck': oneOf({
      'x-more': '%REQ(a)%',
      'a-more': 'b',
    }),
    statusOnError: oneOf('403', '503', '0', 'nope'),
    includeHeadersInCheck: someOf('x-a', 'X-B*'),
    includeRequestHeadersInCheck: someOf('x-a', 'x-p*', '*-s', '*'),
    headersToUpstreamOnAllow: someOf('x-up', 'x-u*'),
    headersToDownstreamOnDeny: someOf('x-down', 'set-*'),
    headersToDownstreamOnAllow: someOf('x-ok'),
    'MeshConfig.ExtensionProvider.HttpHeader.name': oneOf('x-api', 'authorization'),
    'MeshConfig.ExtensionProvider.HttpHeader.envName': oneOf('TOKEN'),
    'MeshConfig.ExtensionProvider.sds': never,
    address: oneOf('zipkin.bank:9411', 'tracing.example.com:80', '10.1.1.1:9'),
    maxTagLength: oneOf(0, 128),
    ...Object.fromEntries(
      [
        'image',
        'privateKeyProvider',
        'discoveryAddress',
        'proxyAdminPort',
        'envoyMetricsServiceAddress',
        'envoyMetricsService',
        'statsdUdpAddress',
        'statusPort',
        'controlPlaneAuthPolicy',
      ].map((name) => [`ProxyConfig.${name}`, never]),
    ),
    'ProxyConfig.drainDuration': never,
    'ProxyConfig.terminationDrainDuration': never,
    'ProxyConfig.zipkinAddress': oneOf('zipkin.bank:9411'),
    connectTimeout: duration,
    'MeshConfig.dnsRefreshRate': never,
    'ProxyConfig.readinessProbe': never,
    'ProxyConfig.caCertificatesPem': never,
    'ProxyConfig.sds': never,
    'ProxyConfig.envoyAccessLogService': (chance) => ({
      address: 'als.example.com:9',
      ...chance.maybe(0.3, () => ({ tlsSettings: { mode: 'DISABLE' } })),
    }),
    'ProxyConfig.ProxyHeaders.Server.value': oneOf('own-server', ''),
    'Tracing.sampling': oneOf(0, 1.5, 100),
    'Tracing.maxPathTagLength': oneOf(0, 99),
    numTrustedProxies: oneOf(0, 1, 3),
    httpMaxConcurrentStreams: oneOf(0, 100),
    http2InitialStreamWindowSize: oneOf(65_536, 1_048_576),
    http2InitialConnectionWindowSize: oneOf(65_536, 1_048_576),
    listenerPerConnectionBufferLimitBytes: oneOf(-1, 0, 32_768),
    connectionIds: never,
    namespaces: someOf(...namespaces),
  };
}
