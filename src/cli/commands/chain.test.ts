import { describe, expect, test } from 'vitest';
import { httpbinYaml, run, scratchFolder } from '../testing.ts';

const folder = scratchFolder();
const file = folder.write('httpbin.yaml', httpbinYaml);

describe('the chain of a workload', () => {
  test('as text: every filter in order, with who put it there and why', async () => {
    const { code, out, err } = await run('chain', '-f', file, '--proxy', 'demo/httpbin', '--listener', 'virtualInbound');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^sidecar demo\/httpbin, Istio 1\.31\n\nvirtualInbound {2}0\.0\.0\.0:15006 {2}INBOUND\n/);
    const plugin = out.indexOf('demo.regex-replace~istio-translated-wasmplugin  [WasmPlugin demo/regex-replace]');
    expect(plugin).toBeGreaterThan(0);
    expect(out.indexOf('envoy.filters.http.router', plugin)).toBeGreaterThan(plugin);
  });

  test('as JSON: Envoy’s own configuration, and beside it the provenance of its parts in the same order', async () => {
    const { out } = await run('chain', '-f', file, '--listener', 'virtualInbound', '-o', 'json');
    const { proxy, istio, listeners, provenance } = JSON.parse(out);
    expect({ proxy, istio, names: listeners.map((item: { name: string }) => item.name) }).toEqual({
      proxy: 'demo/httpbin',
      istio: '1.31',
      names: ['virtualInbound'],
    });
    const manager = listeners[0].filterChains.at(-1).filters.at(-1).typedConfig;
    const rows = provenance.filter(
      (row: { chain?: number; httpFilter?: string }) => row.chain === listeners[0].filterChains.length - 1 && row.httpFilter,
    );
    expect(rows.map((row: { httpFilter: string }) => row.httpFilter)).toEqual(
      manager.httpFilters.map((item: { name: string }) => item.name),
    );
    expect(rows.some((row: { provenance: { resource?: { kind: string } } }) => row.provenance.resource?.kind === 'WasmPlugin')).toBe(true);
  });

  test('another istiod gives other names', async () => {
    const { out } = await run('chain', '-f', file, '--istio', '1.29.1');
    expect(out).toContain('Istio 1.29.1');
    expect(out).toContain('extensions.istio.io/wasmplugin/demo.regex-replace');
  });

  test('an istiod we do not know is answered by the nearest, which is said', async () => {
    const { code, out, err } = await run('chain', '-f', file, '--istio', '1.40');
    expect({ code, err }).toEqual({ code: 0, err: 'Istio 1.40 is not known here (1.20 to 1.31 are): 1.31 answers.\n' });
    expect(out).toContain('Istio 1.31\n');
  });

  test('a document that cannot be read is said, the rest is used: exit code 1', async () => {
    const broken = folder.write('broken.yaml', `${httpbinYaml}---\nkind: [\n`);
    const { code, out, err } = await run('chain', '-f', broken);
    expect(code).toBe(1);
    expect(err).toMatch(/broken\.yaml:\d+:\d+: error yaml\//);
    expect(out).toContain('regex-replace');
  });

  test('what is not there is named together with what is', async () => {
    expect(await run('chain', '-f', file, '--proxy', 'demo/cart')).toMatchObject({
      code: 2,
      err: 'There is no workload "demo/cart". Workloads: demo/httpbin.\n',
    });
    expect((await run('chain', '-f', file, '--listener', 'nope')).err).toContain(
      'There is no listener "nope". Listeners: 0.0.0.0_8000, virtualOutbound, virtualInbound.',
    );
    expect((await run('chain', '-f', folder.write('empty.yaml', ''))).err).toContain('The files hold no workload');
    const two = folder.write('two.yaml', httpbinYaml.replaceAll('httpbin', 'cart'));
    expect((await run('chain', '-f', file, two)).err).toBe(
      'Say which workload with --proxy NS/NAME. Workloads: demo/httpbin, demo/cart.\n',
    );
  });
});

describe('recorded cases', () => {
  const recorded = {
    name: 'one',
    input: { proxy: { labels: { app: 'httpbin' }, namespace: 'demo' }, resources: httpbinYaml, only: ['virtualInbound'] },
  };
  const good = folder.write('good.json', JSON.stringify(recorded));

  test('one line of JSON a case, in the shape of the recordings', async () => {
    const { code, out } = await run('chain', '--case', good, '--istio', '1.24.0');
    const { file: name, ...line } = JSON.parse(out);
    expect({ code, name }).toEqual({ code: 0, name: good });
    expect(line).toMatchObject({ name: 'one', output: { istio: '1.24', listeners: [{ name: 'virtualInbound' }] } });
  });

  test('a case that fails is a line with the error, and the others go on', async () => {
    const bad = [
      folder.write('cut.json', '{"name": "cut", "input": {'),
      folder.write('none.json', '{"name": "none"}'),
      folder.write('void.json', ' '),
      folder.write('broken-case.yaml', 'input: [\n'),
    ];
    const { code, out } = await run('chain', '--case', ...bad, good);
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(code).toBe(1);
    expect(lines.map((line) => line.error?.split(':')[0])).toEqual([
      'This is not JSON',
      'This is not a case',
      'The file is empty.',
      'This is not YAML',
      undefined,
    ]);
    expect(lines.at(-1)).toMatchObject({ file: good, name: 'one' });
  });

  test('YAML is read as well; without a name the file gives it', async () => {
    const yaml = folder.write('named-by-file.yaml', 'input:\n  noBuild: true\n');
    expect(JSON.parse((await run('chain', '--case', yaml)).out)).toEqual({ file: yaml, name: 'named-by-file', output: { istio: '1.31' } });
  });

  test('a file that cannot be read: exit code 2, the others go on', async () => {
    const { code, out, err } = await run('chain', '--case', 'no-such.json', '--case', good);
    expect(code).toBe(2);
    expect(err).toBe('no-such.json cannot be read: there is no such file.\n');
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).file),
    ).toEqual(['no-such.json', good]);
  });
});
