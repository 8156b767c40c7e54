import { bytesToByteString, bytesToUtf8 } from '#base/bytes.ts';
import type { Result } from '#base/result.ts';
import { fail, ok } from '#base/result.ts';
import { detectFormat } from '#envoy/detect-format.ts';
import { applyEdits } from '#base/text-range.ts';
import { readModuleFile } from '#plugins/packaging/read-module-file.ts';
import { chooseSource } from '../choose.ts';
import type { Stores, WorkspaceDependencies } from '../create-workspace.ts';
import type { Design } from '../design.ts';
import type { DumpFile, ModuleFile, TextFile, WorkspaceDocument } from '../document.ts';
import { fileKey } from '../proxy-source.ts';
import { record, redo, undo } from '../history.ts';
import type { FileReader } from '../read-files.ts';
import { readPolitely } from '../read-politely.ts';
import { firstPlugin } from '../first-plugin.ts';
import { exampleRequest, initialRuns } from '../runs.ts';
import { samples } from '../samples/samples.ts';
import { initialView, type ViewState } from '../view.ts';
import type { WorkspaceActions } from '../workspace.ts';
import { replaceText } from './edit-resource.ts';

/** Where every change of the document goes through: one labelled entry of the one history. */
export function commit({ document }: Stores, now: () => number, label: string, after: WorkspaceDocument, mergeKey?: string): void {
  document.setState((state) => record(state, { label, after, mergeKey, at: now() }));
}

/** Larger than any configuration people write; a file beyond it is most likely not one. */
const maxTextBytes = 64 * 1024 * 1024;

/** Dumps of large meshes are larger. The longest text a browser can hold has half a billion characters. */
const maxDumpBytes = 400 * 1024 * 1024;

/** How much of a file tells what it is. */
const headBytes = 1 << 16;

/** From here on a text is read in steps. */
const largeTextBytes = 200_000;

type Owned =
  | 'undo'
  | 'redo'
  | 'loadSample'
  | 'addFiles'
  | 'addText'
  | 'addTexts'
  | 'contentOf'
  | 'renameFile'
  | 'removeFile'
  | 'setText'
  | 'applyEdits'
  | 'inspectModule'
  | 'bindModule'
  | 'removeModule'
  | 'select'
  | 'setView';

