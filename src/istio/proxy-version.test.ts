import { expect, test } from 'vitest';
import { resourcesOf } from '#testing/resources.ts';
import { buildMesh } from './build-listeners.ts';
import { findProxies } from './find-proxies.ts';

const resources = resourcesOf(`
apiVersion: apps/v1
kind: Deployment
metadata: { name: cart, namespace: shop }
spec: { template: { metadata: { labels: { app: cart } }, spec: { containers: [] } } }
---
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: only-129, namespace: shop }
spec:
  configPatches:
  - applyTo: LISTENER
    match: { context: SIDECAR_INBOUND, proxy: { proxyVersion: '^1\\.29.*' } }
    patch: { operation: MERGE, value: { tcp_backlog_size: 9 } }
`);

test.each([
  ['1.29', true],
  ['1.31', false],
])('a workload that was found has the version of its istiod: %s', (istio, landed) => {
  const [proxy] = findProxies(resources);
  if (proxy === undefined) throw new Error('a workload is there');
  expect(buildMesh({ resources, proxy, istio }).landings.map((landing) => landing.landed)).toEqual([landed]);
});
