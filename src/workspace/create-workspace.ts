import { createStore, type StoreApi } from 'zustand/vanilla';
import type { EnvoyTypes } from '#envoy/types.ts';
import type { CatalogueEntry } from '#plugins/catalogue/entry.ts';
import type { NativeFilter } from '#plugins/native/filter.ts';
import type { Result } from '#base/result.ts';
import type { DumpReader } from '#workers/dump.client.ts';
import type { PreviewRunner } from '#workers/preview.client.ts';
import { conversationActions } from './actions/conversation-actions.ts';
import { documentActions } from './actions/document-actions.ts';
import { costActions } from './actions/cost-actions.ts';
import { documentationActions } from './actions/documentation-actions.ts';
import { exportActions } from './actions/export-actions.ts';
import { previewActions } from './actions/preview-actions.ts';
import { resourceActions } from './actions/resource-actions.ts';
import type { ConversationState } from './conversation/conversation.ts';
import { exampleScript, initialConversation } from './conversation/conversation.ts';
import { createDeriver } from './derive.ts';
import type { Design } from './design.ts';
import type { DocumentState } from './document.ts';
import { createDumpLibrary, type DumpLibrary } from './dump-readings.ts';
import { emptyHistory } from './history.ts';
import { filterOffers } from './native-filters.ts';
import type { Storage } from './persistence.ts';
import { createFileReader } from './read-files.ts';
import { samples } from './samples/samples.ts';
import type { ViewState } from './view.ts';
import type { Checks, Vocabulary } from './vocabulary.ts';
import { initialView } from './view.ts';
import type { RunsState, Saving, Workspace } from './workspace.ts';
import { firstPlugin } from './first-plugin.ts';
import { exampleRequest, followedExample, initialRuns, noRun, runSubject } from './runs.ts';

/** What the workspace needs from outside; tests give memory and fixed clocks. */
export interface WorkspaceDependencies {
  readonly storage: Storage;
  readonly runner: PreviewRunner;
  /** Reads a saved configuration without holding up the page. */
  readonly readDump: DumpReader;
  readonly catalogue: readonly CatalogueEntry[];
  readonly filters?: readonly NativeFilter[] | undefined;
  /** A static file of the page, such as a module that comes with the app. */
  readonly loadAsset: (
    path: string,
    onRead?: (read: number, total: number | undefined) => void,
  ) => Promise<Result<Uint8Array<ArrayBuffer>>>;
  /** The generated descriptors: large, so they come after the first screen. */
  readonly loadTypes: () => Promise<Result<EnvoyTypes>>;
  /** The same with documentation, which is three times as large. */
  readonly loadDocumented?: (() => Promise<Result<EnvoyTypes>>) | undefined;
  /** Istio's validation, a chunk of its own. */
  readonly loadChecks: () => Promise<Checks>;
  readonly now: () => number;
  readonly newId: () => string;
}

/** The stores as the actions share them. */
export interface Stores {
  readonly document: Workspace['document'];
  readonly view: Workspace['view'];
  readonly design: Workspace['design'];
  readonly runs: Workspace['runs'];
  readonly conversation: Workspace['conversation'];
  readonly vocabulary: Workspace['vocabulary'];
  readonly dumps: DumpLibrary;
}

const saveDelayMs = 300;

/**
 * Builds the application without its screen, restores what the storage holds (or opens the first sample), and keeps `design` derived from
 * `document`, `view` and `vocabulary` at all times.
 */
