import type { LoadProgress } from '#workers/load-progress.ts';
import type { Result } from '#base/result.ts';
import type { JsonPath, JsonValue } from '#base/json.ts';
import type { SourceFile } from '#base/source-file.ts';
import type { TextEdit } from '#base/text-range.ts';
import type { ResourceRef } from '#envoy/provenance.ts';
import type { CatalogueEntry } from '#plugins/catalogue/entry.ts';
import type { FilterOffer, Insertable } from './insertable.ts';
import type { ConversationTrace } from '#simulator/conversation-trace.ts';
import type { ModuleReport } from '#plugins/xray/module-report.ts';
import type { Trace } from '#simulator/trace.ts';
import type { StoreApi } from 'zustand/vanilla';
import type { CostRow } from './cost.ts';
import type { AnswerTexts } from './answers/read-answers.ts';
import type { ConversationState } from './conversation/conversation.ts';
import type { ScriptStep } from './conversation/script.ts';
import type { Design } from './design.ts';
import type { DocumentState, WorkspaceDocument } from './document.ts';
import type { DumpReadings } from './dump-readings.ts';
import type { ViewState } from './view.ts';
import type { Vocabulary } from './vocabulary.ts';

/**
 * The application without its screen: three stores and the actions on them. React reads stores through `ui/kit/use-store.ts`; the
 * engine rooms know nothing of it. Created once in `main.tsx`, and afresh in each test.
 */
export interface Workspace {
  readonly document: StoreApi<DocumentState>;
  readonly view: StoreApi<ViewState>;
  readonly design: StoreApi<Design>;
  readonly runs: StoreApi<RunsState>;
  readonly conversation: StoreApi<ConversationState>;
  readonly vocabulary: StoreApi<Vocabulary>;
  /** How far the dumps of the document are read. */
  readonly readings: StoreApi<DumpReadings>;
  /** Is what one sees kept for the next visit? */
  readonly saving: StoreApi<Saving>;
  /** The plugins on offer. */
  readonly catalogue: readonly CatalogueEntry[];
  /** Envoy's own filters on offer. */
  readonly filters: readonly FilterOffer[];
  readonly actions: WorkspaceActions;
  dispose(): void;
}

/** `pending`: a moment after the last change; `failed`: the browser refused, the work lasts as long as the page. */
export type Saving = 'saved' | 'pending' | 'failed';

