import { utf8Bytes } from '#base/bytes.ts';
import type { HeaderPairs } from '#proxywasm/host.ts';
import type { BodyBuffer } from '../../../http/body-buffer.ts';
import { Headers } from '../../../http/headers.ts';
import type { Proxy } from '../../../proxy.ts';
import type { Cluster } from '../../../upstreams/clusters.ts';
import type { PooledConnection, PoolUser, UpstreamPool } from '../../upstream-pool.ts';
import type { ThriftMessage } from './message.ts';
import { ExceptionType, exceptionMessage, isSuccess, MessageType, ThriftError, Underflow } from './message.ts';
import type { ThriftConfig, ThriftRoute } from './thrift-config.ts';
import { towardsServers, upstreamPacking } from './thrift-config.ts';
import type { Received } from './transport.ts';
import { FrameRefused, readFrame, writeFrame } from './transport.ts';

/** What a call tells the connection it came on. */
export interface CallOwner {
  readonly proxy: Proxy;
  readonly pool: UpstreamPool;
  readonly config: ThriftConfig;
  /** A message of Envoy's own; `close`: the last one on this connection. */
  localReply(message: ThriftMessage, headers: HeaderPairs, close: boolean): void;
  answered(message: ThriftMessage, headers: HeaderPairs): void;
  /** The request was passed on: the next one may be read. */
  sent(call: ThriftCall): void;
  finished(call: ThriftCall): void;
  count(name: string): void;
  note(code: string, text: string): void;
}

type State = 'waiting' | 'sent' | 'started' | 'done';

/** One call from its client to a server and back (envoy `thrift_proxy/router/router_impl.cc`, `upstream_request.cc`). */
export class ThriftCall implements PoolUser {
  readonly received: Received;
  readonly #owner: CallOwner;
  #state: State = 'waiting';
  #cluster: Cluster | undefined;
  #connection: PooledConnection | undefined;
  #handle: { cancel(): void } | undefined;
  #route: ThriftRoute | undefined;
  #answer: Uint8Array = new Uint8Array(0);

  constructor(received: Received, owner: CallOwner) {
    this.received = received;
    this.#owner = owner;
  }

  get isOneway(): boolean {
    return this.received.message.type === MessageType.Oneway;
  }

