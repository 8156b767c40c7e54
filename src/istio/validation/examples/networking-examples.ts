import type { RuleCode } from '../rules.ts';
import type { Example } from './example.ts';

/** What concerns the spec as a whole is told at its key. */
function marked(spec: string): string {
  return spec.startsWith('«') ? `«spec»: ${spec.slice(1, -1)}` : `spec: ${spec}`;
}

function networking(kind: string, spec: string, name = 'cart'): string {
  return `apiVersion: networking.istio.io/v1\nkind: ${kind}\nmetadata: { name: ${name}, namespace: shop }\n${marked(spec)}\n`;
}

const gateway = (server: string): string => networking('Gateway', `{ selector: { istio: x }, servers: [{ ${server} }] }`);
const tls = (settings: string): string => gateway(`port: { number: 443, name: https, protocol: HTTPS }, hosts: ['*'], tls: ${settings}`);
const virtual = (fields: string): string => networking('VirtualService', `{ hosts: [cart], ${fields} }`);
const route = (fields: string): string => virtual(`http: [{ ${fields} }]`);
const sent = 'route: [{ destination: { host: cart } }]';
const match = (fields: string): string => route(`match: [{ ${fields} }], ${sent}`);
const rule = (fields: string): string => networking('DestinationRule', `{ host: cart, ${fields} }`);
const policy = (fields: string): string => rule(`trafficPolicy: { ${fields} }`);
const balancer = (fields: string): string => policy(`outlierDetection: {}, loadBalancer: { ${fields} }`);
const entry = (fields: string): string => networking('ServiceEntry', `{ hosts: [api.example.com], ${fields} }`);
const http = 'ports: [{ number: 80, name: http, protocol: HTTP }]';
const sidecar = (fields: string): string => networking('Sidecar', `{ ${fields} }`);
const tlsRoute = (name: string): string => virtual(`tls: [{ match: [{ sniHosts: [${name}] }], ${sent} }]`);

