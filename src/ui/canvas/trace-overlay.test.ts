import { describe, expect, test } from 'vitest';
import type { ConversationTrace } from '#simulator/conversation-trace.ts';
import type { HeaderList, Trace, TraceEvent } from '#simulator/trace.ts';
import { en } from '../messages/en.ts';
import { lane } from '../testing/lane.ts';
import { overlaySentence, sideText } from './overlay-text.ts';
import { conversationOverlay, overlayOf, type TraceOverlay } from './trace-overlay.ts';

const rows = lane('AUTHN[regex basic] jwt router').rows;

function headers(text: string): HeaderList {
  return text
    .split(/\s+/)
    .filter(Boolean)
    .map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at), pair.slice(at + 1)] as const;
    });
}

type Step = Partial<TraceEvent> & { readonly before?: HeaderList; readonly after?: HeaderList };

function trace(names: readonly string[], steps: readonly Step[], status = 200): Trace {
  const nothing = { headers: [], body: new Uint8Array(), trailers: [] };
  const events = steps.map(
    (step, seq) =>
      ({
        kind: 'callback',
        callback: 'x',
        args: [],
        result: 0,
        resultText: 'Continue',
        hostCalls: [],
        seq,
        atNs: 0,
        ...step,
      }) as TraceEvent,
  );
  return {
    version: 1,
    request: nothing,
    filters: names.map((name, index) => ({ index, name, type: '', simulated: 'wasm' })),
    events,
    response: { ...nothing, status },
    upstream: undefined,
    outcome: { kind: 'response', text: '' },
    accessLog: { code: status, details: '', flags: '', route: '', cluster: '' },
    metrics: [],
    durationNs: 0,
    measuredMs: 0,
  };
}

const names = rows.map((row) => row.filter.name);
const request = { direction: 'request' } as const;
const response = { direction: 'response' } as const;

/** `regex: ↓ :path rewritten ↑ +2 headers`, one line for each row with a result. */
function told(overlay: TraceOverlay): readonly string[] {
  return [...overlay.rows].map(([id, row]) => {
    const [down, up] = [sideText(row.request, en.canvas.overlay), sideText(row.response, en.canvas.overlay)];
    return `${id.replace('http:', '')}:${down === '' ? '' : ` ↓ ${down}`}${up === '' ? '' : ` ↑ ${up}`}`;
  });
}

