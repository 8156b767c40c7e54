import { describe, expect, test } from 'vitest';
import { parseYaml } from '#yaml/parse.ts';
import { buildMesh } from '../build-listeners.ts';
import { findProxies } from '../find-proxies.ts';
import { newestMinor, oldestMinor } from '../minors.ts';
import { readResources } from '../read-resources.ts';
import { behaviourChanges } from './behaviour-changes.ts';
import { landingChanges } from './landing-changes.ts';
import { upgradeNotes } from './upgrade-notes.ts';

const world = `apiVersion: apps/v1
kind: Deployment
metadata: {name: a, namespace: demo}
spec: {template: {metadata: {labels: {app: a}}}}
---
apiVersion: v1
kind: Service
metadata: {name: a, namespace: demo}
spec: {selector: {app: a}, ports: [{name: http, port: 80}]}
---
apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: {name: auth, namespace: demo}
spec: {url: "oci://example.com/x", failStrategy: FAIL_OPEN}
---
apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: {name: behind, namespace: demo}
spec:
  configPatches:
  - applyTo: HTTP_FILTER
    match:
      context: SIDECAR_INBOUND
      listener:
        filterChain:
          filter: {name: envoy.filters.network.http_connection_manager, subFilter: {name: extensions.istio.io/wasmplugin/demo.auth}}
    patch: {operation: INSERT_AFTER, value: {name: x}}
`;

const { resources } = readResources([parseYaml(world, 'world.yaml')]);

describe('an upgrade', () => {
  test('tells which plugins and patches land no longer, and why', () => {
    const [proxy] = findProxies(resources);
    if (proxy === undefined) throw new Error('no proxy');
    const landings = (istio: string) => buildMesh({ resources, proxy, istio }).landings;
    expect(landingChanges(landings('1.29'), landings('1.31'))).toEqual([
      {
        resource: { kind: 'EnvoyFilter', namespace: 'demo', name: 'behind' },
        patch: 0,
        now: 'misses',
        because: expect.stringMatching(/./),
      },
    ]);
    expect(landingChanges(landings('1.31'), landings('1.29'))).toMatchObject([{ now: 'lands' }]);
    expect(landingChanges(landings('1.31'), landings('1.31'))).toEqual([]);
  });

  test('names the changes of behaviour that concern these resources, once for each', () => {
    const codes = (from: number, to: number): readonly string[] => upgradeNotes(resources, from, to).map(({ code }) => code);
    expect(codes(29, 31)).toEqual(['plugin-names-1.30']);
    expect(codes(24, 26)).toEqual(['wasm-properties-1.33', 'plugin-names-1.26', 'failure-policy']);
    expect(codes(26, 24)).toEqual(codes(24, 26));
    expect(codes(31, 31)).toEqual([]);
  });

  test('every change stands in the order of the minors, between those we play, with its source', () => {
    const minors = behaviourChanges.map(({ since }) => since);
    expect(minors).toEqual(minors.toSorted((a, b) => a - b));
    expect(minors.every((minor) => minor > oldestMinor && minor <= newestMinor)).toBe(true);
    expect(new Set(behaviourChanges.map(({ code }) => code)).size).toBe(behaviourChanges.length);
  });
});