/** What istiod's webhook says about traffic, by rule. */
export const networkingExamples: Partial<Readonly<Record<RuleCode, string | Example>>> = {
  'istio/host-invalid': rule('').replace('host: cart', 'host: «a_b»'),
  'istio/hosts-missing': networking('ServiceEntry', `«{ ${http}, resolution: DNS }»`),
  'istio/host-partial': networking('ServiceEntry', `{ hosts: [«'*-a.example.com'»], ${http} }`),
  'istio/host-duplicate': sidecar("egress: [{ hosts: ['./*', «'./a.example.com'»] }]"),
  'istio/hosts-overlap': networking('VirtualService', `{ hosts: ['*.example.com', «a.example.com»], http: [{ ${sent} }] }`),
  'istio/address-invalid': entry(`addresses: [«10.1.2»], ${http}, resolution: STATIC`),
  'istio/label-invalid': rule("subsets: [{ name: v1, labels: { version: «'a b'» } }]"),
  'istio/namespace-invalid': match('sourceNamespace: «a_b»'),
  'istio/port-invalid': match('port: «70000»'),
  'istio/port-missing': sidecar('ingress: [{ defaultEndpoint: 127.0.0.1:80, port: null }]')
    .replace('{ defaultEndpoint', '«{ defaultEndpoint')
    .replace('null }', 'null }»'),
  'istio/port-name': entry('ports: [{ number: 80, name: «a_b», protocol: HTTP }], resolution: DNS'),
  'istio/port-duplicate': gateway(
    "port: { number: 80, name: http, protocol: HTTP }, hosts: ['*'] }, { port: { number: 81, name: «http», protocol: HTTP }, hosts: ['*']",
  ),
  'istio/protocol-unknown': gateway("port: { number: 80, name: http, protocol: «SOAP» }, hosts: ['*']"),
  'istio/bind-invalid': gateway("bind: «nowhere», port: { number: 80, name: http, protocol: HTTP }, hosts: ['*']"),
  'istio/duration': route(`${sent}, timeout: «0.0005s»`),
  'istio/percent': route(`${sent}, mirror: { host: copy }, mirrorPercentage: { value: «101» }`),
  'istio/negative': policy('connectionPool: { http: { maxRetries: «-1» } }'),
  'istio/weight': route('«route»: [{ destination: { host: a } }, { destination: { host: b } }]'),
  'istio/status': route('directResponse: { status: «99» }'),
  'istio/field-deprecated': route(`${sent}, mirror: { host: copy }, mirrorPercent: «50»`),
  'istio/export-to': rule('exportTo: [shop, «.»]'),
  'istio/gateway-name': networking(
    'Gateway',
    "«{ selector: { istio: x }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ['*'] }] }»",
    'web.shop',
  ),
  'istio/gateway-empty': networking('Gateway', '«{ selector: { istio: x } }»'),
  'istio/redirect-not-http': gateway(
    "port: { number: 443, name: tls, protocol: TLS }, hosts: ['*'], tls: { mode: PASSTHROUGH, httpsRedirect: «true» }",
  ),
  'istio/tls-missing': gateway("port: { number: 443, name: https, protocol: «HTTPS» }, hosts: ['*']"),
  'istio/tls-unexpected': gateway(
    "port: { number: 80, name: http, protocol: HTTP }, hosts: ['*'], «tls»: { mode: SIMPLE, credentialName: a }",
  ),
  'istio/tls-certificates': tls('{ mode: SIMPLE, serverCertificate: /a.pem }').replace('tls:', '«tls»:'),
  'istio/tls-ignored': tls('{ mode: «PASSTHROUGH», credentialName: cart }'),
  'istio/tls-many': tls(
    `{ mode: SIMPLE, «tlsCertificates»: [${['a', 'b', 'c'].map((one) => `{ serverCertificate: /${one}.pem, privateKey: /${one}.key }`).join(', ')}] }`,
  ),
  'istio/tls-ciphers': tls('{ mode: SIMPLE, credentialName: cart, «cipherSuites»: [TLS_FAST] }'),
  'istio/gateway-reference': virtual(`gateways: [«a_b/web»], http: [{ ${sent} }]`),
  'istio/gateway-reference-old': virtual(`gateways: [«web.shop.svc.cluster.local»], http: [{ ${sent} }]`),
  'istio/delegate': route(`delegate: { name: child }, «route»: [{ destination: { host: cart } }]`),
  'istio/claim-route': match("headers: { «'@request.auth.claims.sub'»: { exact: me } }"),
  'istio/routes-missing': networking('VirtualService', '«{ hosts: [cart] }»'),
  'istio/route-action': virtual('http: [«{ name: empty }»]'),
  'istio/route-conflict': route('redirect: { uri: /a }, «route»: [{ destination: { host: cart } }]'),
  'istio/destination-missing': route(
    'route: [{ destination: { host: a }, weight: 1 }], mirrors: [{ percentage: { value: 1 }, destination: null }]',
  ).replace('{ percentage: { value: 1 }, destination: null }', '«{ percentage: { value: 1 }, destination: null }»'),
  'istio/match-missing': virtual(`tls: [{ match: [«{ port: 443, sniHosts: [] }»], ${sent} }]`),
  'istio/string-match': match("«uri»: { regex: '(?!a)' }"),
  'istio/header-name': match("headers: { «'x y'»: { exact: a } }"),
  'istio/header-value': route(`${sent}, headers: { request: { set: { x-share: «100%» } } }`),
  'istio/authority-twice': route(`${sent}, rewrite: { authority: a }, headers: { request: { set: { Host: «b» } } }`),
  'istio/cors-method': route(`${sent}, corsPolicy: { allowMethods: [«get»] }`),
  'istio/fault': route(`${sent}, «fault»: {}`),
  'istio/redirect': route('«redirect»: {}'),
  'istio/rewrite': route(`${sent}, «rewrite»: {}`),
  'istio/retries': route(`${sent}, retries: { attempts: 1, retryOn: «sometimes» }`),
  'istio/body-size': route(`directResponse: { status: 200, «body»: { string: ${'x'.repeat(1_048_577)} } }`),
  'istio/body-large': route(`directResponse: { status: 200, «body»: { string: ${'x'.repeat(102_401)} } }`),
  'istio/sni-host': tlsRoute('«other.example.com»'),
  'istio/sni-address': networking(
    'VirtualService',
    `{ hosts: ['*.example.com'], gateways: [web], tls: [{ match: [{ sniHosts: [«10.1.2.3», a.example.com] }], ${sent} }] }`,
  ),
  'istio/IST0130': virtual(`http: [{ ${sent} }, «{ ${sent} }»]`),
  'istio/IST0131': virtual(`http: [{ match: [{ uri: { prefix: /a } }, «{ uri: { prefix: /a } }»], ${sent} }]`),
  'istio/policy-empty': rule('«trafficPolicy»: {}'),
  'istio/subset-name': rule('subsets: [{ name: «V_1», labels: { version: v1 } }]'),
  'istio/subset-duplicate': rule('subsets: [{ name: v1, labels: { version: v1 } }, { name: «v1», labels: { version: v2 } }]'),
  'istio/outlier-detection': policy('outlierDetection: { consecutiveLocalOriginFailures: «3» }'),
  'istio/pool-protocol': policy('connectionPool: { http: { h2UpgradePolicy: UPGRADE, useClientProtocol: «true» } }'),
  'istio/hash-table': balancer('consistentHash: { useSourceIp: true, maglev: { tableSize: «9» } }'),
  'istio/cookie': balancer("consistentHash: { httpCookie: { name: «''» } }"),
  'istio/locality': balancer('localityLbSetting: { distribute: [{ from: a/*, «to»: { a/b: 50 } }] }'),
  'istio/failover-blind': policy('loadBalancer: { «localityLbSetting»: { failover: [{ from: a, to: b }] } }'),
  'istio/warmup': balancer('warmup: { duration: 10s, aggression: «0» }'),
  'istio/tunnel': policy('tunnel: { protocol: «GET», targetHost: a.example.com, targetPort: 80 }'),
  'istio/endpoints-or-selector': entry(
    `${http}, resolution: STATIC, workloadSelector: { labels: { app: a } }, «endpoints»: [{ address: 10.1.2.3 }]`,
  ),
  'istio/resolution': entry(`${http}, «endpoints»: [{ address: 10.1.2.3 }]`),
  'istio/resolution-ignored': entry(`${http}, «workloadSelector»: { labels: { app: a } }`),
  'istio/hosts-and-tcp': networking(
    'ServiceEntry',
    '{ hosts: [a.example.com, b.example.com], ports: [«{ number: 90, name: tcp, protocol: TCP }»], resolution: DNS }',
  ),
  'istio/hosts-share-address': networking(
    'ServiceEntry',
    '{ «hosts»: [a.example.com, b.example.com], addresses: [10.1.2.3], ports: [{ number: 90, name: tls, protocol: TLS }], resolution: DNS }',
  ),
  'istio/tcp-without-address': entry('ports: [{ number: 90, name: tcp, protocol: «TCP» }]'),
  'istio/endpoint-address': entry(`${http}, resolution: STATIC, endpoints: [{ address: «a.example.com» }]`),
  'istio/endpoint-port': entry(`${http}, resolution: STATIC, endpoints: [{ address: 10.1.2.3, ports: { other: «81» } }]`),
  'istio/endpoint-unset': networking('WorkloadEntry', '{ network: «net-1» }'),
  'istio/template-missing': networking('WorkloadGroup', '«{ probe: { tcpSocket: { port: 80 } } }»'),
  'istio/probe': networking('WorkloadGroup', '{ template: {}, «probe»: {} }'),
  'istio/sidecar-empty': networking('Sidecar', '«{}»'),
  'istio/default-endpoint': sidecar('ingress: [{ port: { number: 80, protocol: HTTP }, defaultEndpoint: «10.1.2.3:80» }]'),
  'istio/egress-catch-all': sidecar("egress: [«{ hosts: ['./*'] }», { hosts: ['*/a.example.com'] }]"),
  'istio/pool-ignored': sidecar(
    'ingress: [{ port: { number: 80, name: tcp, protocol: TCP }, connectionPool: { «http»: { maxRetries: 1 } } }]',
  ),
  'istio/outbound-policy': sidecar(
    'outboundTrafficPolicy: { mode: REGISTRY_ONLY, «egressProxy»: { host: a.example.com, port: { number: 80 } } }',
  ),
};
