import type { TextRange } from '#base/text-range.ts';
import { columnOf } from './layout.ts';
import { dashes } from './place.ts';
import { firstNonBlank, lineEnd, lineStart, previousLine } from './split.ts';
import type { YamlSeq } from './tree.ts';

/**
 * The text of each item of a block list with what belongs to it: from the first comment right above the `-` in its column, or the `-`, to the end of
 * the item's last line.
 */
export function itemSlots(text: string, seq: YamlSeq): readonly TextRange[] {
  const column = columnOf(text, seq.range.start);
  const starts = dashes(text, seq);
  return seq.items.map((item, i) => {
    let start = starts[i] ?? item.range.start;
    const floor = i === 0 ? -1 : lineEnd(text, seq.items[i - 1]?.range.end ?? 0);
    let above = commentAbove(text, start, column);
    while (above !== undefined && above > floor) {
      start = above;
      above = commentAbove(text, start, column);
    }
    return { start, end: lineEnd(text, item.range.end) };
  });
}

function commentAbove(text: string, start: number, column: number): number | undefined {
  const line = lineStart(text, start);
  const previous = firstNonBlank(text, line) === start ? previousLine(text, line) : undefined;
  if (previous === undefined) return undefined;
  const first = firstNonBlank(text, previous);
  return text[first] === '#' && columnOf(text, first) === column ? first : undefined;
}
