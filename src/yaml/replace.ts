import type { JsonValue } from '#base/json.ts';
import type { TextEdit, TextRange } from '#base/text-range.ts';
import { columnOf, type Layout } from './layout.ts';
import { colonEnd, isInFlow, outerStart, type Place } from './place.ts';
import { foldedLines, literalLines, quoteScalar, type Context } from './quote.ts';
import { lineEnd, lineStart, nextLine, spaceBefore } from './split.ts';
import { blockLines, flowText, indented, isBlockCollection, valueLines } from './stringify.ts';
import type { YamlDocument, YamlNode } from './tree.ts';

/** Replaces the node at `place`; an anchor before it stays, a tag goes with the old value. */
export function replaceNode(text: string, place: Place, value: JsonValue, layout: Layout): readonly TextEdit[] {
  const { node } = place;
  if (isInFlow(place)) return replaceInFlow(text, place, value, layout);
  if (isBlockCollection(value) && !layout.json) {
    return place.kind === 'entry' ? blockUnderKey(text, place, value, layout) : blockInPlace(text, place, value, layout);
  }
  const lines = oneLineOrBlockScalar(node, value, place, layout);
  if (place.kind === 'entry' && isBlock(node)) return collapse(text, place, lines, layout);
  return splice(text, node, lines, place.column, layout);
}

/** The content of a document that has none yet. */
export function writeRoot(text: string, document: YamlDocument, value: JsonValue, layout: Layout): readonly TextEdit[] {
  const { start, end } = document.range;
  const lines = blockLines(value, layout, false).join(layout.eol) + layout.eol;
  const isAtLineStart = end === 0 || /[\r\n]/.test(text.charAt(end - 1)) || (end === 1 && text.charCodeAt(0) === 0xfeff);
  const before = isAtLineStart ? '' : layout.eol;
  return [{ range: { start: Math.max(start, end), end }, text: before + lines }];
}

function isBlock(node: YamlNode): boolean {
  return node.kind !== 'scalar' && !node.flow && node.alias === undefined;
}

function replaceInFlow(text: string, place: Place, value: JsonValue, layout: Layout): readonly TextEdit[] {
  const { node } = place;
  const written = scalarText(node, value, 'flow', layout) ?? flowText(value, layout);
  const isEmpty = node.range.end === node.range.start;
  const colon = place.kind === 'entry' && colonEnd(text, place) === undefined ? ':' : '';
  return [{ range: replaced(text, node, layout), text: isEmpty ? `${colon} ${written}` : written }];
}

/** From the value itself, or from the tag or anchor when it goes too. */
function replaced(text: string, node: YamlNode, layout: Layout): TextRange {
  return { start: losesProps(text, node, layout) ? outerStart(node) : node.range.start, end: node.range.end };
}

/** A tag describes the old value only; an anchor stays unless it moves elsewhere. */
function losesProps(text: string, node: YamlNode, layout: Layout): boolean {
  return node.props !== undefined && (layout.dropAnchor === true || text.slice(node.props.start, node.props.end).includes('!'));
}

/** `key:` and the lines of a collection below it. What follows the old value on its line (a comment) stays on the key's line. */
function blockUnderKey(text: string, place: Place & { kind: 'entry' }, value: JsonValue, layout: Layout): readonly TextEdit[] {
  const { node, column } = place;
  const lines = indented(valueLines(value, layout).slice(1), column);
  if (isBlock(node)) {
    const start = lineStart(text, node.range.start);
    const block = { range: { start, end: node.range.end }, text: lines.join(layout.eol) };
    if (node.props === undefined || !losesProps(text, node, layout)) return [block];
    return [{ range: { start: spaceBefore(text, node.props.start), end: node.props.end }, text: '' }, block];
  }
  const { start, end } = replaced(text, node, layout);
  const from = spaceBefore(text, start);
  const at = lineEnd(text, end);
  const colon = colonEnd(text, place) === undefined ? ':' : '';
  return [
    { range: { start: from, end }, text: colon + headerComment(text, node) },
    { range: { start: at, end: at }, text: layout.eol + lines.join(layout.eol) },
  ];
}

/** A collection as list item or document: its lines begin where the old value began. */
function blockInPlace(text: string, place: Place, value: JsonValue, layout: Layout): readonly TextEdit[] {
  const { node } = place;
  const range = replaced(text, node, layout);
  const lines = blockLines(value, layout);
  const isEmpty = node.range.end === node.range.start;
  const sharesLine = range.start !== firstOfLine(text, range.start);
  if ((node.props !== undefined && range.start === node.range.start) || (place.kind === 'root' && sharesLine)) {
    const column = place.kind === 'root' ? 0 : place.column + 2;
    const at = lineEnd(text, range.end);
    return [
      { range: { start: spaceBefore(text, range.start), end: range.end }, text: '' },
      { range: { start: at, end: at }, text: layout.eol + indented(lines, column).join(layout.eol) },
    ];
  }
  const column = isEmpty ? place.column + 2 : columnOf(text, range.start);
  return spliceLines(text, node, range, [(isEmpty ? ' ' : '') + (lines[0] ?? ''), ...indented(lines.slice(1), column)], layout);
}

