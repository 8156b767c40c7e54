import { anyMessage, type Hint, type Shape } from './any-message.ts';
import { duration, never, oneOf, someOf } from './hint-kinds.ts';
import { meshHints } from './hints-mesh.ts';
import { policyHints } from './hints-policy.ts';
import type { Plain, World } from './world.ts';

/** Values that make sense in this world, for the fields of Istio's messages. */
export function shapeOf(world: World, density = 0.12): Shape {
  const { chance } = world;
  const shape: Shape = {
    chance,
    density,
    minor: 31,
    hints: { ...common(world), ...traffic(world), ...policyHints((more) => shapeOf(world, more)), ...meshHints() },
  };
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
