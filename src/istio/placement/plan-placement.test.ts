import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HttpFilter } from '#envoy/listener.ts';
import { parseYaml } from '#yaml/parse.ts';
import { buildMesh } from '../build-listeners.ts';
import { findProxies } from '../find-proxies.ts';
import { installedMeshConfig } from '../installed-mesh.ts';
import { readResources } from '../read-resources.ts';
import { gapsOfChain, planPlacement } from './plan-placement.ts';

interface PluginSpec {
  readonly name: string;
  readonly phase?: string | undefined;
  readonly priority?: number | undefined;
}

const workload = `
apiVersion: v1
kind: Service
metadata: { name: web, namespace: demo }
spec: { clusterIP: 10.0.0.1, selector: { app: web }, ports: [{ name: http, port: 80, targetPort: 8080 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: demo }
spec: { selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: web }] } } }
`;

const pluginYaml = ({ name, phase, priority }: PluginSpec): string =>
  `---\napiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin\nmetadata: { name: ${name}, namespace: demo }\nspec:\n  url: oci://registry.example/${name}\n${
    phase === undefined ? '' : `  phase: ${phase}\n`
  }${priority === undefined ? '' : `  priority: ${priority}\n`}`;

/** The HTTP filters of the sidecar's chain for its service, as istiod would build them. */
function chainOf(plugins: readonly PluginSpec[]): readonly HttpFilter[] {
  const { resources } = readResources([parseYaml(workload + plugins.map(pluginYaml).join(''), 'test.yaml')]);
  const [proxy] = findProxies(resources);
  if (proxy === undefined) throw new Error('no proxy');
  const { listeners } = buildMesh({ resources, proxy, istio: '1.31', meshConfig: installedMeshConfig(resources) });
  const chain = listeners.find((listener) => listener.name === 'virtualInbound')?.filterChains.find((item) => item.name === '0.0.0.0_8080');
  return chain?.networkFilters.find((filter) => filter.httpFilters !== undefined)?.httpFilters ?? [];
}

const names = (filters: readonly HttpFilter[]): readonly string[] =>
  filters.map((filter) => filter.provenance.resource?.name ?? filter.name);
const ref = (name: string) => ({ kind: 'WasmPlugin', namespace: 'demo', name });

describe('gaps', () => {
  test('without security filters the four phases share one place behind metadata exchange', () => {
    const gaps = gapsOfChain(chainOf([]), 'sidecar');
    expect(gaps.filter((gap) => gap.phase !== undefined)).toEqual([
      { index: 1, phase: 'AUTHN' },
      { index: 1, phase: 'AUTHZ' },
      { index: 1, phase: 'STATS' },
      { index: 1, phase: 'UNSPECIFIED_PHASE' },
    ]);
    expect(gaps[0]).toEqual({ index: 0, phase: undefined });
  });

  test('behind cors only an EnvoyFilter can put something', () => {
    const filters = chainOf([]);
    const cors = filters.findIndex((filter) => filter.name === 'envoy.filters.http.cors');
    const plan = planPlacement(filters, 'sidecar', { index: cors + 1, phase: undefined }, undefined);
    expect(plan).toEqual({ kind: 'envoy-filter', operation: 'INSERT_BEFORE', anchor: 'istio.stats' });
  });
});

describe('priorities', () => {
  test('between two priorities the middle is taken', () => {
    const filters = chainOf([
      { name: 'a', phase: 'AUTHN', priority: 30 },
      { name: 'b', phase: 'AUTHN', priority: 10 },
    ]);
    expect(planPlacement(filters, 'sidecar', { index: 2, phase: 'AUTHN' }, undefined)).toEqual({
      kind: 'phase',
      phase: 'AUTHN',
      priority: 20,
      renumber: [],
    });
  });

  test('behind a plugin without priority that one must get a number', () => {
    const filters = chainOf([{ name: 'a', phase: 'AUTHN' }]);
    expect(planPlacement(filters, 'sidecar', { index: 2, phase: 'AUTHN' }, undefined)).toEqual({
      kind: 'phase',
      phase: 'AUTHN',
      priority: 0,
      renumber: [{ resource: ref('a'), priority: 10 }],
    });
  });

  test('a plugin that would stand right keeps its priority', () => {
    const filters = chainOf([
      { name: 'a', phase: 'AUTHN', priority: 5 },
      { name: 'b', phase: 'AUTHZ', priority: 9 },
    ]);
    expect(planPlacement(filters, 'sidecar', { index: 1, phase: 'AUTHN' }, ref('b'))).toEqual({
      kind: 'phase',
      phase: 'AUTHN',
      priority: undefined,
      renumber: [],
    });
  });
});

test('property: whatever the priorities, the plan puts the plugin exactly there and moves nobody else', () => {
  const phase = fc.constantFrom('AUTHN', 'AUTHZ', 'STATS', undefined);
  const priority = fc.oneof(fc.constant(undefined), fc.integer({ min: -3, max: 3 }), fc.constantFrom(2_147_483_647, -2_147_483_648));
  const plugins = fc.uniqueArray(fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd', 'e'), phase, priority }), {
    selector: (item) => item.name,
    maxLength: 5,
  });
  fc.assert(
    fc.property(plugins, fc.nat(), fc.boolean(), (specs, at, moveExisting) => {
      const filters = chainOf(specs);
      const gaps = gapsOfChain(filters, 'sidecar').filter((gap) => gap.phase !== undefined);
      const gap = gaps[at % gaps.length];
      const moved = moveExisting ? specs[0] : undefined;
      const name = moved?.name ?? 'fresh';
      const plan = gap === undefined ? undefined : planPlacement(filters, 'sidecar', gap, ref(name));
      if (gap === undefined || plan?.kind !== 'phase') throw new Error('no plan');
      const renumbered = specs.map((spec) => ({
        ...spec,
        priority: plan.renumber.find((item) => item.resource.name === spec.name)?.priority ?? spec.priority,
      }));
      const placed: PluginSpec = {
        name,
        phase: plan.phase === 'UNSPECIFIED_PHASE' ? undefined : plan.phase,
        priority: plan.priority ?? moved?.priority,
      };
      const after = names(chainOf([...renumbered.filter((spec) => spec.name !== name), placed]));
      const before = names(filters);
      const wanted = [
        ...before.slice(0, gap.index).filter((item) => item !== name),
        name,
        ...before.slice(gap.index).filter((item) => item !== name),
      ];
      expect(after).toEqual(wanted);
    }),
    { numRuns: 300 },
  );
});
