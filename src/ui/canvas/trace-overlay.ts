import type { LaneRow } from '#workspace/design.ts';
import { diffHeaders } from '#workspace/header-diff.ts';
import type { ConversationTrace } from '#simulator/conversation-trace.ts';
import type { CallbackEvent, Direction, Trace, TraceEvent } from '#simulator/trace.ts';

/** What a run did, laid over the rows of the lane. */
export interface TraceOverlay {
  readonly rows: ReadonlyMap<string, RowOverlay>;
  /** The row that ended the request with a local reply: nothing after it saw the request. */
  readonly cut: { readonly rowId: string; readonly index: number } | undefined;
  readonly reachedUpstream: boolean;
  /** Of the response, where there is one: a connection of bytes has none. */
  readonly status: number | undefined;
  readonly cluster: string | undefined;
}

export interface RowOverlay {
  readonly request: SideOverlay;
  readonly response: SideOverlay;
  /** It answered by itself. */
  readonly localReply: { readonly status: number; readonly details: string } | undefined;
  readonly trap: string | undefined;
  /** It made the stream wait at least once. */
  readonly paused: boolean;
}

export interface SideOverlay {
  readonly visited: boolean;
  readonly changes: readonly Change[];
}

export type Change =
  | { readonly kind: 'rewritten'; readonly headers: readonly string[] }
  | { readonly kind: 'changed'; readonly headers: readonly string[] }
  | { readonly kind: 'added'; readonly headers: readonly string[] }
  | { readonly kind: 'removed'; readonly headers: readonly string[] }
  | { readonly kind: 'body'; readonly before: number; readonly after: number }
  /** What passed of a connection. */
  | { readonly kind: 'bytes'; readonly before: number; readonly after: number };

/**
 * Reads a trace for the canvas. Filters are matched to rows by their place in the chain and their name, so that a trace from before the
 * last edit still lies on the rows it belongs to and on no others.
 */
export function overlayOf(trace: Trace, rows: readonly LaneRow[]): TraceOverlay {
  return { ...readEvents(trace, rows, 'body'), status: trace.response?.status, cluster: trace.accessLog.cluster };
}

/** The same for a connection: what its network filters did, its steps taken together. */
export function conversationOverlay(trace: ConversationTrace, rows: readonly LaneRow[]): TraceOverlay {
  const upstream = trace.upstreams.find(({ opened }) => opened) ?? trace.upstreams[0];
  // What the last filter takes out of the buffer goes to the upstream: that is no change.
  const last = trace.filters.length - 1;
  const events = trace.events.map((event) =>
    event.kind === 'callback' && event.filter === last ? { ...event, bodyAfter: event.bodyBefore } : event,
  );
  const overlay = readEvents({ filters: trace.filters, events }, rows, 'bytes');
  return { ...overlay, cut: undefined, reachedUpstream: upstream !== undefined, status: undefined, cluster: upstream?.cluster };
}

function readEvents(
  trace: Pick<Trace, 'filters' | 'events'>,
  rows: readonly LaneRow[],
  unit: 'body' | 'bytes',
): Pick<TraceOverlay, 'rows' | 'cut' | 'reachedUpstream'> {
  const rowOfFilter = matchRows(trace, rows);
  const sides = new Map<string, { request: Side; response: Side }>();
  const overlays = new Map<string, RowOverlay>();
  let cut: TraceOverlay['cut'];
  let reachedUpstream = false;
  for (const event of trace.events) {
    if (event.kind === 'upstream-request') reachedUpstream = true;
    const filter = filterOf(event, trace.events);
    const row = filter === undefined ? undefined : rowOfFilter.get(filter);
    if (row === undefined) continue;
    const side = sides.get(row.id) ?? { request: newSide(), response: newSide() };
    sides.set(row.id, side);
    const before = overlays.get(row.id) ?? { localReply: undefined, trap: undefined, paused: false };
    overlays.set(row.id, {
      ...before,
      ...readEvent(event, side),
      request: finish(side.request, unit),
      response: finish(side.response, unit),
    });
    if (event.kind === 'local-reply' && event.direction !== 'response' && !reachedUpstream) cut ??= { rowId: row.id, index: row.index };
  }
  return { rows: overlays, cut, reachedUpstream };
}

