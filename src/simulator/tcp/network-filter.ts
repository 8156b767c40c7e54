import type { ConfigReader } from '../config-reader.ts';
import type { BodyBuffer } from '../http/body-buffer.ts';
import type { Proxy } from '../proxy.ts';
import type { ManagerSources } from '../http/compile-manager.ts';
import type { TcpConnection } from './connection.ts';

/** What a network filter answers (envoy `envoy/network/filter.h` `FilterStatus`). */
export const NetworkStatus = { Continue: 0, StopIteration: 1 } as const;
export type NetworkStatus = (typeof NetworkStatus)[keyof typeof NetworkStatus];

/** How a connection ended: by Envoy, or by the peer. */
export type CloseEvent = 'local' | 'remote';

/** One network filter on one connection. A missing method passes through. */
export interface NetworkFilter {
  /** Before anything else (envoy `initializeReadFilterCallbacks`): the place to switch reading off or half closes on. */
  initialize?(): void;
  onNewConnection?(): NetworkStatus;
  /** Bytes of the client; what is left in `data` comes again with the next bytes. */
  onData?(data: BodyBuffer, endStream: boolean): NetworkStatus;
  /** Bytes for the client. */
  onWrite?(data: BodyBuffer, endStream: boolean): NetworkStatus;
  onEvent?(event: CloseEvent): void;
  onDestroy?(): void;
}

/** A filter of a connection and what it may ask of it. */
export interface NetworkCallbacks {
  readonly connection: TcpConnection;
  readonly index: number;
  /** Goes on with the filters behind this one. */
  continueReading(): void;
  /** What the filter has decided, in words for a trace: `code` short and stable, `text` a sentence. */
  note(code: string, text: string): void;
}

/** Watches the filters of one connection at work. */
export interface ConnectionObserver {
  before(filter: number, hook: NetworkHook, data: BodyBuffer | undefined, endStream: boolean): void;
  after(filter: number, hook: NetworkHook, status: NetworkStatus | undefined): void;
  note(code: string, text: string, filter: number): void;
}

export type NetworkHook = 'onNewConnection' | 'onData' | 'onWrite' | 'onEvent';

export interface NetworkFilterFactory {
  create(callbacks: NetworkCallbacks): NetworkFilter;
  /** The listener goes away. */
  close?(): void;
  readonly note?: string | undefined;
}

export interface NetworkContext extends ManagerSources {
  readonly proxy: Proxy;
  readonly name: string;
}

/** A kind of network filter. Throws `ConfigError` for what Envoy would refuse. */
export interface NetworkFilterType {
  compile(config: ConfigReader, context: NetworkContext): NetworkFilterFactory | Promise<NetworkFilterFactory>;
}
