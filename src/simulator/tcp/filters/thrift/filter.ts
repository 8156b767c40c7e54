import { utf8Bytes } from '#base/bytes.ts';
import type { HeaderPairs } from '#proxywasm/host.ts';
import { BodyBuffer } from '../../../http/body-buffer.ts';
import type { Proxy } from '../../../proxy.ts';
import type {
  CloseEvent,
  NetworkCallbacks,
  NetworkFilter,
  NetworkFilterType,
  NetworkStatus as NetworkResult,
} from '../../network-filter.ts';
import { NetworkStatus } from '../../network-filter.ts';
import { UpstreamPool } from '../../upstream-pool.ts';
import type { CallOwner } from './call.ts';
import { ThriftCall } from './call.ts';
import type { ThriftMessage } from './message.ts';
import { ExceptionType, exceptionMessage, isSuccess, MessageType, ThriftError, Underflow } from './message.ts';
import type { Protocol } from './protocol.ts';
import type { ThriftConfig } from './thrift-config.ts';
import { readThriftConfig } from './thrift-config.ts';
import type { TransportName } from './transport.ts';
import { detectTransport, FrameRefused, MessageBroken, readFrame, writeFrame } from './transport.ts';

const counters =
  'cx_destroy_local_with_active_rq cx_destroy_remote_with_active_rq downstream_cx_max_requests downstream_response_drain_close ' +
  'no_healthy_upstream request request_call request_decoding_error request_internal_error request_invalid_type request_oneway ' +
  'request_passthrough response response_decoding_error response_error response_exception response_invalid_type response_passthrough ' +
  'response_reply response_success route_missing shadow_request_submit_failure unknown_cluster upstream_rq_maintenance_mode';

/** envoy.filters.network.thrift_proxy (envoy `source/extensions/filters/network/thrift_proxy/conn_manager.cc`). */
export const filterType: NetworkFilterType = {
  compile(reader, { proxy }) {
    const config = readThriftConfig(reader, (name) => proxy.clusters.get(name) !== undefined);
    const prefix = `thrift.${config.statPrefix}.`;
    for (const name of counters.split(' ')) proxy.stats.counter(prefix + name);
    proxy.stats.gauge(`${prefix}request_active`);
    const pool = new UpstreamPool(proxy);
    return { create: (callbacks) => new ThriftFilter(callbacks, config, proxy, pool), close: () => pool.close() };
  },
};

class ThriftFilter implements NetworkFilter, CallOwner {
  readonly proxy: Proxy;
  readonly pool: UpstreamPool;
  readonly config: ThriftConfig;
  readonly #callbacks: NetworkCallbacks;
  readonly #calls: ThriftCall[] = [];
  #buffer: Uint8Array = new Uint8Array(0);
  #transport: TransportName | undefined;
  #protocol: Protocol | undefined;
  /** A call waits for its connection: nothing else is read meanwhile. */
  #stopped = false;
  #requests = 0;

  constructor(callbacks: NetworkCallbacks, config: ThriftConfig, proxy: Proxy, pool: UpstreamPool) {
    this.#callbacks = callbacks;
    this.config = config;
    this.proxy = proxy;
    this.pool = pool;
    this.#transport = config.packing.transport;
    this.#protocol = config.packing.protocol;
  }

  initialize(): void {
    this.#callbacks.connection.enableHalfClose();
  }

