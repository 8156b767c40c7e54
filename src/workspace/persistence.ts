import type { IDBPDatabase } from 'idb';
import { openDB } from 'idb';
import type { JsonValue } from '#base/json.ts';
import { asArray, asNumber, asObject, asString, isObject } from '#base/json.ts';
import type { DumpFile, ModuleFile, TextFile } from './document.ts';
import type { ViewState } from './view.ts';
import { initialView } from './view.ts';
import type { PersistedWorkspace } from './workspace.ts';

/** Where the work survives a reload. Two implementations: IndexedDB in the browser, memory in tests and private windows. */
export interface Storage {
  load(): Promise<PersistedWorkspace | undefined>;
  save(workspace: PersistedWorkspace): Promise<void>;
  loadModule(digest: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  saveModule(digest: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  loadDump(key: string): Promise<Blob | undefined>;
  saveDump(key: string, content: Blob): Promise<void>;
  /** Forgets modules (by digest) and dumps (by key) that nothing refers to. */
  keepOnly(names: ReadonlySet<string>): Promise<void>;
}

const databaseName = 'filterloom';

export async function openIndexedDb(): Promise<Storage> {
  const db = await openDB(databaseName, 2, {
    upgrade(database, oldVersion) {
      if (oldVersion < 1) {
        database.createObjectStore('workspace');
        database.createObjectStore('modules');
      }
      if (oldVersion < 2) database.createObjectStore('dumps');
    },
  });
  return indexedDbStorage(db);
}

function indexedDbStorage(db: IDBPDatabase): Storage {
  return {
    load: async () => readPersisted((await db.get('workspace', 'current')) as JsonValue | undefined),
    save: async (workspace) => void (await db.put('workspace', workspace, 'current')),
    loadModule: async (digest) => (await db.get('modules', digest)) as Uint8Array<ArrayBuffer> | undefined,
    saveModule: async (digest, bytes) => void (await db.put('modules', bytes, digest)),
    loadDump: async (key) => (await db.get('dumps', key)) as Blob | undefined,
    saveDump: async (key, content) => void (await db.put('dumps', content, key)),
    keepOnly: async (names) => {
      for (const store of ['modules', 'dumps']) {
        for (const key of await db.getAllKeys(store)) if (!names.has(String(key))) await db.delete(store, key);
      }
    },
  };
}

export function memoryStorage(): Storage {
  let saved: PersistedWorkspace | undefined;
  const modules = new Map<string, Uint8Array<ArrayBuffer>>();
  const dumps = new Map<string, Blob>();
  return {
    load: () => Promise.resolve(saved),
    save: (workspace) => {
      saved = workspace;
      return Promise.resolve();
    },
    loadModule: (digest) => Promise.resolve(modules.get(digest)),
    saveModule: (digest, bytes) => {
      modules.set(digest, bytes);
      return Promise.resolve();
    },
    loadDump: (key) => Promise.resolve(dumps.get(key)),
    saveDump: (key, content) => {
      dumps.set(key, content);
      return Promise.resolve();
    },
    keepOnly: (names) => {
      for (const store of [modules, dumps]) for (const key of store.keys()) if (!names.has(key)) store.delete(key);
      return Promise.resolve();
    },
  };
}

/** Checks what an earlier (or foreign) build saved: what does not fit is left out, never trusted. */
export function readPersisted(value: JsonValue | undefined): PersistedWorkspace | undefined {
  if (!isObject(value) || value['version'] !== 1) return undefined;
  const document = asObject(value['document']);
  const files = asArray(document['files']).flatMap((item): TextFile[] => {
    const { id, name, text } = asObject(item);
    return typeof id === 'string' && typeof name === 'string' && typeof text === 'string' ? [{ id, name, text }] : [];
  });
  const modules = asArray(document['modules']).flatMap((item): ModuleFile[] => {
    const { id, name, digest, size, urls } = asObject(item);
    if (typeof id !== 'string' || typeof name !== 'string' || typeof digest !== 'string') return [];
    return [{ id, name, digest, size: asNumber(size) ?? 0, urls: asArray(urls).filter((url) => typeof url === 'string') }];
  });
  const dumps = asArray(document['dumps']).flatMap((item): DumpFile[] => {
    const { id, name, key, size } = asObject(item);
    return typeof id === 'string' && typeof name === 'string' && typeof key === 'string'
      ? [{ id, name, key, size: asNumber(size) ?? 0 }]
      : [];
  });
  return { version: 1, document: { files, modules, dumps }, view: readView(value['view']) };
}

const oneOf = <T extends string>(value: JsonValue | undefined, options: readonly T[], otherwise: T): T =>
  options.find((option) => option === value) ?? otherwise;

function readView(value: JsonValue | undefined): Partial<ViewState> {
  const view = asObject(value);
  return {
    proxy: asString(view['proxy']),
    listener: asString(view['listener']),
    chain: asNumber(view['chain']),
    istio: asString(view['istio']) ?? initialView.istio,
    leftTab: oneOf(view['leftTab'], ['files', 'catalogue', 'modules'], initialView.leftTab),
    inspectorTab: oneOf(view['inspectorTab'], ['form', 'yaml', 'envoy'], initialView.inspectorTab),
    dockTab: oneOf(view['dockTab'], ['preview', 'problems', 'log', 'list', 'compare'], initialView.dockTab),
    foldBuiltIns: view['foldBuiltIns'] !== false,
    theme: oneOf(view['theme'], ['system', 'light', 'dark'], initialView.theme),
  };
}
