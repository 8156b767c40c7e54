import { expect, test } from 'vitest';
import { fail } from '#base/result.ts';
import { createWorkspace } from './create-workspace.ts';
import { memoryStorage } from './persistence.ts';
import type { Workspace } from './workspace.ts';

/** A workspace on the httpbin sample whose proxies cannot start. */
async function open(): Promise<Workspace> {
  let id = 0;
  const nothing = fail('not-here', 'Not in tests');
  const workspace = await createWorkspace({
    storage: memoryStorage(),
    runner: {
      run: () => Promise.resolve(nothing),
      converse: () => Promise.resolve(nothing),
      measure: () => Promise.resolve(nothing),
      dispose: () => undefined,
    },
    readDump: () => Promise.resolve(nothing),
    catalogue: [],
    loadAsset: () => Promise.resolve(nothing),
    loadTypes: () => Promise.resolve(nothing),
    loadChecks: () => Promise.resolve(() => []),
    now: () => 0,
    newId: () => `id-${++id}`,
  });
  workspace.actions.loadSample('httpbin');
  return workspace;
}

const shop = `apiVersion: v1
kind: Pod
metadata:
  name: shop
  namespace: shop
  labels: { app: shop }
spec:
  containers:
  - name: main
    ports:
    - containerPort: 8080
`;

test('a run belongs to its chain: an edit makes it old, another chain has none of it', async () => {
  const { actions, runs, design } = await open();
  await actions.send(runs.getState().request);
  expect(runs.getState()).toMatchObject({ running: false, failure: { code: 'not-here' }, outdated: false });
  expect(runs.getState().subject?.titles).toEqual(design.getState().lane?.rows.map(({ title }) => title));
  actions.addText('# nothing\n---\napiVersion: v1\nkind: Namespace\nmetadata: { name: other }\n');
  expect(runs.getState()).toMatchObject({ failure: { code: 'not-here' }, outdated: true });
  const other = design.getState().lane?.chains.find(({ selected }) => !selected);
  actions.setView({ chain: other?.index });
  expect(runs.getState()).toMatchObject({ failure: undefined, trace: undefined, subject: undefined, outdated: false });
});

test('an answer that comes when another chain is in view is not shown there', async () => {
  const { actions, runs, design } = await open();
  const answer = actions.send(runs.getState().request);
  actions.setView({ chain: design.getState().lane?.chains.find(({ selected }) => !selected)?.index });
  await answer;
  expect(runs.getState()).toMatchObject({ running: false, failure: undefined, subject: undefined });
});

test('a workload that comes in is shown, and the example request goes with it until somebody changes it', async () => {
  const { actions, runs, design, view } = await open();
  expect(runs.getState().request.authority).toBe('httpbin.demo');
  actions.addText(shop, 'shop.yaml');
  expect(design.getState().proxy).toMatchObject({ name: 'shop', namespace: 'shop' });
  expect(runs.getState().request.authority).toBe('shop.shop');
  runs.setState({ request: { ...runs.getState().request, path: '/mine' } });
  actions.setView({ proxy: undefined });
  expect(view.getState().proxy).toBeUndefined();
  expect(design.getState().proxy?.name).toBe('httpbin');
  expect(runs.getState().request).toMatchObject({ path: '/mine', authority: 'shop.shop' });
});

test('whatever was put in can be taken out again as it was', async () => {
  const { actions, document } = await open();
  const bytes = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  await actions.addFiles([
    { name: 'shop.yaml', content: new Blob([shop]) },
    { name: 'mine.wasm', content: new Blob([bytes]) },
    { name: 'dump.json', content: new Blob(['{"configs": []}']) },
  ]);
  const { files, modules, dumps } = document.getState().document;
  const contents = await Promise.all(
    [files.at(-1), modules[0], dumps[0]].map(async (item) => {
      const found = await actions.contentOf(item?.id ?? '');
      return found.ok ? [found.value.name, found.value.content.size] : found.error.code;
    }),
  );
  expect(contents).toEqual([
    ['shop.yaml', shop.length],
    ['mine.wasm', bytes.length],
    ['dump.json', 15],
  ]);
  expect(await actions.contentOf('nothing')).toMatchObject({ ok: false, error: { code: 'content-lost' } });
});
