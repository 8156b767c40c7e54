import { expect, test } from 'vitest';
import type { CatalogueEntry } from '#plugins/catalogue/entry.ts';
import type { ModuleFile } from './document.ts';
import { findModule } from './modules.ts';

const own: ModuleFile = { id: 'm1', name: 'regex-replace.wasm', digest: 'd', size: 1, urls: [] };
const entry = {
  name: 'regex-replace',
  url: 'oci://registry.example/filterloom/regex-replace:1.0.0',
  module: { path: 'plugins/regex-replace/regex-replace.wasm', sha256: 's', bytes: 1 },
} as CatalogueEntry;

test('a catalogue url finds the module that comes with the app, whatever its tag', () => {
  expect(findModule('oci://registry.example/filterloom/regex-replace:2.0.0', [], [entry])).toMatchObject({
    kind: 'asset',
    path: entry.module?.path,
  });
});

test('a module the user brought wins: by binding, then by name', () => {
  expect(findModule(entry.url, [own], [entry])).toEqual({ kind: 'file', module: own });
  const bound = { ...own, id: 'm2', name: 'x.wasm', urls: ['oci://other.example/x'] };
  expect(findModule('oci://other.example/x', [own, bound], [entry])).toEqual({ kind: 'file', module: bound });
  expect(findModule('oci://unknown.example/y', [own, bound], [entry])).toBeUndefined();
});

test('a file of the agent: by its checksum, or by the name of the plugin', () => {
  const hash = (digit: string): string => digit.repeat(64);
  const path = `/var/lib/istio/data/${hash('a')}/${hash('b')}.wasm`;
  const equal = { ...own, name: 'downloaded.wasm', digest: hash('b') };
  expect(findModule(path, [own, equal], [entry], 'demo.other')).toEqual({ kind: 'file', module: equal });
  expect(findModule(path, [own], [entry], 'extensions.istio.io/wasmplugin/demo.regex-replace')).toEqual({ kind: 'file', module: own });
  const shipped = { ...entry, module: { path: 'p', sha256: hash('b'), bytes: 1 } };
  expect(findModule(path, [], [shipped], 'demo.other')).toMatchObject({ kind: 'asset', path: 'p' });
  expect(findModule(path, [], [entry], 'demo.regex-replace')).toBeUndefined();
});
