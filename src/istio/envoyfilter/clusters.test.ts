import { describe, expect, test } from 'vitest';
import { resourcesOf } from '#testing/resources.ts';
import { buildMesh } from '../build-listeners.ts';
import { findProxies } from '../find-proxies.ts';

const mesh = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: cart, namespace: shop }
spec: { template: { metadata: { labels: { app: cart } }, spec: { containers: [] } } }
---
apiVersion: v1
kind: Service
metadata: { name: cart, namespace: shop }
spec: { selector: { app: cart }, ports: [{ name: http, port: 80, targetPort: 8080 }] }
---
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: { name: cart, namespace: shop }
spec: { host: cart.shop.svc.cluster.local, subsets: [{ name: v1, labels: { version: v1 } }] }
---
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: clusters, namespace: shop }
spec:
  configPatches:
  - applyTo: CLUSTER
`;

function landing(patch: string, world = mesh): readonly [boolean, readonly string[], string | undefined] {
  const resources = resourcesOf(`${world}${patch}`);
  const [proxy] = findProxies(resources);
  if (proxy === undefined) throw new Error('a workload is there');
  const [found] = buildMesh({ resources, proxy, istio: '1.31', env: { PILOT_ENABLE_AMBIENT: 'true' } }).landings;
  return [found?.landed === true, found?.places.map((place) => place.listener) ?? [], found?.reasons.at(-1)?.code];
}

test('a match by service hits all its clusters', () => {
  expect(
    landing(`
    match: { context: SIDECAR_OUTBOUND, cluster: { service: cart.shop.svc.cluster.local } }
    patch: { operation: MERGE, value: { connect_timeout: 3s } }`),
  ).toEqual([true, ['cluster:outbound|80||cart.shop.svc.cluster.local', 'cluster:outbound|80|v1|cart.shop.svc.cluster.local'], 'merge']);
});

test('inbound clusters are known by the services behind their port', () => {
  expect(
    landing(`
    match: { context: SIDECAR_INBOUND, cluster: { service: cart.shop.svc.cluster.local, portNumber: 8080 } }
    patch: { operation: REMOVE }`),
  ).toEqual([true, ['cluster:inbound|8080||'], 'remove']);
});

test.each([
  ['name: outbound|81||cart.shop.svc.cluster.local', 'cluster-name-miss'],
  ['subset: v2', 'cluster-subset-miss'],
  ['service: absent.shop.svc.cluster.local', 'cluster-service-miss'],
  ['service: cart.shop.svc.cluster.local, portNumber: 8080', 'cluster-port-miss'],
])('%s matches nothing, and it says why', (match, code) => {
  expect(
    landing(`
    match: { context: SIDECAR_OUTBOUND, cluster: { ${match} } }
    patch: { operation: MERGE, value: { connect_timeout: 3s } }`),
  ).toEqual([false, [], code]);
});

const waypoint = `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: waypoint, namespace: shop }
spec: { gatewayClassName: istio-waypoint, listeners: [{ name: mesh, port: 15008, protocol: HBONE }] }
---
apiVersion: v1
kind: Service
metadata: { name: cart, namespace: shop, labels: { istio.io/use-waypoint: waypoint } }
spec: { ports: [{ name: http, port: 80 }] }
---
apiVersion: v1
kind: Service
metadata: { name: pay, namespace: shop }
spec: { ports: [{ name: http, port: 80 }] }
---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: { name: cart, namespace: shop }
spec: { hosts: [cart], http: [{ route: [{ destination: { host: pay } }] }] }
---
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: clusters, namespace: shop }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: waypoint }]
  configPatches:
  - applyTo: CLUSTER
`;

describe('on a waypoint', () => {
  const merge = 'patch: { operation: MERGE, value: { connect_timeout: 3s } }';
  const added = 'patch: { operation: ADD, value: { name: mine } }';
  test.each([
    [
      'clusters of route targets it does not serve are reached',
      merge,
      [true, ['cluster:outbound|80||pay.shop.svc.cluster.local'], 'merge'],
    ],
    [
      'clusters of what it serves are not',
      `match: { cluster: { service: cart.shop.svc.cluster.local } }\n    ${merge}`,
      [false, [], 'cluster-service-miss'],
    ],
    ['new ones are taken for traffic that comes in', `match: { context: SIDECAR_INBOUND }\n    ${added}`, [true, ['cluster:mine'], 'add']],
    ['and for no other', `match: { context: SIDECAR_OUTBOUND }\n    ${added}`, [false, [], 'context-miss']],
    ['not even without a context', added, [false, [], 'context-miss']],
  ])('%s', (_, patch, expected) => {
    expect(landing(`\n    ${patch}`, waypoint)).toEqual(expected);
  });
});
