import type { CallbackEvent, Direction, Trace, TraceEvent } from '#simulator/trace.ts';
import type { HeaderChange } from './header-diff.ts';
import { diffHeaders } from './header-diff.ts';

/** A trace arranged for the eye: one row per filter that took part, and who changed what. Pure; memoise by trace. */
export interface TraceView {
  readonly rows: readonly TimelineRow[];
  readonly requestChanges: readonly AttributedChange[];
  readonly responseChanges: readonly AttributedChange[];
  /** The filter at which the request was cut by a local reply, with its events' sequence number. */
  readonly cut: { readonly filter: number | undefined; readonly status: number; readonly details: string } | undefined;
}

export interface TimelineRow {
  /** Index into `Trace.filters`; -1 is the upstream. */
  readonly filter: number;
  readonly title: string;
  readonly note: string | undefined;
  readonly simulated: boolean;
  readonly bars: readonly TimelineBar[];
  readonly tookUs: number;
  readonly changes: number;
}

/** Place and width in per cent of the whole lane. */
export interface TimelineBar {
  readonly seq: number;
  readonly direction: Direction | 'upstream';
  readonly left: number;
  readonly width: number;
  readonly label: string;
}

export interface AttributedChange extends HeaderChange {
  readonly filter: number;
  readonly by: string;
  readonly callback: string;
}

const upstreamUnits = 6;

/** `titles`: what the canvas calls each filter of the trace, by index. */
export function viewTrace(trace: Trace, titles: readonly (string | undefined)[]): TraceView {
  const titleOf = (index: number): string => titles[index] ?? trace.filters[index]?.name ?? '';
  const steps = trace.events.filter(isStep);
  const units = steps.map((event) => (event.kind === 'callback' ? weight(event) : upstreamUnits));
  const total = units.reduce((sum, unit) => sum + unit, 0) || 1;
  const starts: number[] = [];
  units.reduce((at, unit, i) => {
    starts[i] = at;
    return at + unit;
  }, 0);
  const barsOf = (filter: number): readonly TimelineBar[] =>
    steps.flatMap((event, i) => {
      if ((event.kind === 'callback' ? (event.filter ?? -2) : -1) !== filter) return [];
      const label = event.kind === 'callback' ? event.callback : event.cluster;
      return [
        {
          seq: event.seq,
          direction: event.kind === 'callback' ? (event.direction ?? 'request') : 'upstream',
          left: ((starts[i] ?? 0) / total) * 100,
          width: ((units[i] ?? 1) / total) * 100,
          label,
        },
      ];
    });
  const changesOf = (direction: Direction): readonly AttributedChange[] =>
    trace.events.flatMap((event) => {
      if (event.kind !== 'callback' || event.direction !== direction || event.filter === undefined || !touchesHeaders(event)) return [];
      const { filter, callback } = event;
      return diffHeaders(event.before ?? [], event.after ?? []).map((change) => ({ ...change, filter, by: titleOf(filter), callback }));
    });
  const requestChanges = changesOf('request');
  const responseChanges = changesOf('response');
  const rows = trace.filters.map((filter): TimelineRow => {
    const own = trace.events.filter((event): event is CallbackEvent => event.kind === 'callback' && event.filter === filter.index);
    return {
      filter: filter.index,
      title: titleOf(filter.index),
      note: filter.note,
      simulated: filter.simulated !== 'pass-through',
      bars: barsOf(filter.index),
      tookUs: own.reduce((sum, event) => sum + (event.tookUs ?? 0), 0),
      changes: [...requestChanges, ...responseChanges].filter((change) => change.filter === filter.index).length,
    };
  });
  const upstream = barsOf(-1);
  const upstreamRow: readonly TimelineRow[] =
    upstream.length === 0
      ? []
      : [{ filter: -1, title: upstream[0]?.label ?? '', note: undefined, simulated: true, bars: upstream, tookUs: 0, changes: 0 }];
  const reply = trace.events.find((event) => event.kind === 'local-reply');
  return {
    rows: [...rows, ...upstreamRow],
    requestChanges,
    responseChanges,
    cut: reply === undefined ? undefined : { filter: reply.filter, status: reply.status, details: reply.details },
  };
}

type Step = CallbackEvent | Extract<TraceEvent, { kind: 'upstream-response' }>;

const lifeCycle = new Set(['proxy_on_context_create', 'proxy_on_log', 'proxy_on_done', 'proxy_on_delete']);

function isStep(event: TraceEvent): event is Step {
  return event.kind === 'upstream-response' || (event.kind === 'callback' && event.filter !== undefined && !lifeCycle.has(event.callback));
}

/** Bars grow with the measured time, but even the quickest callback can be seen and the slowest leaves room. */
function weight(event: CallbackEvent): number {
  return 1 + Math.min(6, Math.log2(1 + (event.tookUs ?? 0) / 4));
}

function touchesHeaders(event: CallbackEvent): boolean {
  return event.before !== event.after && /headers/i.test(event.callback);
}
