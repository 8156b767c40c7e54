import { describe, expect, it } from 'vitest';
import { asObject, asString, asStringMap } from '#base/json.ts';
import type { Listener } from '#envoy/listener.ts';
import { goldenCase } from '#testing/golden.ts';
import { resourcesOf } from '#testing/resources.ts';
import { stringifyDocuments } from '#yaml/stringify.ts';
import { buildMesh } from '../build-listeners.ts';
import { isPlugin, readPlugin } from '../extension-config/plugin.ts';
import type { MeshInput, MeshOutput } from '../mesh.ts';
import { minorOf } from '../minors.ts';
import type { Resource } from '../resource.ts';
import { exportDesign, type ExportTarget } from './export.ts';
import { importPlugins } from './importers/import-plugins.ts';
import { exportedName } from './wasm-value.ts';

const minor = minorOf('1.31');

/** The input of a golden, for `buildMesh`. */
function meshOf(path: string): MeshInput {
  const { input } = goldenCase(path);
  const proxy = asObject(input['proxy']);
  const type = asString(proxy['type']);
  return {
    resources: resourcesOf(asString(input['resources']) ?? ''),
    proxy: {
      type: type === 'router' || type === 'waypoint' ? type : 'sidecar',
      name: asString(proxy['name']) ?? 'app',
      namespace: asString(proxy['namespace']) ?? 'default',
      labels: asStringMap(proxy['labels']),
      ip: '10.1.0.1',
      istioVersion: '1.31.0',
      metadata: {},
    },
    istio: '1.31',
    meshConfig: asObject(input['meshConfig']),
    env: asStringMap(input['env']),
    cluster: 'as-given',
  };
}

/** Names of all filters of all chains, with plugins under the names an export gives them. */
function names(listeners: readonly Listener[], renamed: ReadonlyMap<string, string>): readonly unknown[] {
  const name = (filter: { readonly name: string }): string => renamed.get(filter.name) ?? filter.name;
  return listeners.map((listener) => [
    listener.name,
    [...listener.filterChains, ...(listener.defaultFilterChain === undefined ? [] : [listener.defaultFilterChain])].map((chain) => [
      chain.name,
      chain.networkFilters.map(name),
      chain.networkFilters.flatMap((filter) => (filter.httpFilters ?? []).map(name)),
    ]),
  ]);
}

function exported(
  input: MeshInput,
  output: MeshOutput,
  target: ExportTarget,
): { readonly resources: readonly Resource[]; readonly losses: readonly string[] } {
  const { documents, diagnostics } = exportDesign(target, {
    resources: input.resources,
    minor,
    proxy: input.proxy,
    listeners: output.listeners,
    extensions: output.extensions,
  });
  const others = input.resources.filter((resource) => !isPlugin(resource));
  return {
    resources: [...others, ...resourcesOf(stringifyDocuments(documents))],
    losses: diagnostics.map((diagnostic) => diagnostic.message),
  };
}

const goldens = [
  'phases',
  'phases-with-security',
  'network-phases',
  'network-phases-with-security',
  'match-mode',
  'match-ports',
  'priority',
  'types-mixed',
  'trafficextension',
  'gateway-http',
  'gateway-match',
  'gateway-servers',
  'namespaces',
  'ties-name',
  'selectors',
  'plugin-config',
];

describe('the EnvoyFilter form of plugins', () => {
  it.each(goldens)('%s: gives the same chains', (path) => {
    const input = meshOf(`golden/${path}`);
    const before = buildMesh(input);
    const renamed = new Map(
      input.resources.filter(isPlugin).flatMap((resource) => {
        const { plugin } = readPlugin(resource, minor);
        return plugin === undefined ? [] : [[plugin.filterName, exportedName(plugin)] as const];
      }),
    );
    const { resources, losses } = exported(input, before, 'envoyfilter');
    const after = buildMesh({ ...input, resources });
    expect(after.diagnostics).toEqual([]);
    expect(losses.filter((loss) => loss.includes('its place'))).toEqual([]);
    expect(names(after.listeners, new Map())).toEqual(names(before.listeners, renamed));
  });
});

describe('plugins made of the EnvoyFilter form', () => {
  it.each(goldens)('%s: give the same chains again', (path) => {
    const input = meshOf(`golden/${path}`);
    const before = buildMesh(input);
    const { documents } = importPlugins({ resources: exported(input, before, 'envoyfilter').resources, minor });
    const others = input.resources.filter((resource) => !isPlugin(resource));
    const after = buildMesh({ ...input, resources: [...others, ...resourcesOf(stringifyDocuments(documents))] });
    // Whether a plugin was a WasmPlugin or a TrafficExtension cannot be seen in an EnvoyFilter.
    const plain = (listeners: readonly Listener[]): string =>
      JSON.stringify(names(listeners, new Map()), undefined, 1).replaceAll('~istio-translated-wasmplugin', '');
    expect(plain(after.listeners)).toBe(plain(before.listeners));
  });
});
