import { byteStringToUtf8 } from '#base/bytes.ts';
import type { JsonValue } from '#base/json.ts';
import { isArray } from '#base/json.ts';
import type { HeaderPairs, HostTrace, LogLine, VmFailure, VmIdentity } from '#proxywasm/host.ts';
import type { BodyBuffer } from './http/body-buffer.ts';
import type { FilterPath, PathFilter } from './http/filter-path.ts';
import type { HttpStream, StreamObserver } from './http/stream.ts';
import type { ProxyLogLine } from './proxy.ts';
import type { CallbackEvent, Direction, HeaderList, HostCallRecord, TraceEvent } from './trace.ts';
import { decisionText, resultWords } from './trace-words.ts';

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'critical'] as const;
const EMPTY_LIST: HeaderList = [];

type Draft<T> = { -readonly [K in keyof T]: T[K] };

interface OpenCallback {
  readonly event: Draft<CallbackEvent>;
  readonly calls: HostCallRecord[];
  readonly startMs: number;
  readonly before: Snapshot;
}

interface Snapshot {
  readonly request: HeaderList;
  readonly response: HeaderList;
  readonly requestTrailers: HeaderList;
  readonly responseTrailers: HeaderList;
  readonly body: Uint8Array | undefined;
}

/** Which filter a plugin's root contexts belong to: known from the start of the plugin, asked for every callback. */
export class ContextOwners {
  readonly #byContext = new Map<string, number>();

  claim(vm: VmIdentity, contextId: number, filter: number): void {
    this.#byContext.set(`${vm.number}/${contextId}`, filter);
  }

  release(vm: VmIdentity, contextId: number): void {
    this.#byContext.delete(`${vm.number}/${contextId}`);
  }

  filterOf(vm: VmIdentity, contextId: number): number | undefined {
    return this.#byContext.get(`${vm.number}/${contextId}`);
  }
}

/**
 * Writes down everything that happens while it is asked: calls into native filters and guests, decisions, logs, upstream requests. One recorder makes one
 * trace, or the list of what happened between requests.
 */
export class TraceRecorder implements StreamObserver {
  readonly events: TraceEvent[] = [];
  readonly #startNs: bigint;
  readonly #now: () => bigint;
  readonly #owners: ContextOwners;
  /** Filters that are guests: their calls are told by the guest's side. */
  readonly #isGuest: (filter: number) => boolean;
  readonly #open: OpenCallback[] = [];
  #stream: HttpStream | undefined;
  #current: PathFilter | undefined;
  #direction: Direction | undefined;
  #data: BodyBuffer | undefined;
  #native: OpenCallback | undefined;
  /** While the listener starts: the filter that is being made. */
  starting: number | undefined;

  constructor(now: () => bigint, owners: ContextOwners, isGuest: (filter: number) => boolean) {
    this.#now = now;
    this.#startNs = now();
    this.#owners = owners;
    this.#isGuest = isGuest;
  }

  watch(stream: HttpStream): void {
    this.#stream = stream;
  }

  // The filter manager