/** Every action that changes the document is one labelled entry of the one history. Failures say what to do; nothing throws. */
export interface WorkspaceActions {
  undo(): void;
  redo(): void;
  /** Replaces everything by a sample (undoable). */
  loadSample(name: SampleName): void;
  /** Adds dropped or pasted files; YAML text, dumps of proxies, `.wasm`, image tars. Returns what was added, for the message. */
  addFiles(files: readonly { readonly name: string; readonly content: Blob }[]): Promise<Result<{ readonly added: readonly string[] }>>;
  addText(text: string, name?: string): Result<{ readonly fileId: string }>;
  /** Several text files in one step. */
  addTexts(texts: readonly SourceFile[], label: string): void;
  /** The content of a file, of a saved configuration or of a module, as it was given. */
  contentOf(id: string): Promise<Result<{ readonly name: string; readonly content: Blob }>>;
  renameFile(fileId: string, name: string): Result<void>;
  removeFile(fileId: string): void;
  /** The whole text of a file, as the editor has it; `mergeKey` collects typing into one entry. */
  setText(fileId: string, text: string): void;
  applyEdits(fileId: string, edits: readonly TextEdit[], label: string): void;
  /** Sets (or with `undefined` removes) one value of a resource by a minimal text edit. `path` from the object's root: `['spec', 'priority']`. */
  setValue(resource: ResourceRef, path: JsonPath, value: JsonValue | undefined, label?: string): Result<void>;
  renameKey(resource: ResourceRef, path: JsonPath, key: string): Result<void>;
  moveItem(resource: ResourceRef, path: JsonPath, from: number, to: number): Result<void>;
  renameResource(resource: ResourceRef, name: string): Result<ResourceRef>;
  removeResource(resource: ResourceRef): Result<void>;
  duplicateResource(resource: ResourceRef): Result<ResourceRef>;
  /**
   * Puts a catalogue plugin or a filter of Envoy's on a gap of the lane: a new document, with phase and priority that place a plugin
   * exactly there; an EnvoyFilter where no phase does, and for every filter.
   */
  insertPlugin(entry: Insertable, gap: number): Result<ResourceRef>;
  /** Moves a plugin to a gap of the lane by a minimal text edit. */
  movePlugin(resource: ResourceRef, gap: number): Result<void>;
  /** What a module's bytes tell about it, without running it. */
  inspectModule(moduleId: string): Promise<Result<ModuleReport>>;
  bindModule(moduleId: string, url: string): void;
  removeModule(moduleId: string): void;
  /** Fetches the comments of Envoy's API, once; without them forms have no hints. */
  loadDocumentation(): void;
  select(selection: ViewState['selection']): void;
  setView(change: Partial<ViewState>): void;
  /** The whole workspace as a zip: a folder for `kubectl apply -k`, with the modules the user brought. */
  zipFolder(): Promise<Result<Uint8Array<ArrayBuffer>>>;
  send(request: PreviewRequest): Promise<Result<Trace>>;
  /** Scripts the answer of a cluster that a filter calls; `undefined` gives it back to the built-in httpbin. */
  setAnswer(cluster: string, text: string | undefined): void;
  /** The chain, the request and the scripted answers as a test case for `filterloom test`. */
  requestCase(): Result<string>;
  /** The request of the preview many times through each plugin and inserted filter of the chain alone; `onRow` hears each result as it comes. */
  compareCost(onRow: (row: CostRow) => void): Promise<Result<readonly CostRow[]>>;
  /** Shows conversations in place of requests on a chain that takes both. */
  pickConversation(picked: boolean): void;
  /** Changes the script; once it has run, it runs again. */
  setScript(script: readonly ScriptStep[]): void;
  /** Runs the script through the chain in view. */
  converse(): Promise<Result<ConversationTrace>>;
  /** The chain and the script as a test case for `filterloom test`. */
  conversationCase(): Result<string>;
}

export type SampleName = 'httpbin' | 'bookinfo' | 'orders' | 'rewrite';

/** The request builder's state. Header lines are as typed; `body` is text. */
export interface PreviewRequest {
  readonly method: string;
  readonly path: string;
  readonly authority: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

export interface RunsState {
  readonly request: PreviewRequest;
  /** How clusters that filters call answer; those without an entry are the built-in httpbin. */
  readonly answers: AnswerTexts;
  readonly running: boolean;
  /** What is being loaded for the run that is going on. */
  readonly progress: LoadProgress | undefined;
  readonly trace: Trace | undefined;
  readonly failure: { readonly code: string; readonly message: string; readonly help?: string | undefined } | undefined;
  /** What `trace` or `failure` is of: the chain, and what its filters were called then. */
  readonly subject: RunSubject | undefined;
  /** The design changed since. */
  readonly outdated: boolean;
  /** Start-up lines of the VMs (on_configure …) and of every request, newest last; bounded. */
  readonly logs: readonly RunLog[];
}

export interface RunSubject {
  readonly chain: string;
  /** Of its HTTP filters, by their place. */
  readonly titles: readonly string[];
}

export interface RunLog {
  readonly seq: number;
  readonly level: string;
  /** As the sidecar prints it: `wasm log regex-replace root vm: …`. */
  readonly text: string;
  readonly filter: string | undefined;
}

export interface PersistedWorkspace {
  readonly version: 1;
  readonly document: WorkspaceDocument;
  readonly view: Partial<ViewState>;
}
