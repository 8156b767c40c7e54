import type { ContextOwners } from './context-owners.ts';
import type { Draft, NotedCallback } from './event-recorder.ts';
import { EventRecorder } from './event-recorder.ts';
import type { BodyBuffer } from './http/body-buffer.ts';
import type { ConnectionObserver, NetworkHook, NetworkStatus } from './tcp/network-filter.ts';
import type { CallbackEvent } from './trace.ts';
import { networkDecisionText } from './trace-words.ts';

/** The bytes a network filter could reach before its callback. */
type Seen = Uint8Array | undefined;

interface Frame {
  readonly filter: number;
  readonly data: BodyBuffer | undefined;
  readonly native: NotedCallback<Seen> | undefined;
}

const NO_BYTES = new Uint8Array(0);

/** The recorder of one TCP connection through its network filters. */
export class ConnectionRecorder extends EventRecorder<Seen> implements ConnectionObserver {
  /** Calls nest: a filter that goes on calls those behind it. */
  readonly #frames: Frame[] = [];
  readonly #last: number;

  /** `last` is the place of the filter that ends the chain. */
  constructor(now: () => bigint, owners: ContextOwners, isGuest: (filter: number) => boolean, last: number) {
    super(now, owners, isGuest);
    this.#last = last;
  }

  protected override get current(): number | undefined {
    return this.#frames.at(-1)?.filter;
  }

  before(filter: number, hook: NetworkHook, data: BodyBuffer | undefined, endStream: boolean): void {
    const frame = { filter, data, native: undefined };
    this.#frames.push(frame);
    if (this.isGuest(filter)) return;
    const args = data === undefined ? [] : [data.length, Number(endStream)];
    const direction = hook === 'onWrite' ? 'response' : hook === 'onEvent' ? undefined : 'request';
    const native = this.begin(hook, args, filter, direction);
    this.#frames[this.#frames.length - 1] = { ...frame, native };
  }

  after(filter: number, hook: NetworkHook, status: NetworkStatus | undefined): void {
    const frame = this.#frames.at(-1);
    if (frame?.native !== undefined) this.end(frame.native, status);
    this.#frames.pop();
    // What the last filter takes is its own.
    const text = filter === this.#last ? undefined : networkDecisionText(hook, status, frame?.data?.length ?? 0);
    if (text !== undefined) this.note('StopIteration', text, filter);
  }

  protected override look(): Seen {
    const data = this.#frames.at(-1)?.data;
    return data === undefined ? undefined : data.length === 0 ? NO_BYTES : data.all();
  }

  protected override show(event: Draft<CallbackEvent>, before: Seen, after: Seen): void {
    if (before === undefined || !/data$|^onWrite$/i.test(event.callback)) return;
    event.bodyBefore = before;
    event.bodyAfter = after ?? before;
  }
}
