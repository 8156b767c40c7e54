import { documentChunks, parseDocument, streamOf } from './parse.ts';
import type { YamlDocument, YamlStream } from './tree.ts';

/**
 * `parseYaml` in steps, for texts that would hold up a page: yields the share that is read (0 to 1) after every `charactersPerStep` characters,
 * so that the caller can do other things in between, and returns the same stream. A single document is one step.
 */
export function* parseYamlSteps(text: string, file: string, charactersPerStep = 100_000): Generator<number, YamlStream> {
  const documents: YamlDocument[] = [];
  let next = charactersPerStep;
  for (const chunk of documentChunks(text)) {
    documents.push(parseDocument(text, chunk, documents.length, file));
    if (chunk.end >= next) {
      next = chunk.end + charactersPerStep;
      yield chunk.end / text.length;
    }
  }
  return streamOf(file, text, documents);
}
