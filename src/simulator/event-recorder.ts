import { byteStringToUtf8 } from '#base/bytes.ts';
import type { JsonValue } from '#base/json.ts';
import { isArray } from '#base/json.ts';
import type { HeaderPairs, HostTrace, LogLine, VmFailure, VmIdentity } from '#proxywasm/host.ts';
import type { ProxyLogLine } from './proxy.ts';
import type { CallbackEvent, Direction, HostCallRecord, TraceEvent } from './trace.ts';
import { resultWords } from './trace-words.ts';

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'critical'] as const;

export type Draft<T> = { -readonly [K in keyof T]: T[K] };

/** A callback that has begun, with what was seen before it. */
export interface OpenCallback<Seen> {
  readonly event: Draft<CallbackEvent>;
  readonly calls: HostCallRecord[];
  readonly startMs: number;
  readonly before: Seen;
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
 * Writes down what guests and filters do while it is asked: callbacks with their host calls, logs, traps, callouts. What a callback could see
 * is a subclass's matter: headers and bodies of a stream, bytes of a connection.
 */
export abstract class EventRecorder<Seen> {
  readonly events: TraceEvent[] = [];
  readonly #startNs: bigint;
  readonly #now: () => bigint;
  readonly #owners: ContextOwners;
  /** Filters that are guests: their calls are told by the guest's side. */
  protected readonly isGuest: (filter: number) => boolean;
  readonly #open: OpenCallback<Seen>[] = [];
  /** While the listener starts: the filter that is being made. */
  starting: number | undefined;

  constructor(now: () => bigint, owners: ContextOwners, isGuest: (filter: number) => boolean) {
    this.#now = now;
    this.#startNs = now();
    this.#owners = owners;
    this.isGuest = isGuest;
  }

  /** Place of the filter that is being called. */
  protected abstract get current(): number | undefined;
  /** What a callback can see now. */
  protected abstract look(): Seen;
  /** Adds what the callback saw before and after it. */
  protected abstract show(event: Draft<CallbackEvent>, before: Seen): void;

  note(code: string, text: string, filter?: number): void {
    this.push({ kind: 'decision', code, text, filter });
  }

  callout(cluster: string, headers: HeaderPairs, bodySize: number, token: number, filter: number | undefined): void {
    this.push({ kind: 'callout', cluster, headers: [...headers], bodySize, token, filter });
  }

  calloutResponse(cluster: string, headers: HeaderPairs, bodySize: number, token: number, filter: number | undefined): void {
    this.push({ kind: 'callout-response', cluster, headers: [...headers], bodySize, token, filter });
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
    const filter = line.vm === undefined ? this.current : (this.#owners.filterOf(line.vm, line.contextId) ?? this.current ?? this.starting);
    this.push({
      kind: 'log',
      level,
      prefix: byteStringToUtf8(line.prefix),
      message: byteStringToUtf8(line.message),
      from: line.from,
      filter,
    });
  }

  proxyLog({ level, logger, message, filter }: ProxyLogLine): void {
    this.push({
      kind: 'log',
      level: levels[level] ?? 'critical',
      prefix: logger,
      message: byteStringToUtf8(message),
      from: 'guest',
      filter: filter ?? this.starting,
    });
  }

  vmFailed(failure: VmFailure): void {
    const filter = this.#owners.filterOf(failure.vm, failure.contextId) ?? this.current ?? this.starting;
    this.push({ kind: 'trap', callback: failure.callback, message: failure.message, backtrace: failure.backtrace, filter });
  }

  #guestBegins(vm: VmIdentity, contextId: number, name: string, args: readonly number[]): void {
    if (vm.thread === 'main') return;
    let filter = this.#owners.filterOf(vm, contextId);
    if (name === 'proxy_on_context_create') {
      const parent = args[1] ?? 0;
      filter = parent === 0 ? this.starting : (this.current ?? this.#owners.filterOf(vm, parent));
      if (filter !== undefined) this.#owners.claim(vm, args[0] ?? 0, filter);
    }
    filter ??= this.current ?? this.starting;
    const open = this.begin(name, args, filter, directionOf(name), { vm: vm.number, contextId: args[0] ?? contextId });
    this.#open.push(open);
  }

  #guestEnds(vm: VmIdentity, contextId: number, name: string, result: number | undefined): void {
    const at = this.#open.findLastIndex((open) => open.event.callback === name);
    const [open] = at < 0 ? [] : this.#open.splice(at, 1);
    if (open === undefined) return;
    if (name === 'proxy_on_delete') this.#owners.release(vm, contextId);
    this.end(open, result, result === undefined ? '' : resultWords(name, result));
  }

  protected begin(
    callback: string,
    args: readonly number[],
    filter: number | undefined,
    direction: Direction | undefined,
    guest: { readonly vm: number; readonly contextId: number } | undefined,
  ): OpenCallback<Seen> {
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
    return { event, calls, startMs: performance.now(), before: this.look() };
  }

  protected end(open: OpenCallback<Seen>, result: number | undefined, words: string): void {
    const { event, before } = open;
    event.tookUs = Math.round((performance.now() - open.startMs) * 1e4) / 10;
    event.result = result;
    event.resultText = words;
    this.show(event, before);
  }

  #atNs(): number {
    return Number(this.#now() - this.#startNs);
  }

  protected push(event: EventInput): void {
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

function directionOf(callback: string): Direction | undefined {
  if (/^proxy_on_(request|downstream_data|new_connection)/.test(callback)) return 'request';
  return /^proxy_on_(response|upstream_data)/.test(callback) ? 'response' : undefined;
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
