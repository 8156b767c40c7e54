import type { Diagnostic } from '#base/diagnostic.ts';
import { compose } from './compose.ts';
import { readEvents, type Events } from './events.ts';
import { problem } from './problems.ts';
import { skipBlank } from './spans.ts';
import { isOnlyPrefix, lineEnd, lineStart, splitDocuments, type Chunk } from './split.ts';
import { syntaxError } from './syntax-error.ts';
import { findStrayTabs } from './tabs.ts';
import type { YamlDocument, YamlStream } from './tree.ts';

/**
 * Reads a YAML text: every document between `---` lines with the ranges of its nodes and its data as Kubernetes reads it. Never throws;
 * what cannot be read is a diagnostic, and one broken document leaves the others whole. Linear in the length of the text.
 */
export function parseYaml(text: string, file: string): YamlStream {
  return streamOf(
    file,
    text,
    documentChunks(text).map((chunk, index) => parseDocument(text, chunk, index, file)),
  );
}

/** The chunks of `text` that are documents. */
export function documentChunks(text: string): readonly Chunk[] {
  return splitDocuments(text).filter((chunk) => holdsDocument(text, chunk));
}

/** A stream of documents already read. */
export function streamOf(file: string, text: string, documents: readonly YamlDocument[]): YamlStream {
  return { file, text, documents, diagnostics: documents.flatMap((document) => document.diagnostics) };
}

/** Comments alone are no document, unless `---` opened it. */
export function holdsDocument(text: string, chunk: Chunk): boolean {
  return chunk.explicit || !isOnlyPrefix(text, chunk.bodyStart, chunk.bodyEnd);
}

/** Reads one document. */
export function parseDocument(text: string, chunk: Chunk, index: number, file: string): YamlDocument {
  const source = text.slice(chunk.start, chunk.bodyEnd);
  const range = { start: chunk.bodyStart, end: chunk.bodyEnd };
  const head = chunk.bodyStart - chunk.start;
  const read = readEvents(source);
  if ('events' in read) {
    const { root, diagnostics } = compose(read, chunk.start, head, file);
    return documentOf(
      index,
      range,
      root,
      [...ignored(text, chunk, file), ...diagnostics, ...findStrayTabs(source, chunk.start, file, root?.node)],
      false,
    );
  }
  const error = syntaxError(read.stop, source, chunk.start, file);
  const before = readableStart(source, Math.min(read.stop.position, (error.at?.range.start ?? 0) - chunk.start));
  const partial = before === undefined ? undefined : compose(before, chunk.start, head, file);
  return documentOf(index, range, partial?.root, [...(partial?.diagnostics ?? []), error], true);
}

/**
 * kubectl cuts texts at `---` only (`YAMLReader` in k8s.io/apimachinery/pkg/util/yaml/decoder.go) and reads the first document of each piece.
 */
function ignored(text: string, chunk: Chunk, file: string): readonly Diagnostic[] {
  if (chunk.explicit || chunk.start === 0) return [];
  const start = skipBlank(text, chunk.bodyStart);
  return [problem('after-document-end', file, { start, end: lineEnd(text, start) })];
}

function documentOf(
  index: number,
  range: YamlDocument['range'],
  root: ReturnType<typeof compose>['root'],
  diagnostics: readonly Diagnostic[],
  isPartial: boolean,
): YamlDocument {
  const hasErrors = diagnostics.some((diagnostic) => diagnostic.severity === 'error');
  return { index, range, root: root?.node, value: root?.value, hasErrors, isPartial, diagnostics };
}

/** The lines before a syntax error, as far as they can be read; a few attempts, each on a shorter text. */
function readableStart(source: string, position: number): Events | undefined {
  let end = lineStart(source, Math.min(position, source.length));
  for (let attempt = 0; attempt < 4 && end > 0; attempt++) {
    const read = readEvents(source.slice(0, end));
    if ('events' in read) return read;
    end = lineStart(source, Math.min(read.stop.position, end - 1));
  }
  return undefined;
}