export async function createWorkspace(dependencies: WorkspaceDependencies): Promise<Workspace> {
  const saved = await dependencies.storage.load();
  const firstDocument = saved?.document ?? samples.httpbin(dependencies.newId);
  const reader = createFileReader();
  const derive = createDeriver(dependencies.catalogue, reader);
  const document = createStore<DocumentState>(() => ({ ...emptyHistory, document: firstDocument }));
  const view = createStore<ViewState>(() => ({ ...initialView, ...saved?.view }));
  const vocabulary = createStore<Vocabulary>(() => ({ types: undefined, documented: undefined, checks: undefined }));
  const dumps = createDumpLibrary(dependencies.storage, dependencies.readDump);
  const { readings } = dumps;
  const derived = (): Design => derive(document.getState().document, view.getState(), vocabulary.getState(), readings.getState());
  const design = createStore<Design>(derived);
  if (view.getState().selection === undefined) view.setState({ selection: firstPlugin(design.getState()) });
  const runs = createStore<RunsState>(() => initialRuns(exampleRequest(design.getState(), dependencies.catalogue)));
  const conversation = createStore<ConversationState>(() => initialConversation(exampleScript(design.getState(), dependencies.catalogue)));
  const stores: Stores = { document, view, design, runs, conversation, vocabulary, dumps };
  const talk = conversationActions(stores, dependencies);

  const rederive = (): void => {
    const next = derived();
    const before = design.getState();
    if (next === before) return;
    design.setState(next, true);
    const { request } = runs.getState();
    const example = followedExample(request, before, next, dependencies.catalogue);
    if (example !== request) runs.setState({ request: example });
    const { subject } = runs.getState();
    if (subject !== undefined) runs.setState(subject.chain === runSubject(next).chain ? { outdated: true } : noRun);
    talk.designChanged();
  };
  const saving = createStore<Saving>(() => 'saved');
  const save = saver(dependencies.storage, stores, saving);
  if (saved === undefined) save.now();
  const ensureDumps = (): void => dumps.ensure(document.getState().document.dumps, namedKeys(document.getState()));
  ensureDumps();
  const unsubscribe = [
    document.subscribe(rederive),
    view.subscribe(rederive),
    vocabulary.subscribe(rederive),
    readings.subscribe(rederive),
    document.subscribe(ensureDumps),
    document.subscribe(save.later),
    view.subscribe(save.later),
  ];
  void dependencies.loadTypes().then((types) => {
    if (types.ok) vocabulary.setState({ types: types.value });
  });
  void dependencies.loadChecks().then(
    (checks) => vocabulary.setState({ checks }),
    () => undefined, // the chunk could not be fetched: everything else works, only these diagnostics are missing
  );

  return {
    document,
    view,
    design,
    runs,
    conversation,
    vocabulary,
    readings,
    saving,
    catalogue: dependencies.catalogue,
    filters: filterOffers(dependencies.filters ?? []),
    actions: {
      ...documentActions(stores, dependencies, reader),
      ...resourceActions(stores, dependencies),
      ...previewActions(stores, dependencies),
      ...talk.actions,
      ...exportActions(stores, dependencies),
      ...costActions(stores, dependencies),
      ...documentationActions(stores, dependencies),
    },
    dispose: () => {
      for (const stop of unsubscribe) stop();
      talk.dispose();
      save.now();
      dependencies.runner.dispose();
    },
  };
}

/** Digests of modules and keys of dumps that the document or any step of its history names. */
function namedKeys({ document, past, future }: DocumentState): ReadonlySet<string> {
  const documents = [document, ...past.map((entry) => entry.before), ...future.map((entry) => entry.after)];
  return new Set(documents.flatMap(({ modules, dumps }) => [...modules.map(({ digest }) => digest), ...dumps.map(({ key }) => key)]));
}

interface Saver {
  readonly later: () => void;
  readonly now: () => void;
}

/** Saves a moment after the last change, and at once when asked. */
function saver(storage: Storage, { document, view }: Stores, saving: StoreApi<Saving>): Saver {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const now = (): void => {
    clearTimeout(timer);
    timer = undefined;
    void write();
  };
  const write = async (): Promise<void> => {
    const state = document.getState();
    try {
      await storage.save({ version: 1, document: state.document, view: view.getState() });
      await storage.keepOnly(namedKeys(state));
      if (timer === undefined) saving.setState('saved', true);
    } catch {
      saving.setState('failed', true); // no room, or storage was taken away while the page is open: the user is told
    }
  };
  return {
    now,
    later: () => {
      clearTimeout(timer);
      saving.setState('pending', true);
      timer = setTimeout(now, saveDelayMs);
    },
  };
}
