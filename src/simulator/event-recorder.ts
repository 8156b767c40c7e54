import { byteStringToUtf8 } from '#base/bytes.ts';
import type { JsonValue } from '#base/json.ts';
import { isArray } from '#base/json.ts';
import type { HeaderPairs, HostCallTrace, HostTrace, LogLine, VmFailure, VmIdentity } from '#proxywasm/host.ts';
import type { ContextOwners } from './context-owners.ts';
import type { ProxyLogLine } from './proxy.ts';
import { TraceBudget } from './trace-limits.ts';
import type { CallbackEvent, Direction, HostCallRecord, TraceEvent } from './trace.ts';
import { resultWords } from './trace-words.ts';

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'critical'] as const;

/** Read once: in Node the global is a getter that takes as long as the clock itself. */
const clock = performance;

export type Draft<T> = { -readonly [K in keyof T]: T[K] };

/** A callback as it is noted down while it runs; its event is made when somebody reads the trace. */
export class NotedCallback<Seen> {
  readonly atNs: number;
  readonly callback: string;
  readonly args: readonly number[];
  readonly filter: number | undefined;
  readonly direction: Direction | undefined;
  /** Of a guest's callback. */
  readonly vm: VmIdentity | undefined;
  readonly contextId: number;
  readonly before: Seen;
  after: Seen | undefined;
  result: number | undefined;
  calls: HostCallTrace[] | undefined;
  readonly startMs: number;
  endMs: number | undefined;

  constructor(
    atNs: number,
    callback: string,
    args: readonly number[],
    filter: number | undefined,
    direction: Direction | undefined,
    vm: VmIdentity | undefined,
    contextId: number,
    before: Seen,
  ) {
    this.atNs = atNs;
    this.callback = callback;
    this.args = args;
    this.filter = filter;
    this.direction = direction;
    this.vm = vm;
    this.contextId = contextId;
    this.before = before;
    this.startMs = clock.now();
  }
}

/** Whatever else happens, as the parts of its event. */
interface NotedEvent {
  readonly atNs: number;
  readonly filter: number | undefined;
  readonly direction: Direction | undefined;
  readonly what: EventWhat | LogLine;
}

type EventWhat = { readonly kind: TraceEvent['kind'] } & Readonly<Record<string, unknown>>;

/**
 * Writes down what guests and filters do while it is asked: callbacks with their host calls, logs, traps, callouts. What a callback could see
 * is a subclass's matter: headers and bodies of a stream, bytes of a connection.
 */
export abstract class EventRecorder<Seen> implements HostTrace {
  readonly #noted: (NotedCallback<Seen> | NotedEvent)[] = [];
  #events: readonly TraceEvent[] = [];
  #made = 0;
  readonly #startNs: bigint;
  readonly #now: () => bigint;
  #lastNow: bigint;
  #lastAtNs = 0;
  readonly #owners: ContextOwners;
  /** Filters that are guests: their calls are told by the guest's side. */
  protected readonly isGuest: (filter: number) => boolean;
  readonly #open: NotedCallback<Seen>[] = [];
  readonly #budget = new TraceBudget();
  hasLocalReply = false;
  /** While the listener starts: the filter that is being made. */
  starting: number | undefined;

  constructor(now: () => bigint, owners: ContextOwners, isGuest: (filter: number) => boolean) {
    this.#now = now;
    this.#startNs = now();
    this.#lastNow = this.#startNs;
    this.#owners = owners;
    this.isGuest = isGuest;
  }

