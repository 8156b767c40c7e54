import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FilterChain, HttpFilter } from '#envoy/listener.ts';
import { httpManagerOf } from '#envoy/listener.ts';
import { parseYaml } from '#yaml/parse.ts';
import { buildMesh } from '../build-listeners.ts';
import { findProxies } from '../find-proxies.ts';
import { installedMeshConfig } from '../installed-mesh.ts';
import { readResources } from '../read-resources.ts';
import { gapsOfChain, planPlacement } from './plan-placement.ts';
import type { Placed } from './slots.ts';
import { filtersOf } from './slots.ts';

interface PluginSpec {
  readonly name: string;
  readonly phase?: string | undefined;
  readonly priority?: number | undefined;
}

/** What the workload's port speaks, and what kind of plugins it gets. */
interface Workload {
  readonly port: 'http' | 'tcp';
  readonly type: 'HTTP' | 'NETWORK';
}

const workloadYaml = (port: string): string => `
apiVersion: v1
kind: Service
metadata: { name: web, namespace: demo }
spec: { clusterIP: 10.0.0.1, selector: { app: web }, ports: [{ name: ${port}, port: 80, targetPort: 8080 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: demo }
spec: { selector: { matchLabels: { app: web } }, template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: web, image: web }] } } }
`;

const pluginYaml = ({ name, phase, priority }: PluginSpec, type: Workload['type']): string =>
  `---\napiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin\nmetadata: { name: ${name}, namespace: demo }\nspec:\n  url: oci://registry.example/${name}\n  type: ${type}\n${
    phase === undefined ? '' : `  phase: ${phase}\n`
  }${priority === undefined ? '' : `  priority: ${priority}\n`}`;

/** The sidecar's chain for its service, as istiod would build it. */
function chainOf(plugins: readonly PluginSpec[], { port, type }: Workload = { port: 'http', type: 'HTTP' }): FilterChain {
  const { resources } = readResources([
    parseYaml(workloadYaml(port) + plugins.map((plugin) => pluginYaml(plugin, type)).join(''), 'test.yaml'),
  ]);
  const [proxy] = findProxies(resources);
  if (proxy === undefined) throw new Error('no proxy');
  const { listeners } = buildMesh({ resources, proxy, istio: '1.31', meshConfig: installedMeshConfig(resources) });
  const chain = listeners.find((listener) => listener.name === 'virtualInbound')?.filterChains.find((item) => item.name === '0.0.0.0_8080');
  if (chain === undefined) throw new Error('no chain');
  return chain;
}

const httpFilters = (chain: FilterChain): readonly HttpFilter[] => httpManagerOf(chain)?.httpFilters ?? [];

const names = (filters: readonly Placed[]): readonly string[] => filters.map((filter) => filter.provenance.resource?.name ?? filter.name);
const ref = (name: string) => ({ kind: 'WasmPlugin', namespace: 'demo', name });

describe('gaps', () => {
  test('without security filters the four phases share one place behind metadata exchange', () => {
    const gaps = gapsOfChain(chainOf([]), 'http', 'sidecar');
    expect(gaps.filter((gap) => gap.phase !== undefined)).toEqual([
      { index: 1, phase: 'AUTHN' },
      { index: 1, phase: 'AUTHZ' },
      { index: 1, phase: 'STATS' },
      { index: 1, phase: 'UNSPECIFIED_PHASE' },
    ]);
    expect(gaps[0]).toEqual({ index: 0, phase: undefined });
  });

  test('behind cors only an EnvoyFilter can put something', () => {
    const chain = chainOf([]);
    const cors = httpFilters(chain).findIndex((filter) => filter.name === 'envoy.filters.http.cors');
    const plan = planPlacement(chain, 'http', 'sidecar', { index: cors + 1, phase: undefined }, undefined);
    expect(plan).toEqual({ kind: 'envoy-filter', operation: 'INSERT_BEFORE', anchor: 'istio.stats' });
  });
});

