import type { Failure } from '#base/result.ts';
import type { KeptDump } from '#envoy/config-dump/keep.ts';
import type { DumpReader } from '#workers/dump.client.ts';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { DumpFile } from './document.ts';
import type { Storage } from './persistence.ts';

/** How far the reading of a dump is. */
export type DumpReading =
  | { readonly kind: 'reading'; readonly share: number }
  | { readonly kind: 'read'; readonly dump: KeptDump }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** By `DumpFile.key`. */
export type DumpReadings = ReadonlyMap<string, DumpReading>;

export interface DumpLibrary {
  readonly readings: StoreApi<DumpReadings>;
  /** Keeps the text of a new dump, and reads it. */
  add(dump: DumpFile, content: Blob): void;
  /** Reads those that were not read yet, and forgets those that are not named. */
  ensure(dumps: readonly DumpFile[], named: ReadonlySet<string>): void;
}

/** Reads dumps in the worker, each once; what was read stays as long as undo can bring the dump back. */
export function createDumpLibrary(storage: Storage, read: DumpReader): DumpLibrary {
  const readings = createStore<DumpReadings>(() => new Map());
  const put = (key: string, reading: DumpReading): void => readings.setState(new Map(readings.getState()).set(key, reading), true);

  const start = async ({ name, key }: DumpFile, load: () => Promise<Blob | undefined>): Promise<void> => {
    put(key, { kind: 'reading', share: 0 });
    const content = await load().catch(() => undefined);
    if (content === undefined) {
      const message = `The text of ${name} is not in this browser's storage any more.`;
      put(key, { kind: 'failed', failure: { code: 'dump-lost', message, help: 'Drop the file again.' } });
      return;
    }
    const result = await read(name, content, (share) => put(key, { kind: 'reading', share }));
    put(key, result.ok ? { kind: 'read', dump: result.value } : { kind: 'failed', failure: result.error });
  };

  return {
    readings,
    add: (dump, content) => {
      // A browser that refuses to keep it says so by the state of saving; the dump lasts as long as the page then.
      void storage.saveDump(dump.key, content).catch(() => undefined);
      void start(dump, () => Promise.resolve(content));
    },
    ensure: (dumps, named) => {
      const gone = [...readings.getState().keys()].filter((key) => !named.has(key));
      if (gone.length > 0) readings.setState(new Map([...readings.getState()].filter(([key]) => named.has(key))), true);
      for (const dump of dumps) if (!readings.getState().has(dump.key)) void start(dump, () => storage.loadDump(dump.key));
    },
  };
}
