import type { JsonValue } from '#base/json.ts';
import type { TextEdit } from '#base/text-range.ts';
import { columnOf, type Layout } from './layout.ts';
import { isInFlow, outerStart, type Place } from './place.ts';
import { replaceNode } from './replace.ts';
import { itemSlots } from './slots.ts';
import { skipBlank } from './spans.ts';
import { firstNonBlank, lineEnd, lineStart } from './split.ts';
import { entryLines, flowText, indented, itemLines, keyText } from './stringify.ts';
import type { YamlNode } from './tree.ts';

/** Adds `key: value` after the last entry of the map at `place`. */
export function insertEntry(text: string, place: Place, key: string, value: JsonValue, layout: Layout): readonly TextEdit[] {
  const { node } = place;
  if (node.kind !== 'map') throw new Error('Broken invariant: an entry needs a map');
  if (!node.flow) {
    const lines = indented(entryLines(key, value, layout), columnOf(text, node.range.start));
    return [insertBelow(text, node.range.end, lines, layout)];
  }
  if (isEmptyBlockPlace(text, place)) return replaceNode(text, place, { [key]: value }, layout);
  const own = node.entries.filter((entry) => entry.origin !== 'merged');
  const last = own.at(-1);
  const written = `${keyText(key, layout, 'flow')}: ${flowText(value, layout)}`;
  return [
    insertFlow(
      text,
      node,
      last === undefined ? undefined : { start: last.keyRange.start, end: Math.max(last.value.range.end, last.keyRange.end) },
      written,
      layout,
    ),
  ];
}

/** Adds an item to the list at `place`, before the item that is now at `index`. */
export function insertItem(text: string, place: Place, index: number, value: JsonValue, layout: Layout): readonly TextEdit[] {
  const { node } = place;
  if (node.kind !== 'seq') throw new Error('Broken invariant: an item needs a list');
  if (node.flow) return insertFlowItem(text, place, index, value, layout);
  const column = columnOf(text, node.range.start);
  const lines = itemLines(value, layout);
  const before = node.items[index - 1];
  if (before !== undefined) return [insertBelow(text, before.range.end, indented(lines, column), layout)];
  const at = itemSlots(text, node)[0]?.start ?? node.range.start;
  const own = [lines[0] ?? '', ...indented(lines.slice(1), column), ' '.repeat(column)];
  return [{ range: { start: at, end: at }, text: own.join(layout.eol) }];
}

/** New lines after the line on which `end` stands, behind a comment that follows there. */
function insertBelow(text: string, end: number, lines: readonly string[], layout: Layout): TextEdit {
  const at = lineEnd(text, end);
  return { range: { start: at, end: at }, text: layout.eol + lines.join(layout.eol) };
}

/** `{}` or `[]` outside of other brackets, without a comment inside: it can become a block. */
function isEmptyBlockPlace(text: string, place: Place): boolean {
  const { node } = place;
  if (isInFlow(place) || node.kind === 'scalar') return false;
  return /^[[{]\s*[\]}]$/.test(text.slice(node.range.start, node.range.end));
}

function insertFlowItem(text: string, place: Place, index: number, value: JsonValue, layout: Layout): readonly TextEdit[] {
  const { node } = place;
  if (node.kind !== 'seq') return [];
  if (isEmptyBlockPlace(text, place)) return replaceNode(text, place, [value], layout);
  const written = flowText(value, layout);
  const next = node.items[index];
  if (next === undefined) {
    const last = node.items.at(-1);
    return [insertFlow(text, node, last && { start: outerStart(last), end: last.range.end }, written, layout)];
  }
  const at = outerStart(next);
  return [{ range: { start: at, end: at }, text: `${written},${ownLineBreak(text, at, layout) ?? ' '}` }];
}

/** After the last entry of a flow collection, with a comma; on a line of its own when the last entry has one. */
function insertFlow(
  text: string,
  node: YamlNode,
  last: { readonly start: number; readonly end: number } | undefined,
  written: string,
  layout: Layout,
): TextEdit {
  if (last === undefined) {
    const at = node.range.start + 1;
    return { range: { start: at, end: at }, text: written };
  }
  const gap = ownLineBreak(text, last.start, layout) ?? ' ';
  const comma = skipBlank(text, last.end);
  if (text[comma] !== ',') return { range: { start: last.end, end: last.end }, text: `,${gap}${written}` };
  return { range: { start: comma + 1, end: comma + 1 }, text: `${gap}${written}` };
}

/** The line break and indentation before `offset` when it is the first on its line. */
function ownLineBreak(text: string, offset: number, layout: Layout): string | undefined {
  const start = lineStart(text, offset);
  return firstNonBlank(text, start) === offset && start > 0 ? layout.eol + text.slice(start, offset) : undefined;
}
