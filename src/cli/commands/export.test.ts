import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseYaml } from '#yaml/parse.ts';
import { asObject, asString } from '#base/json.ts';
import { httpbinYaml, run, scratchFolder } from '../testing.ts';

const folder = scratchFolder();
const file = folder.write('httpbin.yaml', httpbinYaml);

function kinds(text: string): readonly (string | undefined)[] {
  const { documents, diagnostics } = parseYaml(text, 'export.yaml');
  expect(diagnostics).toEqual([]);
  return documents.map((document) => asString(asObject(document.value)['kind']));
}

test.each([
  ['wasmplugin', ['WasmPlugin']],
  ['trafficextension', ['TrafficExtension']],
  ['higress', ['WasmPlugin']],
])('--to %s', async (target, expected) => {
  const { code, out } = await run('export', '-f', file, '--to', target);
  expect(code).toBe(0);
  expect(kinds(out)).toEqual(expected);
});

test('an EnvoyFilter puts the plugin where it stood, in either form', async () => {
  const typed = await run('export', '-f', file, '--to', 'envoyfilter', '--proxy', 'demo/httpbin');
  expect(new Set(kinds(typed.out))).toEqual(new Set(['EnvoyFilter']));
  expect(typed.out).toContain('operation: INSERT_BEFORE');
  const struct = await run('export', '-f', file, '--to', 'envoyfilter', '--typed-struct');
  expect(struct.out).toContain('type.googleapis.com/udpa.type.v1.TypedStruct');
});

test('a static Envoy configuration', async () => {
  const { code, out } = await run('export', '-f', file, '--to', 'envoy');
  expect(code).toBe(0);
  expect(out).toMatch(/^static_resources:/m);
});

test('what the target cannot say is said on standard error, results stay alone on standard output', async () => {
  const { out, err } = await run('export', '-f', file, '--to', 'envoyextensionpolicy');
  expect(err).toContain('warning istio/export-loss: EnvoyExtensionPolicy cannot say selector of WasmPlugin demo/regex-replace.');
  expect(out).toBe('');
});

test('files without plugins give nothing, which is said', async () => {
  const bare = folder.write('bare.yaml', 'apiVersion: v1\nkind: Namespace\nmetadata: {name: demo}\n');
  expect(await run('export', '-f', bare, '--to', 'wasmplugin')).toMatchObject({
    code: 0,
    out: '',
    err: 'The files hold no plugin that this target can say.\n',
  });
});

test('the texts as a folder for kubectl apply -k', async () => {
  const target = join(folder.path, 'kustomized');
  const { code, out } = await run('export', '-f', file, '--to', 'kustomize', '-o', target);
  expect([code, out]).toEqual([0, 'kustomization.yaml\nhttpbin.yaml\n']);
  expect(readFileSync(join(target, 'kustomization.yaml'), 'utf8')).toContain('- httpbin.yaml');
  expect(readFileSync(join(target, 'httpbin.yaml'), 'utf8')).toBe(httpbinYaml);
});

test('a folder that kustomize would refuse is not written', async () => {
  const twice = folder.write('twice.yaml', httpbinYaml);
  const { code, err } = await run('export', '-f', file, '-f', twice, '--to', 'kustomize', '-o', join(folder.path, 'refused'));
  expect(code).toBe(1);
  expect(err).toContain('istio/kustomize-repeated');
});
