import { all, cart, ingress, patch, plugin, waypoint } from './example.ts';

const digest = `oci://registry.example/auth@sha256:${'a'.repeat(64)}`;
const lua = '{ name: lua, typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua } }';

/** Resources as one would wish them: there is nothing to say about these but that EnvoyFilter is internal. */
export const goodExamples: Readonly<Record<string, string>> = {
  'a plugin for one workload': all(cart, plugin('selector: { matchLabels: { app: cart } }\nphase: AUTHN\npriority: 10')),
  'a plugin with everything': all(
    cart,
    plugin(
      `url: ${digest}\nselector: { matchLabels: { app: cart } }\nmatch: [{ mode: SERVER, ports: [{ number: 8080 }] }]\nfailStrategy: FAIL_CLOSE\nimagePullPolicy: IfNotPresent\npluginConfig: { rules: [{ path: /, allow: true }] }\nvmConfig: { env: [{ name: POD_NAME, valueFrom: HOST }, { name: MODE, value: strict }] }`,
    ),
  ),
  'a plugin of a gateway': all(
    ingress,
    plugin(
      'selector: { matchLabels: { istio: ingressgateway } }\nmatch: [{ ports: [{ number: 8080 }] }]',
      '{ name: auth, namespace: istio-system }',
    ),
  ),
  'a plugin of a waypoint': all(waypoint, cart, plugin('targetRefs: [{ kind: Service, group: "", name: cart }]')),
  'a filter before the router': all(
    cart,
    patch(
      `applyTo: HTTP_FILTER\nmatch: { context: SIDECAR_INBOUND, listener: { portNumber: 8080, filterChain: { filter: { name: envoy.filters.network.http_connection_manager, subFilter: { name: envoy.filters.http.router } } } } }\npatch: { operation: INSERT_BEFORE, value: ${lua} }`,
    ),
  ),
};
