import type { Diagnostic } from '#base/diagnostic.ts';
import type { TextEdit, TextRange } from '#base/text-range.ts';
import type { YamlDocument, YamlEntry, YamlNode } from './tree.ts';

/** The document as it was read, and how far it has moved since: moving it again starts from there, so chains of moves stay short. */
const origins = new WeakMap<YamlDocument, { readonly document: YamlDocument; readonly by: number }>();

/**
 * `document` as it is `by` characters further on in the text, as document `index`. The data keeps its identity; the tree is moved when it is
 * first looked at, so that an edit at the top of a long file does not rebuild every tree below.
 */
export function shiftDocument(document: YamlDocument, by: number, index: number): YamlDocument {
  if (by === 0 && document.index === index) return document;
  const origin = origins.get(document) ?? { document, by: 0 };
  const moved = view(origin.document, origin.by + by, index);
  origins.set(moved, { document: origin.document, by: origin.by + by });
  return moved;
}

function view(source: YamlDocument, by: number, index: number): YamlDocument {
  let root: YamlNode | undefined;
  let diagnostics: readonly Diagnostic[] | undefined;
  return {
    index,
    range: shiftRange(source.range, by),
    value: source.value,
    hasErrors: source.hasErrors,
    isPartial: source.isPartial,
    get root() {
      if (root === undefined && source.root !== undefined) root = by === 0 ? source.root : new Shift(by).node(source.root);
      return root;
    },
    get diagnostics() {
      diagnostics ??= source.diagnostics.map((diagnostic) => shiftDiagnostic(diagnostic, by));
      return diagnostics;
    },
  };
}

function shiftRange(range: TextRange, by: number): TextRange {
  return { start: range.start + by, end: range.end + by };
}

function shiftDiagnostic(diagnostic: Diagnostic, by: number): Diagnostic {
  const { at, fixes } = diagnostic;
  const shiftEdit = (edit: TextEdit): TextEdit => ({ text: edit.text, range: shiftRange(edit.range, by) });
  return {
    ...diagnostic,
    at: at && { file: at.file, range: shiftRange(at.range, by) },
    fixes: fixes?.map(({ title, file, edits }) => ({ title, file, edits: edits.map(shiftEdit) })),
  };
}

/** Copies a tree with moved ranges; what an anchor and its aliases share stays shared. */
class Shift {
  readonly #by: number;
  readonly #entries = new Map<readonly YamlEntry[], readonly YamlEntry[]>();
  readonly #items = new Map<readonly YamlNode[], readonly YamlNode[]>();

  constructor(by: number) {
    this.#by = by;
  }

  node(node: YamlNode): YamlNode {
    const range = shiftRange(node.range, this.#by);
    const props = node.props && shiftRange(node.props, this.#by);
    if (node.kind === 'map')
      return { ...node, range, props, entries: this.#once(this.#entries, node.entries, (entry) => this.#entry(entry)) };
    if (node.kind === 'seq') return { ...node, range, props, items: this.#once(this.#items, node.items, (item) => this.node(item)) };
    return { ...node, range, props };
  }

  #entry(entry: YamlEntry): YamlEntry {
    return { ...entry, keyRange: shiftRange(entry.keyRange, this.#by), value: this.node(entry.value) };
  }

  #once<T>(done: Map<readonly T[], readonly T[]>, list: readonly T[], shift: (item: T) => T): readonly T[] {
    const known = done.get(list);
    if (known !== undefined) return known;
    const shifted = list.map(shift);
    done.set(list, shifted);
    return shifted;
  }
}
