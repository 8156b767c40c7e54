/** Questions to istiod about InferencePools; the program that asks must serve their CRD. The Services are as istiod makes them for pools. */
import { createHash } from 'node:crypto';

const gateway = `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: shop }
spec: { gatewayClassName: istio, listeners: [{ name: http, port: 80, protocol: HTTP }] }
---
apiVersion: v1
kind: Service
metadata: { name: web-istio, namespace: shop, labels: { gateway.networking.k8s.io/gateway-name: web } }
spec: { clusterIP: 10.96.0.60, selector: { gateway.networking.k8s.io/gateway-name: web }, ports: [{ name: http, port: 80, targetPort: 80 }] }
`;
const service = (name, port = 80) => `apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop }
spec: { clusterIP: 10.96.0.${port % 200}, selector: { app: ${name} }, ports: [{ name: http, port: ${port}, targetPort: 8080 }] }
`;
const epp = service('epp', 9002);

function pool(name, { namespace = 'shop', failureMode = 'FailOpen', targets = [8000], picker = 'epp', port = 9002 } = {}) {
  return `apiVersion: inference.networking.k8s.io/v1
kind: InferencePool
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  selector: { matchLabels: { app: ${name} } }
  targetPorts: [${targets.map((number) => `{ number: ${number} }`).join(', ')}]
  endpointPickerRef: { name: ${picker}, port: { number: ${port} }, failureMode: ${failureMode} }
`;
}

function poolService(name, { namespace = 'shop', failureMode = 'FailOpen', targets = [8000], picker = 'epp', port = 9002, labels } = {}) {
  const suffix = `-ip-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
  const own = `istio.io/inferencepool-name: ${name}, istio.io/inferencepool-extension-service: ${picker}, istio.io/inferencepool-extension-port: "${port}", istio.io/inferencepool-extension-failure-mode: ${failureMode}, internal.istio.io/service-semantics: inferencepool`;
  return `apiVersion: v1
kind: Service
metadata: { name: ${name.slice(0, 63 - suffix.length)}${suffix}, namespace: ${namespace}, labels: { ${labels ?? own} } }
spec:
  clusterIP: None
  selector: { app: ${name} }
  ports: [${targets.map((target, i) => `{ name: http-${i}, protocol: TCP, port: ${54321 + i}, targetPort: ${target} }`).join(', ')}]
`;
}

const both = (name, options) => `${pool(name, options)}---\n${poolService(name, options)}`;
const to = (name, more = '') => `{ group: inference.networking.k8s.io, kind: InferencePool, name: ${name}${more} }`;
const path = (value, type = 'PathPrefix') => `matches: [{ path: { type: ${type}, value: ${value} } }]`;
const accepted = (controller = 'istio.io/gateway-controller') =>
  `status: { parents: [{ controllerName: ${controller}, parentRef: { name: web } }] }\n`;
const route = (name, rules, status = accepted(), parent = '{ name: web }') => `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: ${name}, namespace: shop }
spec:
  parentRefs: [${parent}]
  rules:
${rules.map((rule) => `  - { ${rule} }\n`).join('')}${status}`;
const grant = `apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: { name: pools, namespace: ai }
spec:
  from: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop }]
  to: [{ group: inference.networking.k8s.io, kind: InferencePool }]
