import type { ByteString } from '#base/bytes.ts';
import type { Direction, HeaderList, Trace, TraceEvent } from './trace.ts';

/** One change of a header's values; several lines of one name are several values. */
export interface HeaderChange {
  /** Index into `Trace.filters`; undefined: Envoy itself between its filters (connection manager, codec). */
  readonly filter: number | undefined;
  /** The call that made the change; `receive` and `send` where Envoy itself did on the way in and out. */
  readonly callback: string;
  /** The event that shows the change; undefined for what happened before the first and after the last one. */
  readonly seq: number | undefined;
  readonly before: readonly ByteString[];
  readonly after: readonly ByteString[];
}

/** A header's way through the chain in one direction. */
export interface HeaderHistory {
  readonly direction: Direction;
  readonly name: ByteString;
  /** As it arrived: from the client, or from the upstream. Empty: it was not there. */
  readonly first: readonly ByteString[];
  /** As it left: to the upstream, or to the client. Empty: it has been removed. */
  readonly last: readonly ByteString[];
  readonly changes: readonly HeaderChange[];
}

/** One state of a header list, and who made it. */
interface Step {
  readonly filter: number | undefined;
  readonly callback: string;
  readonly seq: number | undefined;
  readonly list: HeaderList;
}

/** What became of every header of the request and of the response, in the order in which the headers were first seen. */
export function headerHistory(trace: Trace): readonly HeaderHistory[] {
  return [...historyOf('request', requestSteps(trace)), ...historyOf('response', responseSteps(trace))];
}

function requestSteps({ request, events, upstream }: Trace): readonly Step[] {
  const steps: Step[] = [{ filter: undefined, callback: 'receive', seq: undefined, list: request.headers }];
  for (const event of events) addSteps(steps, event, 'request');
  // What was on the wire is told by the event, where there is one; a trace without details has the result alone.
  if (upstream !== undefined && !events.some(({ kind }) => kind === 'upstream-request')) {
    steps.push({ filter: undefined, callback: 'send', seq: undefined, list: upstream.headers });
  }
  return steps;
}

function responseSteps({ events, response }: Trace): readonly Step[] {
  const steps: Step[] = [];
  for (const event of events) addSteps(steps, event, 'response');
  if (response !== undefined) steps.push({ filter: undefined, callback: 'send', seq: undefined, list: response.headers });
  return steps;
}

function addSteps(steps: Step[], event: TraceEvent, direction: Direction): void {
  const { seq } = event;
  if (event.kind === 'upstream-request' && direction === 'request') {
    steps.push({ filter: undefined, callback: 'send', seq, list: event.headers });
  }
  if (event.kind === 'upstream-response' && direction === 'response') {
    steps.push({ filter: undefined, callback: 'receive', seq, list: event.headers });
  }
  if (event.kind !== 'callback' || event.headersOf !== direction || event.before === undefined || event.after === undefined) return;
  steps.push({ filter: undefined, callback: steps.length < 2 ? 'receive' : 'send', seq, list: event.before });
  steps.push({ filter: event.filter, callback: event.callback, seq, list: event.after });
}

function historyOf(direction: Direction, steps: readonly Step[]): readonly HeaderHistory[] {
  const states = steps.map(({ list }) => valuesByName(list));
  const names = new Set(states.flatMap((state) => [...state.keys()]));
  return [...names].map((name) => {
    const values = states.map((state) => state.get(name) ?? []);
    const changes = steps.flatMap((step, i): HeaderChange[] => {
      const before = values[i - 1];
      const after = values[i] ?? [];
      if (before === undefined || sameValues(before, after)) return [];
      return [{ filter: step.filter, callback: step.callback, seq: step.seq, before, after }];
    });
    return { direction, name, first: values[0] ?? [], last: values.at(-1) ?? [], changes };
  });
}

function valuesByName(list: HeaderList): ReadonlyMap<ByteString, readonly ByteString[]> {
  const values = new Map<ByteString, ByteString[]>();
  for (const [name, value] of list) {
    const known = values.get(name);
    if (known === undefined) values.set(name, [value]);
    else known.push(value);
  }
  return values;
}

function sameValues(a: readonly ByteString[], b: readonly ByteString[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
