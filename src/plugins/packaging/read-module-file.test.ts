import { describe, expect, test } from 'vitest';
import { utf8Bytes } from '#base/bytes.ts';
import type { JsonObject } from '#base/json.ts';
import { sha256 } from '../sha256.ts';
import { gunzip, gzip } from './gzip.ts';
import { ociLayout } from './oci-image.ts';
import { readModuleFile } from './read-module-file.ts';
import type { TarEntry } from './tar-entry.ts';
import { writeTar } from './write-tar.ts';

const module = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
const json = (value: object): Uint8Array => utf8Bytes(JSON.stringify(value));

/** Names and findings of what is in a file, or the code of its failure. */
async function found(name: string, bytes: Uint8Array): Promise<object | string> {
  const result = await readModuleFile(name, bytes);
  if (!result.ok) return result.error.code;
  const { modules, reference, spec, findings } = result.value;
  expect(modules.every((one) => one.bytes.length === module.length)).toBe(true);
  return {
    names: modules.map((one) => one.name),
    ...(reference === undefined ? {} : { reference }),
    ...(spec === undefined ? {} : { spec }),
    codes: findings.map(({ code }) => code.replace('plugins/archive-', '')),
  };
}

/** A layout with these layers, as tools other than ours might write it. */
function layout(
  layers: readonly { readonly type: string; readonly bytes: Uint8Array }[],
  manifest: JsonObject = {},
  platform?: JsonObject,
): Uint8Array {
  const blob = (bytes: Uint8Array): TarEntry => ({ path: `blobs/sha256/${sha256(bytes)}`, bytes });
  const descriptors = layers.map(({ type, bytes }) => ({ mediaType: type, digest: `sha256:${sha256(bytes)}`, size: bytes.length }));
  const body = json({ schemaVersion: 2, layers: descriptors, ...manifest });
  const index = { manifests: [{ digest: `sha256:${sha256(body)}`, ...(platform === undefined ? {} : { platform }) }] };
  return writeTar([{ path: 'index.json', bytes: json(index) }, blob(body), ...layers.map(({ bytes }) => blob(bytes))]);
}

const layerType = 'application/vnd.oci.image.layer.v1.tar+gzip';
const wasmType = 'application/vnd.module.wasm.content.layer.v1+wasm';
const compat = { annotations: { 'module.wasm.image/variant': 'compat' } };
const packed = (path: string): Promise<Uint8Array> => gzip(writeTar([{ path, bytes: module }]));

describe('readModuleFile', () => {
  test('a module, packed or not', async () => {
    expect(await found('demo.wasm', module)).toEqual({ names: ['demo.wasm'], codes: [] });
    expect(await found('demo.wasm.gz', await gzip(module))).toEqual({ names: ['demo.wasm'], codes: [] });
    expect(await found('download', module)).toEqual({ names: ['download.wasm'], codes: [] });
  });

  test('archives with modules', async () => {
    const one = writeTar([
      { path: 'build/a.wasm', bytes: module },
      { path: 'README', bytes: utf8Bytes('x') },
    ]);
    expect(await found('release.tgz', await gzip(one))).toEqual({ names: ['a.wasm'], codes: [] });
    expect(await found('two.tar', writeTar(['a', 'b'].map((name) => ({ path: `${name}.wasm`, bytes: module }))))).toEqual({
      names: ['a.wasm', 'b.wasm'],
      codes: ['several-modules'],
    });
    expect(await found('none.tar', writeTar([{ path: 'README', bytes: utf8Bytes('x') }]))).toBe('plugins/no-module');
  });

  test.each(['compat', 'oci'] as const)('our own %s layout comes back without a remark', async (variant) => {
    const { files, digest } = await ociLayout(module, { variant, tag: '1.0.0', annotations: { 'org.opencontainers.image.title': 'demo' } });
    expect(await found('demo.tar', writeTar(files))).toEqual({ names: ['demo.wasm'], reference: '1.0.0', codes: [] });
    const manifest = files.find(({ path }) => path === `blobs/${digest.replace(':', '/')}`);
    expect(sha256(manifest?.bytes ?? new Uint8Array())).toBe(digest.slice('sha256:'.length));
  });

  test('what docker save writes', async () => {
    const saved = writeTar([
      { path: 'manifest.json', bytes: json([{ Config: 'c', RepoTags: ['registry.example/team/demo:2.1'], Layers: ['l/layer.tar'] }]) },
      { path: 'l/layer.tar', bytes: writeTar([{ path: 'plugin.wasm', bytes: module }]) },
    ]);
    expect(await found('image.tar', saved)).toEqual({ names: ['demo.wasm'], reference: 'registry.example/team/demo:2.1', codes: [] });
  });

  test('a specification that came along', async () => {
    const layers = [
      { type: layerType, bytes: utf8Bytes('') },
      { type: 'application/vnd.module.wasm.spec.v1+yaml', bytes: utf8Bytes('info: {}') },
      { type: layerType, bytes: await packed('plugin.wasm') },
    ];
    expect(await found('demo.tar', layout(layers, compat))).toEqual({ names: ['demo.wasm'], spec: 'info: {}', codes: [] });
  });

  test.each<[string, () => Promise<Uint8Array>, string[]]>([
    ['a bare Wasm layer', async () => layout([{ type: wasmType, bytes: module }]), ['bare-layer']],
    [
      'another name in the layer',
      async () => layout([{ type: layerType, bytes: await packed('filter.wasm') }], compat),
      ['no-plugin-wasm'],
    ],
    [
      'a layer that is not packed',
      async () => layout([{ type: 'application/vnd.oci.image.layer.v1.tar', bytes: writeTar([{ path: 'plugin.wasm', bytes: module }]) }]),
      ['layer-type'],
    ],
    ['no annotation', async () => layout([{ type: layerType, bytes: await packed('./plugin.wasm') }]), ['no-variant']],
    [
      'another platform',
      async () => layout([{ type: layerType, bytes: await packed('plugin.wasm') }], compat, { os: 'linux', architecture: 'arm64' }),
      ['platform'],
    ],
  ])('Istio would stumble over %s', async (_, make, codes) => {
    expect(await found('demo.tar', await make())).toEqual({ names: ['demo.wasm'], codes });
  });

  test('damaged files are failures', async () => {
    const gz = await gzip(writeTar([{ path: 'a.wasm', bytes: module }]));
    expect(await found('a.tgz', gz.subarray(0, 40))).toBe('plugins/broken-gzip');
    expect(await found('a.tar', writeTar([{ path: 'index.json', bytes: json({ manifests: [] }) }]))).toBe('plugins/no-manifest');
    expect(await found('a.tar', layout([{ type: layerType, bytes: utf8Bytes('no gzip') }]))).toBe('plugins/no-module');
  });

  test('gzip there and back', async () => {
    const back = await gunzip(await gzip(utf8Bytes('text'.repeat(1000))));
    expect(back.ok && back.value.length).toBe(4000);
  });
});