/** Actions on files, modules, history and view. */
export function documentActions(stores: Stores, dependencies: WorkspaceDependencies, reader: FileReader): Pick<WorkspaceActions, Owned> {
  const { document, view, design, runs, dumps } = stores;
  const { now, newId, storage } = dependencies;
  const current = (): WorkspaceDocument => document.getState().document;
  const change = (label: string, after: WorkspaceDocument, mergeKey?: string): void => commit(stores, now, label, after, mergeKey);
  const setFiles = (label: string, files: readonly TextFile[]): void => change(label, { ...current(), files });

  const addModule = async (name: string, bytes: Uint8Array): Promise<void> => {
    const own = new Uint8Array(bytes);
    const digest = [...new Uint8Array(await crypto.subtle.digest('SHA-256', own))]
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join('');
    await storage.saveModule(digest, own);
    const before = current();
    const same = before.modules.find((module) => module.name === name);
    const module: ModuleFile = { id: same?.id ?? newId(), name, digest, size: own.length, urls: same?.urls ?? [] };
    const modules = same === undefined ? [...before.modules, module] : before.modules.map((item) => (item.id === same.id ? module : item));
    change(`add ${name}`, { ...before, modules });
  };

  /** The modules in a `.wasm`, an archive or an image. */
  const addModules = async (name: string, bytes: Uint8Array): Promise<Result<void>> => {
    const archive = await readModuleFile(name, bytes);
    if (!archive.ok) return fail(archive.error.code, `${name}: ${archive.error.message}`, archive.error.help);
    for (const module of archive.value.modules) {
      if (!isWasm(module.bytes)) {
        return fail(
          'not-wasm',
          `${module.name} is not a WebAssembly module: it does not begin with the bytes 00 61 73 6d.`,
          'Was an error page of a server saved in its place?',
        );
      }
      await addModule(module.name, module.bytes);
    }
    return ok(undefined);
  };

  /** A large text is read in steps first, so that the page stays alive; then it is added as any other. */
  const addLargeText = async (text: string, name: string): Promise<void> => {
    const file: TextFile = { id: newId(), name: freeFileName(namesIn(current()), name), text };
    reader.seed(file.id, await readPolitely(text, file.name));
    setFiles(`add ${file.name}`, [...current().files, file]);
  };

  /** The configuration a proxy runs: kept apart from the texts one edits, and looked at as soon as it is read. */
  const addDump = (content: Blob, name: string): DumpFile => {
    const dump: DumpFile = { id: newId(), name: freeFileName(namesIn(current()), name), key: newId(), size: content.size };
    dumps.add(dump, content);
    change(`add ${dump.name}`, { ...current(), dumps: [...current().dumps, dump] });
    view.setState({ proxy: fileKey(dump.id), listener: undefined, chain: undefined, selection: { kind: 'file', fileId: dump.id } });
    return dump;
  };

  const addText = (text: string, name?: string): Result<{ fileId: string }> => {
    if (text.trim() === '') return fail('empty-text', 'There is nothing in it.');
    if (detectFormat(text) === 'config-dump') return ok({ fileId: addDump(new Blob([text]), name ?? 'config_dump.json').id });
    const file: TextFile = { id: newId(), name: freeFileName(namesIn(current()), name ?? 'pasted.yaml'), text };
    setFiles(`add ${file.name}`, [...current().files, file]);
    // Whoever brings an envoy.yaml wants to see its chains.
    if (detectFormat(text) === 'bootstrap')
      view.setState({ proxy: fileKey(file.id), listener: undefined, chain: undefined, selection: { kind: 'file', fileId: file.id } });
    return ok({ fileId: file.id });
  };

  /** Whoever brings a workload wants to see its chain: of several, the one that plugins mean. Unless a file has its own. */
  const showNewProxy = (before: Pick<Design, 'sources'>, seen: ViewState['proxy']): void => {
    const known = new Set(before.sources.map(({ key }) => key));
    const { sources, resources } = design.getState();
    const fresh = sources.filter(({ key, kind }) => kind === 'resources' && !known.has(key));
    const source = chooseSource(fresh, undefined, resources);
    if (source !== undefined && view.getState().proxy === seen) view.setState({ proxy: source.key, listener: undefined, chain: undefined });
  };

  return {
    undo: () => document.setState(undo),
    redo: () => document.setState(redo),
    loadSample: (name) => {
      change(`open sample ${name}`, samples[name](newId));
      const { theme, leftTab, dockTab, inspectorTab, foldBuiltIns } = view.getState();
      view.setState({ ...initialView, theme, leftTab, dockTab, inspectorTab, foldBuiltIns });
      view.setState({ selection: firstPlugin(design.getState()) });
      runs.setState(initialRuns(exampleRequest(design.getState(), dependencies.catalogue)), true);
    },
    addText: (text, name) => {
      const [before, { proxy }] = [design.getState(), view.getState()];
      const result = addText(text, name);
      showNewProxy(before, proxy);
      return result;
    },
    addTexts: (texts, label) => {
      const files = [...current().files];
      for (const { name, text } of texts) files.push({ id: newId(), name: freeFileName(namesIn({ ...current(), files }), name), text });
      setFiles(label, files);
    },
    addFiles: async (files) => {
      const added: string[] = [];
      const [before, { proxy }] = [design.getState(), view.getState()];
      for (const { name, content } of files) {
        // A dump is read in its worker; the page does not take it into its own memory.
        if (detectFormat(bytesToUtf8(await bytesOf(content.slice(0, headBytes)))) === 'config-dump') {
          if (content.size > maxDumpBytes) return fail('file-too-large', `${name} is larger than 400 MB.`);
          addDump(content, name);
          added.push(name);
          continue;
        }
        const bytes = await bytesOf(content);
        if (isModuleFile(name, bytes)) {
          const result = await addModules(name, bytes);
          if (!result.ok) return result;
        } else if (bytes.length > maxTextBytes) {
          return fail('file-too-large', `${name} is larger than 64 MB.`);
        } else if (bytes.includes(0)) {
          return fail(
            'not-text',
            `${name} is neither YAML or JSON text nor a WebAssembly module.`,
            'Drop .yaml, .yml, .json or .wasm files, or an image as tar.',
          );
        } else if (bytes.length > largeTextBytes) {
          await addLargeText(bytesToUtf8(bytes), name);
        } else {
          const result = addText(bytesToUtf8(bytes), name);
          if (!result.ok) return fail(result.error.code, `${name}: ${result.error.message}`);
        }
        added.push(name);
      }
      showNewProxy(before, proxy);
      return ok({ added });
    },
    contentOf: async (id) => {
      const { files, dumps: saved, modules } = current();
      const text = files.find((item) => item.id === id);
      if (text !== undefined) return ok({ name: text.name, content: new Blob([text.text]) });
      const dump = saved.find((item) => item.id === id);
      const module = modules.find((item) => item.id === id);
      const kept = dump ?? module;
      const bytes = module === undefined ? undefined : await storage.loadModule(module.digest);
      const content = dump === undefined ? bytes && new Blob([bytes]) : await storage.loadDump(dump.key);
      if (kept !== undefined && content !== undefined) return ok({ name: kept.name, content });
      return contentLost(kept?.name);
    },
    renameFile: (fileId, name) => {
      const wanted = name.trim();
      if (wanted === '') return fail('empty-name', 'A file needs a name.');
      const { files, dumps: saved } = current();
      if ([...files, ...saved].some((file) => file.name === wanted && file.id !== fileId))
        return fail('name-taken', `There is already a file ${wanted}.`);
      const renamed = <T extends TextFile | DumpFile>(file: T): T => (file.id === fileId ? { ...file, name: wanted } : file);
      change(`rename to ${wanted}`, { ...current(), files: files.map(renamed), dumps: saved.map(renamed) });
      return ok(undefined);
    },
    removeFile: (fileId) => {
      const { files, dumps: saved } = current();
      const file = [...files, ...saved].find((item) => item.id === fileId);
      if (file === undefined) return;
      const others = (item: TextFile | DumpFile): boolean => item !== file;
      change(`remove ${file.name}`, { ...current(), files: files.filter(others), dumps: saved.filter(others) });
    },
    setText: (fileId, text) => {
      const file = current().files.find((item) => item.id === fileId);
      if (file !== undefined) change(`edit ${file.name}`, replaceText(current(), file, text), `text ${fileId}`);
    },
    applyEdits: (fileId, edits, label) => {
      const file = current().files.find((item) => item.id === fileId);
      if (file !== undefined) change(label, replaceText(current(), file, applyEdits(file.text, edits)));
    },
    inspectModule: async (moduleId) => {
      const module = current().modules.find(({ id }) => id === moduleId);
      const bytes = module === undefined ? undefined : await storage.loadModule(module.digest);
      if (bytes === undefined) return contentLost(module?.name);
      const { inspectModule } = await import('#plugins/xray/inspect-module.ts');
      return inspectModule(bytes);
    },
    bindModule: (moduleId, url) => {
      const modules = current().modules.map((module) => ({
        ...module,
        urls: module.id === moduleId ? [...new Set([...module.urls, url])] : module.urls.filter((item) => item !== url),
      }));
      change('use module', { ...current(), modules });
    },
    removeModule: (moduleId) => {
      const module = current().modules.find((item) => item.id === moduleId);
      if (module !== undefined)
        change(`remove ${module.name}`, { ...current(), modules: current().modules.filter((item) => item !== module) });
    },
    select: (selection) => view.setState({ selection }),
    setView: (patch) => view.setState(patch),
  };
}

