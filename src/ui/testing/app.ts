import { fail } from '#base/result.ts';
import { catalogue } from '#plugins/catalogue/catalogue.ts';
import { createWorkspace } from '#workspace/create-workspace.ts';
import { memoryStorage } from '#workspace/persistence.ts';
import { en } from '../messages/en.ts';
import type { App } from '../shell/shell-context.ts';
import { createShell } from '../shell/shell-state.ts';

/** The application on its first sample, without screen, worker or network. */
export async function testApp(): Promise<App> {
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
    catalogue,
    loadAsset: () => Promise.resolve(nothing),
    loadTypes: () => Promise.resolve(nothing),
    loadChecks: () => Promise.resolve(() => []),
    now: () => 0,
    newId: () => `id-${++id}`,
  });
  const kept = new Map<string, string>();
  const shell = createShell({ read: (key) => kept.get(key), write: (key, text) => void kept.set(key, text) }, 'Linux x86_64');
  return { workspace, shell, messages: en };
}

/** `metadata_exchange regex-replace … router`: the HTTP filters of the lane. */
export function laneText({ workspace }: App): string {
  return (workspace.design.getState().lane?.rows ?? []).map((row) => row.title).join(' ');
}
