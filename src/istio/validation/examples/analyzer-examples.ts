import type { RuleCode } from '../rules.ts';
import { all, type Example } from './example.ts';

const object = (apiVersion: string, kind: string, metadata: string, spec: string): string =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { ${metadata} }\nspec: ${spec}\n`;
const networking = (kind: string, name: string, spec: string): string =>
  object('networking.istio.io/v1', kind, `name: ${name}, namespace: shop`, `{ ${spec} }`);
const telemetry = (name: string, spec: string): string =>
  object('telemetry.istio.io/v1', 'Telemetry', `name: ${name}, namespace: shop`, spec);
const service = (name: string, ports: string): string =>
  object('v1', 'Service', `name: ${name}, namespace: shop`, `{ selector: { app: cart }, ports: [${ports}] }`);
const pod = (metadata: string, fields = ''): string =>
  object('v1', 'Pod', `name: ${metadata}`, `{ ${fields} containers: [{ name: istio-proxy, image: proxyv2 }] }`);
const deployment = object(
  'apps/v1',
  'Deployment',
  'name: «cart», namespace: shop',
  '{ selector: { matchLabels: { app: cart } }, template: { metadata: { labels: { app: cart } }, spec: { containers: [{ name: istio-proxy, image: proxyv2 }] } } }',
);
const namespace = (labels: string, name = 'shop'): string => object('v1', 'Namespace', `name: ${name}, ${labels}`, '{}');
const http = '{ name: http, port: 80, protocol: TCP, targetPort: 8080 }';
const cart = pod('cart-1, namespace: shop, labels: { app: cart }');
const gateway = (name: string, hosts: string, port = '80'): string =>
  networking(
    'Gateway',
    name,
    `selector: { istio: ingress }, servers: [{ port: { number: ${port}, name: http, protocol: HTTP }, ${hosts} }]`,
  );
const route = (name: string, host: string, more = ''): string =>
  networking('VirtualService', name, `hosts: [${host}], ${more} http: [{ route: [{ destination: { host: cart } }] }]`);
const entry = (name: string, protocol: string): string =>
  networking('ServiceEntry', name, `hosts: [api.example.com], resolution: DNS, ports: [{ number: 80, name: port, protocol: ${protocol} }]`);
const sidecar = (name: string, more: string): string => networking('Sidecar', name, `${more} egress: [{ hosts: ['./*'] }]`);
const tls = (fields: string): string => networking('DestinationRule', 'cart', `host: cart, trafficPolicy: { ${fields} }`);

/** What istioctl's analyzers say, by rule. */
export const analyzerExamples: Partial<Readonly<Record<RuleCode, string | Example>>> = {
  'istio/IST0002': networking(
    'VirtualService',
    'cart',
    'hosts: [cart], http: [{ fault: { delay: { percent: «5», fixedDelay: 1s } }, route: [{ destination: { host: cart } }] }]',
  ),
  'istio/IST0101': all(
    service('cart', http),
    networking('VirtualService', 'cart', 'hosts: [cart], http: [{ route: [{ destination: { host: «basket» } }] }]'),
  ),
  'istio/IST0102': namespace('labels: {}', '«shop»'),
  'istio/IST0103': all(namespace('labels: { istio-injection: enabled }'), pod('«cart-1», namespace: shop').replace('istio-proxy', 'cart')),
  'istio/IST0109': all(route('«a»', 'cart'), route('«b»', 'cart')),
  'istio/IST0110': all(
    cart,
    sidecar('a', '«workloadSelector»: { labels: { app: cart } },'),
    sidecar('b', '«workloadSelector»: { labels: { app: cart } },'),
  ),
  'istio/IST0111': all(sidecar('«a»', ''), sidecar('«b»', '')),
  'istio/IST0112': all(
    service('cart', `${http}, { name: tcp-db, port: 90, protocol: TCP }`),
    networking('VirtualService', 'cart', 'hosts: [cart], http: [{ route: [{ destination: { host: «cart» } }] }]'),
  ),
  'istio/IST0116': all(
    deployment,
    service('a', '{ name: http, port: 80, protocol: TCP }'),
    service('b', '{ name: dns, port: 80, protocol: UDP }'),
  ),
  'istio/IST0123': namespace('«labels»: { istio-injection: enabled, istio.io/rev: canary }'),
  'istio/IST0127': all(
    cart,
    object('security.istio.io/v1', 'AuthorizationPolicy', 'name: a, namespace: shop', '{ «selector»: { matchLabels: { app: basket } } }'),
  ),
  'istio/IST0128': tls('«tls»: { mode: SIMPLE }'),
  'istio/IST0129': tls('portLevelSettings: [{ port: { number: 80 }, «tls»: { mode: SIMPLE } }]'),
  'istio/IST0132': all(gateway('web', 'hosts: [a.example.com]'), route('cart', 'b.example.com', 'gateways: [«web»],')),
  'istio/IST0134': networking(
    'ServiceEntry',
    'api',
    'hosts: [api.example.com], resolution: DNS, ports: [«{ number: 90, name: tcp, protocol: TCP }»]',
  ),
  'istio/IST0137': all(
    deployment,
    service('a', '{ name: http, port: 80, targetPort: 8080 }'),
    service('b', '{ name: http, port: 81, targetPort: 8080 }'),
  ),
  'istio/IST0140': all(
    networking('VirtualService', 'mesh', 'hosts: [cart], http: [{ route: [{ destination: { host: cart, subset: v1 } }] }]'),
    route('edge', 'cart.example.com', 'gateways: [web],').replace('destination:', '«destination»:'),
  ),
  'istio/IST0144': pod('cart-1, namespace: shop', 'securityContext: { runAsUser: «1337» },'),
  'istio/IST0145': all(gateway('a', '«hosts»: [a.example.com]'), gateway('b', '«hosts»: [a.example.com]')),
  'istio/IST0157': telemetry('log', '{ accessLogging: [«{ disabled: false }»] }'),
  'istio/IST0159': all(
    cart,
    telemetry('a', '{ «selector»: { matchLabels: { app: cart } } }'),
    telemetry('b', '{ «selector»: { matchLabels: { app: cart } } }'),
  ),
  'istio/IST0160': all(telemetry('«a»', '{}'), telemetry('«b»', '{}')),
  'istio/IST0162': all(pod('ingress-1, namespace: shop, labels: { istio: ingress }'), gateway('web', 'hosts: [a.example.com]', '«8443»')),
  'istio/IST0166': all(
    pod('web-1, namespace: shop, labels: { gateway.networking.k8s.io/gateway-name: web, app: web }'),
    telemetry('a', '{ «selector»: { matchLabels: { app: web } } }'),
  ),
  'istio/IST0167': all(namespace('labels: { istio.io/dataplane-mode: ambient }'), sidecar('a', '').replace('spec', '«spec»')),
  'istio/IST0173': all(
    service('cart', http),
    cart,
    networking('DestinationRule', 'cart', 'host: cart, subsets: [{ name: v2, «labels»: { version: v2 } }]'),
  ),
  'istio/IST0174': all(service('cart', http), networking('DestinationRule', 'cart', 'host: «basket»')),
  'istio/IST0177': all(entry('«a»', 'HTTP'), entry('«b»', 'GRPC')),
};