async function bytesOf(content: Blob): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await content.arrayBuffer());
}

/** A module, or something that modules come in: gzip, tar, an image. */
function isModuleFile(name: string, bytes: Uint8Array): boolean {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const isTar = bytesToByteString(bytes.subarray(257, 262)) === 'ustar';
  return isWasm(bytes) || isGzip || isTar || /\.(wasm|tar|tgz|tar\.gz)$/i.test(name);
}

function isWasm(bytes: Uint8Array): boolean {
  return bytes[0] === 0 && bytes[1] === 0x61 && bytes[2] === 0x73 && bytes[3] === 0x6d;
}

function contentLost(name = 'this file'): Result<never> {
  return fail('content-lost', `The bytes of ${name} are not in this browser's storage any more.`, 'Drop the file again.');
}

function namesIn({ files, dumps }: WorkspaceDocument): ReadonlySet<string> {
  return new Set([...files, ...dumps].map((file) => file.name));
}

/** `pasted.yaml`, `pasted-2.yaml` … */
function freeFileName(taken: ReadonlySet<string>, name: string): string {
  if (!taken.has(name)) return name;
  const [, stem = name, ending = ''] = /^(.*?)(\.[^.]*)?$/.exec(name) ?? [];
  for (let n = 2; ; n++) if (!taken.has(`${stem}-${n}${ending}`)) return `${stem}-${n}${ending}`;
}
