import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { asArray, asObject, type JsonValue } from '#base/json.ts';
import { httpbinYaml, run, scratchFolder } from '../testing.ts';

const folder = scratchFolder();
const mesh = folder.write('mesh.yaml', httpbinYaml);
const dump = (name: string): string => fileURLToPath(new URL(`../../../conformance/config-dumps/${name}.json`, import.meta.url));

test('the same twice: nothing, exit code 0', async () => {
  const { code, out, err } = await run('diff', mesh, mesh);
  expect([code, err]).toEqual([0, 'No difference\n']);
  expect(out).toBe('- sidecar demo/httpbin, Istio 1.31\n+ sidecar demo/httpbin, Istio 1.31\n\n');
});

test('two istiods for the same resources', async () => {
  const { code, out, err } = await run('diff', mesh, mesh, '--istio', '1.24', '--istio', '1.31');
  expect(code).toBe(1);
  expect(out).toContain('- sidecar demo/httpbin, Istio 1.24\n+ sidecar demo/httpbin, Istio 1.31\n');
  expect(err).toMatch(/\d+ changed/);
});

test('as JSON, of one listener', async () => {
  const { code, out } = await run('diff', mesh, mesh, '--istio', '1.24', '--istio', '1.31', '--listener', 'virtualInbound', '-o', 'json');
  expect(code).toBe(1);
  const { differences } = JSON.parse(out) as { differences: JsonValue };
  const listeners = asArray(differences).map((item) => asObject(asObject(item)['place'])['listener']);
  expect(new Set(listeners)).toEqual(new Set(['virtualInbound']));
});

test('what a proxy has against what another one has', async () => {
  const { code, out } = await run('diff', dump('waypoint-1.21'), dump('sidecar-1.18.2-full'));
  expect(code).toBe(1);
  expect(out).toContain('removed main_internal\n');
  expect(out).toContain('added virtualOutbound\n');
});

test.each([
  [['diff', mesh], 'Give two files'],
  [['diff', mesh, mesh, '--listener', 'none'], 'There is no listener "none"'],
  [['diff', mesh, '/nowhere.json'], 'there is no such file'],
])('%j is explained', async (argv, text) => {
  const { code, err } = await run(...argv);
  expect(code).toBe(2);
  expect(err).toContain(text);
});

test('chain reads a dump and an envoy.yaml', async () => {
  const saved = await run('chain', '-f', dump('waypoint-1.21'), '--listener', 'main_internal');
  expect(saved.code).toBe(0);
  expect(saved.out).toMatch(/^waypoint default\/httpbin-istio-waypoint-58f646c5ff-dbfkz, Istio 1\.21/);
  expect(saved.out).toContain('chain inbound-vip|8000||httpbin.default.svc.cluster.local-http: dst 10.104.171.68 · dst port 8000');
  const own = folder.write(
    'envoy.yaml',
    'static_resources:\n  listeners:\n  - name: main\n    colour: red\n    filter_chains: [{ name: one }]\n',
  );
  const bootstrap = await run('chain', '-f', own, '-o', 'json');
  expect(asArray((JSON.parse(bootstrap.out) as { listeners: JsonValue }).listeners)).toMatchObject([{ name: 'main' }]);
  expect(bootstrap.err).toMatch(/envoy\.yaml:4:\d+: error envoy\/unknown-field/);
});

test('inspect tells what a dump holds', async () => {
  const { code, out } = await run('inspect', dump('ecds-wasm'));
  expect(code).toBe(0);
  expect(out).toMatch(/extensions +6\n/);
  expect(out).toContain('WasmPlugin default/httpbin-rate-limiting');
});
