import { describe, expect, test } from 'vitest';
import { parseYaml } from '#yaml/parse.ts';
import { buildMesh } from './build-listeners.ts';
import { findProxies } from './find-proxies.ts';
import type { Landing } from './mesh.ts';
import { readResources } from './read-resources.ts';

const workload = `
apiVersion: v1
kind: Service
metadata: { name: cart, namespace: shop }
spec: { clusterIP: 10.96.0.1, selector: { app: cart }, ports: [{ name: http, port: 80, targetPort: 8080 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: cart, namespace: shop }
spec: { template: { metadata: { labels: { app: cart } }, spec: { containers: [] } } }
`;

function landingOf(namespace: string, spec: string): Landing {
  const plugin = `apiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin\nmetadata: { name: p, namespace: ${namespace} }\nspec: { url: 'oci://r/p', ${spec} }\n`;
  const { resources } = readResources([parseYaml(`${workload}---\n${plugin}`, 'mesh.yaml')]);
  const [proxy] = findProxies(resources);
  if (proxy === undefined) throw new Error('the workload has a proxy');
  const [landing] = buildMesh({ resources, proxy, istio: '1.31' }).landings;
  if (landing === undefined) throw new Error('every plugin has a landing');
  return landing;
}

test('a plugin that fits stands in the inbound chains, with reasons', () => {
  const landing = landingOf('shop', 'match: [{ mode: SERVER, ports: [{ number: 8080 }] }]');
  expect(landing.landed).toBe(true);
  expect(new Set(landing.places.map(({ listener }) => listener))).toEqual(new Set(['virtualInbound']));
  expect(landing.reasons.length).toBeGreaterThan(2);
});

describe('a plugin that does not land says which condition failed', () => {
  test.each([
    ['another namespace', 'bank', 'phase: AUTHN'],
    ['a selector', 'shop', 'selector: { matchLabels: { app: pay } }'],
    ['a port', 'shop', 'match: [{ ports: [{ number: 9999 }] }]'],
  ])('%s', (_, namespace, spec) => {
    const landing = landingOf(namespace, spec);
    expect(landing.landed).toBe(false);
    expect(landing.places).toEqual([]);
    expect(landing.reasons.at(-1)?.text).toBeTruthy();
  });
});
