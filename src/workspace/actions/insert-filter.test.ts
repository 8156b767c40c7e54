import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { getIn } from '#base/json.ts';
import { fail, ok } from '#base/result.ts';
import { validateResources } from '#istio/validation/validate.ts';
import { nativeFilters } from '#plugins/native/filter.ts';
import { simulatedHttpFilters, simulationOf } from '#simulator/filters/registry.ts';
import { isNetworkSimulated, simulatedNetworkFilters } from '#simulator/tcp/registry.ts';
import { envoyTypes } from '#testing/envoy-types.ts';
import { createWorkspace } from '../create-workspace.ts';
import type { FilterOffer } from '../insertable.ts';
import { memoryStorage } from '../persistence.ts';
import type { SampleName, Workspace } from '../workspace.ts';

const types = await envoyTypes();

async function open(sample: SampleName = 'httpbin'): Promise<Workspace> {
  let id = 0;
  const nothing = fail('not-here', 'Not in tests');
  const workspace = await createWorkspace({
    storage: memoryStorage(),
    runner: {
      run: () => Promise.resolve(nothing),
      converse: () => Promise.resolve(nothing),
      measure: () => Promise.resolve(nothing),
      dispose: () => undefined,
    },
    readDump: () => Promise.resolve(nothing),
    catalogue: [],
    filters: nativeFilters,
    loadAsset: () => Promise.resolve(nothing),
    loadTypes: () => Promise.resolve(ok(types)),
    loadChecks: () => Promise.resolve(validateResources),
    now: () => 0,
    newId: () => `id-${++id}`,
  });
  await vi.waitFor(() => expect(workspace.vocabulary.getState().checks).toBeDefined());
  workspace.actions.loadSample(sample);
  return workspace;
}

function offer(workspace: Workspace, name: string): FilterOffer {
  const found = workspace.filters.find((item) => item.name === name);
  if (found === undefined) throw new Error(`no filter ${name}`);
  return found;
}

/** Secrets of a control plane stand in the bootstrap of a recorded Envoy. */
const withoutSds = (config: JsonObject): unknown =>
  JSON.parse(JSON.stringify(config, (key, item: unknown) => (key === 'sds_config' ? undefined : item)));

const errors = ({ design }: Workspace): readonly string[] =>
  design
    .getState()
    .diagnostics.filter(({ severity, at }) => (severity === 'error' || severity === 'warning') && at?.file === 'envoyfilters.yaml')
    .map(({ message }) => message);

describe('every filter of the catalogue', () => {
  test.each(nativeFilters)('$name is simulated, described and recorded with its configuration', ({ name, layer, config, route, build }) => {
    expect(layer === 'http' ? simulationOf(config) : isNetworkSimulated(config) ? 'native' : 'none').toBe('native');
    expect(types.validate('google.protobuf.Any', config)).toEqual([]);
    if (route !== undefined) expect(types.validate('google.protobuf.Any', route)).toEqual([]);
    const file = new URL(
      `../../../conformance/envoy/scenarios/default-${layer === 'network' ? 'network-' : ''}${name}.json`,
      import.meta.url,
    );
    // The recorded Envoy has only what every one has.
    if (build !== undefined) return expect(existsSync(file)).toBe(false);
    const scenario: unknown = JSON.parse(readFileSync(file, 'utf8').replaceAll('"cluster": "upstream"', '"cluster": "{cluster}"'));
    const filters = layer === 'http' ? 'filters' : 'networkFilters';
    return expect(getIn(scenario as never, [filters, 0, 'typed_config'])).toEqual(withoutSds(config));
  });
});

test('every filter that is simulated is on offer, but for those that end or hold a chain', () => {
  const offered = new Set(nativeFilters.map(({ config }) => String(config['@type']).split('/')[1]));
  const others = [...simulatedHttpFilters, ...simulatedNetworkFilters].filter((type) => !offered.has(type));
  expect(others.map((type) => type.split('.').at(-1))).toEqual(['Router', 'Composite', 'Wasm', 'Wasm']);
});

test.each(nativeFilters.filter(({ layer }) => layer === 'http'))('$name goes before the router', async ({ name }) => {
  const workspace = await open();
  const before = workspace.design.getState().lane?.rows.length ?? 0;
  const position = workspace.design.getState().lane?.gaps.findLastIndex((gap) => gap.layer === 'http') ?? -1;
  expect(workspace.actions.insertPlugin(offer(workspace, name), position).ok).toBe(true);
  const rows = workspace.design.getState().lane?.rows ?? [];
  expect(rows).toHaveLength(before + 1);
  expect(rows.at(-2)).toMatchObject({ title: name, kind: 'envoy-filter', simulated: true });
  expect(errors(workspace)).toEqual([]);
});

test('a filter stands exactly on each gap it was put on, also between others that EnvoyFilters put there', async () => {
  const workspace = await open();
  for (const name of ['rbac', 'lua', 'fault']) {
    const positions = workspace.design.getState().lane?.gaps.flatMap((gap, position) => (gap.layer === 'http' ? [position] : [])) ?? [];
    for (const position of positions) {
      const gap = workspace.design.getState().lane?.gaps[position];
      const result = workspace.actions.insertPlugin(offer(workspace, name), position);
      expect(result).toMatchObject({ ok: true });
      const rows = workspace.design.getState().lane?.rows ?? [];
      expect(rows[gap?.index ?? -1]?.title).toBe(result.ok ? result.value.name : '');
      if (position !== positions[2]) workspace.actions.undo();
    }
  }
  expect(errors(workspace)).toEqual([]);
});

test('a network filter goes before tcp_proxy; one that ends the chain takes its place and its cluster', async () => {
  const workspace = await open('orders');
  const last = (): number => workspace.design.getState().lane?.gaps.findLastIndex((gap) => gap.layer === 'network') ?? -1;
  const names = (): readonly string[] => workspace.design.getState().lane?.networkFilters.map(({ filter }) => filter.name) ?? [];
  expect(workspace.actions.insertPlugin(offer(workspace, 'connection-limit'), last()).ok).toBe(true);
  expect(names().slice(-2)).toEqual(['envoy.filters.network.connection_limit', 'envoy.filters.network.tcp_proxy']);
  expect(workspace.actions.insertPlugin(offer(workspace, 'redis-proxy'), last()).ok).toBe(true);
  expect(names().slice(-2)).toEqual(['envoy.filters.network.connection_limit', 'envoy.filters.network.redis_proxy']);
  const redis = workspace.design.getState().lane?.networkFilters.at(-1)?.filter.typedConfig;
  expect(getIn(redis, ['prefixRoutes', 'catchAllRoute', 'cluster'])).toBe('inbound|9000||');
  expect(errors(workspace)).toEqual([]);
});

test('an HTTP filter has no place among network filters', async () => {
  const workspace = await open('orders');
  const result = workspace.actions.insertPlugin(offer(workspace, 'lua'), 0);
  expect(result).toMatchObject({ ok: false, error: { code: 'wrong-layer' } });
});
