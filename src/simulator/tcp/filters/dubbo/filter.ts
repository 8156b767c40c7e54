import { concatBytes } from '#base/bytes.ts';
import { BodyBuffer } from '../../../http/body-buffer.ts';
import type { Proxy } from '../../../proxy.ts';
import type { Cluster } from '../../../upstreams/clusters.ts';
import type {
  CloseEvent,
  NetworkCallbacks,
  NetworkFilter,
  NetworkFilterType,
  NetworkStatus as NetworkResult,
} from '../../network-filter.ts';
import { NetworkStatus } from '../../network-filter.ts';
import type { PooledConnection } from '../../upstream-pool.ts';
import { UpstreamPool } from '../../upstream-pool.ts';
import type { DubboRoute } from './dubbo-routes.ts';
import { readRoutes } from './dubbo-routes.ts';
import { DubboError } from './hessian.ts';
import type { DubboFrame } from './message.ts';
import { FrameError, heartbeatAnswer, isException, localAnswer, readFrame, readInvocation, Status } from './message.ts';

const counters =
  'cx_destroy_local_with_active_rq cx_destroy_remote_with_active_rq local_response_business_exception local_response_error ' +
  'local_response_success request request_decoding_error request_decoding_success request_event request_oneway request_twoway response ' +
  'response_business_exception response_decoding_error response_decoding_success response_error response_error_caused_connection_close ' +
  'response_success';

const HEADER_SIZE = 16;

interface Options {
  readonly prefix: string;
  readonly routes: readonly DubboRoute[];
}

/** envoy.filters.network.dubbo_proxy (envoy `source/extensions/filters/network/dubbo_proxy/conn_manager.cc`). */
export const filterType: NetworkFilterType = {
  compile(config, { proxy }) {
    config.ignore('protocol_type', 'serialization_type');
    const options: Options = { prefix: `dubbo.${config.string('stat_prefix')}.`, routes: readRoutes(config.messages('route_config')) };
    for (const filter of config.messages('dubbo_filters')) {
      filter.ignore('name');
      const typed = filter.any('config');
      if (typed?.typeUrl.endsWith('.router.v3.Router') === true) typed.accept();
    }
    for (const name of counters.split(' ')) proxy.stats.counter(options.prefix + name);
    proxy.stats.gauge(`${options.prefix}request_active`);
    const pool = new UpstreamPool(proxy);
    return { create: (callbacks) => new DubboFilter(callbacks, options, proxy, pool), close: () => pool.close() };
  },
};

/** A call that waits: for its connection, then for its answer. */
interface ActiveCall {
  readonly frame: DubboFrame;
  connection: PooledConnection | undefined;
  handle: { cancel(): void } | undefined;
  answer: Uint8Array;
}

class DubboFilter implements NetworkFilter {
  readonly #callbacks: NetworkCallbacks;
  readonly #options: Options;
  readonly #proxy: Proxy;
  readonly #pool: UpstreamPool;
  readonly #active = new Set<ActiveCall>();
  #buffer: Uint8Array = new Uint8Array(0);
  #stopped = false;

  constructor(callbacks: NetworkCallbacks, options: Options, proxy: Proxy, pool: UpstreamPool) {
    this.#callbacks = callbacks;
    this.#options = options;
    this.#proxy = proxy;
    this.#pool = pool;
  }

  initialize(): void {
    this.#callbacks.connection.enableHalfClose();
  }

  onData(data: BodyBuffer, endStream: boolean): NetworkResult {
    this.#buffer = concatBytes([this.#buffer, data.take()]);
    this.#dispatch();
    if (endStream && this.#callbacks.connection.isOpen) {
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
      while (!this.#stopped && connection.isOpen) {
        const frame = readFrame(this.#buffer);
        if (frame === undefined) return;
        this.#buffer = this.#buffer.slice(frame.bytes.length);
        if (frame.isEvent) this.#heartbeat(frame);
        else this.#call(frame);
      }
    } catch (error) {
      if (!(error instanceof DubboError)) throw error;
      this.#callbacks.note('decoding error', `no call of Dubbo: ${error.message}`);
      this.#buffer = new Uint8Array(0);
      if (!(error instanceof FrameError) || error.begun) this.#count('cx_destroy_local_with_active_rq');
      this.#count('request_decoding_error');
      connection.close('no-flush');
    }
  }

  #heartbeat(frame: DubboFrame): void {
    this.#count('request_event');
    this.#callbacks.note('local answer', 'a heartbeat is answered by Envoy itself');
    this.#write(heartbeatAnswer(frame.id));
  }

