import { byteStringToBytes, bytesToByteString } from '#base/bytes.ts';
import type { BodyBuffer } from '../../../http/body-buffer.ts';
import type { Proxy } from '../../../proxy.ts';
import type { Cluster } from '../../../upstreams/clusters.ts';
import { declareClusterStats } from '../../../upstreams/cluster-stats.ts';
import type { ServerConnection, UpstreamTcpSink } from '../../tcp-servers.ts';
import type { Resp } from './resp.ts';
import { command, encodeResp, RespDecoder } from './resp.ts';
import { RespError } from './resp-input.ts';
import type { RedisSettings } from './redis-config.ts';
import { upstreamCredentials } from './redis-config.ts';

/** Where the answer to one command goes. */
export interface ReplySink {
  reply(value: Resp): void;
  failed(): void;
}

/** A command that was sent; whoever asked may lose interest. */
export interface SentCommand {
  cancel(): void;
}

interface Pending {
  readonly sink: ReplySink;
  readonly stat: string;
  cancelled: boolean;
}

/**
 * One connection to a Redis server that everybody shares: answers come in the order of the commands (envoy
 * `source/extensions/filters/network/common/redis/client_impl.cc`).
 */
export class RedisClient implements UpstreamTcpSink {
  readonly #proxy: Proxy;
  readonly #cluster: Cluster;
  readonly #settings: RedisSettings;
  readonly #decoder = new RespDecoder();
  readonly #pending: Pending[] = [];
  #connection: ServerConnection | undefined;
  #waiting = '';
  #opTimer: { cancel(): void } | undefined;
  #flushTimer: { cancel(): void } | undefined;
  #over = false;
  onClosed: (() => void) | undefined;

  constructor(proxy: Proxy, cluster: Cluster, settings: RedisSettings) {
    this.#proxy = proxy;
    this.#cluster = cluster;
    this.#settings = settings;
    declareClusterStats(proxy.stats, cluster.name);
    this.#count('upstream_cx_total');
    this.#gauge('upstream_cx_active', 1n);
    proxy.loop.post(() => this.#connect());
  }

  /** Commands of the connection itself come before the first one of a client. */
  greet(): void {
    const { user, password } = upstreamCredentials(this.#cluster.config);
    const words = user === '' ? ['auth', password] : ['auth', user, password];
    const greetings: Resp[] = password === '' ? [] : [command(...words)];
    if (this.#settings.readPolicy !== 'MASTER') greetings.push(command('readonly'));
    for (const greeting of greetings) this.send(greeting, ignoreReply);
  }

  send(request: Resp, sink: ReplySink): SentCommand {
    const pending: Pending = { sink, stat: this.#commandStat(request), cancelled: false };
    if (pending.stat !== '') this.#proxy.stats.counter(`${pending.stat}total`).add(1n);
    const isFirst = this.#waiting === '';
    this.#pending.push(pending);
    this.#waiting += encodeResp(request);
    if (this.#waiting.length >= this.#settings.maxBufferSize) this.#flush();
    else if (isFirst) this.#flushTimer = this.#proxy.loop.setTimer(this.#settings.flushTimeoutMs, () => this.#flush());
    if (this.#connection !== undefined && this.#pending.length === 1) this.#startTimer();
    return { cancel: () => (pending.cancelled = true) };
  }

  close(): void {
    this.#end('local');
  }

  #connect(): void {
    if (this.#over) return;
    if (!this.#cluster.reachable) {
      this.#count('upstream_cx_connect_fail');
      this.#end('remote');
      return;
    }
    this.#connection = this.#proxy.servers.open(this.#cluster.name, this);
    this.#write();
    if (this.#pending.length > 0) this.#startTimer();
  }

  #unsent = '';

  #flush(): void {
    this.#flushTimer?.cancel();
    this.#unsent += this.#waiting;
    this.#waiting = '';
    this.#write();
  }

  #write(): void {
    if (this.#connection === undefined || this.#unsent === '') return;
    const bytes = byteStringToBytes(this.#unsent);
    this.#unsent = '';
    this.#connection.write(bytes, false);
  }

  #startTimer(): void {
    this.#opTimer?.cancel();
    this.#opTimer = this.#proxy.loop.setTimer(this.#settings.opTimeoutMs, () => {
      this.#count('upstream_rq_timeout');
      this.close();
    });
  }

  // The server

  onData(data: BodyBuffer, endStream: boolean): void {
    try {
      this.#decoder.feed(bytesToByteString(data.take()), (value) => this.#answered(value));
    } catch (error) {
      if (!(error instanceof RespError)) throw error;
      this.#count('upstream_cx_protocol_error');
      this.close();
      return;
    }
    if (endStream) this.#end('remote');
  }

  onReset(): void {
    this.#end('remote');
  }

  #answered(value: Resp): void {
    const pending = this.#pending.shift();
    // Measured: an answer nobody has asked for is left out.
    if (pending === undefined) return;
    if (pending.stat !== '') this.#proxy.stats.counter(pending.stat + (value.type === 'error' ? 'failure' : 'success')).add(1n);
    this.#opTimer?.cancel();
    if (this.#pending.length > 0) this.#startTimer();
    if (pending.cancelled) this.#count('upstream_rq_cancelled');
    else pending.sink.reply(value);
  }

  #end(who: 'local' | 'remote'): void {
    if (this.#over) return;
    this.#over = true;
    this.#opTimer?.cancel();
    this.#flushTimer?.cancel();
    const active = this.#pending.length > 0 ? ['_with_active_rq'] : [];
    for (const suffix of ['', `_${who}`, ...active, ...active.map((text) => `_${who}${text}`)]) this.#count(`upstream_cx_destroy${suffix}`);
    this.#gauge('upstream_cx_active', -1n);
    this.#connection?.close('FIN');
    this.onClosed?.();
    for (const pending of this.#pending.splice(0)) {
      if (pending.stat !== '') this.#proxy.stats.counter(`${pending.stat}failure`).add(1n);
      if (pending.cancelled) this.#count('upstream_rq_cancelled');
      else pending.sink.failed();
    }
  }

  #commandStat(request: Resp): string {
    if (!this.#settings.commandStats || request.type !== 'array') return '';
    const [first] = request.items;
    const name = first?.type === 'bulk' ? first.text.toLowerCase() : 'unknown';
    const prefix = `cluster.${this.#cluster.name}.redis_cluster.upstream_commands.${name}.`;
    for (const counter of ['failure', 'success', 'total']) this.#proxy.stats.counter(prefix + counter);
    return prefix;
  }

  #count(name: string): void {
    this.#proxy.stats.counter(`cluster.${this.#cluster.name}.${name}`).add(1n);
  }

  #gauge(name: string, by: bigint): void {
    this.#proxy.stats.gauge(`cluster.${this.#cluster.name}.${name}`).add(by);
  }
}

export const ignoreReply: ReplySink = { reply: () => undefined, failed: () => undefined };
