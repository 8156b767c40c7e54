import type { Lane, LaneBand, LaneGap, LaneRow } from '#workspace/design.ts';

/**
 * The HTTP filters as one column, by arithmetic alone: rows, the gaps between them, folds of built-ins, and the bands of the phases
 * around what belongs to them. Order is the meaning here, so there is nothing to lay out but heights.
 */
export interface LaneFlow {
  readonly items: readonly FlowItem[];
  readonly bands: readonly FlowBand[];
  readonly height: number;
}

export type FlowItem =
  | { readonly kind: 'row'; readonly row: LaneRow; readonly y: number; readonly height: number }
  | { readonly kind: 'fold'; readonly id: string; readonly rows: readonly LaneRow[]; readonly y: number; readonly height: number }
  | {
      readonly kind: 'gap';
      readonly gap: LaneGap;
      /** Its place in `lane.gaps`. */
      readonly position: number;
      /** Always drawn, at the end of its band; the others show when one points at them or drags. */
      readonly slot: boolean;
      readonly y: number;
      readonly height: number;
    };

interface FlowBand {
  readonly id: string;
  readonly band: LaneBand;
  readonly y: number;
  readonly height: number;
}

export interface FlowOptions {
  readonly fold: boolean;
  /** Rows that must be seen: a fold with one of them stays open. */
  readonly open: ReadonlySet<string>;
  /** Room inside each band for its name, where there is none beside it. */
  readonly labelInside: boolean;
}

export const heights = { plugin: 31, builtIn: 26, thinGap: 7, slot: 17, bandPad: 5, bandSpace: 5, label: 17 } as const;

/** Fewer built-ins than this in a row are not worth folding. */
const FOLD_FROM = 3;

type Entry = { readonly row: LaneRow } | { readonly gap: LaneGap; readonly position: number };

export function rowHeight(row: LaneRow): number {
  return row.kind === 'built-in' ? heights.builtIn : heights.plugin;
}

export function laneFlow(lane: Pick<Lane, 'rows' | 'gaps' | 'bands'>, options: FlowOptions): LaneFlow {
  const entries = entriesOf(lane);
  const items: FlowItem[] = [];
  const bands: FlowBand[] = [];
  let y = 0;
  for (const segment of segmentsOf(entries, lane.bands)) {
    if (segment.band === undefined) {
      y = placeFree(segment.entries, lane.rows, options, items, y);
      continue;
    }
    if (items.length > 0) y += heights.bandSpace;
    const top = y;
    y = placeBand(segment.entries, items, y + heights.bandPad + (options.labelInside ? heights.label : 0)) + heights.bandPad;
    bands.push({ id: `band:${segment.band.phase}:${segment.band.firstGap}`, band: segment.band, y: top, height: y - top });
    y += heights.bandSpace;
  }
  return { items, bands, height: y };
}

/** Gaps and rows in reading order: the gaps before row i, then row i. */
function entriesOf(lane: Pick<Lane, 'rows' | 'gaps'>): readonly Entry[] {
  const gapsAt = (index: number): readonly Entry[] =>
    lane.gaps.flatMap((gap, position) => (gap.layer === 'http' && gap.index === index ? [{ gap, position }] : []));
  return [...lane.rows.flatMap((row) => [...gapsAt(row.index), { row }]), ...gapsAt(lane.rows.length)];
}

function bandOf(entry: Entry, bands: readonly LaneBand[]): LaneBand | undefined {
  if ('gap' in entry) {
    const { band, index } = entry.gap;
    return bands.find((candidate) => candidate.phase === band && candidate.firstGap <= index && index <= candidate.lastGap);
  }
  return bands.find(({ firstGap, lastGap }) => firstGap <= entry.row.index && entry.row.index < lastGap);
}

function segmentsOf(entries: readonly Entry[], bands: readonly LaneBand[]): readonly { band: LaneBand | undefined; entries: Entry[] }[] {
  const segments: { band: LaneBand | undefined; entries: Entry[] }[] = [];
  for (const entry of entries) {
    const band = bandOf(entry, bands);
    const last = segments.at(-1);
    if (last !== undefined && last.band === band) last.entries.push(entry);
    else segments.push({ band, entries: [entry] });
  }
  return segments;
}

function placeBand(entries: readonly Entry[], items: FlowItem[], from: number): number {
  let y = from;
  for (const [at, entry] of entries.entries()) {
    if ('row' in entry) {
      const before = entries[at - 1];
      if (before !== undefined && 'row' in before) y += heights.thinGap;
      y = pushRow(items, entry.row, y);
    } else {
      const slot = at === entries.length - 1;
      if (slot && at > 0) y += 3;
      const height = slot ? heights.slot : heights.thinGap;
      items.push({ kind: 'gap', ...entry, slot, y, height });
      y += height;
    }
  }
  return y;
}

function placeFree(entries: readonly Entry[], rows: readonly LaneRow[], options: FlowOptions, items: FlowItem[], from: number): number {
  const folds = options.fold ? foldsOf(entries, rows.at(-1), options.open) : [];
  let y = from;
  for (const [at, entry] of entries.entries()) {
    const fold = folds.find(({ first, last }) => first <= at && at <= last);
    if (fold !== undefined && at !== fold.first) continue;
    const last = items.at(-1);
    if ('gap' in entry) {
      items.push({ kind: 'gap', ...entry, slot: false, y, height: heights.thinGap });
      y += heights.thinGap;
      continue;
    }
    if (last?.kind === 'row' || last?.kind === 'fold') y += heights.thinGap;
    if (fold === undefined) y = pushRow(items, entry.row, y);
    else {
      items.push({ kind: 'fold', id: `fold:${entry.row.id}`, rows: fold.rows, y, height: heights.builtIn });
      y += heights.builtIn;
    }
  }
  return y;
}

function pushRow(items: FlowItem[], row: LaneRow, y: number): number {
  items.push({ kind: 'row', row, y, height: rowHeight(row) });
  return y + rowHeight(row);
}

interface Fold {
  readonly first: number;
  readonly last: number;
  readonly rows: readonly LaneRow[];
}

/** Runs of quiet built-ins. The last filter of the chain ends it and is always shown. */
function foldsOf(entries: readonly Entry[], terminal: LaneRow | undefined, open: ReadonlySet<string>): readonly Fold[] {
  const folds: Fold[] = [];
  let run: { first: number; last: number; rows: LaneRow[] } | undefined;
  const close = (): void => {
    if (run !== undefined && run.rows.length >= FOLD_FROM && !run.rows.some((row) => open.has(row.id))) folds.push(run);
    run = undefined;
  };
  for (const [at, entry] of entries.entries()) {
    if ('gap' in entry) continue;
    if (entry.row.kind !== 'built-in' || entry.row.problems > 0 || entry.row === terminal) close();
    else if (run === undefined) run = { first: at, last: at, rows: [entry.row] };
    else {
      run.last = at;
      run.rows.push(entry.row);
    }
  }
  close();
  return folds;
}
