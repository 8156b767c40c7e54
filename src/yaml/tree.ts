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
}

export type YamlNode = YamlScalar | YamlMap | YamlSeq;

export interface YamlScalar {
  readonly kind: 'scalar';
  readonly range: TextRange;
  readonly style: 'plain' | 'single' | 'double' | 'literal' | 'folded';
  readonly value: string | number | boolean | null;
}

export interface YamlMap {
  readonly kind: 'map';
  readonly range: TextRange;
  readonly flow: boolean;
  readonly entries: readonly YamlEntry[];
}

export interface YamlEntry {
  readonly key: string;
  readonly keyRange: TextRange;
  readonly value: YamlNode;
}

export interface YamlSeq {
  readonly kind: 'seq';
  readonly range: TextRange;
  readonly flow: boolean;
  readonly items: readonly YamlNode[];
}

/** The node at `path`, or `undefined`. */
export function nodeAt(root: YamlNode | undefined, path: JsonPath): YamlNode | undefined {
  let node = root;
  for (const step of path) {
    if (node?.kind === 'map') node = node.entries.findLast((entry) => entry.key === String(step))?.value;
    else if (node?.kind === 'seq') node = typeof step === 'number' ? node.items[step] : undefined;
    else return undefined;
  }
  return node;
}

/** The entry whose value stands at `path`: for markers on a key. */
export function entryAt(root: YamlNode | undefined, path: JsonPath): YamlEntry | undefined {
  const last = path.at(-1);
  const parent = nodeAt(root, path.slice(0, -1));
  return parent?.kind === 'map' ? parent.entries.findLast((entry) => entry.key === String(last)) : undefined;
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
