import { fail, ok } from '#base/result.ts';
import type { TextEdit } from '#base/text-range.ts';
import type { EditResult } from './edit-result.ts';
import { notFound } from './edit-result.ts';
import { eolOf } from './layout.ts';
import { documentChunks, holdsDocument } from './parse.ts';
import { lineStart, nextLine, splitDocuments, type Chunk } from './split.ts';
import type { YamlStream } from './tree.ts';

/** The edits that add the document(s) `yamlText` at the end of `text`, behind a `---` line where one is needed. */
export function appendDocument(text: string, yamlText: string): EditResult {
  return ok([insertion(text, text.length, yamlText)]);
}

/** The edits that add `yamlText` after document `index` of `stream`; -1 puts it before the first. */
export function insertDocumentAfter(text: string, stream: YamlStream, index: number, yamlText: string): EditResult {
  const chunks = documentChunks(text);
  const [first] = chunks;
  if (index === -1) return first === undefined ? appendDocument(text, yamlText) : ok([insertBeforeFirst(text, first, yamlText)]);
  const chunk = chunks[index];
  if (chunk === undefined || stream.documents[index] === undefined) return notFound('document with this index');
  return ok([insertion(text, chunk.bodyEnd, yamlText)]);
}

/** The edits that remove document `index` with its `---` line and its comments. */
export function removeDocument(text: string, stream: YamlStream, index: number): EditResult {
  const chunks = documentChunks(text);
  const chunk = chunks[index];
  if (chunk === undefined || stream.documents[index] === undefined) return notFound('document with this index');
  const next = chunks[index + 1];
  if (index > 0 || next === undefined)
    return ok([{ range: { start: index > 0 ? chunk.start : firstLine(text, chunk), end: chunk.end }, text: '' }]);
  // The first document often has no `---` of its own; it takes the next one's with it. Comments above its `---` are the file's.
  const start = chunk.explicit ? chunk.markerStart : firstLine(text, chunk);
  const end = chunk.explicit ? chunk.end : Math.max(chunk.end, separatorEnd(text, next));
  return ok([{ range: { start, end }, text: '' }]);
}

/** The edits that put a copy of document `index` right after it. */
export function duplicateDocument(text: string, stream: YamlStream, index: number): EditResult {
  const document = stream.documents[index];
  if (document === undefined) return notFound('document with this index');
  if (document.isPartial) return fail('yaml/document-broken', 'A document with a syntax error is not copied.', 'Correct the error first.');
  return insertDocumentAfter(text, stream, index, text.slice(document.range.start, document.range.end));
}

function firstLine(text: string, chunk: Chunk): number {
  return text.charCodeAt(chunk.start) === 0xfeff ? chunk.start + 1 : chunk.start;
}

/** After the `---` line of a chunk, unless the document begins on that line or needs its directives. */
function separatorEnd(text: string, chunk: Chunk): number {
  if (!chunk.explicit || text.slice(chunk.start, chunk.bodyStart).includes('%')) return chunk.start;
  return chunk.bodyStart === lineStart(text, chunk.bodyStart) ? chunk.bodyStart : chunk.start;
}

/** Before the `---` of the first document, below the comments of the file; directives need a `...` before them. */
function insertBeforeFirst(text: string, first: Chunk, yamlText: string): TextEdit {
  const eol = eolOf(text);
  const hasDirectives = text.slice(first.start, first.markerStart).includes('%');
  const at = first.explicit && !hasDirectives ? first.markerStart : firstLine(text, first);
  const separator = first.explicit ? (hasDirectives ? `...${eol}` : '') : `---${eol}`;
  return { range: { start: at, end: at }, text: body(yamlText, eol) + separator };
}

function insertion(text: string, at: number, yamlText: string): TextEdit {
  const eol = eolOf(text);
  const before = at > 0 && lineStart(text, at) !== at ? eol : '';
  const separator = isFree(text.slice(0, at)) ? '' : `---${eol}`;
  return { range: { start: at, end: at }, text: before + separator + body(yamlText, eol) };
}

/** True when nothing but comments stands after the last `---`, or no document exists yet. */
function isFree(text: string): boolean {
  const last = splitDocuments(text).at(-1);
  const isEmpty = last === undefined || !holdsDocument(text, { ...last, explicit: false });
  return isEmpty && (last?.explicit === true || documentChunks(text).length === 0);
}

/** `yamlText` with the line breaks of the file, ending in one, without a separator at its start. */
function body(yamlText: string, eol: string): string {
  const lines = yamlText.replace(/^\uFEFF/, '').replaceAll(/\r\n?|\n/g, eol);
  const trimmed = /^---[ \t]*(?:\r?\n|$)/.test(lines) ? lines.slice(nextLine(lines, 0)) : lines;
  return trimmed === '' || trimmed.endsWith(eol) ? trimmed : trimmed + eol;
}