  #call(frame: DubboFrame): void {
    const invocation = readInvocation(frame.body);
    const { service, method } = invocation;
    this.#callbacks.note('request', `decoded: ${frame.isTwoWay ? 'call' : 'one-way call'} of ${service}.${method}`);
    this.#count('request');
    this.#count('request_decoding_success');
    const route = this.#options.routes.find(({ matches }) => matches(invocation));
    if (route === undefined) {
      this.#callbacks.note('no route', `no route matches ${service}.${method}`);
      this.#localAnswer(frame, Status.ServiceNotFound, `dubbo router: no route for interface '${service}'`);
      return;
    }
    const name = route.clusterOf(this.#proxy);
    const cluster = this.#proxy.clusters.get(name);
    this.#callbacks.note('route', `${service}.${method}: cluster ${name}`);
    if (cluster === undefined) this.#localAnswer(frame, Status.ServerError, `dubbo router: unknown cluster '${name}'`);
    else if (!cluster.hasHosts) this.#localAnswer(frame, Status.ServerError, `dubbo router: no healthy upstream for '${name}'`);
    else this.#forward(frame, cluster);
  }

  #forward(frame: DubboFrame, cluster: Cluster): void {
    const call: ActiveCall = { frame, connection: undefined, handle: undefined, answer: new Uint8Array(0) };
    this.#active.add(call);
    this.#gauge(1n);
    this.#stopped = true;
    call.handle = this.#pool.acquire(cluster, {
      ready: (connection) => {
        call.connection = connection;
        this.#count(frame.isTwoWay ? 'request_twoway' : 'request_oneway');
        connection.write(frame.bytes);
        if (!frame.isTwoWay) {
          // Measured: nobody waits for an answer, so the connection is not kept.
          this.#forget(call);
          connection.close();
        }
        this.#goOn();
      },
      refused: () => this.#lost(call, cluster),
      closed: () => this.#lost(call, cluster),
      data: (data) => this.#answered(call, data),
    });
  }

  #lost(call: ActiveCall, cluster: Cluster): void {
    this.#forget(call);
    const text = `dubbo upstream request: remote connection failure '${cluster.hostAddress}'`;
    this.#callbacks.note('upstream failure', text);
    if (call.frame.isTwoWay) this.#localAnswer(call.frame, Status.ServerError, text);
    this.#goOn();
  }

  #goOn(): void {
    this.#stopped = false;
    this.#proxy.loop.post(() => this.#dispatch());
  }

  #answered(call: ActiveCall, data: BodyBuffer): void {
    call.answer = concatBytes([call.answer, data.take()]);
    try {
      const frame = readFrame(call.answer);
      if (frame === undefined) return;
      const exception = frame.status !== 20 || isException(frame.body);
      this.#count('response');
      this.#count('response_decoding_success');
      this.#count(frame.status === 20 ? 'response_success' : 'response_error');
      if (exception) this.#count('response_business_exception');
      this.#callbacks.note('response', `decoded: status ${frame.status}${exception ? ', an exception of the service' : ''}`);
      this.#forget(call);
      this.#write(frame.bytes);
      if (frame.id === call.frame.id) call.connection?.release();
      else {
        // Measured: the answer is passed on all the same, and then an error.
        call.connection?.close();
        this.#count('response_decoding_error');
        this.#localAnswer(call.frame, Status.BadResponse, `dubbo response: request ID is not equal, ${call.frame.id}:${frame.id}`);
      }
    } catch (error) {
      if (!(error instanceof DubboError)) throw error;
      this.#count('response_decoding_error');
      this.#callbacks.note('decoding error', `the answer cannot be decoded: ${error.message}`);
      this.#forget(call);
      call.connection?.close();
      this.#localAnswer(call.frame, Status.BadResponse, error.message);
    }
  }

  #localAnswer(frame: DubboFrame, status: number, text: string): void {
    if (!this.#callbacks.connection.isOpen) return;
    this.#write(localAnswer(frame.id, status, text));
    this.#count('local_response_business_exception');
  }

  #write(bytes: Uint8Array): void {
    const { connection } = this.#callbacks;
    if (connection.isOpen) connection.write(new BodyBuffer(bytes), false);
  }

  #forget(call: ActiveCall): void {
    if (this.#active.delete(call)) this.#gauge(-1n);
  }

  #resetAll(who: CloseEvent): void {
    // A call whose header is there counts, though its body is not.
    if (this.#buffer.length >= HEADER_SIZE) this.#count(`cx_destroy_${who}_with_active_rq`);
    this.#buffer = new Uint8Array(0);
    for (const call of this.#active) {
      this.#count(`cx_destroy_${who}_with_active_rq`);
      this.#forget(call);
      call.handle?.cancel();
      call.connection?.close();
    }
  }

  #count(name: string): void {
    this.#proxy.stats.counter(this.#options.prefix + name).add(1n);
  }

  #gauge(by: bigint): void {
    this.#proxy.stats.gauge(`${this.#options.prefix}request_active`).add(by);
  }
}
