import { describe, expect, test } from 'vitest';
import { parseYaml } from '#yaml/parse.ts';
import { buildMesh } from './build-listeners.ts';
import { findProxies } from './find-proxies.ts';
import { matrixColumns, matrixRow } from './matrix.ts';
import { readResources } from './read-resources.ts';

const workload = (name: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: demo}
spec:
  template:
    metadata: {labels: {app: ${name}}}
---
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: demo}
spec:
  selector: {app: ${name}}
  ports: [{name: http, port: 80}]
---
`;

const world = `${workload('a')}${workload('b')}
apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: {name: only-a, namespace: demo}
spec:
  url: oci://example.com/x
  selector: {matchLabels: {app: a}}
---
apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: {name: elsewhere, namespace: other}
spec: {url: oci://example.com/x}
---
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: two, namespace: demo}
spec:
  configPatches:
  - applyTo: HTTP_FILTER
    match: {context: SIDECAR_INBOUND, listener: {filterChain: {filter: {name: envoy.filters.network.http_connection_manager}}}}
    patch: {operation: INSERT_FIRST, value: {name: x}}
  - applyTo: HTTP_FILTER
    match: {context: GATEWAY}
    patch: {operation: INSERT_FIRST, value: {name: y}}
`;

describe('workload × plugin', () => {
  const { resources } = readResources([parseYaml(world, 'world.yaml')]);
  const columns = matrixColumns(resources);
  const rows = findProxies(resources).map((proxy) => {
    const { landings } = buildMesh({ resources, proxy, istio: '1.31' });
    return [proxy.name, matrixRow(landings, columns)] as const;
  });

  test('a column for everything that can land', () => {
    expect(columns.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['WasmPlugin only-a', 'WasmPlugin elsewhere', 'EnvoyFilter two']);
  });

  test('a row for each workload: where it landed, how much of it, and what failed first elsewhere', () => {
    expect(rows.map(([name, cells]) => [name, cells.map((cell) => cell?.landed)])).toEqual([
      ['a', [true, false, true]],
      ['b', [false, false, true]],
    ]);
    const [, onB] = rows[1] ?? [];
    expect(onB?.[0]?.reasons.at(-1)).toMatch(/selector/i);
    expect(onB?.[1]?.reasons.at(-1)).toMatch(/namespace/i);
    expect(onB?.[2]?.patches).toEqual({ landed: 1, all: 2 });
  });
});
