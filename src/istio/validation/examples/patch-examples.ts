import type { RuleCode } from '../rules.ts';
import { all, cart, filter, ingress, patch, type Example } from './example.ts';

const manager = 'envoy.filters.network.http_connection_manager';
const type = (name: string): string => `"@type": type.googleapis.com/envoy.extensions.filters.${name}`;
const lua = `{ name: lua, typed_config: { ${type('http.lua.v3.Lua')} } }`;

/** A match of HTTP filters, by the name of one. */
const near = (name?: string): string =>
  `listener: { filterChain: { filter: { name: ${manager}${name === undefined ? '' : `, subFilter: { name: ${name} }`} } } }`;
const router = near('envoy.filters.http.router');

const http = (operation: string, match: string, value: string = lua): string =>
  patch(`applyTo: HTTP_FILTER\nmatch: { context: GATEWAY, ${match} }\npatch: { operation: ${operation}, value: ${value} }`);

const on = (applyTo: string, operation: string, value: string, match = 'context: GATEWAY'): string =>
  patch(`applyTo: ${applyTo}\nmatch: { ${match} }\npatch: { operation: ${operation}, value: ${value} }`);

const inRoot = '{ name: extra, namespace: istio-system }';
const forGateway = (lines: string): string =>
  filter(
    `workloadSelector: { labels: { istio: ingressgateway } }\npriority: 10\nconfigPatches:\n- ${lines.replaceAll('\n', '\n  ')}`,
    inRoot,
  );

const wasm = (code: string): string =>
  `{ name: w, typed_config: { ${type('http.wasm.v3.Wasm')}, config: { vm_config: { code: ${code} } } } }`;
const discovery = (name: string): string =>
  `{ name: ${name}, config_discovery: { config_source: { ads: {} }, type_urls: [x/envoy.extensions.filters.http.wasm.v3.Wasm] } }`;