/** A block collection below its key becomes a value on the key's line; comments between them stay where they are. */
function collapse(text: string, place: Place & { kind: 'entry' }, lines: readonly string[], layout: Layout): readonly TextEdit[] {
  const { node, entry, column } = place;
  const colon = colonEnd(text, place) ?? entry.keyRange.end;
  const after = node.props?.end ?? colon;
  const tail = indented(lines.slice(1), column);
  const end = lineEnd(text, after);
  const from = lineStart(text, node.range.start);
  const to = nextLine(text, node.range.end);
  const isLastLine = to === text.length && !/[\r\n]/.test(text.charAt(to - 1));
  return [
    { range: { start: losesProps(text, node, layout) ? colon : after, end: after }, text: ` ${lines[0] ?? ''}` },
    { range: { start: end, end }, text: tail.map((line) => layout.eol + line).join('') },
    { range: { start: isLastLine ? Math.max(end, spaceBefore(text, from)) : from, end: to }, text: '' },
  ].filter((edit) => edit.text !== '' || edit.range.end > edit.range.start);
}

function splice(text: string, node: YamlNode, lines: readonly string[], column: number, layout: Layout): readonly TextEdit[] {
  const range = replaced(text, node, layout);
  const isEmpty = range.end === range.start;
  return spliceLines(text, node, range, [(isEmpty ? ' ' : '') + (lines[0] ?? ''), ...indented(lines.slice(1), column)], layout);
}

/** The first line takes the place of `range`; further lines come after the rest of its last line, a comment for instance. */
function spliceLines(text: string, node: YamlNode, range: TextRange, lines: readonly string[], layout: Layout): readonly TextEdit[] {
  if (isBlock(node)) return [{ range, text: lines.join(layout.eol) }];
  const first = { range, text: (lines[0] ?? '') + headerComment(text, node) };
  const at = lineEnd(text, range.end);
  const tail = lines.slice(1).map((line) => layout.eol + line);
  return tail.length === 0 ? [first] : [first, { range: { start: at, end: at }, text: tail.join('') }];
}

/** The ` # comment` behind the `|` of a block scalar, which outlives its text. */
function headerComment(text: string, node: YamlNode): string {
  if (!isBlockScalar(node)) return '';
  return /^[|>][-+0-9]*([ \t]+#.*)/.exec(text.slice(node.range.start, lineEnd(text, node.range.start)))?.[1] ?? '';
}

function isBlockScalar(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.alias === undefined && (node.style === 'literal' || node.style === 'folded');
}

function oneLineOrBlockScalar(node: YamlNode, value: JsonValue, place: Place, layout: Layout): readonly string[] {
  if (typeof value !== 'string' || layout.json) return [flowText(value, layout, 'block')];
  const style = node.kind === 'scalar' && node.alias === undefined ? node.style : 'plain';
  const step = place.kind === 'item' ? 2 : layout.indent;
  const wantsBlock = style === 'literal' || style === 'folded' || (style !== 'double' && value.includes('\n'));
  if (wantsBlock && layout.blockScalars !== false && place.kind !== 'root') {
    const lines = (style === 'folded' ? foldedLines(value) : undefined) ?? literalLines(value, step);
    if (lines !== undefined) return [lines[0] ?? '', ...indented(lines.slice(1), step)];
  }
  return [scalarText(node, value, 'block', layout) ?? flowText(value, layout, 'block')];
}

/** A text in the quotes of the scalar it replaces. */
function scalarText(node: YamlNode, value: JsonValue, context: Context, layout: Layout): string | undefined {
  if (typeof value !== 'string' || node.kind !== 'scalar' || node.alias !== undefined) return undefined;
  if (node.style === 'single' && !value.includes('\n')) return quoteScalar(value, 'single', context);
  if (node.style === 'double') return quoteScalar(value, 'double', context);
  return layout.json ? undefined : quoteScalar(value, 'plain', context);
}

/** The first character of the line that is not white space. */
function firstOfLine(text: string, offset: number): number {
  const start = lineStart(text, offset);
  const blank = /^[ \t\uFEFF]*/.exec(text.slice(start, offset))?.[0].length ?? 0;
  return start + blank;
}
