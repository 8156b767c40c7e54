import type { JsonPath } from '#base/json.ts';
import { outerStart } from './place.ts';
import type { YamlDocument, YamlEntry, YamlNode, YamlStream } from './tree.ts';

/** The document at `offset`; between two documents the one that follows, after the last one that one. `undefined` in an empty stream. */
export function documentAt(stream: YamlStream, offset: number): YamlDocument | undefined {
  return stream.documents.find((document) => offset <= document.range.end) ?? stream.documents.at(-1);
}

/**
 * The path of the innermost value whose text, key or own lines hold `offset`: what is under the cursor. On a key it is the path of its
 * value; in the white space below an entry that of the map around.
 */
export function pathAt(document: YamlDocument, offset: number): JsonPath {
  const path: (string | number)[] = [];
  let node = document.root;
  while (node !== undefined && node.alias === undefined) {
    const next = childAt(node, offset);
    if (next === undefined) break;
    path.push(next.step);
    node = next.node;
  }
  return path;
}

function childAt(node: YamlNode, offset: number): { readonly step: string | number; readonly node: YamlNode } | undefined {
  if (node.kind === 'map') {
    const entry = node.entries.find((candidate) => candidate.origin === undefined && covers(candidate, offset));
    return entry && { step: entry.key, node: entry.value };
  }
  if (node.kind === 'scalar') return undefined;
  const index = node.items.findIndex((item) => outerStart(item) <= offset && offset <= item.range.end);
  const item = node.items[index];
  return item && { step: index, node: item };
}

function covers(entry: YamlEntry, offset: number): boolean {
  return entry.keyRange.start <= offset && offset <= Math.max(entry.keyRange.end, entry.value.range.end);
}
