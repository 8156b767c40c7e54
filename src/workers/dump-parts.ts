import type { Diagnostic } from '#base/diagnostic.ts';
import { lineStarts, positionAt } from '#base/text-range.ts';
import type { KeptDump } from '#envoy/config-dump/keep.ts';

/** About as many characters of JSON as are taken over in a few milliseconds. */
const partSize = 200_000;

type Lists = Omit<KeptDump, 'node'>;

/** The answer in slices, each a few lists' worth of what is to be appended. */
export function* dumpParts(dump: KeptDump): Generator<Partial<KeptDump>, void> {
  if (dump.node !== undefined) yield { node: dump.node };
  for (const key of ['diagnostics', 'clusters', 'plugins', 'extensions', 'routes', 'listeners'] as const) {
    let from = 0;
    let size = 0;
    for (const [i, item] of dump[key].entries()) {
      size += JSON.stringify(item).length;
      if (size < partSize && i + 1 < dump[key].length) continue;
      yield { [key]: dump[key].slice(from, i + 1) };
      from = i + 1;
      size = 0;
    }
  }
}

/** Puts the slices together again, one call each. */
export function createDumpJoiner(): { add(part: Partial<KeptDump>): void; joined(): KeptDump } {
  const lists: { -readonly [K in keyof Lists]: Lists[K][number][] } = {
    listeners: [],
    routes: [],
    extensions: [],
    clusters: [],
    plugins: [],
    diagnostics: [],
  };
  let node: KeptDump['node'];
  return {
    add: (part) => {
      node = part.node ?? node;
      lists.listeners.push(...(part.listeners ?? []));
      lists.routes.push(...(part.routes ?? []));
      lists.extensions.push(...(part.extensions ?? []));
      lists.clusters.push(...(part.clusters ?? []));
      lists.plugins.push(...(part.plugins ?? []));
      lists.diagnostics.push(...(part.diagnostics ?? []));
    },
    joined: () => ({ ...lists, ...(node === undefined ? {} : { node }) }),
  };
}

/** The page does not have the text, so each message says itself where it points. */
export function withPlaces(diagnostics: readonly Diagnostic[], text: string): readonly Diagnostic[] {
  let starts: readonly number[] | undefined;
  return diagnostics.map((item) => {
    if (item.at === undefined || item.at.range.end === 0) return item;
    const { line, column } = positionAt((starts ??= lineStarts(text)), item.at.range.start);
    return { ...item, message: `${item.message} (line ${line}, column ${column})` };
  });
}
