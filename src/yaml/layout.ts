import type { JsonPath } from '#base/json.ts';
import { lineStart } from './split.ts';
import { styleOf, type Style } from './stringify.ts';
import { nodeAt, type YamlMap, type YamlNode, type YamlSeq } from './tree.ts';

/** How the text around an edit is written, so that the edit looks the same. */
export interface Layout extends Style {
  /** True: the anchor of a replaced value goes with it, because it moves to one of its aliases. */
  readonly dropAnchor?: boolean | undefined;
  readonly eol: '\n' | '\r\n';
}

/** The column of `offset` on its line, from 0; a byte order mark takes no column. */
export function columnOf(text: string, offset: number): number {
  const start = lineStart(text, offset);
  return offset - start - (text.charCodeAt(start) === 0xfeff && offset > start ? 1 : 0);
}

export function eolOf(text: string): '\n' | '\r\n' {
  const first = text.indexOf('\n');
  return first > 0 && text.charCodeAt(first - 1) === 13 ? '\r\n' : '\n';
}

/** The layout at `path`: that of the nearest data around it which shows one, else two spaces and lists flush with their key. */
export function layoutAt(text: string, root: YamlNode | undefined, path: JsonPath): Layout {
  const around = ancestors(root, path);
  const indent = firstOf(around, (node) => (node.kind === 'map' ? mapIndent(text, node) : undefined));
  const list = firstOf(around, (node) => (node.kind === 'map' ? listIndent(text, node) : undefined));
  const isJson = around.some(
    (node) =>
      node.kind === 'map' && node.flow && node.entries.length > 0 && node.entries.every((entry) => text[entry.keyRange.start] === '"'),
  );
  return { ...styleOf({ indent, json: isJson }), listIndent: Math.max(0, list ?? 0), eol: eolOf(text) };
}

/** From the innermost node that exists on the way to `path` out to the root. */
function ancestors(root: YamlNode | undefined, path: JsonPath): readonly YamlNode[] {
  const found: YamlNode[] = [];
  for (let length = path.length; length >= 0; length--) {
    const node = nodeAt(root, path.slice(0, length));
    if (node !== undefined) found.push(node);
  }
  return found;
}

/** Looks into each of `nodes` in turn, breadth first, with a bound so that huge documents cost no more than small ones. */
function firstOf(nodes: readonly YamlNode[], look: (node: YamlNode) => number | undefined): number | undefined {
  const seen = new Set<YamlNode>();
  for (const start of nodes) {
    const queue: YamlNode[] = [start];
    for (const node of queue) {
      if (seen.has(node) || seen.size > 2000) continue;
      seen.add(node);
      const found = look(node);
      if (found !== undefined) return found;
      queue.push(...children(node));
    }
  }
  return undefined;
}

function children(node: YamlNode): readonly YamlNode[] {
  if (node.alias !== undefined || node.kind === 'scalar') return [];
  return node.kind === 'seq' ? node.items : node.entries.filter((entry) => entry.origin !== 'merged').map((entry) => entry.value);
}

function mapIndent(text: string, map: YamlMap): number | undefined {
  return childIndent(text, map, (node): node is YamlMap => node.kind === 'map');
}

function listIndent(text: string, map: YamlMap): number | undefined {
  return childIndent(text, map, (node): node is YamlSeq => node.kind === 'seq');
}

function childIndent(text: string, map: YamlMap, fits: (node: YamlNode) => boolean): number | undefined {
  if (map.flow || map.alias !== undefined) return undefined;
  for (const { value, origin } of map.entries) {
    if (origin === 'merged' || value.kind === 'scalar' || value.flow || value.alias !== undefined || !fits(value)) continue;
    return columnOf(text, value.range.start) - columnOf(text, map.range.start);
  }
  return undefined;
}
