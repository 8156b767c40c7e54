import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readModuleFile } from '#plugins/packaging/read-module-file.ts';
import { parseYaml } from '#yaml/parse.ts';
import { run, scratchFolder } from '../testing.ts';

const folder = scratchFolder();
const sample = new URL('../../../public/plugins/hello-headers/hello-headers.wasm', import.meta.url).pathname;
const guests = new URL('../../../conformance/guests/', import.meta.url).pathname;
const bytes = new Uint8Array(readFileSync(sample));

describe('inspect', () => {
  test('as text and as JSON', async () => {
    const { code, out } = await run('inspect', sample);
    expect(code).toBe(0);
    expect(out).toContain('ABI           0.2.');
    expect(JSON.parse((await run('inspect', '--json', sample)).out)).toMatchObject({ byteLength: bytes.length });
  });

  test('a module that Envoy would refuse: exit code 1, the report all the same', async () => {
    const { code, out } = await run('inspect', `${guests}wat/no-abi.wasm`);
    expect(code).toBe(1);
    expect(out).toContain('ABI           none');
  });

  test.each(['empty.wasm', 'text.wasm', 'truncated.wasm', 'component.wasm'])('%s is no module, and why is said', async (name) => {
    const { code, out, err } = await run('inspect', `${guests}bad/${name}`);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(`${name}: `);
  });
});

describe('pack', () => {
  test('an image layout holds the module; its digest is told', async () => {
    const { code, bytes: tar, err } = await run('pack', sample, '--to', 'oci', '--image', 'registry.example:5000/team/hello:2.0');
    expect(code).toBe(0);
    expect(err).toMatch(/^url: oci:\/\/registry\.example:5000\/team\/hello@sha256:[0-9a-f]{64}\n/);
    const read = await readModuleFile('hello.tar', tar);
    expect(read.ok && read.value.modules.map((module) => module.bytes)).toEqual([bytes]);
    const unpacked = await run('inspect', folder.write('hello.tar', tar), '--json');
    expect(JSON.parse(unpacked.out)).toMatchObject({ byteLength: bytes.length });
  });

  test('into a file, or as files of a folder', async () => {
    const file = join(folder.path, 'out.tar');
    expect(await run('pack', sample, '--to', 'oci', '-o', file)).toMatchObject({ code: 0, out: '' });
    expect(readFileSync(file).length).toBeGreaterThan(1000);
    const layout = join(folder.path, 'layout');
    mkdirSync(layout);
    await run('pack', sample, '--to', 'oci', '--variant', 'oci', '-o', layout);
    expect(existsSync(join(layout, 'oci-layout'))).toBe(true);
    expect(JSON.parse(readFileSync(join(layout, 'index.json'), 'utf8'))).toMatchObject({ schemaVersion: 2 });
  });

  test('a Dockerfile alone on standard output', async () => {
    expect((await run('pack', sample, '--to', 'docker')).out).toBe('FROM scratch\nCOPY hello-headers.wasm ./plugin.wasm\n');
  });

  test('a ConfigMap with the file, and how to mount it', async () => {
    const { out, err } = await run('pack', sample, '--to', 'configmap', '--name', 'hello', '--namespace', 'demo');
    expect(parseYaml(out, 'map.yaml').documents[0]?.value).toMatchObject({
      kind: 'ConfigMap',
      metadata: { name: 'hello', namespace: 'demo' },
      binaryData: { 'hello.wasm': Buffer.from(bytes).toString('base64') },
    });
    expect(err).toContain('url: file:///var/local/lib/wasm/hello/hello.wasm');
    expect(err).toContain('sidecar.istio.io/userVolume');
  });

  test.each([
    [['--to', 'docker', '--image', 'not a reference'], 2],
    [['--to', 'configmap', '--name', 'Bad_Name'], 2],
    [['--to', 'docker', '-o', '/no-such-folder/Dockerfile'], 2],
  ])('%j is refused', async (options, code) => {
    expect(await run('pack', sample, ...options)).toMatchObject({ code, out: '' });
  });

  test('what is no module is not packed', async () => {
    expect(await run('pack', `${guests}bad/text.wasm`, '--to', 'docker')).toMatchObject({ code: 1, out: '' });
  });
});
