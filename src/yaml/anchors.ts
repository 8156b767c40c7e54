import type { JsonPath, JsonValue } from '#base/json.ts';
import type { TextEdit } from '#base/text-range.ts';
import { flowText, styleOf } from './stringify.ts';
import { nodeAt, type YamlDocument, type YamlNode } from './tree.ts';

/**
 * Before the value at `path` is replaced or removed: the anchors in it that aliases elsewhere still need move to the first of these aliases,
 * which is written out as `&name <the old value>`.
 */
export function detachAnchors(document: YamlDocument, path: JsonPath): readonly TextEdit[] {
  const target = nodeAt(document.root, path);
  if (document.root === undefined || target === undefined) return [];
  const edits: TextEdit[] = [];
  const inside = new Map<string, YamlNode>();
  for (const node of written(target)) if (node.anchor !== undefined) inside.set(node.anchor, node);
  for (const node of written(document.root)) {
    if (node.alias === undefined || !inside.has(node.alias) || within(node, target)) continue;
    edits.push({ range: node.range, text: `&${node.alias} ${flowText(dataOf(node), styleOf({}))}` });
    inside.delete(node.alias);
  }
  return edits;
}

/** Every node whose text is its own, in the order of the text. */
function* written(node: YamlNode): Generator<YamlNode> {
  yield node;
  if (node.alias !== undefined || node.kind === 'scalar') return;
  if (node.kind === 'seq') for (const item of node.items) yield* written(item);
  else for (const entry of node.entries) if (entry.origin !== 'merged') yield* written(entry.value);
}

function within(node: YamlNode, outer: YamlNode): boolean {
  return node.range.start >= outer.range.start && node.range.end <= outer.range.end;
}

function dataOf(node: YamlNode): JsonValue {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'seq') return node.items.map(dataOf);
  return Object.fromEntries(node.entries.filter((entry) => entry.origin !== 'merge').map((entry) => [entry.key, dataOf(entry.value)]));
}