describe('priorities', () => {
  test('between two priorities the middle is taken', () => {
    const chain = chainOf([
      { name: 'a', phase: 'AUTHN', priority: 30 },
      { name: 'b', phase: 'AUTHN', priority: 10 },
    ]);
    expect(planPlacement(chain, 'http', 'sidecar', { index: 2, phase: 'AUTHN' }, undefined)).toEqual({
      kind: 'phase',
      phase: 'AUTHN',
      priority: 20,
      renumber: [],
    });
  });

  test('behind a plugin without priority that one must get a number', () => {
    const chain = chainOf([{ name: 'a', phase: 'AUTHN' }]);
    expect(planPlacement(chain, 'http', 'sidecar', { index: 2, phase: 'AUTHN' }, undefined)).toEqual({
      kind: 'phase',
      phase: 'AUTHN',
      priority: 0,
      renumber: [{ resource: ref('a'), priority: 10 }],
    });
  });

  test('a plugin that would stand right keeps its priority', () => {
    const chain = chainOf([
      { name: 'a', phase: 'AUTHN', priority: 5 },
      { name: 'b', phase: 'AUTHZ', priority: 9 },
    ]);
    expect(planPlacement(chain, 'http', 'sidecar', { index: 1, phase: 'AUTHN' }, ref('b'))).toEqual({
      kind: 'phase',
      phase: 'AUTHN',
      priority: undefined,
      renumber: [],
    });
  });
});

describe('network plugins', () => {
  const tcp: Workload = { port: 'tcp', type: 'NETWORK' };

  test('in a TCP chain the phases lie between metadata exchange and the statistics', () => {
    const chain = chainOf([], tcp);
    expect(names(chain.networkFilters)).toEqual(['istio.metadata_exchange', 'istio.stats', 'envoy.filters.network.tcp_proxy']);
    expect(gapsOfChain(chain, 'network', 'sidecar').map(({ index, phase }) => [index, phase])).toEqual([
      [0, undefined],
      [1, 'AUTHN'],
      [1, 'AUTHZ'],
      [1, 'STATS'],
      [1, 'UNSPECIFIED_PHASE'],
      [2, undefined],
    ]);
    expect(planPlacement(chain, 'network', 'sidecar', { index: 2, phase: undefined }, undefined)).toEqual({
      kind: 'envoy-filter',
      operation: 'INSERT_BEFORE',
      anchor: 'envoy.filters.network.tcp_proxy',
    });
  });

  test('in an HTTP chain they stand before the connection manager', () => {
    const gaps = gapsOfChain(chainOf([]), 'network', 'sidecar');
    expect(new Set(gaps.filter(({ phase }) => phase !== undefined).map(({ index }) => index))).toEqual(new Set([1]));
  });

  test('chains for what nobody declared have no place for plugins', () => {
    const chain = { ...chainOf([], tcp), provenance: { origin: 'istio', reasons: [{ code: 'outbound-fallthrough', text: '' }] } } as const;
    expect(gapsOfChain(chain, 'network', 'sidecar').filter(({ phase }) => phase !== undefined)).toEqual([]);
  });
});

test.each([
  ['http', { port: 'http', type: 'HTTP' }],
  ['network', { port: 'tcp', type: 'NETWORK' }],
] as const)(
  'property: %s plugins stand exactly where the plan puts them, whatever the priorities, and nobody else moves',
  (layer, workload) => {
    const phase = fc.constantFrom('AUTHN', 'AUTHZ', 'STATS', undefined);
    const priority = fc.oneof(fc.constant(undefined), fc.integer({ min: -3, max: 3 }), fc.constantFrom(2_147_483_647, -2_147_483_648));
    const plugins = fc.uniqueArray(fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd', 'e'), phase, priority }), {
      selector: (item) => item.name,
      maxLength: 5,
    });
    fc.assert(
      fc.property(plugins, fc.nat(), fc.boolean(), (specs, at, moveExisting) => {
        const chain = chainOf(specs, workload);
        const gaps = gapsOfChain(chain, layer, 'sidecar').filter((gap) => gap.phase !== undefined);
        const gap = gaps[at % gaps.length];
        const moved = moveExisting ? specs[0] : undefined;
        const name = moved?.name ?? 'fresh';
        const plan = gap === undefined ? undefined : planPlacement(chain, layer, 'sidecar', gap, ref(name));
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
        const after = names(filtersOf(chainOf([...renumbered.filter((spec) => spec.name !== name), placed], workload), layer));
        const before = names(filtersOf(chain, layer));
        const wanted = [
          ...before.slice(0, gap.index).filter((item) => item !== name),
          name,
          ...before.slice(gap.index).filter((item) => item !== name),
        ];
        expect(after).toEqual(wanted);
      }),
      { numRuns: 150 },
    );
  },
);
