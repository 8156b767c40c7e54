import type { YamlDocument, YamlStream } from '#yaml/tree.ts';
import { parseYaml } from '#yaml/parse.ts';
import { reparseYaml } from '#yaml/reparse.ts';
import type { TextFile } from './document.ts';

/** The texts as they are, and the documents to build from: for one that does not parse now, its last good reading. */
export interface ReadFiles {
  readonly streams: readonly YamlStream[];
  /** The same streams with broken documents replaced by their last good reading, where there is one. */
  readonly good: readonly YamlStream[];
  /** Documents that stand for a text which does not parse: their ranges are of an older text, so nothing may be edited through them. */
  readonly stale: ReadonlySet<YamlDocument>;
}

interface Cached {
  readonly stream: YamlStream;
  readonly good: YamlStream;
  readonly stale: readonly YamlDocument[];
}

/** A reader that remembers each file's last text and last good documents. */
export interface FileReader {
  read(files: readonly TextFile[]): ReadFiles;
  /** Takes over a text that was read elsewhere, so that the next `read` need not. */
  seed(fileId: string, stream: YamlStream): void;
}

export function createFileReader(): FileReader {
  let cache = new Map<string, Cached>();
  const seeds = new Map<string, YamlStream>();
  const read = (files: readonly TextFile[]): ReadFiles => {
    const next = new Map(files.map((file) => [file.id, readFile(file, cache.get(file.id) ?? seeded(seeds.get(file.id)))]));
    cache = next;
    seeds.clear();
    const all = [...next.values()];
    return {
      streams: all.map((item) => item.stream),
      good: all.map((item) => item.good),
      stale: new Set(all.flatMap((item) => item.stale)),
    };
  };
  return { read, seed: (fileId, stream) => void seeds.set(fileId, stream) };
}

function seeded(stream: YamlStream | undefined): Cached | undefined {
  return stream === undefined ? undefined : { stream, good: stream, stale: [] };
}

function readFile(file: TextFile, before: Cached | undefined): Cached {
  if (before !== undefined && before.stream.text === file.text && before.stream.file === file.name) return before;
  const stream =
    before === undefined || before.stream.file !== file.name ? parseYaml(file.text, file.name) : reparseYaml(before.stream, file.text);
  const stale: YamlDocument[] = [];
  const documents = stream.documents.map((document, i) => {
    if (!document.hasErrors) return document;
    const old = lastGood(before, stream, i);
    if (old !== undefined) stale.push(old);
    return old ?? document;
  });
  return { stream, good: stale.length === 0 ? stream : { ...stream, documents }, stale };
}

/** The document that stood at this place before the text broke: counted from the front, or from the back when documents came or went. */
function lastGood(before: Cached | undefined, stream: YamlStream, index: number): YamlDocument | undefined {
  if (before === undefined) return undefined;
  const documents = before.good.documents;
  const fromBack = stream.documents.length - index;
  const candidate = documents.length === stream.documents.length ? documents[index] : (documents.at(-fromBack) ?? documents[index]);
  return candidate === undefined || candidate.hasErrors ? undefined : candidate;
}
