import { byteStringToUtf8 } from '#base/bytes.ts';
import type { HeaderPairs } from '#proxywasm/host.ts';
import type { Draft, NotedCallback } from './event-recorder.ts';
import { EventRecorder } from './event-recorder.ts';
import type { BodyBuffer } from './http/body-buffer.ts';
import type { FilterPath, PathFilter } from './http/filter-path.ts';
import type { StreamObserver } from './http/stream-client.ts';
import type { HttpStream } from './http/stream.ts';
import type { CallbackEvent, Direction, HeaderList } from './trace.ts';
import { decisionText, resultWords } from './trace-words.ts';

const EMPTY_LIST: HeaderList = [];

interface Snapshot {
  readonly request: HeaderList;
  readonly response: HeaderList;
  readonly requestTrailers: HeaderList;
  readonly responseTrailers: HeaderList;
  readonly body: Uint8Array | undefined;
}

const NOTHING_SEEN: Snapshot = {
  request: EMPTY_LIST,
  response: EMPTY_LIST,
  requestTrailers: EMPTY_LIST,
  responseTrailers: EMPTY_LIST,
  body: undefined,
};

/** The recorder of one HTTP stream, or of what happens between streams. */
export class TraceRecorder extends EventRecorder<Snapshot> implements StreamObserver {
  #stream: HttpStream | undefined;
  #current: PathFilter | undefined;
  #direction: Direction | undefined;
  #data: BodyBuffer | undefined;
  /** Mostly nothing has changed since. */
  #lastLook: Snapshot = NOTHING_SEEN;
  #native: NotedCallback<Snapshot> | undefined;

  protected override get current(): number | undefined {
    return this.#current?.index;
  }

  watch(stream: HttpStream): void {
    this.#stream = stream;
  }

  // The filter manager

  before(path: FilterPath, entry: PathFilter, callback: string, endStream: boolean, data: BodyBuffer | undefined): void {
    this.#current = entry;
    this.#direction = path.decoding ? 'request' : 'response';
    this.#data = data;
    if (this.isGuest(entry.index)) return;
    const args = callback.endsWith('Data') ? [data?.length ?? 0, Number(endStream)] : [Number(endStream)];
    this.#native = this.begin(callback, args, entry.index, this.#direction);
  }

  after(path: FilterPath, entry: PathFilter, callback: string, status: number, _data: BodyBuffer | undefined): void {
    const native = this.#native;
    this.#native = undefined;
    if (native !== undefined) {
      this.end(native, status);
      // A filter without this method has done nothing worth a line.
      if (isIdle(native)) this.forget(native);
    }
    const text = decisionText(callback, status, path.bufferLimit);
    if (text !== undefined) this.push({ kind: 'decision', code: resultWords(callback, status), text }, entry.index);
    this.#current = undefined;
    this.#data = undefined;
  }

  decision(path: FilterPath, entry: PathFilter, code: string, text: string): void {
    this.push({ kind: 'decision', code, text }, entry.index, path.decoding ? 'request' : 'response');
  }

  localReply(_stream: HttpStream, status: number, details: string, body: string): void {
    // A guest's reply is sent after its call has returned: then the call before it was the one.
    const filter = this.#current?.index ?? this.lastCalledFilter;
    this.push({ kind: 'local-reply', status, details, body: byteStringToUtf8(body) }, filter, this.#direction);
  }

  routeChosen(stream: HttpStream): void {
    const { info, routes } = stream;
    const route = routes.current;
    const cluster = route?.forward?.cluster ?? '';
    const what =
      route === undefined ? 'no route matches' : route.forward === undefined ? 'answered by the route itself' : `to cluster ${cluster}`;
    const text =
      route === undefined ? what : `route ${info.routeName === '' ? '(no name)' : info.routeName} of ${info.virtualHostName}: ${what}`;
    this.push({ kind: 'route', route: info.routeName, virtualHost: info.virtualHostName, cluster, text });
  }

  upstreamRequest(_stream: HttpStream, cluster: string, headers: HeaderPairs): void {
    this.push({ kind: 'upstream-request', cluster, headers, bodySize: 0 }, undefined, 'request');
  }

  upstreamResponse(_stream: HttpStream, cluster: string, headers: HeaderPairs): void {
    this.push({ kind: 'upstream-response', cluster, headers, bodySize: 0 }, undefined, 'response');
  }

  protected override look(): Snapshot {
    const stream = this.#stream;
    if (stream === undefined) return NOTHING_SEEN;
    const { request: requestPath, response: responsePath } = stream;
    const data = this.#data;
    const held = this.#direction === 'response' ? responsePath.buffered : requestPath.buffered;
    const body = data === undefined ? undefined : data.length === 0 && held !== undefined ? held.all() : data.all();
    const request = requestPath.headers?.snapshot() ?? EMPTY_LIST;
    const response = responsePath.headers?.snapshot() ?? EMPTY_LIST;
    const requestTrailers = requestPath.trailers?.snapshot() ?? EMPTY_LIST;
    const responseTrailers = responsePath.trailers?.snapshot() ?? EMPTY_LIST;
    const last = this.#lastLook;
    const same =
      last.request === request &&
      last.response === response &&
      last.requestTrailers === requestTrailers &&
      last.responseTrailers === responseTrailers &&
      last.body === body;
    return same ? last : (this.#lastLook = { request, response, requestTrailers, responseTrailers, body });
  }

  protected override show(event: Draft<CallbackEvent>, before: Snapshot, now: Snapshot): void {
    const lists = listsOf(event.callback, before, now);
    if (lists !== undefined) {
      [event.before, event.after] = lists;
      if (lists[2] !== undefined) event.headersOf = lists[2];
    }
    if (before.body !== undefined && /body|data$/i.test(event.callback)) {
      event.bodyBefore = before.body;
      event.bodyAfter = now.body ?? before.body;
    }
  }
}

/** A native filter's body or trailers callback that let everything pass unchanged. */
function isIdle({ callback, result, before, after }: NotedCallback<Snapshot>): boolean {
  if (result !== 0 || callback.endsWith('Headers') || after === undefined) return false;
  return !changed(before, after) && before.body === (after.body ?? before.body);
}

function changed(before: Snapshot, after: Snapshot): boolean {
  return (
    before.request !== after.request ||
    before.response !== after.response ||
    before.requestTrailers !== after.requestTrailers ||
    before.responseTrailers !== after.responseTrailers
  );
}

/** The lists a callback could see or change: by its name, and for all others whichever it changed. */
function listsOf(callback: string, before: Snapshot, now: Snapshot): readonly [HeaderList, HeaderList, Direction?] | undefined {
  if (/trailers$/i.test(callback)) {
    return /request|decode/.test(callback)
      ? [before.requestTrailers, now.requestTrailers]
      : [before.responseTrailers, now.responseTrailers];
  }
  if (before.response !== now.response) return [before.response, now.response, 'response'];
  if (before.request !== now.request) return [before.request, now.request, 'request'];
  if (/^proxy_on_request|^decode/.test(callback)) return [before.request, before.request, 'request'];
  return /^proxy_on_response|^encode/.test(callback) ? [before.response, before.response, 'response'] : undefined;
}