describe('overlayOf', () => {
  test('says what each filter changed, on the way in and on the way back', () => {
    const overlay = overlayOf(
      trace(names, [
        { ...request, filter: 0, before: headers(':path=/banana/418 a=1'), after: headers(':path=/status/418 a=1') },
        { ...request, filter: 1, before: headers('a=1'), after: headers('a=2') },
        { ...response, filter: 0, before: headers('x=1 gone=1'), after: headers('x=1 b=1 c=1') },
      ]),
      rows,
    );
    expect(told(overlay)).toEqual(['regex: ↓ :path rewritten ↑ +2 headers, −gone', 'basic: ↓ a changed']);
  });

  test('passing by without a change is a visit', () => {
    const same = headers('a=1');
    const overlay = overlayOf(trace(names, [{ ...request, filter: 2, before: same, after: same }]), rows);
    expect(overlay.rows.get('http:jwt')).toMatchObject({ request: { visited: true, changes: [] }, response: { visited: false } });
  });

  test('a local reply cuts the request at its row', () => {
    const overlay = overlayOf(
      trace(names, [{ ...request, filter: 1, kind: 'local-reply', status: 401, details: 'denied', body: '' }], 401),
      rows,
    );
    expect(overlay.cut).toEqual({ rowId: 'http:basic', index: 1 });
    expect(overlay.reachedUpstream).toBe(false);
    expect(overlaySentence(overlay.rows.get('http:basic')!, en.canvas.overlay)).toBe('401 local reply, denied');
  });

  test('a reply that comes after its callback belongs to the filter that stopped the stream', () => {
    const overlay = overlayOf(
      trace(names, [
        { ...request, filter: 0 },
        { ...request, filter: 1, resultText: 'StopIteration' },
        { ...request, kind: 'local-reply', status: 401, details: '', body: '' },
      ]),
      rows,
    );
    expect(overlay.cut?.rowId).toBe('http:basic');
  });

  test('a reply of the connection manager itself cuts at no filter', () => {
    const overlay = overlayOf(trace(names, [{ ...request, kind: 'local-reply', status: 404, details: 'route_not_found', body: '' }]), rows);
    expect(overlay.cut).toBeUndefined();
  });

  test('a reply on the way back is no cut of the request', () => {
    const overlay = overlayOf(
      trace(names, [
        { kind: 'upstream-request', cluster: 'c', headers: [], bodySize: 0 },
        { ...response, filter: 1, kind: 'local-reply', status: 500, details: '', body: '' },
      ]),
      rows,
    );
    expect(overlay.cut).toBeUndefined();
    expect(overlay.reachedUpstream).toBe(true);
  });

  test('a replaced body, a pause and a trap are told', () => {
    const overlay = overlayOf(
      trace(names, [
        { ...response, filter: 0, resultText: 'StopIterationAndBuffer', bodyBefore: new Uint8Array(3), bodyAfter: new Uint8Array(3) },
        { ...response, filter: 0, bodyBefore: new Uint8Array(3), bodyAfter: new Uint8Array(7) },
        { ...request, filter: 1, kind: 'trap', callback: 'x', message: 'unreachable', backtrace: [] },
      ]),
      rows,
    );
    expect(overlay.rows.get('http:regex')).toMatchObject({ paused: true, response: { changes: [{ kind: 'body', before: 3, after: 7 }] } });
    expect(overlay.rows.get('http:basic')).toMatchObject({ trap: 'unreachable' });
  });

  test('a header added and then changed or removed again counts as what it comes to', () => {
    const overlay = overlayOf(
      trace(names, [
        { ...request, filter: 0, before: headers(''), after: headers('x=1 y=1') },
        { ...request, filter: 0, before: headers('x=1 y=1'), after: headers('x=2') },
      ]),
      rows,
    );
    expect(told(overlay)).toEqual(['regex: ↓ +x']);
  });

  test('after a move the results stay with their filters, and results of filters that are gone are left out', () => {
    const overlay = overlayOf(
      trace(
        ['basic', 'gone', 'regex'],
        [
          { ...request, filter: 0, before: headers('a=1'), after: headers('a=2') },
          { ...request, filter: 1, before: headers('a=1'), after: headers('a=2') },
          { ...request, filter: 2, before: headers('a=1'), after: headers('') },
        ],
      ),
      rows,
    );
    expect(told(overlay)).toEqual(['basic: ↓ a changed', 'regex: ↓ −a']);
  });
});

describe('conversationOverlay', () => {
  const network = lane('router').networkFilters;
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  const talk = (steps: readonly Step[], clusters: readonly string[]): ConversationTrace => {
    const { version, filters, events, metrics, measuredMs } = trace(
      network.map((row) => row.filter.name),
      steps,
    );
    const ends = { received: bytes(''), closed: undefined };
    const upstreams = clusters.map((cluster, id) => ({ ...ends, id, cluster, opened: true }));
    return { version, filters, events, metrics, measuredMs, steps: [], client: ends, upstreams, closedBy: 'client', accessLog: undefined };
  };

  test('says how many bytes each network filter made of those it saw, all steps together', () => {
    const overlay = conversationOverlay(
      talk(
        [
          { ...request, filter: 0, bodyBefore: bytes('hello'), bodyAfter: bytes('hi') },
          { ...request, filter: 0, bodyBefore: bytes('same'), bodyAfter: bytes('same') },
          { ...request, filter: 0, bodyBefore: bytes('hello'), bodyAfter: bytes('hey') },
          { ...request, filter: 1, bodyBefore: bytes('hi'), bodyAfter: bytes('') },
        ],
        ['inbound|9000||'],
      ),
      network,
    );
    expect(told(overlay)).toEqual(['network:metadata_exchange: ↓ 10 → 5 B', 'network:http_connection_manager:']);
    expect(overlay).toMatchObject({ reachedUpstream: true, cluster: 'inbound|9000||', status: undefined });
  });

  test('a connection that no upstream got', () => {
    expect(conversationOverlay(talk([], []), network)).toMatchObject({ reachedUpstream: false, cluster: undefined });
  });
});
