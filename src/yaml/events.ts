import { EVENT_ID, parseEvents, SCALAR_STYLE, YAMLException, type Event } from 'js-yaml';
import { findRegions, lastNotAfter, type Region } from './regions.ts';
import { nextLine, spaceBefore } from './split.ts';

/** Why the library stopped, and where in the text it was given. */
export interface SyntaxStop {
  readonly reason: string;
  readonly position: number;
}

/** The flat event stream of one document. Offsets in `events` refer to `source`; `toText` leads back to the text as it was given. */
export interface Events {
  readonly events: readonly Event[];
  readonly source: string;
  readonly toText: (offset: number) => number;
}

/** Deeper data is refused: the reader recurses, and a page's stack must hold. Kubernetes resources stay far below. */
export const maxDepth = 400;

/**
 * Reads the events of one document. js-yaml wants every line of a quoted text or of `[ ]` and `{ }` indented deeper than the key before it, as YAML
 * 1.2 does; go-yaml, and so Kubernetes, does not care. When that is the complaint, the lines are read once more with an indentation.
 */
export function readEvents(text: string): Events | { readonly stop: SyntaxStop } {
  const read = tryEvents(text);
  if (!('stop' in read)) return { events: read, source: text, toText: (offset) => offset };
  if (read.stop.reason !== 'deficient indentation') return read;
  const indented = indentRegions(text, findRegions(text));
  const again = tryEvents(indented.source);
  return 'stop' in again || changesBlockScalar(again, indented.starts) ? read : { events: again, ...indented };
}

/** A guard against regions taken for such by mistake: inside of a block scalar indentation is text. */
function changesBlockScalar(events: readonly Event[], starts: readonly number[]): boolean {
  return events.some((event) => {
    if (event.type !== EVENT_ID.SCALAR || (event.style !== SCALAR_STYLE.LITERAL_BLOCK && event.style !== SCALAR_STYLE.FOLDED_BLOCK))
      return false;
    const last = lastNotAfter(starts.length, (i) => starts[i] ?? 0, event.valueEnd);
    return (starts[last] ?? -1) >= event.valueStart;
  });
}

function tryEvents(text: string): readonly Event[] | { readonly stop: SyntaxStop } {
  try {
    return parseEvents(text, { maxDepth });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return { stop: { reason: error.reason, position: error.mark?.position ?? 0 } };
  }
}

/** `text` with the second and later lines of every region moved to the right of its first character, and tabs between values as spaces. */
function indentRegions(text: string, regions: readonly Region[]): Omit<Events, 'events'> & { readonly starts: readonly number[] } {
  const starts: number[] = [];
  const widths: number[] = [];
  const parts: string[] = [];
  let length = 0;
  let copied = 0;
  let line = 0;
  const copyTo = (end: number, region: Region | undefined): void => {
    parts.push(region === undefined ? text.slice(copied, end) : tabsAsSpaces(text, copied, end, region));
    length += end - copied;
    copied = end;
  };
  for (const region of regions) {
    copyTo(spaceBefore(text, region.start), undefined);
    for (let next = nextLine(text, line); next <= region.start && next > line; next = nextLine(text, line)) line = next;
    const width = region.start - line + 1;
    for (let at = nextLine(text, region.start); at < region.end; at = nextLine(text, at)) {
      copyTo(at, region);
      starts.push(length);
      widths.push(width);
      parts.push(' '.repeat(width));
      length += width;
    }
    copyTo(region.end, region);
  }
  copyTo(text.length, undefined);
  return { source: parts.join(''), toText: unshift(starts, widths), starts };
}

function tabsAsSpaces(text: string, start: number, end: number, region: Region): string {
  const part = text.slice(start, end);
  if (!part.includes('\t')) return part;
  return part.replaceAll('\t', (tab, at: number) => (isQuoted(region, start + at) ? tab : ' '));
}

function isQuoted({ quoted }: Region, offset: number): boolean {
  const span = quoted[lastNotAfter(quoted.length, (i) => quoted[i]?.[0] ?? 0, offset)];
  return span !== undefined && offset < span[1];
}

/** Leads offsets back over insertions of `widths` characters at `starts`. */
function unshift(starts: readonly number[], widths: readonly number[]): (offset: number) => number {
  const before: number[] = [];
  let sum = 0;
  for (const width of widths) {
    before.push(sum);
    sum += width;
  }
  return (offset) => {
    const last = lastNotAfter(starts.length, (i) => starts[i] ?? 0, offset);
    if (last < 0) return offset;
    const inside = Math.min(offset - (starts[last] ?? 0), widths[last] ?? 0);
    return offset - (before[last] ?? 0) - inside;
  };
}
