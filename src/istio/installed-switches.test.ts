import { expect, test } from 'vitest';
import { parseYaml } from '#yaml/parse.ts';
import { buildMesh } from './build-listeners.ts';
import { findProxies } from './find-proxies.ts';
import { readResources } from './read-resources.ts';

const workload = `apiVersion: apps/v1
kind: Deployment
metadata: {name: db, namespace: demo}
spec: {template: {metadata: {labels: {app: db}}}}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: demo}
spec: {selector: {app: db}, ports: [{name: mysql, port: 3306}]}
`;

const istiod = `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: istiod, namespace: istio-system, labels: {app: istiod}}
spec:
  template:
    metadata: {labels: {app: istiod}}
    spec:
      containers:
      - name: discovery
        env:
        - {name: PILOT_ENABLE_MYSQL_FILTER, value: "true"}
        - {name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
`;

function filtersOf(text: string): readonly string[] {
  const { resources } = readResources([parseYaml(text, 'mesh.yaml')]);
  const proxy = findProxies(resources).find(({ name }) => name === 'db');
  if (proxy === undefined) throw new Error('no proxy');
  const { listeners } = buildMesh({ resources, proxy, istio: '1.31' });
  return listeners.flatMap(({ filterChains }) => filterChains.flatMap((chain) => chain.networkFilters.map(({ name }) => name)));
}

test('switches that the istiod of the workspace has in its environment count', () => {
  expect(filtersOf(workload)).not.toContain('envoy.filters.network.mysql_proxy');
  expect(filtersOf(`${workload}${istiod}`)).toContain('envoy.filters.network.mysql_proxy');
});
