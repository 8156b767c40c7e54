import { expect, test } from 'vitest';
import { httpbinYaml, run, scratchFolder } from '../testing.ts';

const folder = scratchFolder();
const elsewhere = `---
apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: {name: elsewhere, namespace: other}
spec: {url: oci://example.com/x}
`;
const file = folder.write('httpbin.yaml', `${httpbinYaml}${elsewhere}`);

test('a line for each plugin on each workload, with the reason', async () => {
  const { code, out } = await run('matrix', '-f', file);
  expect(code).toBe(0);
  expect(out).toMatch(/^sidecar demo\/httpbin\n {2}\+ {2}WasmPlugin demo\/\S+: .+\n {2}– {2}WasmPlugin other\/elsewhere: .*namespace/);
});

test('the same as JSON', async () => {
  const { out } = await run('matrix', '-f', file, '-o', 'json');
  expect(JSON.parse(out)).toMatchObject({
    istio: '1.31',
    rows: [{ proxy: 'demo/httpbin', type: 'sidecar', plugins: [{ landed: true }, { name: 'elsewhere', landed: false }] }],
  });
});

test('files without workloads are said to be such', async () => {
  const alone = folder.write('plugin.yaml', elsewhere);
  expect((await run('matrix', '-f', alone)).err).toContain('no workload');
});
