import type { SourceFile } from '#base/source-file.ts';

/**
 * What a workspace is and what undo restores: files. Everything else (trees, chains, diagnostics, forms) is derived from it.
 * Text files are YAML or JSON as the user wrote them; modules are `.wasm` bytes, kept apart by digest; dumps of proxies are read only.
 */
export interface WorkspaceDocument {
  readonly files: readonly TextFile[];
  readonly modules: readonly ModuleFile[];
  readonly dumps: readonly DumpFile[];
}

export interface TextFile extends SourceFile {
  /** Stays when the file is renamed. */
  readonly id: string;
}

export interface ModuleFile {
  readonly id: string;
  /** `regex-replace.wasm` */
  readonly name: string;
  /** SHA-256 of the bytes, lower-case hex; the bytes are in the module store under it. */
  readonly digest: string;
  readonly size: number;
  /** The `url`s of resources this module stands for, when the user bound it; otherwise it is found by its name. */
  readonly urls: readonly string[];
}

/** The configuration a proxy runs, as it was saved: looked at and compared, never edited. Its text is in the store under `key`. */
export interface DumpFile {
  readonly id: string;
  readonly name: string;
  readonly key: string;
  /** In bytes. */
  readonly size: number;
}

/** One step of the one history. `before` and `after` share all untouched files. */
export interface HistoryEntry {
  readonly label: string;
  readonly before: WorkspaceDocument;
  readonly after: WorkspaceDocument;
  /** Edits with the same key within a second become one entry (typing in one field). */
  readonly mergeKey?: string | undefined;
  readonly at: number;
}

export interface DocumentState {
  readonly document: WorkspaceDocument;
  readonly past: readonly HistoryEntry[];
  readonly future: readonly HistoryEntry[];
}

export const emptyDocument: WorkspaceDocument = { files: [], modules: [], dumps: [] };
