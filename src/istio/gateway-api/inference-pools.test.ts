import { describe, expect, test } from 'vitest';
import type { HttpFilter } from '#envoy/listener.ts';
import { parseYaml } from '#yaml/parse.ts';
import { buildMesh } from '../build-listeners.ts';
import { findProxies } from '../find-proxies.ts';
import type { MeshOutput } from '../mesh.ts';
import { readResources } from '../read-resources.ts';

const mesh = `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: shop }
spec: { gatewayClassName: istio, listeners: [{ name: http, port: 80, protocol: HTTP }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: chat, namespace: shop }
spec:
  parentRefs: [{ name: web }]
  rules: [{ backendRefs: [{ group: inference.networking.k8s.io, kind: InferencePool, name: llm }] }]
---
apiVersion: inference.networking.k8s.io/v1
kind: InferencePool
metadata: { name: llm, namespace: shop }
spec:
  selector: { matchLabels: { app: llm } }
  targetPorts: [{ number: 8000 }]
  endpointPickerRef: { name: epp, port: { number: 9002 } }
`;

function build(text = mesh, isOn = true, istio = '1.31'): MeshOutput {
  const { resources } = readResources([parseYaml(text, 'mesh.yaml')]);
  const [proxy] = findProxies(resources);
  if (proxy === undefined) throw new Error('the gateway has a proxy');
  return buildMesh({ resources, proxy, istio, env: isOn ? { ENABLE_GATEWAY_API_INFERENCE_EXTENSION: 'true' } : {} });
}

function picker(output: MeshOutput): HttpFilter | undefined {
  return output.listeners
    .flatMap((listener) => listener.filterChains)
    .flatMap((chain) => chain.networkFilters)
    .flatMap((filter) => filter.httpFilters ?? [])
    .find((filter) => filter.name === 'envoy.filters.http.ext_proc');
}

describe('of a cluster that is described, not given', () => {
  test('the gateway has the filter as soon as a route leads to a pool, and says why', () => {
    expect(picker(build())?.provenance.reasons[0]?.text).toContain('InferencePool');
  });

  test('the Service that istiod makes for the pool is the cluster of the route, and the picker fails closed', () => {
    const routes = JSON.stringify(build().routes);
    expect(routes).toContain('"cluster":"outbound|54321||llm-ip-487b9104.shop.svc.cluster.local"');
    expect(routes).toContain('"clusterName":"outbound|9002||epp.shop.svc.cluster.local"');
    expect(routes).toContain('"failureModeAllow":false');
  });

  test('a Service of that name that is not for a pool stays, and the route has no target', () => {
    const foreign = `---\napiVersion: v1\nkind: Service\nmetadata: { name: llm-ip-487b9104, namespace: shop }\nspec: { ports: [{ port: 80 }] }\n`;
    expect(JSON.stringify(build(mesh + foreign).routes)).not.toContain('outbound|54321');
  });
});

test.each([
  ['the switch is off', mesh, false, '1.31'],
  ['istiod is too old', mesh, true, '1.27'],
  ['the picker has no port', mesh.replace(', port: { number: 9002 }', ''), true, '1.31'],
  ['no route leads to the pool', mesh.replace('name: llm }] }]', 'name: other }] }]'), true, '1.31'],
])('no filter while %s', (_, text, isOn, istio) => {
  expect(picker(build(text, isOn, istio))).toBeUndefined();
});