  /** Everything so far as events; made anew only where there is more than at the last time. */
  get events(): readonly TraceEvent[] {
    if (this.#made !== this.#noted.length) {
      this.#made = this.#noted.length;
      const events = this.#noted.map((noted, seq) =>
        noted instanceof NotedCallback ? this.#callbackEvent(noted, seq) : otherEvent(noted, seq),
      );
      const { text } = this.#budget;
      if (text !== undefined) events.push({ kind: 'decision', seq: events.length, atNs: this.#atNs(), code: 'trace-limit', text });
      this.#events = events;
    }
    return this.#events;
  }

  get count(): number {
    return this.#noted.length;
  }

  /** When the last event was, in nanoseconds since the recorder began. */
  get lastAtNs(): number {
    return this.#noted.at(-1)?.atNs ?? 0;
  }

  /** Place of the filter that is being called. */
  protected abstract get current(): number | undefined;
  /** What a callback can see now. */
  protected abstract look(): Seen;
  /** Adds what the callback saw before and after it. */
  protected abstract show(event: Draft<CallbackEvent>, before: Seen, after: Seen): void;

  note(code: string, text: string, filter?: number): void {
    this.push({ kind: 'decision', code, text }, filter);
  }

  callout(cluster: string, headers: HeaderPairs, bodySize: number, token: number, filter: number | undefined): void {
    this.push({ kind: 'callout', cluster, headers: [...headers], bodySize, token }, filter);
  }

  calloutResponse(cluster: string, headers: HeaderPairs, bodySize: number, token: number, filter: number | undefined): void {
    this.push({ kind: 'callout-response', cluster, headers: [...headers], bodySize, token }, filter);
  }

  // Guests

  callback(vm: VmIdentity, contextId: number, name: string, args: readonly number[]): void {
    if (vm.thread === 'main') return;
    const filter = name === 'proxy_on_context_create' ? this.#claim(vm, args) : this.#owners.filterOf(vm, contextId);
    this.#open.push(this.begin(name, args, filter ?? this.current ?? this.starting, directionOf(name), vm, args[0] ?? contextId));
  }

  /** A context belongs to the filter that is being made or called. */
  #claim(vm: VmIdentity, args: readonly number[]): number | undefined {
    const parent = args[1] ?? 0;
    const filter = parent === 0 ? this.starting : (this.current ?? this.#owners.filterOf(vm, parent));
    if (filter !== undefined) this.#owners.claim(vm, args[0] ?? 0, filter);
    return filter;
  }

  callbackDone(vm: VmIdentity, contextId: number, name: string, result: number | undefined): void {
    const at = this.#openAt(name);
    const noted = this.#open[at];
    if (noted === undefined) return;
    if (at === this.#open.length - 1) this.#open.pop();
    else this.#open.splice(at, 1);
    if (name === 'proxy_on_delete') this.#owners.release(vm, contextId);
    this.end(noted, result);
  }

  hostCall(call: HostCallTrace): void {
    const open = this.#open[this.#open.length - 1];
    if (open === undefined || !this.#budget.takesHostCall(call.size)) return;
    if (open.calls === undefined) open.calls = [call];
    else open.calls.push(call);
  }

  get hostTrace(): HostTrace {
    return this;
  }

  log(line: LogLine): void {
    if (line.vm?.thread === 'main') return;
    const filter = line.vm === undefined ? this.current : (this.#owners.filterOf(line.vm, line.contextId) ?? this.current ?? this.starting);
    if (this.#budget.takesEvent(this.#noted.length, line.size))
      this.#noted.push({ atNs: this.#atNs(), filter, direction: undefined, what: line });
  }

  proxyLog({ level, logger, message, filter }: ProxyLogLine): void {
    const what = {
      kind: 'log',
      level: levels[level] ?? 'critical',
      prefix: logger,
      message: byteStringToUtf8(message),
      from: 'guest',
    } as const;
    this.push(what, filter ?? this.starting);
  }

  vmFailed({ vm, contextId, callback, message, backtrace }: VmFailure): void {
    this.push({ kind: 'trap', callback, message, backtrace }, this.#owners.filterOf(vm, contextId) ?? this.current ?? this.starting);
  }

  #openAt(name: string): number {
    let at = this.#open.length - 1;
    while (at >= 0 && this.#open[at]?.callback !== name) at--;
    return at;
  }

  protected begin(
    callback: string,
    args: readonly number[],
    filter: number | undefined,
    direction: Direction | undefined,
    vm?: VmIdentity,
    contextId = 0,
  ): NotedCallback<Seen> {
    const noted = new NotedCallback(this.#atNs(), callback, args, filter, direction, vm, contextId, this.look());
    if (this.#budget.takesEvent(this.#noted.length)) this.#noted.push(noted);
    return noted;
  }

  protected end(noted: NotedCallback<Seen>, result: number | undefined): void {
    noted.endMs = clock.now();
    noted.result = result;
    noted.after = this.look();
  }

  /** Takes a callback out again that turned out not to be worth a line. */
  protected forget(noted: NotedCallback<Seen>): void {
    const at = this.#noted.lastIndexOf(noted);
    if (at >= 0) this.#noted.splice(at, 1);
  }

  protected get lastCalledFilter(): number | undefined {
    return this.#noted.findLast((noted) => noted instanceof NotedCallback)?.filter;
  }

  protected push(what: EventWhat, filter?: number, direction?: Direction): void {
    if (what.kind === 'local-reply') this.hasLocalReply = true;
    if (this.#budget.takesEvent(this.#noted.length)) this.#noted.push({ atNs: this.#atNs(), filter, direction, what });
  }

  #atNs(): number {
    const now = this.#now();
    if (now !== this.#lastNow) {
      this.#lastNow = now;
      this.#lastAtNs = Number(now - this.#startNs);
    }
    return this.#lastAtNs;
  }

  #callbackEvent(noted: NotedCallback<Seen>, seq: number): CallbackEvent {
    const { result, callback } = noted;
    const event: Draft<CallbackEvent> = {
      kind: 'callback',
      seq,
      atNs: noted.atNs,
      callback,
      args: [...noted.args],
      result,
      resultText: result === undefined ? '' : resultWords(callback, result),
      hostCalls: noted.calls?.map(hostCallRecord) ?? [],
    };
    if (noted.filter !== undefined) event.filter = noted.filter;
    if (noted.direction !== undefined) event.direction = noted.direction;
    if (noted.vm !== undefined) {
      event.vm = noted.vm.number;
      event.contextId = noted.contextId;
    }
    if (noted.endMs !== undefined) event.tookUs = Math.round((noted.endMs - noted.startMs) * 1e4) / 10;
    if (noted.endMs !== undefined) this.show(event, noted.before, noted.after ?? noted.before);
    return event;
  }
}

function otherEvent({ atNs, filter, direction, what }: NotedEvent, seq: number): TraceEvent {
  const place = { seq, atNs, ...(filter === undefined ? {} : { filter }), ...(direction === undefined ? {} : { direction }) };
  if (isEvent(what)) return { ...place, ...what } as TraceEvent; // each caller gives one whole member of the union, less the fields of `place`
  return {
    ...place,
    kind: 'log',
    level: levels[what.level] ?? 'critical',
    prefix: byteStringToUtf8(what.prefix),
    message: byteStringToUtf8(what.message),
    from: what.from,
  };
}

function isEvent(what: EventWhat | LogLine): what is EventWhat {
  return 'kind' in what;
}

function hostCallRecord({ name, args, status, result }: HostCallTrace): HostCallRecord {
  const shown = { name, args: args.map(plain), status };
  return result === undefined ? shown : { ...shown, result: plain(result) };
}

function directionOf(callback: string): Direction | undefined {
  const known = directions.get(callback);
  if (known !== undefined) return known === 'none' ? undefined : known;
  const direction = /^proxy_on_(request|downstream_data|new_connection)/.test(callback)
    ? 'request'
    : /^proxy_on_(response|upstream_data)/.test(callback)
      ? 'response'
      : 'none';
  directions.set(callback, direction);
  return direction === 'none' ? undefined : direction;
}

/** Of the callbacks met so far: there are some thirty. */
const directions = new Map<string, Direction | 'none'>();

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
