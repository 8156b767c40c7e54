import { expect, test } from 'vitest';
import type { CatalogueEntry } from './entry.ts';
import { catalogueEntryOf, imageName } from './find-entry.ts';

const entry = {
  name: 'regex-replace',
  url: 'oci://registry.example/filterloom/regex-replace:1.0.0',
  module: { path: 'plugins/regex-replace/regex-replace.wasm', sha256: 's', bytes: 1 },
} as CatalogueEntry;

test.each([
  ['oci://registry.example/filterloom/regex-replace:1.0.0', 'regex-replace'],
  ['registry.example:5000/team/auth', 'auth'],
  ['oci://registry.example/a/b:1.0@sha256:00ff', 'b'],
  ['file:///opt/filters/gate.wasm', 'gate'],
])('the image name of %s is %s', (url, name) => {
  expect(imageName(url)).toBe(name);
});

test('neither tag nor registry hide a sample, another name does', () => {
  expect(catalogueEntryOf('oci://registry.example/filterloom/regex-replace:2', [entry])).toBe(entry);
  expect(catalogueEntryOf('oci://mirror.example/regex-replace:1', [entry])).toBe(entry);
  expect(catalogueEntryOf('oci://mirror.example/other:1', [entry])).toBeUndefined();
});
