import { documentChunks, parseDocument, streamOf } from './parse.ts';
import { shiftDocument } from './shift.ts';
import type { Chunk } from './split.ts';
import type { YamlDocument, YamlStream } from './tree.ts';

/**
 * Reads `text`, which has become of `previous.text`, and reads again only documents whose text has changed. A document with the same text at
 * the same place is the same object; one that has moved is a new object with moved ranges and the same `value`.
 */
export function reparseYaml(previous: YamlStream, text: string): YamlStream {
  if (text === previous.text) return previous;
  const known = new Known(previous);
  const chunks = documentChunks(text);
  const found = known.match(text, chunks);
  const documents = chunks.map((chunk, index) => {
    const old = found[index];
    return old === undefined
      ? parseDocument(text, chunk, index, previous.file)
      : shiftDocument(old.document, chunk.start - old.chunk.start, index);
  });
  return streamOf(previous.file, text, documents);
}

interface OldDocument {
  readonly chunk: Chunk;
  readonly document: YamlDocument;
}

/** The documents read before, found again by their text. */
class Known {
  readonly #text: string;
  readonly #old: readonly OldDocument[];

  constructor(previous: YamlStream) {
    this.#text = previous.text;
    const chunks = documentChunks(previous.text);
    this.#old = previous.documents.flatMap((document, i) => {
      const chunk = chunks[i];
      return chunk === undefined ? [] : [{ chunk, document }];
    });
  }

  /** For each of the new chunks the old document with its text: first from both ends, then wherever it went. */
  match(text: string, chunks: readonly Chunk[]): readonly (OldDocument | undefined)[] {
    const found: (OldDocument | undefined)[] = chunks.map(() => undefined);
    const shorter = Math.min(this.#old.length, chunks.length);
    let head = 0;
    while (head < shorter && this.#isSame(this.#old[head], text, chunks[head])) {
      found[head] = this.#old[head];
      head++;
    }
    let tail = 0;
    while (tail < shorter - head && this.#isSame(this.#old.at(-1 - tail), text, chunks.at(-1 - tail))) {
      tail++;
      found[chunks.length - tail] = this.#old[this.#old.length - tail];
    }
    const moved = this.#byText(this.#old.slice(head, this.#old.length - tail));
    for (let i = head; i < chunks.length - tail; i++) {
      const chunk = chunks[i];
      const candidates = chunk && moved.get(text.slice(chunk.start, chunk.end));
      const index = candidates?.findIndex((old) => this.#isSame(old, text, chunk)) ?? -1;
      if (index >= 0) found[i] = candidates?.splice(index, 1)[0];
    }
    return found;
  }

  #byText(olds: readonly OldDocument[]): ReadonlyMap<string, OldDocument[]> {
    const groups = new Map<string, OldDocument[]>();
    for (const old of olds) {
      const text = this.#text.slice(old.chunk.start, old.chunk.end);
      const group = groups.get(text);
      if (group === undefined) groups.set(text, [old]);
      else group.push(old);
    }
    return groups;
  }

  #isSame(old: OldDocument | undefined, text: string, chunk: Chunk | undefined): boolean {
    if (old === undefined || chunk === undefined) return false;
    const { start, end, bodyStart, bodyEnd } = old.chunk;
    return (
      end - start === chunk.end - chunk.start &&
      bodyStart - start === chunk.bodyStart - chunk.start &&
      bodyEnd - start === chunk.bodyEnd - chunk.start &&
      old.chunk.explicit === chunk.explicit &&
      (start === 0) === (chunk.start === 0) &&
      this.#text.slice(start, end) === text.slice(chunk.start, chunk.end)
    );
  }
}