  start(): void {
    const { message, headers } = this.received;
    const { config, proxy, pool } = this.#owner;
    const sent = Headers.request(headers);
    this.#route = config.routes.find((route) => route.matches(message, sent));
    const name = this.#route?.clusterOf(sent, proxy);
    if (this.#route === undefined || name === undefined) {
      this.#owner.count('route_missing');
      this.#owner.note('no route', `${message.name}: no route matches`);
      this.#fail(ExceptionType.UnknownMethod, `no route for method '${message.name}'`, true);
      return;
    }
    this.#owner.note('route', `${message.name}: ${this.#route.text} chooses cluster ${name}`);
    const cluster = proxy.clusters.get(name);
    if (cluster === undefined) {
      this.#owner.count('unknown_cluster');
      this.#fail(ExceptionType.InternalError, `unknown cluster '${name}'`, true);
      return;
    }
    this.#cluster = cluster;
    const kinds: Readonly<Record<number, string>> = { [MessageType.Call]: 'call', [MessageType.Oneway]: 'oneway' };
    this.#countUpstream(`upstream_rq_${kinds[message.type] ?? 'invalid_type'}`);
    if (!cluster.hasHosts) {
      this.#owner.count('no_healthy_upstream');
      this.#countLocal('');
      this.#fail(ExceptionType.InternalError, `no healthy upstream for '${name}'`, true);
      return;
    }
    for (const mirror of this.#route.mirrors) this.#mirror(mirror);
    this.#handle = pool.acquire(cluster, this);
  }

  /** The client or the connection has gone. */
  cancel(): void {
    if (this.#state === 'done') return;
    this.#handle?.cancel();
    const connection = this.#connection;
    const wasSent = this.#state !== 'waiting';
    this.#state = 'done';
    this.#connection = undefined;
    if (connection === undefined || !wasSent) return;
    connection.close();
    this.#countLocal('local_connection_failure');
    if (this.#owner.config.closeOnUpstreamError) this.#owner.count('downstream_response_drain_close');
  }

  // PoolUser

  ready(connection: PooledConnection): void {
    this.#connection = connection;
    connection.write(this.#encode(connection));
    this.#state = 'sent';
    this.#owner.sent(this);
    if (this.received.message.type === MessageType.Call) return;
    if (this.isOneway) {
      this.#state = 'done';
      connection.release();
      return;
    }
    // An answer sent as a request: nobody will answer it.
    this.#state = 'done';
    connection.close();
    this.#failed('local connection failure', 'start');
  }

  refused(): void {
    this.#failed('remote connection failure', 'start');
  }

  closed(): void {
    if (this.#state === 'done') return;
    const isPartial = this.#state === 'started';
    if (isPartial) this.#countUpstream('downstream_cx_partial_response_close');
    this.#connection = undefined;
    this.#failed('remote connection failure', isPartial ? 'complete' : 'start');
  }

  data(data: BodyBuffer): void {
    const { transport, protocol } = this.#packing();
    this.#state = 'started';
    const joined = new Uint8Array(this.#answer.length + data.length);
    joined.set(this.#answer);
    joined.set(data.take(), this.#answer.length);
    this.#answer = joined;
    try {
      const { message, headers } = readFrame(joined, transport, protocol);
      this.#complete(message, headers);
    } catch (error) {
      if (error instanceof Underflow) return;
      if (!(error instanceof ThriftError) && !(error instanceof FrameRefused)) throw error;
      this.#undecodable(error.message);
    }
  }

  #complete(message: ThriftMessage, headers: HeaderPairs): void {
    const isReply = message.type === MessageType.Reply;
    if (isReply) {
      this.#countUpstream('upstream_resp_reply');
      this.#countUpstream(isSuccess(message) ? 'upstream_resp_success' : 'upstream_resp_error');
    } else if (message.type === MessageType.Exception) {
      this.#countUpstream('upstream_resp_exception');
      this.#countUpstream('upstream_resp_exception_remote');
    } else this.#countUpstream('upstream_resp_invalid_type');
    this.#state = 'done';
    this.#connection?.release();
    this.#connection = undefined;
    this.#owner.answered({ ...message, seq: this.received.message.seq }, headers);
    this.#owner.finished(this);
  }

  #undecodable(text: string): void {
    this.#owner.count('response_decoding_error');
    this.#countUpstream('upstream_resp_decoding_error');
    this.#countUpstream('downstream_cx_partial_response_close');
    this.#countLocal('local_connection_failure');
    this.#state = 'done';
    this.#connection?.close();
    this.#connection = undefined;
    this.#owner.note('decoding error', `the answer cannot be decoded: ${text}`);
    this.#reply(ExceptionType.ProtocolError, text, true);
    // The end of the server's connection makes another reply, which nobody gets but which counts.
    this.#owner.count('response_exception');
    for (let i = 0; i < 2; i++) this.#owner.count('downstream_response_drain_close');
    this.#owner.finished(this);
  }

  #failed(why: string, until: 'start' | 'complete'): void {
    this.#state = 'done';
    this.#countLocal(why.replaceAll(' ', '_'));
    const text = `connection failure before response ${until}: ${why} '${this.#cluster?.hostAddress ?? ''}'`;
    this.#owner.note('upstream failure', text);
    this.#fail(ExceptionType.InternalError, text, this.#owner.config.closeOnUpstreamError || until === 'complete');
  }

  /** Ends the call with an exception. */
  #fail(type: number, text: string, close: boolean): void {
    this.#state = 'done';
    if (close) this.#owner.count('downstream_response_drain_close');
    this.#reply(type, text, close);
    if (!close) this.#owner.finished(this);
  }

  #reply(type: number, text: string, close: boolean): void {
    const { message, headers } = this.received;
    const drain: HeaderPairs = close && type !== ExceptionType.ProtocolError ? [[':drain', 'true']] : [];
    this.#owner.localReply(exceptionMessage(message.name, message.seq, type, utf8Bytes(text)), [...headers, ...drain], close);
  }

  #packing() {
    const own = upstreamPacking(this.#cluster?.config);
    return { transport: own.transport ?? this.received.transport, protocol: own.protocol ?? towardsServers(this.received.protocol) };
  }

  #encode(connection: PooledConnection): Uint8Array {
    const { message, headers } = this.received;
    const { transport, protocol } = this.#packing();
    const colon = message.name.indexOf(':');
    const name = this.#route?.stripService === true && colon >= 0 ? message.name.slice(colon + 1) : message.name;
    return writeFrame({ ...message, name, seq: connection.requests++ }, headers, transport, protocol);
  }

  #mirror(name: string): void {
    const cluster = this.#owner.proxy.clusters.get(name);
    if (cluster?.hasHosts !== true) {
      this.#owner.count('shadow_request_submit_failure');
      return;
    }
    this.#owner.note('mirror', `${this.received.message.name} is sent to cluster ${name} as well; its answer is dropped`);
    this.#owner.pool.acquire(cluster, {
      ready: (connection) => connection.write(this.#encode(connection)),
      refused: () => undefined,
      data: (data) => data.clear(),
      closed: () => undefined,
    });
  }

  #countLocal(why: string): void {
    this.#countUpstream('upstream_resp_exception');
    this.#countUpstream('upstream_resp_exception_local');
    if (why !== '') this.#countUpstream(`upstream_resp_exception_local.${why}`);
  }

  #countUpstream(name: string): void {
    this.#owner.proxy.stats.counter(`cluster.${this.#cluster?.name ?? ''}.thrift.${name}`).add(1n);
  }
}