`;

const input = (documents, more = {}) => ({
  env: { ENABLE_GATEWAY_API_INFERENCE_EXTENSION: 'true' },
  proxy: { type: 'router', name: 'web-istio', namespace: 'shop', labels: { 'gateway.networking.k8s.io/gateway-name': 'web' } },
  routes: true,
  show: ['envoy.filters.http.ext_proc', 'route:*'],
  resources: documents.join('---\n'),
  ...more,
});
const sidecar = { proxy: { type: 'sidecar', name: 'llm-1', namespace: 'shop', labels: { app: 'llm' } } };
const plain = [gateway, epp, both('llm'), route('r', [`backendRefs: [${to('llm')}]`])];
const strict = { failureMode: 'FailClose', picker: 'picker', port: 7000 };
const wasm = `apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: { name: last, namespace: shop }
spec: { url: oci://r/p, targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: web }] }
`;

export const inference = [
  [
    'inference-pool',
    'a route to an InferencePool: ext_proc behind the plugins, its overrides on the route',
    input([...plain, wasm], { show: ['listener:*', 'route:*'] }),
  ],
  [
    'inference-rules',
    'the last backend of a rule decides whether there are overrides; CORS takes them away',
    input([
      gateway,
      epp,
      service('front'),
      both('llm', { targets: [8000, 8001] }),
      both('strict', strict),
      route('r', [
        `matches: [{ path: { type: PathPrefix, value: /a } }, { path: { type: PathPrefix, value: /abc } }], backendRefs: [${to('llm')}]`,
        `${path('/b')}, backendRefs: [${to('strict', ', weight: 3')}, { name: front, port: 80, weight: 1 }]`,
        `${path('/c')}, backendRefs: [{ name: front, port: 80, weight: 1 }, ${to('strict', ', weight: 3')}]`,
        `name: both, ${path('/d')}, backendRefs: [${to('llm', ', weight: 0')}, ${to('strict')}, ${to('llm')}]`,
        `${path('/e', 'Exact')}, filters: [{ type: CORS, cors: { allowOrigins: ["https://a.example"] } }], backendRefs: [${to('llm')}]`,
        `${path('/f', 'Exact')}, filters: [{ type: RequestRedirect, requestRedirect: { hostname: b.example } }]`,
        `${path('/g', 'Exact')}, filters: [{ type: RequestMirror, requestMirror: { backendRef: ${to('llm')} } }], backendRefs: [{ name: front, port: 80 }]`,
        'backendRefs: [{ name: front, port: 80 }]',
      ]),
    ]),
  ],
  ['inference-off', 'without the switch a pool is a backend of an unknown kind', input(plain, { env: {} })],
  [
    'inference-missing',
    'a pool that is not there and one whose Service is not there; the status is of another controller',
    input([
      gateway,
      epp,
      pool('early'),
      route('r', [`${path('/a')}, backendRefs: [${to('absent')}]`, `backendRefs: [${to('early')}]`], accepted('example.com/other')),
    ]),
  ],
  [
    'inference-unlabelled',
    'a Service of that name without the labels makes the whole route unusable',
    input([
      gateway,
      epp,
      service('front'),
      pool('llm'),
      poolService('llm', { labels: 'app: llm' }),
      route('r', [`backendRefs: [${to('llm')}]`]),
      route('s', [`${path('/b')}, backendRefs: [{ name: front, port: 80 }]`]),
    ]),
  ],
  [
    'inference-dotted',
    'so does a pool named like a host',
    input([
      gateway,
      service('front'),
      route('r', [`backendRefs: [${to('llm.shop')}]`]),
      route('s', [`${path('/b')}, backendRefs: [{ name: front, port: 80 }]`]),
    ]),
  ],
  [
    'inference-grants',
    'pools of other namespaces, with a ReferenceGrant and without',
    input([
      gateway,
      epp,
      both('llm', { namespace: 'ai' }),
      both('two', { namespace: 'ml' }),
      grant,
      route('r', [`${path('/a')}, backendRefs: [${to('llm', ', namespace: ai')}]`, `backendRefs: [${to('two', ', namespace: ml')}]`]),
    ]),
  ],
  [
    'inference-without-status',
    'until the status of the route names the gateway there are overrides and no filter',
    input([gateway, epp, both('llm'), route('r', [`backendRefs: [${to('llm')}]`], '')]),
  ],
  [
    'inference-merged',
    'routes of one host with rules of one name: the last route decides for all of them',
    input([
      gateway,
      epp,
      both('llm'),
      both('strict', strict),
      route('r', [`name: x, backendRefs: [${to('llm')}]`]),
      route('q', [`name: x, ${path('/q')}, backendRefs: [${to('strict')}]`]),
      route('p', [`${path('/p')}, backendRefs: [${to('strict')}]`]),
    ]),
  ],
  [
    'inference-sidecar',
    'sidecars have the overrides of mesh routes and never the filter; each port of a pool listens',
    input(
      [
        epp,
        service('front'),
        both('llm', { targets: [8000, 8001] }),
        route('m', [`backendRefs: [${to('llm')}]`], '', '{ group: "", kind: Service, name: front }'),
      ],
      sidecar,
    ),
  ],
  [
    'inference-long-name',
    'the Service of a pool with a long name has it cut',
    input([
      gateway,
      epp,
      both('a-very-long-name-of-a-pool-that-does-not-fit-into-a-label-of-dns'),
      route('r', [`backendRefs: [${to('a-very-long-name-of-a-pool-that-does-not-fit-into-a-label-of-dns')}]`]),
    ]),
  ],
];
