import { describe, expect, test } from 'vitest';
import { asArray, asObject, asString } from '#base/json.ts';
import { buildMesh } from '#istio/build-listeners.ts';
import type { MeshOutput } from '#istio/mesh.ts';
import { readResources } from '#istio/read-resources.ts';
import type { Proxy, Resource } from '#istio/resource.ts';
import { envoyTypes } from '#testing/envoy-types.ts';
import { parseYaml } from '#yaml/parse.ts';
import { anyFamilies, generateAnyCase } from './generate.ts';

const types = await envoyTypes();
const isPlugin = (resource: Resource): boolean => resource.kind === 'WasmPlugin' || resource.kind === 'TrafficExtension';
const same = (a: { kind: string; namespace: string; name: string }, b: Resource): boolean =>
  a.kind === b.kind && a.namespace === b.namespace && a.name === b.name;

function world(
  seed: number,
  family: (typeof anyFamilies)[number],
): { readonly resources: readonly Resource[]; readonly output: MeshOutput } {
  const input = generateAnyCase(seed, family);
  const { resources } = readResources([parseYaml(asString(input['resources']) ?? '', 'mesh.yaml')]);
  const given = asObject(input['proxy']);
  const proxy = { ip: '10.1.0.1', istioVersion: '1.31.0', metadata: {}, ...given } as unknown as Proxy;
  const env = { PILOT_ENABLE_AMBIENT: 'true', ...(asObject(input['env']) as Record<string, string>) };
  const output = buildMesh({ resources, proxy, istio: '1.31', meshConfig: asObject(input['meshConfig']), env, types, cluster: 'as-given' });
  return { resources, output };
}

/** Every filter of a chain, HTTP filters included. */
function filtersOf(output: MeshOutput): readonly { readonly name: string; readonly reasons: number }[] {
  return output.listeners
    .flatMap((listener) => [...listener.filterChains, ...(listener.defaultFilterChain === undefined ? [] : [listener.defaultFilterChain])])
    .flatMap((chain) => chain.networkFilters.flatMap((filter) => [filter, ...(filter.httpFilters ?? [])]))
    .map((filter) => ({ name: filter.name, reasons: filter.provenance.reasons.length }));
}

describe.each(anyFamilies)('%s: nothing is there or absent without a reason', (family) => {
  const worlds = Array.from({ length: 25 }, (_, i) => world(50_000 + i, family));

  test('every filter has one', () => {
    for (const { output } of worlds) expect(filtersOf(output).filter((filter) => filter.reasons === 0)).toEqual([]);
  });

  test('every plugin is in a chain, or has the condition that failed', () => {
    for (const { resources, output } of worlds) {
      const names = new Set(filtersOf(output).map((filter) => filter.name));
      for (const plugin of resources.filter(isPlugin)) {
        const landings = output.landings.filter((landing) => same(landing.resource, plugin));
        expect(landings, `${plugin.namespace}/${plugin.name}`).toHaveLength(1);
        const [landing] = landings;
        expect(landing?.reasons.length, plugin.name).toBeGreaterThan(0);
        expect(landing?.landed).toBe((landing?.places.length ?? 0) > 0);
        const suffix = plugin.kind === 'WasmPlugin' ? '~istio-translated-wasmplugin' : '';
        const filter = `extensions.istio.io/trafficextension/${plugin.namespace}.${plugin.name}${suffix}`;
        if (landing?.landed === true) expect(names).toContain(filter);
      }
    }
  });

  test('every patch did something, or has the condition that failed', () => {
    for (const { resources, output } of worlds) {
      for (const resource of resources.filter((each) => each.kind === 'EnvoyFilter')) {
        for (const index of asArray(resource.spec['configPatches']).keys()) {
          // an EnvoyFilter that is not for the proxy has one landing for all its patches
          const landings = output.landings.filter(
            (landing) => same(landing.resource, resource) && (landing.patch === index || (landing.patch === undefined && !landing.landed)),
          );
          expect(landings, `${resource.namespace}/${resource.name}#${index}`).toHaveLength(1);
          expect(landings[0]?.reasons.length).toBeGreaterThan(0);
        }
      }
    }
  });
});
