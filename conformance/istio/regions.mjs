/** Hand-picked questions to istiod, one a rule; `record.mjs` asks them. Each: name, what to learn, input. */

const cart = { type: 'sidecar', name: 'cart-1', namespace: 'shop', labels: { app: 'cart' } };
const gateway = { type: 'router', name: 'gateway', namespace: 'istio-system', labels: { istio: 'ingressgateway' } };
const eastWest = {
  type: 'router',
  name: 'eastwest',
  namespace: 'istio-system',
  labels: { istio: 'eastwestgateway' },
  metadata: { ROUTER_MODE: 'sni-dnat' },
};
const prometheus = { defaultProviders: { metrics: ['prometheus'] } };
const whole = { routes: true, show: ['listener:*', 'route:*'] };

const service = (name, ports, more = '') => `apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop${more} }
spec: { clusterIP: 10.96.0.10, selector: { app: ${name} }, ports: [${ports}] }
`;
const http = '{ name: http, port: 80, targetPort: 8080 }';
const tcp = '{ name: tcp, port: 9000, targetPort: 9000 }';
const entry = (name, spec, namespace = 'shop') => `---
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: ${name}, namespace: ${namespace} }
spec: ${spec}
`;
const front = (ports) => `apiVersion: v1
kind: Service
metadata: { name: gateway, namespace: istio-system }
spec: { clusterIP: 10.96.9.9, selector: { istio: ingressgateway }, ports: [${ports}] }
`;
const server = (name, spec, selector = 'ingressgateway') => `---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: { name: ${name}, namespace: istio-system }
spec: { selector: { istio: ${selector} }, servers: [${spec}] }
`;
const route = `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: web, namespace: istio-system }
spec: { hosts: [shop.example.com], gateways: [gw], http: [{ route: [{ destination: { host: cart.shop.svc.cluster.local } }] }] }
`;
const plugin = (name, spec) => `---
apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: { name: ${name}, namespace: shop }
spec: { url: oci://r/p, ${spec} }
`;
const deny = `---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: deny, namespace: shop }
spec: { action: DENY, rules: [{ from: [{ source: { namespaces: [bank] } }] }] }
`;
const patch = (body) => `---
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: patch, namespace: shop }
spec:
  configPatches:
  - ${body}
`;