  onData(data: BodyBuffer, endStream: boolean): NetworkResult {
    const bytes = data.take();
    const joined = new Uint8Array(this.#buffer.length + bytes.length);
    joined.set(this.#buffer);
    joined.set(bytes, this.#buffer.length);
    this.#buffer = joined;
    this.#dispatch();
    const waits = this.#stopped && this.#calls.at(-1)?.isOneway === true;
    if (endStream && !waits && this.#callbacks.connection.isOpen) {
      this.#resetAll('remote');
      this.#callbacks.connection.close('flush');
    }
    return NetworkStatus.StopIteration;
  }

  onEvent(event: CloseEvent): void {
    this.#resetAll(event);
  }

  #dispatch(): void {
    const { connection } = this.#callbacks;
    try {
      while (!this.#stopped && connection.isOpen && this.#buffer.length > 0) {
        this.#transport ??= detectTransport(this.#buffer);
        const received = readFrame(this.#buffer, this.#transport, this.#protocol);
        this.#protocol = received.protocol;
        this.#buffer = this.#buffer.slice(received.size);
        const { message } = received;
        const kind = { 1: 'call', 2: 'reply', 3: 'exception', 4: 'one-way call' }[message.type] ?? 'message';
        this.note('request', `decoded: ${kind} of ${message.name}, ${received.transport} transport, ${received.protocol.name} protocol`);
        const call = new ThriftCall(received, this);
        this.#calls.push(call);
        this.proxy.stats.gauge(`thrift.${this.config.statPrefix}.request_active`).add(1n);
        this.#stopped = true;
        call.start();
      }
    } catch (error) {
      if (error instanceof Underflow) return;
      this.#refuse(error);
    }
  }

  #refuse(error: unknown): void {
    const { connection } = this.#callbacks;
    if (error instanceof FrameRefused) {
      this.#protocol = error.protocol;
      this.localReply(exceptionMessage('', 0, ExceptionType.MissingResult, utf8Bytes(error.message)), [], true);
    } else if (error instanceof ThriftError) {
      this.note('decoding error', `no message of Thrift: ${error.message}`);
      const { head } = error;
      if (error instanceof MessageBroken) this.#protocol = error.protocol;
      if (head === undefined) connection.close('flush');
      else this.localReply(exceptionMessage(head.name, head.seq, ExceptionType.ProtocolError, utf8Bytes(error.message)), [], true);
    } else throw error;
    this.count('request_decoding_error');
  }

  #resetAll(who: CloseEvent): void {
    for (const call of this.#calls.splice(0)) {
      this.count(`cx_destroy_${who}_with_active_rq`);
      this.proxy.stats.gauge(`thrift.${this.config.statPrefix}.request_active`).add(-1n);
      call.cancel();
    }
  }

  // CallOwner

  localReply(message: ThriftMessage, headers: HeaderPairs, close: boolean): void {
    const { connection } = this.#callbacks;
    if (!connection.isOpen) return;
    const sent = this.#transport === 'header' ? headers.filter(([name]) => name === ':drain') : [];
    connection.write(new BodyBuffer(this.#encode(message, sent)), false);
    this.count('response_exception');
    if (close) connection.close('flush');
  }

  answered(message: ThriftMessage, headers: HeaderPairs): void {
    const { connection } = this.#callbacks;
    if (!connection.isOpen) return;
    connection.write(new BodyBuffer(this.#encode(message, headers)), false);
    this.count('response');
    if (this.#passes()) this.count('response_passthrough');
    const isReply = message.type === MessageType.Reply;
    const kind = isReply ? 'reply' : message.type === MessageType.Exception ? 'exception' : 'invalid_type';
    this.count(`response_${kind}`);
    if (isReply) this.count(isSuccess(message) ? 'response_success' : 'response_error');
    const words = isReply ? (isSuccess(message) ? 'success' : 'a declared error') : 'exception';
    this.note('response', `decoded: answer to ${message.name}, ${words}`);
  }

  sent(call: ThriftCall): void {
    const { type } = call.received.message;
    this.count('request');
    if (this.#passes()) this.count('request_passthrough');
    this.count(type === MessageType.Call ? 'request_call' : type === MessageType.Oneway ? 'request_oneway' : 'request_invalid_type');
    this.#requests++;
    const isLast = this.config.maxRequests > 0 && this.#requests >= this.config.maxRequests;
    if (isLast) {
      this.#callbacks.connection.readDisable(true);
      this.count('downstream_cx_max_requests');
    }
    if (type !== MessageType.Call) this.finished(call);
    this.#stopped = isLast;
    // A call that got its connection at once is still on the stack of the reader.
    this.proxy.loop.post(() => this.#dispatch());
  }

  finished(call: ThriftCall): void {
    const at = this.#calls.indexOf(call);
    if (at < 0) return;
    this.#calls.splice(at, 1);
    this.proxy.stats.gauge(`thrift.${this.config.statPrefix}.request_active`).add(-1n);
    const { maxRequests } = this.config;
    if (maxRequests > 0 && this.#requests >= maxRequests && this.#calls.length === 0) this.#callbacks.connection.close('flush');
    else if (call.received.message.type === MessageType.Call && this.#stopped) {
      this.#stopped = false;
      this.proxy.loop.post(() => this.#dispatch());
    }
  }

  count(name: string): void {
    this.proxy.stats.counter(`thrift.${this.config.statPrefix}.${name}`).add(1n);
  }

  note(code: string, text: string): void {
    this.#callbacks.note(code, text);
  }

  /** Payloads go by unread where transport and protocol allow; here that shows in statistics alone. */
  #passes(): boolean {
    return this.config.passthrough && this.#transport !== 'unframed';
  }

  #encode(message: ThriftMessage, headers: HeaderPairs): Uint8Array {
    if (this.#transport === undefined || this.#protocol === undefined) throw new Error('an answer before a request');
    return writeFrame(message, headers, this.#transport, this.#protocol);
  }
}
