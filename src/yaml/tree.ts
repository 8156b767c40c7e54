import type { Diagnostic } from '#base/diagnostic.ts';
import type { JsonPath, JsonValue } from '#base/json.ts';
import type { TextRange } from '#base/text-range.ts';

/** A YAML text read with source ranges. Reading never throws: what cannot be read is a diagnostic and the rest stays. */
export interface YamlStream {
  readonly file: string;
  readonly text: string;
  readonly documents: readonly YamlDocument[];
  readonly diagnostics: readonly Diagnostic[];
}

/** One document between `---` lines. `value` and `root` are absent when it is empty or could not be read. */
export interface YamlDocument {
  readonly index: number;
  /** From the first line of its content to the next separator or the end of the text, without the separator lines. */
  readonly range: TextRange;
  readonly root: YamlNode | undefined;
  /** The data as Kubernetes reads it (YAML 1.1 booleans and numbers, merge keys, aliases resolved). */
  readonly value: JsonValue | undefined;
  readonly hasErrors: boolean;
  /** Reading stopped at a syntax error: `root` and `value` hold what stood before it. Do not report anything as missing. */
  readonly isPartial: boolean;
  /** The problems of this document; `YamlStream.diagnostics` has those of all. */
  readonly diagnostics: readonly Diagnostic[];
}

export type YamlNode = YamlScalar | YamlMap | YamlSeq;

/**
 * What every node has. `range` is the text of the value alone: from the first key or `-` to the end of the last value, a scalar with its
 * quotes, a block scalar from its `|` to its last line of text. An absent value (`key:`) has an empty range after the `:` or `-`.
 */
interface NodeBase {
  readonly range: TextRange;
  /** The `&anchor` and `!tag` written before the value. */
  readonly props?: TextRange | undefined;
  readonly anchor?: string | undefined;
  /** The name, when the node stands for `*alias`: `range` is the alias, the children lie at the anchor. */
  readonly alias?: string | undefined;
}

export interface YamlScalar extends NodeBase {
  readonly kind: 'scalar';
  readonly style: 'plain' | 'single' | 'double' | 'literal' | 'folded';
  readonly value: string | number | boolean | null;
}

export interface YamlMap extends NodeBase {
  readonly kind: 'map';
  readonly flow: boolean;
  /** In the order of the text; of entries with one key the last counts. */
  readonly entries: readonly YamlEntry[];
}

export interface YamlEntry {
  readonly key: string;
  readonly keyRange: TextRange;
  readonly value: YamlNode;
  /** `merge`: the `<<` entry itself, not part of the data. `merged`: came through it, lies at the anchor. */
  readonly origin?: 'merge' | 'merged' | undefined;
}

export interface YamlSeq extends NodeBase {
  readonly kind: 'seq';
  readonly flow: boolean;
  readonly items: readonly YamlNode[];
}

/** The node at `path`, or `undefined`. */
export function nodeAt(root: YamlNode | undefined, path: JsonPath): YamlNode | undefined {
  let node = root;
  for (const step of path) {
    if (node?.kind === 'map') node = findEntry(node, step)?.value;
    else if (node?.kind === 'seq') node = typeof step === 'number' ? node.items[step] : undefined;
    else return undefined;
  }
  return node;
}

/** The entry that counts for `key`. */
export function findEntry(map: YamlMap, key: string | number): YamlEntry | undefined {
  return map.entries.findLast((entry) => entry.key === String(key) && entry.origin !== 'merge');
}

/** The entry whose value stands at `path`: for markers on a key. */
export function entryAt(root: YamlNode | undefined, path: JsonPath): YamlEntry | undefined {
  const last = path.at(-1);
  const parent = nodeAt(root, path.slice(0, -1));
  return parent?.kind === 'map' && last !== undefined ? findEntry(parent, last) : undefined;
}

/**
 * Where to point for `path`: its value (a scalar's text, a collection's key), or the nearest ancestor that exists.
 * `undefined` only when the document has no root.
 */
export function rangeAt(root: YamlNode | undefined, path: JsonPath): TextRange | undefined {
  for (let length = path.length; length >= 0; length--) {
    const at = path.slice(0, length);
    const node = nodeAt(root, at);
    if (node === undefined) continue;
    if (node.kind === 'scalar' && length === path.length && node.range.end > node.range.start) return node.range;
    const entry = entryAt(root, at);
    if (entry !== undefined) return entry.keyRange;
    return { start: node.range.start, end: Math.min(node.range.end, node.range.start + 80) };
  }
  return undefined;
}