/** What is legal and yet not meant, by rule: EnvoyFilters. */
export const patchExamples: Partial<Readonly<Record<RuleCode, string | Example>>> = {
  'istio/filter-behind-router': http('«ADD»', router),
  'istio/insert-at-front': http('«INSERT_BEFORE»', near()),
  'istio/operation-needs-filter': http('«REPLACE»', near()),
  'istio/operation-useless': on('ROUTE_CONFIGURATION', '«ADD»', '{ name: a }'),
  'istio/insert-is-add': on('CLUSTER', '«INSERT_BEFORE»', '{ name: a }'),
  'istio/merge-all': http('«MERGE»', near()),
  'istio/merge-type': http('MERGE', router).replace('value:', '«value»:'),
  'istio/merge-listener-filter': on(
    'LISTENER_FILTER',
    '«MERGE»',
    `{ name: envoy.filters.listener.tls_inspector, typed_config: { ${type('listener.tls_inspector.v3.TlsInspector')}, enable_ja3_fingerprinting: true } }`,
    'context: GATEWAY, listener: { listenerFilter: envoy.filters.listener.tls_inspector }',
  ),
  'istio/merge-zero': on('CLUSTER', 'MERGE', '{ respect_dns_ttl: «false» }'),
  'istio/merge-appends': on(
    'CLUSTER',
    'MERGE',
    '{ «health_checks»: [{ timeout: 1s, interval: 1s, unhealthy_threshold: 1, healthy_threshold: 1, tcp_health_check: {} }] }',
  ),
  'istio/replace-list-alpn': on('FILTER_CHAIN', '«MERGE_AND_REPLACE_LIST»', '{ filter_chain_match: { application_protocols: [h2] } }'),
  'istio/chain-without-filters': on('FILTER_CHAIN', 'ADD', '{ name: a }').replace('value:', '«value»:'),
  'istio/chain-added': on(
    'FILTER_CHAIN',
    '«ADD»',
    `{ name: a, filters: [{ name: t, typed_config: { ${type('network.tcp_proxy.v3.TcpProxy')}, stat_prefix: t, cluster: t } }] }`,
  ),
  'istio/listener-any': on('CLUSTER', '«ADD»', '{ name: a }', 'cluster: {}'),
  'istio/bootstrap': on('«BOOTSTRAP»', 'MERGE', '{ stats_flush_interval: 5s }'),
  'istio/context-waypoint': http('INSERT_BEFORE', router).replace('GATEWAY', '«WAYPOINT»'),
  'istio/context-any': http('INSERT_BEFORE', router).replace('context: GATEWAY, ', '').replace('HTTP_FILTER', '«HTTP_FILTER»'),
  'istio/filter-target-service': filter(
    `targetRefs: [{ kind: «Service», group: "", name: cart }]\npriority: 1\nconfigPatches: [{ applyTo: CLUSTER, patch: { operation: REMOVE } }]`,
  ),
  'istio/filter-target-refs-old': {
    istio: '1.24.0',
    text: filter(
      `«targetRefs»: [{ kind: Gateway, group: gateway.networking.k8s.io, name: w }]\npriority: 1\nconfigPatches: [{ applyTo: CLUSTER, patch: { operation: REMOVE } }]`,
    ),
  },
  'istio/filter-selects-all': filter(
    'priority: 1\nconfigPatches: [{ applyTo: CLUSTER, patch: { operation: REMOVE } }]',
    '{ name: «extra», namespace: istio-system }',
  ),
  'istio/filter-port-gateway': all(
    ingress,
    forGateway('applyTo: LISTENER\nmatch: { context: GATEWAY, listener: { portNumber: «80» } }\npatch: { operation: REMOVE }'),
  ),
  'istio/filter-port-inbound': all(cart, on('LISTENER', 'REMOVE', '{}', 'context: SIDECAR_INBOUND, listener: { portNumber: «80» }')),
  'istio/route-port-gateway': all(
    ingress,
    forGateway(
      'applyTo: VIRTUAL_HOST\nmatch: { context: GATEWAY, routeConfiguration: { portNumber: «8080» } }\npatch: { operation: REMOVE }',
    ),
  ),
  'istio/port-name-unused': http('INSERT_BEFORE', router.replace('{ filterChain', '{ «portName»: http, filterChain')),
  'istio/filter-class-unused': http('INSERT_FIRST', router).replace('patch: {', 'patch: { «filterClass»: AUTHN,'),
  'istio/proxy-version-loose': http('INSERT_BEFORE', `proxy: { proxyVersion: «"1.31"» }, ${router}`),
  'istio/plugin-name-old': http('INSERT_BEFORE', near('«extensions.istio.io/wasmplugin/shop.auth»')),
  'istio/plugin-name-fragile': http('INSERT_BEFORE', near('«extensions.istio.io/trafficextension/shop.auth~istio-translated-wasmplugin»')),
  'istio/anchor-unknown': http('INSERT_BEFORE', near('«my-filter»')),
  'istio/manager-name': http('INSERT_FIRST', 'listener: { filterChain: { filter: { name: «envoy.filters.network.tcp_proxy» } } }'),
  'istio/inline-remote-wasm': http(
    'INSERT_BEFORE',
    router,
    wasm(`{ remote: { sha256: ${'a'.repeat(64)}, http_uri: { uri: 'oci://registry.example/w:1', cluster: _, timeout: 1s } } }`),
  ).replace('value:', '«value»:'),
  'istio/inline-wasm-cluster': http(
    'INSERT_BEFORE',
    router,
    wasm(`{ remote: { sha256: ${'a'.repeat(64)}, http_uri: { uri: 'https://files.example/w.wasm', cluster: files, timeout: 1s } } }`),
  ).replace('value:', '«value»:'),
  'istio/discovery-unanswered': http('INSERT_BEFORE', router, discovery('«w»')),
  'istio/extension-unasked': on('EXTENSION_CONFIG', 'ADD', wasm('{ local: { filename: /w.wasm } }').replace('name: w', 'name: «w»')),
  'istio/extension-operation': on('EXTENSION_CONFIG', '«MERGE»', wasm('{ local: { filename: /w.wasm } }')),
  'istio/lua-inline-code': http(
    'INSERT_BEFORE',
    router,
    `{ name: lua, typed_config: { ${type('http.lua.v3.Lua')}, inline_code: x } }`,
  ).replace('value:', '«value»:'),
  'istio/same-filter-twice': filter(
    `workloadSelector: { labels: { app: cart } }\npriority: 1\nconfigPatches:\n${`- applyTo: HTTP_FILTER\n  match: { context: GATEWAY, ${router} }\n  patch: { operation: INSERT_BEFORE, value: ${lua} }\n`.repeat(2)}`,
  ).replace(/name: lua(?!.*name: lua)/s, 'name: «lua»'),
};
