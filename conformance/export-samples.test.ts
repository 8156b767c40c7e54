import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { mustExist } from '#base/assert.ts';
import { loadEnvoyTypes } from '#envoy/registry.ts';
import { httpManagerOf } from '#envoy/listener.ts';
import type { MeshOutput } from '#istio/mesh.ts';
import { buildMesh } from '#istio/build-listeners.ts';
import { exportDesign } from '#istio/export/export.ts';
import { findProxies } from '#istio/find-proxies.ts';
import { installedMeshConfig } from '#istio/installed-mesh.ts';
import { minorOf } from '#istio/minors.ts';
import { readResources } from '#istio/read-resources.ts';
import type { Proxy, Resource } from '#istio/resource.ts';
import { validateResources } from '#istio/validation/validate.ts';
import { chooseSource } from '#workspace/choose.ts';
import { resourceSource } from '#workspace/proxy-source.ts';
import { bookinfo } from '#workspace/samples/bookinfo.ts';
import { httpbin } from '#workspace/samples/httpbin.ts';
import { parseYaml } from '#yaml/parse.ts';
import { stringifyDocuments } from '#yaml/stringify.ts';

const types = loadEnvoyTypes(new Uint8Array(gunzipSync(readFileSync(new URL('../public/envoy/descriptors.binpb.gz', import.meta.url)))));
const istio = '1.31';

function build(resources: readonly Resource[], proxy: Proxy): MeshOutput {
  return buildMesh({ resources, proxy, istio, meshConfig: installedMeshConfig(resources), types });
}

/** For every chain with HTTP filters: how many, and where the plugins stand. */
const shape = (mesh: MeshOutput): readonly string[] =>
  mesh.listeners.flatMap((listener) =>
    listener.filterChains.flatMap((chain) => {
      const filters = httpManagerOf(chain)?.httpFilters ?? [];
      return filters.length === 0
        ? []
        : [
            `${listener.name} ${chain.name}: ${filters.map((filter) => (filter.provenance.resource === undefined ? '-' : 'plugin')).join(' ')}`,
          ];
    }),
  );

describe.each([
  ['httpbin', httpbin],
  ['bookinfo', bookinfo],
])('sample %s', (_, files) => {
  const { resources } = readResources(files.map((file) => parseYaml(file.text, file.name)));
  const proxy = mustExist(
    chooseSource(findProxies(resources).map(resourceSource), undefined, resources),
    'the workload of the sample',
  ).proxy;
  const mesh = build(resources, proxy);

  test.each(['wasmplugin', 'trafficextension', 'envoyfilter'] as const)(
    'as %s passes schema and webhook, and gives the same chain',
    (target) => {
      for (const form of ['typed-config', 'typed-struct'] as const) {
        const options = {
          resources,
          minor: minorOf(istio),
          proxy,
          listeners: mesh.listeners,
          extensions: mesh.extensions,
          types,
          options: { form },
        };
        const { documents } = exportDesign(target, options);
        expect(documents.length).toBeGreaterThan(0);
        const exported = readResources([parseYaml(stringifyDocuments(documents), 'exported.yaml')]);
        expect(exported.diagnostics).toEqual([]);
        const errors = validateResources(exported.resources, { istio, types }).filter((item) => item.severity === 'error');
        expect(errors).toEqual([]);
        const others = resources.filter((resource) => resource.kind !== 'WasmPlugin');
        expect(shape(build([...others, ...exported.resources], proxy))).toEqual(shape(mesh));
      }
    },
  );
});
