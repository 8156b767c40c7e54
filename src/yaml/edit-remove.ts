import { getIn, isArray, isObject, type JsonPath } from '#base/json.ts';
import { fail } from '#base/result.ts';
import type { TextEdit, TextRange } from '#base/text-range.ts';
import { detachAnchors } from './anchors.ts';
import { brokenDocument, firstFaithful, notFound, withoutValue, type EditResult } from './edit-result.ts';
import { replaceAt } from './edit-value.ts';
import { colonEnd, dashes, isInFlow, outerStart, walk, type Place } from './place.ts';
import { skipBlank } from './spans.ts';
import { firstNonBlank, lineEnd, lineStart, nextLine, spaceBefore } from './split.ts';
import type { YamlDocument } from './tree.ts';

export interface RemoveOptions {
  /** What becomes of a map or list that loses its last entry: it stays as `{}` or `[]`, or goes too, with its own parent if need be. */
  readonly emptied?: 'keep' | 'remove' | undefined;
}

/**
 * The edits that remove what stands at `path`: the whole lines of an entry or item with the comments on them; comments above it stay.
 * Fails when the document has a syntax error, nothing stands there, or it is the root (see `removeDocument`).
 */
export function removeAt(text: string, document: YamlDocument, path: JsonPath, options: RemoveOptions = {}): EditResult {
  if (document.isPartial) return brokenDocument();
  const { root, value } = document;
  if (root === undefined || value === undefined || path.length === 0 || getIn(value, path) === undefined) return notFound('such entry');
  const target = options.emptied === 'remove' ? withEmptied(document, path) : path;
  const { places, rest } = walk(text, root, target);
  const place = places.at(-1) ?? places[0];
  if (rest.length > 0) return removeShared(text, document, target, place, rest);
  const plain = (): readonly TextEdit[] => removal(text, places);
  // Blank lines below would become part of a block scalar above that keeps them (`|+`).
  const withBlankLines = (): readonly TextEdit[] => plain().map((edit) => (edit.text === '' ? overBlankLines(text, edit) : edit));
  const detached = (): readonly TextEdit[] => [...plain(), ...detachAnchors(document, target)];
  return firstFaithful(text, document, withoutValue(value, target), [plain, withBlankLines, detached]);
}

/** The outermost path that would be left empty by the removal; the root itself always stays. */
function withEmptied(document: YamlDocument, path: JsonPath): JsonPath {
  let target = path;
  while (target.length > 1) {
    const parent = getIn(document.value, target.slice(0, -1));
    const size = isArray(parent) ? parent.length : isObject(parent) ? Object.keys(parent).length : 0;
    if (size !== 1) break;
    target = target.slice(0, -1);
  }
  return target;
}

/** The path leads through an alias or `<<`: the shared value is written out here without the entry. */
function removeShared(text: string, document: YamlDocument, path: JsonPath, place: Place, rest: JsonPath): EditResult {
  if (place.node.alias === undefined && rest.length === 1) {
    return fail(
      'yaml/merged-key',
      `The key comes from another map through \`<<\`.`,
      'Remove it there, or replace `<<` by the entries you want.',
    );
  }
  const depth = path.length - rest.length + (place.node.alias === undefined ? 1 : 0);
  const shared = path.slice(0, depth);
  const inner = getIn(document.value, shared);
  return inner === undefined ? notFound('such entry') : replaceAt(text, document, shared, withoutValue(inner, path.slice(depth)));
}

function removal(text: string, places: readonly Place[]): readonly TextEdit[] {
  const place = places.at(-1);
  if (place === undefined || place.kind === 'root') return [];
  const parts = partsOf(text, place);
  const index =
    place.kind === 'item' ? place.index : place.parent.entries.filter((entry) => entry.origin !== 'merged').indexOf(place.entry);
  const part = parts[index];
  if (part === undefined) return [];
  if (isInFlow(place)) return [removeFlow(text, parts, index)];
  if (parts.length === 1) return emptyBlock(text, places.at(-2), part, place.kind === 'item' ? '[]' : '{}');
  return [removeLines(text, part, parts[index + 1])];
}