export const regions = [
  [
    'sidecar-hbone',
    'a sidecar that takes HBONE: main_internal has the chains of its ports again, plugins and authorization with the tunnel identity',
    {
      proxy: { ...cart, metadata: { ENABLE_HBONE: 'true' } },
      env: { PILOT_ENABLE_AMBIENT: 'true' },
      meshConfig: prometheus,
      resources: service('cart', `${http}, ${tcp}`) + deny + plugin('auth', 'phase: AUTHN'),
      ...whole,
    },
  ],
  [
    'sidecar-hbone-listening-off',
    'PILOT_ENABLE_SIDECAR_LISTENING_HBONE=false: no tunnel listeners',
    {
      proxy: { ...cart, metadata: { ENABLE_HBONE: 'true' } },
      env: { PILOT_ENABLE_AMBIENT: 'true', PILOT_ENABLE_SIDECAR_LISTENING_HBONE: 'false' },
      meshConfig: prometheus,
      resources: service('cart', http),
    },
  ],
  [
    'sending-hbone-off',
    'PILOT_ENABLE_SENDING_HBONE=false: no connect_originate',
    {
      proxy: cart,
      env: { PILOT_ENABLE_AMBIENT: 'true', PILOT_ENABLE_SENDING_HBONE: 'false' },
      meshConfig: prometheus,
      resources: service('cart', http),
    },
  ],
  [
    'sidecar-hbone-envoyfilter',
    'an inbound patch reaches connect_terminate and main_internal',
    {
      proxy: { ...cart, metadata: { ENABLE_HBONE: 'true' } },
      env: { PILOT_ENABLE_AMBIENT: 'true' },
      meshConfig: prometheus,
      resources:
        service('cart', http) +
        patch(`applyTo: HTTP_FILTER
    match: { context: SIDECAR_INBOUND }
    patch: { operation: INSERT_FIRST, value: { name: first, typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.buffer.v3.Buffer, max_request_bytes: 9 } } }`),
    },
  ],
  [
    'quic-gateway',
    'HTTP/3: a UDP listener beside the HTTPS one, no network plugins, alt-svc on its routes',
    {
      proxy: gateway,
      env: { PILOT_ENABLE_QUIC_LISTENERS: 'true' },
      meshConfig: prometheus,
      resources: `${front('{ name: https, port: 443, targetPort: 8443 }, { name: http3, port: 443, targetPort: 8443, protocol: UDP }')}---\n${service('cart', http)}${server('gw', '{ port: { number: 443, name: https, protocol: HTTPS }, hosts: [shop.example.com], tls: { mode: SIMPLE, credentialName: c } }')}${route}`,
      ...whole,
    },
  ],
  [
    'quic-without-udp-port',
    'HTTP/3 is switched on, but the Service has no UDP port: no QUIC listener',
    {
      proxy: gateway,
      env: { PILOT_ENABLE_QUIC_LISTENERS: 'true' },
      meshConfig: prometheus,
      resources: `${front('{ name: https, port: 443, targetPort: 8443 }')}${server('gw', '{ port: { number: 443, name: https, protocol: HTTPS }, hosts: [shop.example.com], tls: { mode: SIMPLE, credentialName: c } }')}`,
    },
  ],
  [
    'quic-mutual',
    'HTTP/3 never asks for client certificates',
    {
      proxy: gateway,
      env: { PILOT_ENABLE_QUIC_LISTENERS: 'true' },
      meshConfig: prometheus,
      resources: `${front('{ name: https, port: 443, targetPort: 8443 }, { name: http3, port: 443, targetPort: 8443, protocol: UDP }')}${server('gw', '{ port: { number: 443, name: https, protocol: HTTPS }, hosts: [shop.example.com], tls: { mode: MUTUAL, credentialName: c } }')}`,
      ...whole,
    },
  ],
  [
    'east-west-auto-passthrough',
    'AUTO_PASSTHROUGH: a chain for each port and subset, matched by the name of the cluster',
    {
      proxy: eastWest,
      meshConfig: prometheus,
      resources: `${service('cart', `${http}, ${tcp}`)}---\napiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: { name: cart, namespace: shop }\nspec: { host: cart.shop.svc.cluster.local, subsets: [{ name: v1, labels: { version: v1 } }] }\n${server('cross', '{ port: { number: 15443, name: tls, protocol: TLS }, hosts: ["*.local"], tls: { mode: AUTO_PASSTHROUGH } }', 'eastwestgateway')}`,
      ...whole,
    },
  ],
  [
    'discovery-selectors-miss',
    'namespaces that no selector fits are not there for istiod',
    {
      proxy: cart,
      meshConfig: { ...prometheus, discoverySelectors: [{ matchLabels: { mesh: 'yes' } }] },
      resources: `${service('cart', http)}---\napiVersion: v1\nkind: Namespace\nmetadata: { name: shop }\n`,
    },
  ],
  [
    'discovery-selectors-hit',
    'one of two selectors is enough',
    {
      proxy: cart,
      meshConfig: {
        ...prometheus,
        discoverySelectors: [{ matchLabels: { mesh: 'yes' } }, { matchExpressions: [{ key: 'team', operator: 'In', values: ['a', 'b'] }] }],
      },
      resources: `${service('cart', http)}---\napiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { team: b } }\n`,
    },
  ],
  [
    'entry-visibility-none',
    'serviceEntryVisibility NONE with applyToSidecars hides ServiceEntries',
    {
      proxy: cart,
      meshConfig: { ...prometheus, serviceEntryVisibility: { defaultVisibility: 'NONE', applyToSidecars: true } },
      resources:
        service('cart', http) +
        entry('out', '{ hosts: [out.example.com], ports: [{ number: 9100, name: tcp, protocol: TCP }], resolution: DNS }'),
    },
  ],
  [
    'entry-visibility-namespace',
    'NAMESPACE: seen in its own namespace only',
    {
      proxy: cart,
      meshConfig: { ...prometheus, serviceEntryVisibility: { defaultVisibility: 'NAMESPACE', applyToSidecars: true } },
      resources:
        service('cart', http) +
        entry('own', '{ hosts: [own.example.com], ports: [{ number: 9100, name: tcp, protocol: TCP }], resolution: DNS }') +
        entry('other', '{ hosts: [other.example.com], ports: [{ number: 9200, name: tcp, protocol: TCP }], resolution: DNS }', 'bank'),
    },
  ],
  [
    'entry-visibility-without-sidecars',
    'without applyToSidecars sidecars see everything',
    {
      proxy: cart,
      meshConfig: { ...prometheus, serviceEntryVisibility: { defaultVisibility: 'NONE' } },
      resources:
        service('cart', http) +
        entry('out', '{ hosts: [out.example.com], ports: [{ number: 9100, name: tcp, protocol: TCP }], resolution: DNS }'),
    },
  ],
  [
    'export-defaults',
    'defaultServiceExportTo "." makes services private to their namespace',
    {
      proxy: { ...cart, namespace: 'bank' },
      meshConfig: { ...prometheus, defaultServiceExportTo: ['.'] },
      resources: service('cart', http),
      routes: true,
    },
  ],
  [
    'own-certificates',
    'a proxy that reports certificate files uses them in every mutual TLS chain',
    {
      proxy: { ...cart, metadata: { TLS_SERVER_CERT_CHAIN: '/c.pem', TLS_SERVER_KEY: '/k.pem', TLS_SERVER_ROOT_CERT: '/ca.pem' } },
      meshConfig: prometheus,
      resources: service('cart', http),
      show: ['listener:virtualInbound'],
    },
  ],
  [
    'gateway-file-certificates',
    'certificates of a gateway as files',
    {
      proxy: gateway,
      meshConfig: prometheus,
      resources: `${front('{ name: https, port: 443, targetPort: 8443 }')}${server('gw', '{ port: { number: 443, name: https, protocol: HTTPS }, hosts: ["*"], tls: { mode: MUTUAL, serverCertificate: /c.pem, privateKey: /k.pem, caCertificates: /ca.pem, subjectAltNames: [a.example.com] } }')}`,
      ...whole,
    },
  ],
  [
    'persistent-sessions',
    'services with session labels: the filter, and its configuration on virtual hosts and routes',
    {
      proxy: cart,
      env: { PILOT_ENABLE_PERSISTENT_SESSION_FILTER: 'true' },
      meshConfig: prometheus,
      resources: service('cart', http, ', labels: { istio.io/persistent-session: "c:/p" }'),
      ...whole,
    },
  ],
  [
    'stat-names',
    'patterns for the names of clusters in statistics, inbound ones with %TARGET_PORT% left as it is',
    {
      proxy: cart,
      meshConfig: {
        ...prometheus,
        inboundClusterStatName: '%SERVICE%_%TARGET_PORT%',
        outboundClusterStatName: '%SERVICE_FQDN%_%SERVICE_PORT%',
      },
      resources: service('cart', tcp),
      ...whole,
    },
  ],
  [
    'http-proxy-port-wins',
    'a port of protocol HTTP_PROXY replaces the listener that is there',
    {
      proxy: cart,
      meshConfig: prometheus,
      resources:
        service('cart', http) +
        entry('proxy', '{ hosts: [proxy.example.com], ports: [{ number: 80, name: p, protocol: HTTP_PROXY }], resolution: DNS }'),
      ...whole,
    },
  ],
  [
    'sidecar-ingress-merge',
    'PILOT_ALLOW_SIDECAR_SERVICE_INBOUND_LISTENER_MERGE: ports of services beside those of the Sidecar',
    {
      proxy: cart,
      env: { PILOT_ALLOW_SIDECAR_SERVICE_INBOUND_LISTENER_MERGE: 'true' },
      meshConfig: prometheus,
      resources: `${service('cart', `${http}, ${tcp}`)}---\napiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: { name: s, namespace: shop }\nspec: { ingress: [{ port: { number: 8080, protocol: TCP, name: in }, defaultEndpoint: "127.0.0.1:1" }] }\n`,
    },
  ],
  [
    'dynamic-dns-wildcard',
    'a wildcard ServiceEntry with DYNAMIC_DNS: resolving filters, and authorization on its TLS chain',
    {
      proxy: cart,
      meshConfig: prometheus,
      resources:
        service('cart', http) +
        deny +
        entry(
          'any',
          '{ hosts: ["*.any.example.com"], ports: [{ number: 443, name: tls, protocol: TLS }, { number: 8081, name: http, protocol: HTTP }], resolution: DYNAMIC_DNS }',
        ),
      ...whole,
    },
  ],
  [
    'custom-provider-wildcard',
    'an authorization provider whose service has a wildcard denies',
    {
      proxy: cart,
      meshConfig: { ...prometheus, extensionProviders: [{ name: 'ext', envoyExtAuthzHttp: { service: '*.ext.example.com', port: 80 } }] },
      resources:
        service('cart', http) +
        entry('ext', '{ hosts: ["*.ext.example.com"], ports: [{ number: 80, name: http, protocol: HTTP }], resolution: NONE }') +
        deny.replace('DENY', 'CUSTOM, provider: { name: ext }'),
    },
  ],
  [
    'ipv6-proxy',
    'a proxy with an IPv6 address listens on ::',
    {
      proxy: { ...cart, ip: '2001:db8::1' },
      meshConfig: prometheus,
      resources: service('cart', `${http}, ${tcp}`).replace('10.96.0.10', '2001:db8::a'),
      ...whole,
    },
  ],
  [
    'not-ready-endpoints',
    'endpoints of headless services have a listener each, ready or not',
    {
      proxy: cart,
      meshConfig: prometheus,
      resources: `apiVersion: v1\nkind: Service\nmetadata: { name: db, namespace: shop }\nspec: { clusterIP: None, selector: { app: db }, ports: [${tcp}] }\n---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: { name: db-1, namespace: shop, labels: { kubernetes.io/service-name: db } }\naddressType: IPv4\nports: [{ name: tcp, port: 9000, protocol: TCP }]\nendpoints: [{ addresses: [10.7.0.1], conditions: { ready: true } }, { addresses: [10.7.0.2], conditions: { ready: false, terminating: false } }, { addresses: [10.7.0.3], conditions: { ready: false } }]\n`,
    },
  ],
  [
    'exact-balance',
    'OUTBOUND_LISTENER_EXACT_BALANCE, on the HTTP proxy listener too',
    {
      proxy: { ...cart, metadata: { OUTBOUND_LISTENER_EXACT_BALANCE: 'true', HTTP_PROXY_PORT: '15002' } },
      meshConfig: prometheus,
      resources: service('cart', http),
      ...whole,
    },
  ],
];
