import type { Diagnostic } from '#base/diagnostic.ts';
import { asString, type JsonValue } from '#base/json.ts';
import { nodeOf } from '#envoy/config-dump/node.ts';
import { keepOfDump } from '#envoy/config-dump/keep.ts';
import { readConfigDumpValue } from '#envoy/config-dump/read.ts';
import { detectValue } from '#envoy/detect-format.ts';
import { readStaticBootstrap } from '#envoy/static-bootstrap.ts';
import type { EnvoyTypes } from '#envoy/types.ts';
import { rangeAt, type YamlDocument, type YamlStream } from '#yaml/tree.ts';
import type { TextFile } from './document.ts';
import { dumpSource, fileKey, proxyOf, type ProxySource } from './proxy-source.ts';

/** The texts of a workspace, by what they are for: resources for istiod, or Envoy's own configuration. */
export interface SortedTexts {
  readonly resources: readonly YamlStream[];
  readonly configurations: readonly {
    readonly file: string;
    readonly document: YamlDocument;
    readonly kind: 'bootstrap' | 'config-dump';
  }[];
}

/** Sorts documents by their content. Streams without any Envoy configuration stay as they are. */
export function sortTexts(streams: readonly YamlStream[]): SortedTexts {
  const configurations: SortedTexts['configurations'][number][] = [];
  const resources = streams.map((stream) => {
    const documents = stream.documents.filter((document) => {
      const kind = kindOf(document);
      if (kind === undefined) return true;
      configurations.push({ file: stream.file, document, kind });
      return false;
    });
    return documents.length === stream.documents.length ? stream : { ...stream, documents };
  });
  return { resources, configurations };
}

const kinds = new WeakMap<YamlDocument, 'bootstrap' | 'config-dump' | 'other'>();

function kindOf(document: YamlDocument): 'bootstrap' | 'config-dump' | undefined {
  let kind = kinds.get(document);
  if (kind === undefined) {
    const format = detectValue(document.value ?? null);
    kind = format === 'bootstrap' || format === 'config-dump' ? format : 'other';
    kinds.set(document, kind);
  }
  return kind === 'other' ? undefined : kind;
}

/** Every Envoy configuration among the texts as a source of listeners; what is wrong with it is told at its place. Needs Envoy's descriptors. */
export function textSources(
  { configurations }: SortedTexts,
  files: readonly TextFile[],
  types: EnvoyTypes | undefined,
): readonly ProxySource[] {
  if (types === undefined) return [];
  return configurations.flatMap(({ file: name, document, kind }) => {
    const file = files.find((item) => item.name === name);
    const value = document.value;
    if (file === undefined || value === undefined) return [];
    const read = kind === 'bootstrap' ? bootstrapSource : savedSource;
    return [read(file, document, value, types)];
  });
}

function bootstrapSource(file: TextFile, document: YamlDocument, value: JsonValue, types: EnvoyTypes): ProxySource {
  const { listeners, clusters, bootstrap, problems } = readStaticBootstrap(value, types);
  const node = nodeOf(bootstrap);
  const diagnostics = problems.map(({ path, ...problem }): Diagnostic => ({
    ...problem,
    at: { file: file.name, range: rangeAt(document.root, path) ?? document.range },
  }));
  return {
    key: fileKey(file.id, document.index),
    kind: 'bootstrap',
    proxy: proxyOf(node, listeners, file.name),
    file: { id: file.id, name: file.name },
    output: { listeners, extensions: [], routes: [], landings: [], diagnostics: [] },
    clusters: clusters.map((cluster) => asString(cluster['name']) ?? ''),
    node,
    diagnostics,
  };
}

/** A dump that somebody wrote or pasted into a text file of the workspace. */
function savedSource(file: TextFile, document: YamlDocument, value: JsonValue, types: EnvoyTypes): ProxySource {
  const dump = keepOfDump(readConfigDumpValue(value, types, file.name));
  return { ...dumpSource({ id: file.id, name: file.name, key: '', size: file.text.length }, dump), key: fileKey(file.id, document.index) };
}
