import type { ConnectionInfo } from '../http/connection-info.ts';
import { BodyBuffer } from '../http/body-buffer.ts';
import { StreamInfo } from '../http/stream-info.ts';
import type { EventLoop } from '../event-loop.ts';
import type {
  CloseEvent,
  ConnectionObserver,
  NetworkCallbacks,
  NetworkFilter,
  NetworkFilterFactory,
  NetworkHook,
  NetworkStatus,
} from './network-filter.ts';
import { NetworkStatus as Status } from './network-filter.ts';

/** The client's end of a connection: what Envoy's socket does to it. */
export interface TcpClient {
  received(bytes: Uint8Array): void;
  /** Envoy ended its direction. */
  closed(how: 'FIN' | 'RST'): void;
}

/** `closed` once the socket is gone on Envoy's side. */
type State = 'open' | 'closing' | 'closed';

interface Entry {
  readonly filter: NetworkFilter;
  initialized: boolean;
}

/**
 * A client's connection with its network filters (envoy `source/common/network/connection_impl.cc`, `filter_manager_impl.cc`). Bytes that arrive while
 * reading is switched off stay in the kernel: a socket closed over them ends with RST, otherwise with FIN.
 */
export class TcpConnection {
  readonly info: StreamInfo;
  readonly loop: EventLoop;
  readonly #client: TcpClient;
  readonly #observer: ConnectionObserver | undefined;
  readonly #entries: Entry[] = [];
  readonly #input = new BodyBuffer();
  #kernel: Uint8Array[] = [];
  #kernelEnd = false;
  #readDisabled = 0;
  #halfClose = false;
  #readEnd = false;
  #readEndRaised = false;
  #writeEnd = false;
  #clientGone = false;
  #refused = false;
  #state: State = 'open';
  /** Called once, when the connection is over. */
  onClosed: (() => void) | undefined;

