import { strFromU8, unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import type { Stores, WorkspaceDependencies } from '../create-workspace.ts';
import { emptyDocument, type WorkspaceDocument } from '../document.ts';
import { memoryStorage } from '../persistence.ts';
import { exportActions } from './export-actions.ts';

const plugin = 'apiVersion: extensions.istio.io/v1alpha1\nkind: WasmPlugin\nmetadata:\n  name: path\n';
const module = { id: 'm', name: 'path.wasm', digest: 'd', size: 3, urls: [] };
const document: WorkspaceDocument = { ...emptyDocument, files: [{ id: 'f', name: 'plugins.yaml', text: plugin }], modules: [module] };

function actionsOver(storage = memoryStorage()): ReturnType<typeof exportActions> {
  const stores = { document: { getState: () => ({ document }) } } as unknown as Stores;
  return exportActions(stores, { storage, now: () => Date.UTC(2026, 0, 1) } as unknown as WorkspaceDependencies);
}

test('the zip holds the texts, their kustomization and the modules', async () => {
  const storage = memoryStorage();
  await storage.saveModule('d', new Uint8Array([0, 97, 115]));
  const zip = await actionsOver(storage).zipFolder();
  const files = unzipSync(zip.ok ? zip.value : new Uint8Array());
  expect(Object.keys(files)).toEqual(['kustomization.yaml', 'plugins.yaml', 'modules/path.wasm']);
  expect(strFromU8(files['plugins.yaml'] ?? new Uint8Array())).toBe(plugin);
  expect(files['modules/path.wasm']).toEqual(new Uint8Array([0, 97, 115]));
});

test('a module whose bytes are gone is said, nothing is made without it', async () => {
  expect(await actionsOver().zipFolder()).toMatchObject({ ok: false, error: { code: 'module-gone' } });
});