  before(path: FilterPath, entry: PathFilter, callback: string, endStream: boolean, data: BodyBuffer | undefined): void {
    this.#current = entry;
    this.#direction = path.decoding ? 'request' : 'response';
    this.#data = data;
    if (this.#isGuest(entry.index)) return;
    const args = callback.endsWith('Data') ? [data?.length ?? 0, Number(endStream)] : [Number(endStream)];
    this.#native = this.#begin(callback, args, entry.index, this.#direction, undefined);
  }

  after(path: FilterPath, entry: PathFilter, callback: string, status: number, _data: BodyBuffer | undefined): void {
    const native = this.#native;
    this.#native = undefined;
    if (native !== undefined) {
      this.#end(native, status, resultWords(callback, status));
      // A filter without this method has done nothing worth a line.
      if (isIdle(native.event)) this.events.splice(this.events.indexOf(native.event), 1);
    }
    const text = decisionText(callback, status, path.bufferLimit);
    if (text !== undefined) this.#push({ kind: 'decision', code: resultWords(callback, status), text, filter: entry.index });
    this.#current = undefined;
    this.#data = undefined;
  }

  decision(path: FilterPath, entry: PathFilter, code: string, text: string): void {
    this.#push({ kind: 'decision', code, text, filter: entry.index, direction: path.decoding ? 'request' : 'response' });
  }

  localReply(_stream: HttpStream, status: number, details: string, body: string): void {
    // A guest's reply is sent after its call has returned: then the call before it was the one.
    const filter = this.#current?.index ?? this.events.findLast((event) => event.kind === 'callback')?.filter;
    this.#push({ kind: 'local-reply', status, details, body: byteStringToUtf8(body), filter, direction: this.#direction });
  }

  routeChosen(stream: HttpStream): void {
    const { info, routes } = stream;
    const route = routes.current;
    const cluster = route?.forward?.cluster ?? '';
    const what =
      route === undefined ? 'no route matches' : route.forward === undefined ? 'answered by the route itself' : `to cluster ${cluster}`;
    const text =
      route === undefined ? what : `route ${info.routeName === '' ? '(no name)' : info.routeName} of ${info.virtualHostName}: ${what}`;
    this.#push({ kind: 'route', route: info.routeName, virtualHost: info.virtualHostName, cluster, text });
  }

  note(code: string, text: string): void {
    this.#push({ kind: 'decision', code, text });
  }

  upstreamRequest(_stream: HttpStream, cluster: string, headers: HeaderPairs): void {
    this.#push({ kind: 'upstream-request', cluster, headers, bodySize: 0, direction: 'request' });
  }

  upstreamResponse(_stream: HttpStream, cluster: string, headers: HeaderPairs): void {
    this.#push({ kind: 'upstream-response', cluster, headers, bodySize: 0, direction: 'response' });
  }

  callout(cluster: string, headers: HeaderPairs, bodySize: number, token: number, filter: number | undefined): void {
    this.#push({ kind: 'callout', cluster, headers: [...headers], bodySize, token, filter });
  }

  calloutResponse(cluster: string, headers: HeaderPairs, bodySize: number, token: number, filter: number | undefined): void {
    this.#push({ kind: 'callout-response', cluster, headers: [...headers], bodySize, token, filter });
  }

  // Guests

  readonly hostTrace: HostTrace = {
    callback: (vm, contextId, name, args) => this.#guestBegins(vm, contextId, name, args),
    callbackDone: (vm, contextId, name, result) => this.#guestEnds(vm, contextId, name, result),
    hostCall: (_vm, _contextId, name, args, status, result) => {
      this.#open
        .at(-1)
        ?.calls.push(
          result === undefined ? { name, args: args.map(plain), status } : { name, args: args.map(plain), status, result: plain(result) },
        );
    },
  };

  log(line: LogLine): void {
    if (line.vm?.thread === 'main') return;
    const level = levels[line.level] ?? 'critical';
    const filter =
      line.vm === undefined
        ? this.#current?.index
        : (this.#owners.filterOf(line.vm, line.contextId) ?? this.#current?.index ?? this.starting);
    this.#push({
      kind: 'log',
      level,
      prefix: byteStringToUtf8(line.prefix),
      message: byteStringToUtf8(line.message),
      from: line.from,
      filter,
    });
  }

