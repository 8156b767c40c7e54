import { expect, test } from 'vitest';
import { httpbinYaml, run, scratchFolder } from '../testing.ts';

const folder = scratchFolder();
const plugin = /kind: WasmPlugin\nmetadata:\n {2}name: (\S+)/.exec(httpbinYaml)?.[1] ?? '';
const behind = `---
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
          filter: {name: envoy.filters.network.http_connection_manager, subFilter: {name: extensions.istio.io/wasmplugin/demo.${plugin}}}
    patch: {operation: INSERT_AFTER, value: {name: x, typed_config: {"@type": type.googleapis.com/envoy.extensions.filters.http.cors.v3.Cors}}}
`;
const file = folder.write('mesh.yaml', `${httpbinYaml}${behind}`);

test('the same files under two versions: names, patches that find nothing, and what to do', async () => {
  const { code, out } = await run('diff', file, file, '--istio', '1.29', '--istio', '1.31');
  expect(code).toBe(1);
  expect(out).toContain('EnvoyFilter demo/behind patch 1 lands no longer: ');
  expect(out).toContain('since 1.30: Filters of plugins are named extensions.istio.io/trafficextension/');
});

test('nothing differs under one version', async () => {
  expect(await run('diff', file, file)).toMatchObject({ code: 0, err: 'No difference\n' });
});