  constructor(loop: EventLoop, info: ConnectionInfo, client: TcpClient, observer?: ConnectionObserver) {
    this.loop = loop;
    this.#observer = observer;
    this.info = new StreamInfo(info, loop.nowNs, info.filterState);
    this.#client = client;
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  get over(): boolean {
    return this.#state === 'closed';
  }

  /** Makes the filters and tells them of the connection. `early` are bytes the listener filters have looked at. */
  start(factories: readonly NetworkFilterFactory[]): void {
    for (const [index, factory] of factories.entries()) {
      const callbacks: NetworkCallbacks = {
        connection: this,
        index,
        continueReading: () => {
          this.#observer?.note('continue', 'continue: the filters behind this one go on', index);
          this.#iterate(index + 1);
        },
        note: (code, text) => this.#observer?.note(code, text, index),
      };
      this.#entries.push({ filter: factory.create(callbacks), initialized: false });
    }
    for (const { filter } of this.#entries) filter.initialize?.();
    for (const [index, entry] of this.#entries.entries()) {
      if (this.#announce(entry, index) === Status.StopIteration || !this.isOpen) break;
    }
    this.#read();
  }

  /** Bytes that arrived before the filters were made. */
  hold(bytes: readonly Uint8Array[]): void {
    this.#kernel.push(...bytes.filter((part) => part.length > 0));
  }

  // The client

  clientData(bytes: Uint8Array): void {
    if (this.over || bytes.length === 0) return;
    this.#kernel.push(bytes);
    this.#read();
  }

  /** FIN of the client; `gone`: it will take nothing any more. */
  clientEnd(gone: boolean): void {
    if (this.over) return;
    this.#clientGone ||= gone;
    this.#kernelEnd = true;
    this.#read();
  }

  clientReset(): void {
    if (this.over) return;
    this.#clientGone = true;
    this.#kernel = [];
    this.wasReset = true;
    this.#finish('remote');
  }

  /** The client's reset was noticed: whoever carries the connection on passes it on. */
  wasReset = false;

  // What filters ask

  enableHalfClose(): void {
    this.#halfClose = true;
  }

  readDisable(disable: boolean): void {
    this.#readDisabled += disable ? 1 : -1;
    if (!disable && this.#readDisabled === 0) this.loop.post(() => this.#read());
  }

  /** Bytes towards the client, through the write filters in reverse order. What a filter holds back stays in `data`. */
  write(data: BodyBuffer, endStream: boolean, from = this.#entries.length): void {
    if (!this.isOpen || this.#writeEnd) return;
    for (let i = from - 1; i >= 0; i--) {
      const filter = this.#entries[i]?.filter;
      const status = filter?.onWrite && this.#call(i, 'onWrite', data, endStream, () => filter.onWrite?.(data, endStream));
      if (!this.isOpen || status === Status.StopIteration) return;
    }
    const bytes = data.take();
    if (bytes.length > 0) {
      this.info.bytesSent += bytes.length;
      if (!this.#clientGone) this.#client.received(bytes);
      else if (this.#writesInVain()) return;
    }
    if (!endStream) return;
    this.#writeEnd = true;
    if (!this.#clientGone) this.#client.closed('FIN');
    if (this.#readEnd) this.#finish('local');
  }

  /**
   * The client has left: what is written comes back as a reset, and as nobody reads after the client's end, only a later write notices it. True: the
   * connection is over.
   */
  #writesInVain(): boolean {
    const isNoticed = !this.#readEnd || this.#refused;
    if (!this.#readEnd) this.loop.post(() => this.clientReset());
    else if (this.#refused) this.loop.post(() => this.#finish('remote'));
    this.#refused = true;
    return isNoticed;
  }

  /** Closes both directions. `flush`: what was written reaches the client, so it sees a FIN; `reset`: it sees RST. */
  close(how: 'no-flush' | 'flush' | 'reset', details = ''): void {
    if (this.over || this.#state === 'closing') return;
    this.#state = 'closing';
    if (details !== '') this.info.responseCodeDetails ??= details;
    const unread = this.#kernel.length > 0;
    if (!this.#clientGone && !this.#writeEnd) this.#client.closed(how === 'reset' || (unread && how !== 'flush') ? 'RST' : 'FIN');
    this.#finish('local');
  }

  #read(): void {
    while (this.isOpen && this.#readDisabled === 0 && (this.#kernel.length > 0 || this.#kernelEnd)) {
      const bytes = this.#kernel.splice(0);
      for (const part of bytes) this.#input.append(part);
      // Measured: bytes that a filter has left in the buffer count again with every read.
      if (bytes.length > 0 || this.#halfClose) this.info.bytesReceived += this.#input.length;
      if (this.#kernelEnd) {
        this.#kernelEnd = false;
        this.#readEnd = true;
      }
      if (this.#readEnd && !this.#halfClose) {
        if (bytes.length > 0) this.#iterate(0);
        if (!this.isOpen) return;
        if (!this.#clientGone && !this.#writeEnd) this.#client.closed('FIN');
        this.#finish('remote');
        return;
      }
      this.#iterate(0);
      if (this.isOpen && this.#readEnd && this.#writeEnd) this.#finish('remote');
    }
  }

  /** envoy `FilterManagerImpl::onContinueReading`. */
  #iterate(from: number): void {
    for (let i = from; i < this.#entries.length; i++) {
      const entry = this.#entries[i];
      if (entry === undefined || !this.isOpen) return;
      if (!entry.initialized) {
        if (this.#announce(entry, i) === Status.StopIteration || !this.isOpen) return;
      }
      const end = this.#readEnd && this.#halfClose;
      if (this.#input.length === 0 && !(end && !(this.#readEndRaised && from === 0 && i === 0))) continue;
      if (end) this.#readEndRaised = true;
      const { filter } = entry;
      const status =
        (filter.onData && this.#call(i, 'onData', this.#input, end, () => filter.onData?.(this.#input, end))) ?? Status.Continue;
      if (status === Status.StopIteration || !this.isOpen) return;
    }
  }

  #finish(event: CloseEvent): void {
    if (this.over) return;
    this.#state = 'closed';
    this.info.endNs = this.loop.nowNs;
    for (const [index, { filter }] of this.#entries.entries())
      if (filter.onEvent) this.#call(index, 'onEvent', undefined, false, () => filter.onEvent?.(event));
    for (const { filter } of this.#entries) filter.onDestroy?.();
    this.onClosed?.();
  }

  #announce(entry: Entry, index: number): NetworkStatus | undefined {
    entry.initialized = true;
    const { filter } = entry;
    return filter.onNewConnection && this.#call(index, 'onNewConnection', undefined, false, () => filter.onNewConnection?.());
  }

  /** Calls a filter, watched. */
  #call<T extends NetworkStatus | undefined | void>(
    index: number,
    hook: NetworkHook,
    data: BodyBuffer | undefined,
    endStream: boolean,
    run: () => T,
  ): T {
    const observer = this.#observer;
    if (observer === undefined) return run();
    observer.before(index, hook, data, endStream);
    const status = run();
    observer.after(index, hook, status ?? undefined);
    return status;
  }
}
