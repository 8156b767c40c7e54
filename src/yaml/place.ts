import type { JsonPath } from '#base/json.ts';
import { afterIndicator } from './spans.ts';
import { columnOf } from './layout.ts';
import { findEntry, type YamlEntry, type YamlMap, type YamlNode, type YamlSeq } from './tree.ts';

/** Where a node hangs in the text. `column` is that of the key or the `-`, which its own lines must be deeper than. */
export type Place =
  | { readonly kind: 'root'; readonly node: YamlNode; readonly column: 0 }
  | { readonly kind: 'entry'; readonly node: YamlNode; readonly parent: YamlMap; readonly entry: YamlEntry; readonly column: number }
  | { readonly kind: 'item'; readonly node: YamlNode; readonly parent: YamlSeq; readonly index: number; readonly column: number };

export interface Walk {
  /** The root, then a place for every step that could be taken. Never empty. */
  readonly places: readonly [Place, ...Place[]];
  /** The steps that could not: what does not exist yet. */
  readonly rest: JsonPath;
}

/**
 * Follows `path` through the text. Stops at an alias and at keys that came through `<<`: what lies behind stands at another place of the
 * document, and an edit there would change more than `path`.
 */
export function walk(text: string, root: YamlNode, path: JsonPath): Walk {
  const places: [Place, ...Place[]] = [{ kind: 'root', node: root, column: 0 }];
  let node = root;
  for (const [depth, step] of path.entries()) {
    const next = node.alias === undefined ? stepInto(text, node, step) : undefined;
    if (next === undefined) return { places, rest: path.slice(depth) };
    places.push(next);
    node = next.node;
  }
  return { places, rest: [] };
}

function stepInto(text: string, node: YamlNode, step: string | number): Place | undefined {
  if (node.kind === 'map') {
    const entry = findEntry(node, step);
    if (entry === undefined || entry.origin === 'merged') return undefined;
    return { kind: 'entry', node: entry.value, parent: node, entry, column: columnOf(text, node.range.start) };
  }
  const item = node.kind === 'seq' && typeof step === 'number' ? node.items[step] : undefined;
  if (item === undefined || node.kind !== 'seq' || typeof step !== 'number') return undefined;
  return { kind: 'item', node: item, parent: node, index: step, column: columnOf(text, node.range.start) };
}

/** True for a node inside `[ ]` or `{ }`. */
export function isInFlow(place: Place): boolean {
  return place.kind !== 'root' && place.parent.flow;
}

/** After the `:` of an entry; `undefined` for `{key}` and `? key` without one. */
export function colonEnd(text: string, { entry, parent }: { readonly entry: YamlEntry; readonly parent: YamlMap }): number | undefined {
  const after = afterIndicator(text, entry.keyRange.end, ':', parent.flow);
  return after === entry.keyRange.end ? undefined : after;
}

/** The offset of the `-` of each item of a block list. */
export function dashes(text: string, seq: YamlSeq): readonly number[] {
  let at = seq.range.start;
  return seq.items.map((item) => {
    const after = afterIndicator(text, at, '-', false);
    at = item.range.end;
    return after - 1;
  });
}

/** Where a node with its anchor and tag begins. */
export function outerStart(node: YamlNode): number {
  return node.props?.start ?? node.range.start;
}