  proxyLog({ level, logger, message, filter }: ProxyLogLine): void {
    this.#push({
      kind: 'log',
      level: levels[level] ?? 'critical',
      prefix: logger,
      message: byteStringToUtf8(message),
      from: 'guest',
      filter: filter ?? this.starting,
    });
  }

  vmFailed(failure: VmFailure): void {
    const filter = this.#owners.filterOf(failure.vm, failure.contextId) ?? this.#current?.index ?? this.starting;
    this.#push({ kind: 'trap', callback: failure.callback, message: failure.message, backtrace: failure.backtrace, filter });
  }

  #guestBegins(vm: VmIdentity, contextId: number, name: string, args: readonly number[]): void {
    if (vm.thread === 'main') return;
    let filter = this.#owners.filterOf(vm, contextId);
    if (name === 'proxy_on_context_create') {
      const parent = args[1] ?? 0;
      filter = parent === 0 ? this.starting : (this.#current?.index ?? this.#owners.filterOf(vm, parent));
      if (filter !== undefined) this.#owners.claim(vm, args[0] ?? 0, filter);
    }
    filter ??= this.#current?.index ?? this.starting;
    const open = this.#begin(name, args, filter, directionOf(name), { vm: vm.number, contextId: args[0] ?? contextId });
    this.#open.push(open);
  }

  #guestEnds(vm: VmIdentity, contextId: number, name: string, result: number | undefined): void {
    const at = this.#open.findLastIndex((open) => open.event.callback === name);
    const [open] = at < 0 ? [] : this.#open.splice(at, 1);
    if (open === undefined) return;
    if (name === 'proxy_on_delete') this.#owners.release(vm, contextId);
    this.#end(open, result, result === undefined ? '' : resultWords(name, result));
  }

  #begin(
    callback: string,
    args: readonly number[],
    filter: number | undefined,
    direction: Direction | undefined,
    guest: { readonly vm: number; readonly contextId: number } | undefined,
  ): OpenCallback {
    const calls: HostCallRecord[] = [];
    const event: Draft<CallbackEvent> = {
      kind: 'callback',
      seq: this.events.length,
      atNs: this.#atNs(),
      callback,
      args: [...args],
      result: undefined,
      resultText: '',
      hostCalls: calls,
    };
    if (filter !== undefined) event.filter = filter;
    if (direction !== undefined) event.direction = direction;
    if (guest !== undefined) {
      event.vm = guest.vm;
      event.contextId = guest.contextId;
    }
    this.events.push(event);
    return { event, calls, startMs: performance.now(), before: this.#snapshot() };
  }

  #end(open: OpenCallback, result: number | undefined, words: string): void {
    const { event, before } = open;
    event.tookUs = Math.round((performance.now() - open.startMs) * 1e4) / 10;
    event.result = result;
    event.resultText = words;
    const now = this.#snapshot();
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

  #snapshot(): Snapshot {
    const stream = this.#stream;
    const data = this.#data;
    const held = this.#direction === 'response' ? stream?.response.buffered : stream?.request.buffered;
    const body = data === undefined ? undefined : data.length === 0 && held !== undefined ? held.all() : data.all();
    return {
      request: stream?.request.headers?.snapshot() ?? EMPTY_LIST,
      response: stream?.response.headers?.snapshot() ?? EMPTY_LIST,
      requestTrailers: stream?.request.trailers?.snapshot() ?? EMPTY_LIST,
      responseTrailers: stream?.response.trailers?.snapshot() ?? EMPTY_LIST,
      body,
    };
  }

  #atNs(): number {
    return Number(this.#now() - this.#startNs);
  }

  #push(event: EventInput): void {
    const cleaned = event.filter === undefined ? without(event, 'filter') : event;
    const full = {
      seq: this.events.length,
      atNs: this.#atNs(),
      ...(cleaned.direction === undefined ? without(cleaned, 'direction') : cleaned),
    };
    this.events.push(full as TraceEvent); // each caller gives one whole member of the union, less the two fields added here
  }
}

type EventInput = {
  readonly kind: TraceEvent['kind'];
  readonly filter?: number | undefined;
  readonly direction?: Direction | undefined;
} & Readonly<Record<string, unknown>>;

function without(event: EventInput, key: string): EventInput {
  return Object.fromEntries(Object.entries(event).filter(([name]) => name !== key)) as EventInput;
}

function isIdle(event: Draft<CallbackEvent>): boolean {
  return (
    event.result === 0 && event.before === event.after && event.bodyBefore === event.bodyAfter && /data|trailers/i.test(event.callback)
  );
}

function directionOf(callback: string): Direction | undefined {
  if (callback.startsWith('proxy_on_request')) return 'request';
  return callback.startsWith('proxy_on_response') ? 'response' : undefined;
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

const SHOWN_BYTES = 4096;

/** Arguments and results of host calls as JSON; long bytes are cut. */
function plain(value: unknown): JsonValue {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Uint8Array) return new TextDecoder().decode(value.subarray(0, SHOWN_BYTES));
  if (typeof value === 'string') return byteStringToUtf8(value.slice(0, SHOWN_BYTES));
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  if (isArray(value as JsonValue)) return (value as readonly unknown[]).map(plain);
  return value === undefined ? null : String(value);
}