/**
 * A guest's local reply is sent once its callback has returned (proxy-wasm-cpp-host posts it to the dispatcher), when no filter is at
 * work: it is that of the filter that stopped the stream last.
 */
function filterOf(event: TraceEvent, events: readonly TraceEvent[]): number | undefined {
  if (event.kind !== 'local-reply' || event.filter !== undefined) return event.filter;
  const before = events.findLast(
    (item) => item.seq < event.seq && item.kind === 'callback' && item.direction === (event.direction ?? 'request'),
  );
  return before?.kind === 'callback' && stops(before) ? before.filter : undefined;
}

function stops({ resultText }: CallbackEvent): boolean {
  return /^(stop|pause)/i.test(resultText);
}

/** The row of each filter index of the trace: same place and name, else the same name in the same order. */
function matchRows(trace: Pick<Trace, 'filters'>, rows: readonly LaneRow[]): ReadonlyMap<number, LaneRow> {
  const taken = new Set<LaneRow>();
  const found = new Map<number, LaneRow>();
  for (const { index, name } of trace.filters) {
    const exact = rows[index];
    const row =
      exact?.filter.name === name && !taken.has(exact) ? exact : rows.find((item) => item.filter.name === name && !taken.has(item));
    if (row === undefined) continue;
    taken.add(row);
    found.set(index, row);
  }
  return found;
}

interface Side {
  visited: boolean;
  readonly headers: Map<string, Change['kind']>;
  bodyBefore: number | undefined;
  bodyAfter: number | undefined;
}

function newSide(): Side {
  return { visited: false, headers: new Map(), bodyBefore: undefined, bodyAfter: undefined };
}

function readEvent(event: TraceEvent, sides: Record<Direction, Side>): Partial<RowOverlay> {
  if (event.kind === 'local-reply') return { localReply: { status: event.status, details: event.details } };
  if (event.kind === 'trap') return { trap: event.message };
  if (event.kind !== 'callback') return {};
  const side = sides[event.direction ?? (sides.response.visited ? 'response' : 'request')];
  side.visited ||= event.direction !== undefined;
  noteHeaders(side, event);
  noteBody(side, event);
  return stops(event) ? { paused: true } : {};
}

/** Several callbacks of one filter count as one: a header it added and then changed is one it added. */
function noteHeaders(side: Side, { before, after }: CallbackEvent): void {
  if (before === undefined || after === undefined) return;
  for (const change of diffHeaders(before, after)) {
    const kind =
      change.before === undefined
        ? 'added'
        : change.after === undefined
          ? 'removed'
          : change.name.startsWith(':')
            ? 'rewritten'
            : 'changed';
    const known = side.headers.get(change.name);
    if (known === 'added' && kind === 'removed') side.headers.delete(change.name);
    else if (known !== 'added') side.headers.set(change.name, kind);
  }
}

function noteBody(side: Side, { bodyBefore, bodyAfter }: CallbackEvent): void {
  if (bodyBefore === undefined || bodyAfter === undefined || bodyBefore === bodyAfter) return;
  const same = bodyBefore.length === bodyAfter.length && bodyBefore.every((byte, i) => byte === bodyAfter[i]);
  if (same) return;
  side.bodyBefore = (side.bodyBefore ?? 0) + bodyBefore.length;
  side.bodyAfter = (side.bodyAfter ?? 0) + bodyAfter.length;
}

function finish(side: Side, unit: 'body' | 'bytes'): SideOverlay {
  const changes: Change[] = [];
  for (const kind of ['rewritten', 'changed', 'added', 'removed'] as const) {
    const headers = [...side.headers].filter(([, what]) => what === kind).map(([name]) => name);
    if (headers.length > 0) changes.push({ kind, headers });
  }
  if (side.bodyBefore !== undefined && side.bodyAfter !== undefined)
    changes.push({ kind: unit, before: side.bodyBefore, after: side.bodyAfter });
  return { visited: side.visited, changes };
}
