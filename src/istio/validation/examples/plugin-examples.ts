import type { RuleCode } from '../rules.ts';
import { all, cart, extension, ingress, plugin, waypoint, type Example } from './example.ts';

const forCart = 'selector: { matchLabels: { app: cart } }';
const forGateway = 'selector: { matchLabels: { istio: ingressgateway } }';
const inRoot = '{ name: auth, namespace: istio-system }';
const second = '{ name: quota, namespace: shop }';

const secret = (type: string): string => `apiVersion: v1\nkind: Secret\nmetadata: { name: pull, namespace: shop }\ntype: ${type}\n`;

const customPolicy =
  'apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: { name: ext, namespace: shop }\nspec: { action: CUSTOM, provider: { name: ext }, rules: [{}] }\n';

/** What is legal and yet not meant, by rule: plugins. */
export const pluginExamples: Partial<Readonly<Record<RuleCode, string | Example>>> = {
  'istio/url-dropped': plugin('url: «127.0.0.1:5000/auth:1.0»'),
  'istio/url-registry-port': plugin('url: «registry:5000/auth:1.0»'),
  'istio/url-file-form': plugin('url: «file:/etc/auth.wasm»'),
  'istio/url-no-scheme': plugin('url: «ghcr.io/org/auth:1.0»'),
  'istio/url-plain-http': plugin('url: «http://files.example/auth.wasm»'),
  'istio/url-no-path': plugin('url: «https://files.example»'),
  'istio/sha256-missing': plugin('url: «https://files.example/auth.wasm»'),
  'istio/sha256-of-file': plugin(`url: file:///etc/auth.wasm\n«sha256»: ${'a'.repeat(64)}`),
  'istio/image-latest': plugin('url: «oci://ghcr.io/org/auth»'),
  'istio/pull-always': plugin('imagePullPolicy: «Always»'),
  'istio/pull-policy-of-file': plugin('url: file:///etc/auth.wasm\n«imagePullPolicy»: Always'),
  'istio/pull-secret-namespace': all(plugin('imagePullSecret: «kubernetes://other/pull»'), secret('kubernetes.io/dockerconfigjson')),
  'istio/pull-secret-type': all(plugin('imagePullSecret: «pull»'), secret('Opaque')),
  'istio/pull-secret-absent': plugin('imagePullSecret: «pull»'),
  'istio/verification-key': plugin('«verificationKey»: PEM'),
  'istio/config-empty': plugin('«pluginConfig»: {}'),
  'istio/config-number': plugin('pluginConfig: { limit: «9007199254740993» }'),
  'istio/config-secret': plugin('pluginConfig: { client_secret: «s3cr3t» }'),
  'istio/env-secret': plugin('vmConfig: { env: [{ name: API_TOKEN, value: «s3cr3t» }] }'),
  'istio/env-reserved': plugin('vmConfig: { env: [{ name: «ISTIO_META_X», value: a }] }'),
  'istio/env-host-unknown': plugin('vmConfig: { env: [{ name: «REGION», valueFrom: HOST }] }'),
  'istio/selector-nothing': all(cart, plugin('selector: { «matchLabels»: { app: card } }')),
  'istio/selector-on-waypoint': all(waypoint, plugin('selector: { «matchLabels»: { gateway.networking.k8s.io/gateway-name: waypoint } }')),
  'istio/target-ref-without-waypoint': all(cart, plugin('targetRefs: [{ kind: «Service», group: "", name: cart }]')),
  'istio/target-ref-absent': all(waypoint, plugin('targetRefs: [{ kind: Gateway, group: gateway.networking.k8s.io, name: «waypont» }]')),
  'istio/target-ref-class': plugin('targetRefs: [«{ kind: GatewayClass, group: gateway.networking.k8s.io, name: istio }»]', inRoot),
  'istio/root-namespace-everything': plugin('phase: AUTHN', inRoot.replace('istio-system', '«istio-system»')),
  'istio/match-mode-gateway': all(ingress, plugin(`${forGateway}\nmatch: [{ mode: «SERVER» }]`, inRoot)),
  'istio/match-port-gateway': all(ingress, plugin(`${forGateway}\nmatch: [{ ports: [{ number: «80» }] }]`, inRoot)),
  'istio/match-port-inbound': all(cart, plugin(`${forCart}\nmatch: [{ mode: SERVER, ports: [{ number: «80» }] }]`)),
  'istio/match-port-waypoint': all(
    waypoint,
    cart,
    plugin('targetRefs: [{ kind: Service, group: "", name: cart }]\nmatch: [{ «ports»: [{ number: 80 }] }]'),
  ),
  'istio/network-plugin-once': all(ingress, plugin(`type: NETWORK\n${forGateway}`, inRoot).replaceAll('spec:\n  url', '«spec»:\n  url')),
  'istio/priority-tie': all(plugin('priority: «10»'), plugin('priority: 10', second)),
  'istio/priority-tie-upgrade': all(plugin('priority: 10'), plugin('priority: «10»', '{ name: auth-z, namespace: shop }')),
  'istio/priority-absent': all(plugin('phase: AUTHN').replace('spec:', '«spec»:'), plugin('phase: AUTHN\npriority: -1', second)),
  'istio/phase-after-custom': all(customPolicy, plugin('phase: «AUTHN»')),
  'istio/phase-numeric': plugin('phase: «1»'),
  'istio/fail-open-security': plugin('phase: AUTHN\nfailStrategy: «FAIL_OPEN»'),
  'istio/fail-reload': plugin('failStrategy: «FAIL_RELOAD»'),
  'istio/kind-group': plugin('phase: AUTHN').replace('extensions.istio.io/v1alpha1', '«networking.istio.io/v1alpha3»'),
  'istio/kind-too-new': { istio: '1.29.1', text: extension('lua: { inlineCode: x }').replace('TrafficExtension', '«TrafficExtension»') },
  'istio/no-namespace': plugin('phase: AUTHN', '{ name: «auth» }'),
};
