/** The engine put together for the browser: a chunk of its own, so that the frame of the page is there before it. */
import { concatBytes } from '#base/bytes.ts';
import type { Result } from '#base/result.ts';
import { fail, ok } from '#base/result.ts';
import type { EnvoyTypes } from '#envoy/types.ts';
import { catalogue } from '#plugins/catalogue/catalogue.ts';
import { nativeFilters } from '#plugins/native/filter.ts';
import { createDumpReader } from '#workers/dump.client.ts';
import { createPreviewRunner } from '#workers/preview.client.ts';
import { createWorkspace } from '#workspace/create-workspace.ts';
import type { Storage } from '#workspace/persistence.ts';
import { memoryStorage, openIndexedDb } from '#workspace/persistence.ts';
import type { Workspace } from '#workspace/workspace.ts';

/** How long a guest may hold the worker. The promise is 3 s; the answer has to be drawn too. */
const guestTimeoutMs = 2500;

/** Envoy's messages, generated. */
const descriptors = 'envoy/descriptors.binpb.gz';
/** The comments of their sources. */
const docs = 'envoy/docs.json.gz';

async function loadAsset(
  path: string,
  onRead?: (read: number, total: number | undefined) => void,
): Promise<Result<Uint8Array<ArrayBuffer>>> {
  try {
    const response = await fetch(new URL(path, document.baseURI));
    if (response.ok) return ok(await bodyOf(response, onRead));
    return fail(
      'asset-missing',
      `${path} could not be loaded: the server answered ${response.status}.`,
      'Is the page served with all its files?',
    );
  } catch (error) {
    return fail(
      'asset-missing',
      `${path} could not be loaded: ${error instanceof Error ? error.message : String(error)}`,
      'Check the connection and try again.',
    );
  }
}

/** The body of a response, told of piece by piece: a module may have many megabytes. */
async function bodyOf(response: Response, onRead?: (read: number, total: number | undefined) => void): Promise<Uint8Array<ArrayBuffer>> {
  if (onRead === undefined || response.body === null) return new Uint8Array(await response.arrayBuffer());
  // the length is that of the transfer: with an encoding it says nothing about what is read
  const length = response.headers.get('content-encoding') === null ? Number(response.headers.get('content-length') ?? 0) : 0;
  const parts: Uint8Array[] = [];
  let read = 0;
  const reader = response.body.getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    parts.push(piece.value);
    read += piece.value.length;
    onRead(read, length > 0 ? length : undefined);
  }
  return concatBytes(parts);
}

async function loadTypes(): Promise<Result<EnvoyTypes>> {
  const file = await loadAsset(descriptors);
  if (!file.ok) return file;
  const [{ loadEnvoyTypes }, { inflate }] = await Promise.all([import('#envoy/registry.ts'), import('#envoy/docs.ts')]);
  return ok(loadEnvoyTypes(await inflate(file.value)));
}

async function loadDocumented(): Promise<Result<EnvoyTypes>> {
  const [file, comments] = await Promise.all([loadAsset(descriptors), loadAsset(docs)]);
  if (!file.ok) return file;
  if (!comments.ok) return comments;
  const [{ loadEnvoyTypes }, { inflate, parseEnvoyDocs }] = await Promise.all([import('#envoy/registry.ts'), import('#envoy/docs.ts')]);
  return ok(loadEnvoyTypes(await inflate(file.value), parseEnvoyDocs(await inflate(comments.value))));
}

/** Private windows may refuse IndexedDB: the work then lasts as long as the page. */
async function openStorage(): Promise<Storage> {
  try {
    return await openIndexedDb();
  } catch {
    return memoryStorage();
  }
}

function spawnPreviewWorker(): Worker {
  return new Worker(new URL('./workers/preview.worker.ts', import.meta.url), { type: 'module', name: 'preview' });
}

function spawnDumpWorker(): Worker {
  return new Worker(new URL('./workers/dump.worker.ts', import.meta.url), { type: 'module', name: 'dump' });
}

/** Restores the work of the last visit, or opens the first sample. */
export async function openWorkspace(): Promise<Workspace> {
  return createWorkspace({
    storage: await openStorage(),
    runner: createPreviewRunner({ spawn: spawnPreviewWorker, timeoutMs: guestTimeoutMs }),
    readDump: createDumpReader(spawnDumpWorker, new URL(descriptors, document.baseURI).href),
    catalogue,
    filters: nativeFilters,
    loadAsset,
    loadTypes,
    loadDocumented,
    loadChecks: async () => (await import('#istio/validation/validate.ts')).validateResources,
    now: () => Date.now(),
    newId: () => crypto.randomUUID(),
  });
}
