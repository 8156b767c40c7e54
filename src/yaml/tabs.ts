import type { Diagnostic } from '#base/diagnostic.ts';
import type { TextRange } from '#base/text-range.ts';
import { problem } from './problems.ts';
import { lastNotAfter } from './regions.ts';
import { firstNonBlank, lineEnd, previousLine } from './split.ts';
import type { YamlNode } from './tree.ts';

/** More of one kind tell nothing new. */
const maxTabs = 100;

/**
 * Blank and comment lines with a tab before their first character. js-yaml lets them pass, but to go-yaml a tab outside of `[ ]`, `{ }` and quotes
 * "cannot start any token" (`yaml_parser_scan_to_next_token` in scannerc.go), so kubectl refuses the whole document. Only behind an
 * unquoted text and deeper than it the tab still counts as the end of that text.
 */
export function findStrayTabs(source: string, base: number, file: string, root: YamlNode | undefined): readonly Diagnostic[] {
  if (!source.includes('\t')) return [];
  const diagnostics: Diagnostic[] = [];
  const covered = root === undefined ? [] : [...tabsAllowed(root)];
  for (const match of source.matchAll(/(?<=^|[\r\n])( *)(\t[ \t]*)(?=#|\r?\n|(?![^]))/g)) {
    const start = match.index + (match[1] ?? '').length;
    const last = lastNotAfter(covered.length, (i) => covered[i]?.start ?? 0, start + base);
    if (start + base < (covered[last]?.end ?? 0) || endsPlainText(source, match.index, start - match.index)) continue;
    const range = { start: start + base, end: start + (match[2] ?? '').length + base };
    diagnostics.push(problem('tab-indentation', file, range, {}, [{ title: 'Remove the tab', file, edits: [{ range, text: '' }] }]));
    if (diagnostics.length === maxTabs) break;
  }
  return diagnostics;
}

/** What can hold tabs: quoted and block scalars and flow collections, in the order of the text. */
function* tabsAllowed(node: YamlNode): Generator<TextRange> {
  if (node.alias !== undefined) return;
  if (node.kind === 'scalar' ? node.style !== 'plain' : node.flow) yield node.range;
  else if (node.kind === 'seq') for (const item of node.items) yield* tabsAllowed(item);
  else if (node.kind === 'map') for (const entry of node.entries) if (entry.origin !== 'merged') yield* tabsAllowed(entry.value);
}

/** True when the last line with content above `line` ends in an unquoted text that starts left of `column`. */
function endsPlainText(source: string, line: number, column: number): boolean {
  let above = previousLine(source, line);
  while (above !== undefined && firstNonBlank(source, above) === lineEnd(source, above)) above = previousLine(source, above);
  if (above === undefined) return false;
  const previous = source.slice(above, lineEnd(source, above)).trimEnd();
  return !/[:"'\]}|>]$|(?:^|\s)#/.test(previous) && column > firstNonBlank(source, above) - above;
}
