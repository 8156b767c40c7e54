import type { Diagnostic } from '#base/diagnostic.ts';
import type { TextRange } from '#base/text-range.ts';
import { problem } from './problems.ts';
import { lastNotAfter } from './regions.ts';
import { lineStart } from './split.ts';
import type { YamlNode } from './tree.ts';

/**
 * Blank and comment lines with a tab before their first character. js-yaml lets them pass, but to go-yaml a tab outside of `[ ]`, `{ }` and quotes
 * "cannot start any token" (`yaml_parser_scan_to_next_token` in scannerc.go), so kubectl refuses the whole document. Only behind an
 * unquoted text and deeper than it the tab still counts as the end of that text.
 */
export function findStrayTabs(source: string, base: number, file: string, root: YamlNode | undefined): readonly Diagnostic[] {
  if (!source.includes('\t')) return [];
  const found = [...source.matchAll(/(?<=^|[\r\n])( *)(\t[ \t]*)(?=#|\r?\n|(?![^]))/g)];
  if (found.length === 0) return [];
  const covered = root === undefined ? [] : [...tabsAllowed(root)];
  return found.flatMap((match) => {
    const start = match.index + (match[1] ?? '').length;
    const index = lastNotAfter(covered.length, (i) => covered[i]?.start ?? 0, start + base);
    if (start + base < (covered[index]?.end ?? 0) || endsPlainText(source, match.index, start - match.index)) return [];
    const range = { start: start + base, end: start + (match[2] ?? '').length + base };
    return [problem('tab-indentation', file, range, {}, [{ title: 'Remove the tab', file, edits: [{ range, text: '' }] }])];
  });
}

/** What can hold tabs: quoted and block scalars and flow collections, in the order of the text. */
function* tabsAllowed(node: YamlNode): Generator<TextRange> {
  if (node.alias !== undefined) return;
  if (node.kind === 'scalar' ? node.style !== 'plain' : node.flow) yield node.range;
  else if (node.kind === 'seq') for (const item of node.items) yield* tabsAllowed(item);
  else if (node.kind === 'map') for (const entry of node.entries) if (entry.origin !== 'merged') yield* tabsAllowed(entry.value);
}

function endsPlainText(source: string, line: number, column: number): boolean {
  const before = source.slice(0, line).trimEnd();
  const previous = before.slice(lineStart(before, before.length));
  const isPlain = previous !== '' && !/[:"'\]}|>]$|(?:^|\s)#/.test(previous);
  return isPlain && column > (/^ */.exec(previous)?.[0].length ?? 0);
}
