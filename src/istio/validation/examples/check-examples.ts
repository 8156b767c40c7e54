import type { RuleCode } from '../rules.ts';
import { all, extension, filter, patch, plugin, type Example } from './example.ts';

const manager = 'envoy.filters.network.http_connection_manager';
const lua = '{ name: lua, typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua } }';

/** A match of a filter inside a filter chain. */
const inChain = (match: string): string => `listener: { filterChain: { filter: ${match} } }`;
const router = inChain(`{ name: ${manager}, subFilter: { name: envoy.filters.http.router } }`);

/** A patch that removes what it matches. */
const remove = (applyTo: string, match: string): string => patch(`applyTo: ${applyTo}\nmatch: { ${match} }\npatch: { operation: REMOVE }`);

/** Without a priority. */
const insert = (operation: string, metadata: string): string =>
  filter(
    `workloadSelector: { labels: { app: cart } }\nconfigPatches:\n- applyTo: HTTP_FILTER\n  match: { context: GATEWAY, ${router} }\n  patch: { operation: ${operation}, value: ${lua} }`,
    metadata,
  );

const peerAuthentication = (spec: string): string =>
  `apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata: { name: mtls, namespace: shop }\nspec: { ${spec} }\n`;

/** What the API server, the webhook and istioctl refuse, by rule. */
export const checkExamples: Partial<Readonly<Record<RuleCode, string | Example>>> = {
  'istio/crd-schema': plugin('priority: «high»'),
  'istio/crd-enum': plugin('phase: «AUTHNN»'),
  'istio/crd-required': plugin('match: [{ ports: [«{}»] }]'),
  'istio/crd-duplicate': plugin('match: [{ ports: [{ number: 80 }, «{ number: 80 }»] }]'),
  'istio/crd-unknown-field': plugin('«pluginconfig»: { a: 1 }'),
  'istio/crd-rule': peerAuthentication('portLevelMtls: { 8080: { mode: DISABLE } }').replace('spec', '«spec»'),
  'istio/crd-version':
    'apiVersion: «extensions.istio.io/v1»\nkind: WasmPlugin\nmetadata: { name: auth, namespace: shop }\nspec: { url: oci://registry.example/auth:1.0 }\n',
  'istio/spec-unreadable': {
    istio: '1.20',
    text: 'apiVersion: networking.istio.io/v1beta1\nkind: VirtualService\nmetadata: { name: cart, namespace: shop }\n«spec»: { hosts: [cart], http: [{ timeout: soon }] }\n',
  },
  'istio/annotation-refused': plugin('phase: AUTHN', '{ name: auth, namespace: shop, annotations: { istio.io/dry-run: «"true"» } }'),
  'istio/one-target': plugin('«selector»: { matchLabels: { app: cart } }\ntargetRefs: [{ kind: Service, name: cart }]'),
  'istio/selector-empty-key': plugin('selector: { matchLabels: { "": «cart» } }'),
  'istio/selector-wildcard': plugin('selector: { matchLabels: { app: «"*"» } }'),
  'istio/selector-empty': plugin('«selector»: {}'),
  'istio/target-ref-name': plugin('targetRefs: [{ kind: Service, group: "", name: «""» }]'),
  'istio/target-ref-namespace': plugin('targetRefs: [{ kind: Service, name: cart, namespace: «other» }]'),
  'istio/target-ref-kind': plugin('targetRefs: [{ kind: «Deployment», group: apps, name: cart }]'),
  'istio/url-missing': plugin('url: «""»'),
  'istio/url-scheme': plugin('url: «ftp://files.example/auth.wasm»'),
  'istio/url-unparsable': plugin('url: «oci://registry.example/%zz»'),
  'istio/sha256-length': plugin('sha256: «abc»'),
  'istio/sha256-pattern': plugin(`sha256: «${'A'.repeat(64)}»`),
  'istio/pull-secret-length': plugin(`imagePullSecret: «${'s'.repeat(254)}»`),
  'istio/plugin-name-length': plugin(`pluginName: «${'n'.repeat(257)}»`),
  'istio/env-name': plugin('vmConfig: { env: [{ name: «""», value: x }] }'),
  'istio/env-name-length': plugin(`vmConfig: { env: [{ name: «${'n'.repeat(257)}», value: x }] }`),
  'istio/env-duplicate': plugin('vmConfig: { env: [{ name: A, value: x }, { name: «A», value: z }] }'),
  'istio/env-host-value': plugin('vmConfig: { env: [{ name: POD_NAME, valueFrom: HOST, value: «x» }] }'),
  'istio/match-port-range': plugin('match: [{ ports: [{ number: «70000» }] }]'),
  'istio/wasm-or-lua': extension('phase: AUTHN').replace('spec', '«spec»'),
  'istio/lua-empty': extension('lua: { inlineCode: «""» }'),
  'istio/lua-too-long': extension(`lua: { inlineCode: «${'x'.repeat(65_537)}» }`),
  'istio/envoy-filter-exposed': filter('configPatches: []').replace('spec', '«spec»'),
  'istio/patch-apply-to': patch('applyTo: «INVALID»\npatch: { operation: ADD, value: {} }'),
  'istio/patch-missing': patch('«applyTo: CLUSTER»'),
  'istio/patch-operation': patch('applyTo: CLUSTER\n«patch»: { value: {} }'),
  'istio/patch-value': patch('applyTo: CLUSTER\n«patch»: { operation: ADD }'),
  'istio/proxy-version-long': remove('CLUSTER', `proxy: { proxyVersion: «^${'1'.repeat(1024)}» }`),
  'istio/proxy-version-regex': remove('CLUSTER', String.raw`proxy: { proxyVersion: «'^1\.(31'» }`),
  'istio/match-not-listener': remove('HTTP_FILTER', '«cluster»: { name: a }'),
  'istio/match-not-route': remove('VIRTUAL_HOST', '«cluster»: { name: a }'),
  'istio/match-not-cluster': remove('CLUSTER', '«listener»: { portNumber: 80 }'),
  'istio/filter-match-useless': remove('LISTENER', inChain('{ name: envoy.filters.network.tcp_proxy }').replace('filter:', '«filter»:')),
  'istio/filter-match-name': remove('NETWORK_FILTER', inChain('{}').replace('filter:', '«filter»:')),
  'istio/sub-filter-kind': remove('NETWORK_FILTER', inChain(`{ name: ${manager}, «subFilter»: { name: a } }`)),
  'istio/sub-filter-manager': remove('HTTP_FILTER', inChain('{ name: envoy.filters.network.tcp_proxy, «subFilter»: { name: a } }')),
  'istio/sub-filter-name': remove('HTTP_FILTER', inChain(`{ name: ${manager}, «subFilter»: {} }`)),
  'istio/old-filter-name': remove('NETWORK_FILTER', `context: SIDECAR_INBOUND, ${inChain('{ name: «envoy.http_connection_manager» }')}`),
  'istio/filter-untyped': patch(
    `applyTo: HTTP_FILTER\nmatch: { context: GATEWAY, ${router} }\npatch: { operation: INSERT_BEFORE, «value»: { name: lua } }`,
  ),
  'istio/IST0151': insert('«INSERT_BEFORE»', '{ name: a, namespace: shop }'),
  'istio/IST0152': patch('applyTo: LISTENER\npatch: { operation: «REPLACE», value: { name: a } }'),
  'istio/IST0153': patch('applyTo: HTTP_ROUTE\nmatch: { context: GATEWAY }\npatch: { operation: «ADD», value: { name: a } }'),
  'istio/IST0154': patch('applyTo: HTTP_ROUTE\nmatch: { context: GATEWAY }\npatch: { operation: «REMOVE» }'),
  'istio/IST0155': all(
    patch(
      String.raw`applyTo: HTTP_FILTER
match: { context: GATEWAY, proxy: { proxyVersion: '^1\.31.*' } }
patch: { operation: INSERT_FIRST, value: ` + `${lua} }`,
    ),
    insert('«INSERT_BEFORE»', '{ name: later, namespace: shop }'),
  ),
};
