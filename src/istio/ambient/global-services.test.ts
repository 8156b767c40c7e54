import { expect, test } from 'vitest';
import { parseYaml } from '#yaml/parse.ts';
import { buildMesh } from '../build-listeners.ts';
import { findProxies } from '../find-proxies.ts';
import { readResources } from '../read-resources.ts';

const gateway = `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: eastwest, namespace: istio-system }
spec:
  gatewayClassName: istio-east-west
  listeners: [{ name: mesh, port: 15008, protocol: HBONE, tls: { mode: Terminate } }]
`;
const service = (name: string, labels: string): string =>
  `---\napiVersion: v1\nkind: Service\nmetadata: { name: ${name}, namespace: shop, labels: { ${labels} } }\nspec: { clusterIP: 10.96.0.9, ports: [{ name: http, port: 80 }] }\n`;
const waypoint = `---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: waypoint, namespace: shop }
spec: { gatewayClassName: istio-waypoint, listeners: [{ name: mesh, port: 15008, protocol: HBONE }] }
`;

/** The chains of `main_internal` on the gateway between networks. */
function served(text: string): readonly (string | undefined)[] {
  const { resources } = readResources([parseYaml(gateway + text, 'mesh.yaml')]);
  const proxy = findProxies(resources).find(({ name }) => name === 'eastwest');
  if (proxy === undefined) throw new Error('the gateway has a proxy');
  const { listeners } = buildMesh({
    resources,
    proxy,
    istio: '1.31',
    env: { PILOT_ENABLE_AMBIENT: 'true', AMBIENT_ENABLE_MULTI_NETWORK: 'true' },
    meshConfig: { serviceScopeConfigs: [{ scope: 'GLOBAL', servicesSelector: { matchLabels: { 'istio.io/global': 'true' } } }] },
  });
  return listeners.find(({ name }) => name === 'main_internal')?.filterChains.map(({ name }) => name) ?? [];
}

test('a gateway between networks serves global services, and no other', () => {
  expect(served(service('cart', 'istio.io/global: "true"') + service('own', 'app: own'))).toEqual([
    'inbound-vip|80|tcp|cart.shop.svc.cluster.local',
  ]);
});

test('the waypoint of a global service comes with it', () => {
  expect(served(`${service('cart', 'istio.io/global: "true", istio.io/use-waypoint: waypoint')}${waypoint}`)).toEqual([
    'inbound-vip|80|tcp|cart.shop.svc.cluster.local',
    'inbound-vip|15008|tcp|waypoint.shop.svc.cluster.local',
  ]);
});

test('with nothing to serve, one chain that no request reaches keeps the listener valid', () => {
  expect(served(service('own', 'app: own'))).toEqual(['virtualInbound-blackhole']);
});
