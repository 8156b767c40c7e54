import { expect, test } from 'vitest';
import { parseYaml } from '#yaml/parse.ts';
import { readResources } from '../read-resources.ts';
import { snapshotOf, type Snapshot } from '../snapshot.ts';
import { waypointFor, waypointsOfService } from './waypoints.ts';

const waypoint = (name: string, from = 'Same', traffic = 'service'): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: ${name}, namespace: shop, labels: { istio.io/waypoint-for: ${traffic} } }
spec:
  gatewayClassName: istio-waypoint
  listeners: [{ name: mesh, port: 15008, protocol: HBONE, allowedRoutes: { namespaces: { from: ${from} } } }]
`;

const snapshot = (...texts: string[]): Snapshot =>
  snapshotOf({
    resources: readResources([parseYaml(texts.join('---\n'), 'mesh.yaml')]).resources,
    istio: '1.31',
    env: { PILOT_ENABLE_AMBIENT: 'true' },
  });

const object = (namespace: string, labels: Record<string, string>): Parameters<typeof waypointFor>[1] => ({
  namespace,
  labels,
  annotations: {},
});
const nameOf = (mesh: Snapshot, ...args: Parameters<typeof object>): string | undefined =>
  waypointFor(mesh, object(...args))?.resource.name;

test('a label on the object, else on its namespace, names the waypoint', () => {
  const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { istio.io/use-waypoint: wide } }\n';
  const mesh = snapshot(waypoint('own'), waypoint('wide'), namespace);
  expect(nameOf(mesh, 'shop', { 'istio.io/use-waypoint': 'own' })).toBe('own');
  expect(nameOf(mesh, 'shop', {})).toBe('wide');
  expect(nameOf(mesh, 'shop', { 'istio.io/use-waypoint': 'none' })).toBeUndefined();
});

test('other namespaces are admitted only when the listener says so', () => {
  const labels = { 'istio.io/use-waypoint': 'own', 'istio.io/use-waypoint-namespace': 'shop' };
  expect(nameOf(snapshot(waypoint('own')), 'bank', labels)).toBeUndefined();
  expect(nameOf(snapshot(waypoint('own', 'All')), 'bank', labels)).toBe('own');
});

test('a waypoint for workloads takes no services', () => {
  expect(waypointsOfService(snapshot(waypoint('own', 'Same', 'workload')), object('shop', { 'istio.io/use-waypoint': 'own' }))).toEqual([]);
});
