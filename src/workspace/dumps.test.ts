import { readFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { fail, ok, type Result } from '#base/result.ts';
import { keepOfDump, type KeptDump } from '#envoy/config-dump/keep.ts';
import { readDumpTextSteps } from '#envoy/config-dump/read-text.ts';
import { runSteps } from '#envoy/config-dump/steps.ts';
import { envoyTypes } from '#testing/envoy-types.ts';
import { compareConfigurations, compareSides, configurationOf } from './compare.ts';
import { createWorkspace } from './create-workspace.ts';
import { memoryStorage, type Storage } from './persistence.ts';
import { fileKey } from './proxy-source.ts';
import { resourcesOfSource } from './source-resources.ts';
import type { Workspace } from './workspace.ts';

const types = await envoyTypes();
const dumpText = (name: string): string => readFileSync(new URL(`../../conformance/config-dumps/${name}.json`, import.meta.url), 'utf8');
const file = (name: string, text: string): { name: string; content: Blob } => ({ name, content: new Blob([text]) });

/** Reads in this thread, as the worker does in its own. */
async function readDump(name: string, content: Blob): Promise<Result<KeptDump>> {
  return ok(keepOfDump(runSteps(readDumpTextSteps({ name, text: await content.text() }, types))));
}

async function open(storage: Storage = memoryStorage()): Promise<Workspace> {
  let id = 0;
  const nothing = fail('not-here', 'Not in tests');
  const workspace = await createWorkspace({
    storage,
    runner: {
      run: () => Promise.resolve(nothing),
      converse: () => Promise.resolve(nothing),
      measure: () => Promise.resolve(nothing),
      dispose: () => undefined,
    },
    readDump,
    catalogue: [],
    loadAsset: () => Promise.resolve(nothing),
    loadTypes: () => Promise.resolve(ok(types)),
    loadChecks: () => Promise.resolve(() => []),
    now: () => 0,
    newId: () => `id-${++id}`,
  });
  await vi.waitFor(() => expect(workspace.vocabulary.getState().types).toBeDefined());
  return workspace;
}

async function withDump(name: string, text = dumpText(name)): Promise<Workspace> {
  const workspace = await open();
  await workspace.actions.addFiles([file(`${name}.json`, text)]);
  await vi.waitFor(() => expect([...workspace.readings.getState().values()][0]?.kind).toBe('read'));
  return workspace;
}

describe('a dropped dump', () => {
  test('is a file of its own kind, and its proxy is in view', async () => {
    const workspace = await withDump('sidecar-1.18.2-full');
    const { document } = workspace.document.getState();
    expect(document.dumps.map(({ name }) => name)).toEqual(['sidecar-1.18.2-full.json']);
    expect(document.files.map(({ name }) => name)).not.toContain('sidecar-1.18.2-full.json');
    const { source, proxy, listener, lane } = workspace.design.getState();
    expect(source?.kind).toBe('config-dump');
    expect(proxy).toMatchObject({ type: 'sidecar', namespace: 'hr2', istioVersion: '1.18.2' });
    expect(listener?.name).toBe('virtualInbound (refused)');
    expect(lane?.rows.map(({ title, kind }) => `${kind} ${title}`)).toContain('plugin Lua');
    expect(lane?.gaps).toEqual([]);
  });

  test('tells its problems with line and file in the list of all problems', async () => {
    const workspace = await withDump('sidecar-1.18.2-full');
    expect(workspace.design.getState().diagnostics.filter(({ code }) => code === 'envoy/listener-refused')).toMatchObject([
      { at: { file: 'sidecar-1.18.2-full.json' } },
      { at: { file: 'sidecar-1.18.2-full.json' } },
    ]);
  });

  test('cut in the middle, shows what was complete', async () => {
    const text = dumpText('sidecar-1.18.2-full');
    const workspace = await withDump('cut', text.slice(0, text.length / 2));
    const { mesh, diagnostics } = workspace.design.getState();
    expect(mesh?.listeners.length).toBeGreaterThan(20);
    expect(diagnostics.map(({ code }) => code)).toContain('envoy/dump-cut');
  });

  test('goes with undo and is renamed like a file', async () => {
    const workspace = await withDump('waypoint-1.21');
    const [dump] = workspace.document.getState().document.dumps;
    expect(workspace.actions.renameFile(dump?.id ?? '', 'other.json').ok).toBe(true);
    expect(workspace.design.getState().source?.file?.name).toBe('other.json');
    workspace.actions.undo();
    workspace.actions.undo();
    expect(workspace.design.getState().sources.map(({ kind }) => kind)).toEqual(['resources']);
    workspace.actions.redo();
    expect(workspace.design.getState().sources.map(({ kind }) => kind)).toEqual(['resources', 'config-dump']);
  });

  test('is there again after a reload, text and all', async () => {
    const storage = memoryStorage();
    const first = await open(storage);
    await first.actions.addFiles([file('w.json', dumpText('waypoint-1.21'))]);
    first.dispose();
    await vi.waitFor(async () => expect((await storage.load())?.document.dumps).toHaveLength(1));
    const second = await open(storage);
    await vi.waitFor(() => expect(second.design.getState().proxy?.type).toBe('waypoint'));
  });

  test('pasted YAML of istioctl is a dump too', async () => {
    const workspace = await open();
    workspace.actions.addText('- name: web\n  address: {socketAddress: {address: 0.0.0.0, portValue: 80}}\n  filterChains: [{name: a}]\n');
    expect(workspace.document.getState().document.dumps).toHaveLength(1);
    await vi.waitFor(() => expect(workspace.design.getState().mesh?.listeners.map(({ name }) => name)).toEqual(['web']));
  });
});

describe('a static envoy.yaml', () => {
  const text = (port: number): string => `static_resources:
  listeners:
  - name: main
    address: { socket_address: { address: 0.0.0.0, port_value: ${port} } }
    filter_chains: [{ name: one }]
    nonsense: 1
`;

  test('stays a text one edits, and its listeners follow', async () => {
    const workspace = await open();
    const added = workspace.actions.addText(text(80), 'envoy.yaml');
    if (!added.ok) throw new Error(added.error.message);
    const { fileId } = added.value;
    expect(workspace.view.getState().proxy).toBe(fileKey(fileId));
    expect(workspace.design.getState().listener?.address).toBe('0.0.0.0:80');
    workspace.actions.setText(fileId, text(81));
    expect(workspace.design.getState().listener?.address).toBe('0.0.0.0:81');
  });

  test('tells what Envoy would refuse at its place, and nothing about Kubernetes', async () => {
    const workspace = await open();
    workspace.actions.addText(text(80), 'envoy.yaml');
    const own = workspace.design.getState().diagnostics.filter(({ at }) => at?.file === 'envoy.yaml');
    expect(own.map(({ code, at }) => [code, text(80).slice(at?.range.start, at?.range.end)])).toEqual([['envoy/unknown-field', '1']]);
  });
});

describe('back to resources', () => {
  test('an inserted filter becomes an EnvoyFilter that gives it again', async () => {
    const workspace = await withDump('sidecar-1.18.2-full');
    const { source } = workspace.design.getState();
    if (source === undefined) throw new Error('no source');
    const made = resourcesOfSource(source, types);
    expect(made.yaml).toContain('kind: EnvoyFilter');
    expect(made.yaml).not.toContain('istio_authn');
    workspace.actions.addTexts(
      [
        { name: made.fileName, text: made.yaml },
        { name: made.workloadFile, text: made.workload },
      ],
      'make resources',
    );
    workspace.actions.setView({
      proxy: `sidecar ${source.proxy.namespace}/${source.proxy.name}`,
      listener: 'virtualInbound',
      istio: '1.24',
    });
    const { lane } = workspace.design.getState();
    expect(lane?.rows.map(({ title }) => title).slice(-2)).toEqual(['geo-5c54dcd5bd-z5ghf-filters', 'router']);
  });
});

describe('comparison', () => {
  test('with other versions of Istio, older ones first, and with what files have', async () => {
    const workspace = await withDump('waypoint-1.21');
    workspace.actions.setView({ proxy: 'sidecar demo/httpbin', istio: '1.29' });
    const sides = compareSides(workspace.design.getState(), { istio: '1.29' });
    expect(sides.map(({ source, istio }) => `${source.kind} ${istio ?? ''}`).slice(0, 4)).toEqual([
      'config-dump ',
      'resources 1.28',
      'resources 1.27',
      'resources 1.26',
    ]);
    const { mesh, resources } = workspace.design.getState();
    const older = sides.find(({ istio }) => istio === '1.28');
    if (older === undefined || mesh === undefined) throw new Error('nothing to compare');
    const found = compareConfigurations(configurationOf(older, resources, types), mesh);
    expect(found.onlyBefore).toEqual([]);
    expect(compareConfigurations(mesh, mesh).differences).toEqual([]);
  });
});
