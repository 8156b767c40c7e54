import type { EventLoop } from '../event-loop.ts';
import { BodyBuffer } from '../http/body-buffer.ts';

/** What Envoy hears from an upstream connection. */
export interface UpstreamTcpSink {
  /** What is left in `data` comes again, with more. */
  onData(data: BodyBuffer, endStream: boolean): void;
  /** `unread`: noticed by a write, as nobody read any more. */
  onReset(unread: boolean): void;
}

/** One connection from Envoy to a scripted TCP server: both its ends. */
export class ServerConnection {
  readonly id: number;
  readonly cluster: string;
  readonly #loop: EventLoop;
  readonly #input = new BodyBuffer();
  #sink: UpstreamTcpSink | undefined;
  readonly all: Uint8Array[] = [];
  fresh: Uint8Array[] = [];
  /** How Envoy ended its direction. */
  closed: 'FIN' | 'RST' | undefined;
  freshClosed: 'FIN' | 'RST' | undefined;
  isNew = true;
  /** The server has closed both directions. */
  gone = false;
  #ended = false;
  #envoyGone = false;
  #wasReset = false;
  /** Bytes were sent to where nobody listens any more: the answer is a reset, seen at the next write. */
  #refused = false;

  constructor(loop: EventLoop, id: number, cluster: string, sink: UpstreamTcpSink) {
    this.#loop = loop;
    this.id = id;
    this.cluster = cluster;
    this.#sink = sink;
  }

  // Envoy's end

  write(bytes: Uint8Array, endStream: boolean): void {
    if (this.#envoyGone) return;
    if (bytes.length > 0) {
      if (this.gone) {
        // The answer is a reset; after the server's end nobody reads, so only a later write notices it.
        if (!this.#ended || this.#wasReset) this.#loop.post(() => this.#reset());
        this.#wasReset = true;
        return;
      }
      this.all.push(bytes);
      this.fresh.push(bytes);
    }
    if (endStream) this.#close('FIN');
  }

  close(how: 'FIN' | 'RST'): void {
    if (this.#envoyGone) return;
    this.#envoyGone = true;
    this.#sink = undefined;
    this.#close(how);
  }

  #close(how: 'FIN' | 'RST'): void {
    if (this.gone || this.closed === 'RST' || this.closed === how) return;
    this.closed = how;
    this.freshClosed = how;
  }

  // The server's end

  get writable(): boolean {
    return !this.gone && !this.#ended && this.closed !== 'RST';
  }

  send(bytes: Uint8Array): void {
    if (!this.writable) return;
    if (this.#envoyGone) {
      if (this.#refused) this.#close('RST');
      this.#refused = true;
      return;
    }
    this.#input.append(bytes);
    this.#sink?.onData(this.#input, false);
  }

  finish(how: true | 'half' | 'reset'): void {
    if (this.gone) return;
    if (how === 'reset') {
      this.gone = true;
      // After its end nobody reads from the connection: a reset is noticed by the next write.
      if (!this.#ended) this.#reset();
      this.#wasReset = true;
      return;
    }
    this.gone = how === true;
    if (this.#ended) return;
    this.#ended = true;
    this.#sink?.onData(this.#input, true);
  }

  #reset(): void {
    const sink = this.#sink;
    this.#sink = undefined;
    this.#envoyGone = true;
    sink?.onReset(this.#ended);
  }
}

/** The scripted TCP servers behind a proxy. */
export class TcpServers {
  readonly connections: ServerConnection[] = [];
  readonly #loop: EventLoop;

  constructor(loop: EventLoop) {
    this.#loop = loop;
  }

  open(cluster: string, sink: UpstreamTcpSink): ServerConnection {
    const connection = new ServerConnection(this.#loop, this.connections.length + 1, cluster, sink);
    this.connections.push(connection);
    return connection;
  }
}