/** From its first character (of `-`, `?`, an anchor of the key) to the end of its value, for every entry or item of the parent. */
function partsOf(text: string, place: Exclude<Place, { kind: 'root' }>): readonly TextRange[] {
  if (place.kind === 'item') {
    const starts = place.parent.flow ? place.parent.items.map(outerStart) : dashes(text, place.parent);
    return place.parent.items.map((item, i) => ({ start: starts[i] ?? item.range.start, end: item.range.end }));
  }
  const own = place.parent.entries.filter((entry) => entry.origin !== 'merged');
  return own.map((entry, i) => ({
    start: i === 0 && !place.parent.flow ? place.parent.range.start : entry.keyRange.start,
    end: Math.max(entry.value.range.end, colonEnd(text, { entry, parent: place.parent }) ?? entry.keyRange.end),
  }));
}

/** Whole lines; when something else begins the first line (`- a: 1`), up to the next sibling, which moves up. */
function removeLines(text: string, part: TextRange, next: TextRange | undefined): TextEdit {
  const start = lineStart(text, part.start);
  if (firstNonBlank(text, start) === part.start) {
    const end = nextLine(text, part.end);
    const isOpenEnd = end === text.length && !/[\r\n]/.test(text.charAt(end - 1));
    return { range: { start: isOpenEnd ? breakBefore(text, start) : start, end }, text: '' };
  }
  const hasComment = next === undefined || text.slice(lineEnd(text, part.end), next.start).trim() !== '';
  if (!hasComment) return { range: { start: part.start, end: next.start }, text: '' };
  return { range: { start: spaceBefore(text, part.start), end: lineEnd(text, part.end) }, text: '' };
}

function overBlankLines(text: string, edit: TextEdit): TextEdit {
  const blank = /^(?:[ \t]*(?:\r\n?|\n))*/.exec(text.slice(edit.range.end))?.[0].length ?? 0;
  return { range: { start: edit.range.start, end: edit.range.end + blank }, text: edit.text };
}

function breakBefore(text: string, lineStart: number): number {
  if (text.charCodeAt(lineStart - 1) === 10 && text.charCodeAt(lineStart - 2) === 13) return lineStart - 2;
  return Math.max(0, lineStart - 1);
}

function removeFlow(text: string, parts: readonly TextRange[], index: number): TextEdit {
  const { start, end } = parts[index] ?? { start: 0, end: 0 };
  const next = parts[index + 1];
  const previous = parts[index - 1];
  const comma = skipBlank(text, end);
  const isFollowedByComma = text[comma] === ',';
  if (next !== undefined && !hasComment(text, end, next.start)) return { range: { start, end: next.start }, text: '' };
  if (next === undefined && previous !== undefined && !hasComment(text, previous.end, start))
    return { range: { start: previous.end, end }, text: '' };
  return { range: { start, end: isFollowedByComma && !hasComment(text, end, comma) ? comma + 1 : end }, text: '' };
}

function hasComment(text: string, start: number, end: number): boolean {
  return /(?:^|[\s,])#/.test(text.slice(start, end));
}

/** The last entry of a block collection: `{}` or `[]` takes its place, on the key's line when there is one. */
function emptyBlock(text: string, owner: Place | undefined, part: TextRange, empty: string): readonly TextEdit[] {
  const start = lineStart(text, part.start);
  const isOwnLine = firstNonBlank(text, start) === part.start;
  if (owner?.kind !== 'entry' || !isOwnLine) return [{ range: part, text: empty }];
  const after = owner.node.props?.end ?? colonEnd(text, owner) ?? owner.entry.keyRange.end;
  return [{ range: { start: after, end: after }, text: ` ${empty}` }, removeLines(text, part, undefined)];
}
