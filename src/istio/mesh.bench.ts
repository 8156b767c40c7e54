import { bench, describe } from 'vitest';
import { envoyTypes } from '#testing/envoy-types.ts';
import { parseYaml } from '#yaml/parse.ts';
import { buildMesh } from './build-listeners.ts';
import { findProxies } from './find-proxies.ts';
import { installedMeshConfig } from './installed-mesh.ts';
import { readResources } from './read-resources.ts';

const types = await envoyTypes();
const count = (n: number, one: (i: number) => string): string[] => Array.from({ length: n }, (_, i) => one(i));

/** 200 workloads with their services, 500 plugins and 500 EnvoyFilters: every workload has some of each. */
const text = [
  ...count(
    200,
    (i) => `apiVersion: apps/v1
kind: Deployment
metadata: {name: app-${i}, namespace: mesh}
spec:
  selector: {matchLabels: {app: app-${i}}}
  template:
    metadata: {labels: {app: app-${i}}}
    spec:
      containers: [{name: app, image: registry.example/app, ports: [{containerPort: 8080}]}]
---
apiVersion: v1
kind: Service
metadata: {name: app-${i}, namespace: mesh}
spec: {selector: {app: app-${i}}, ports: [{name: http, port: 80, targetPort: 8080}]}`,
  ),
  ...count(
    500,
    (i) => `apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: {name: plugin-${i}, namespace: mesh}
spec:
  selector: {matchLabels: {app: app-${i % 200}}}
  url: oci://registry.example/plugin-${i}:1.0.0
  phase: AUTHN
  priority: ${i}`,
  ),
  ...count(
    500,
    (i) => `apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: patch-${i}, namespace: mesh}
spec:
  workloadSelector: {labels: {app: app-${i % 200}}}
  configPatches:
  - applyTo: HTTP_FILTER
    match: {context: SIDECAR_INBOUND}
    patch:
      operation: INSERT_FIRST
      value:
        name: buffer-${i}
        typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.buffer.v3.Buffer, max_request_bytes: 1024}`,
  ),
].join('\n---\n');

const stream = parseYaml(text, 'mesh.yaml');
const { resources } = readResources([stream]);
const proxies = findProxies(resources);
const meshConfig = installedMeshConfig(resources);
const [proxy] = proxies;
if (proxy === undefined) throw new Error('Broken invariant: the mesh has workloads');

describe('200 workloads, 500 plugins, 500 EnvoyFilters', () => {
  const few = { iterations: 5, time: 500, warmupIterations: 1, warmupTime: 0 };
  bench('read the YAML', () => void readResources([parseYaml(text, 'mesh.yaml')]), few);
  bench('find the workloads', () => void findProxies(resources), few);
  bench('build one workload', () => void buildMesh({ resources, proxy, istio: '1.31', meshConfig, types }), few);
});
