import { byteStringToBytes, bytesToByteString } from '#base/bytes.ts';
import type { FormatContext } from '../../../format/formatter.ts';
import { BodyBuffer } from '../../../http/body-buffer.ts';
import type { Proxy } from '../../../proxy.ts';
import type { NetworkCallbacks, NetworkFilter, NetworkFilterType, NetworkStatus as NetworkResult } from '../../network-filter.ts';
import { NetworkStatus } from '../../network-filter.ts';
import { bareCommands, localCommands } from './commands.ts';
import { LocalCommands } from './local-commands.ts';
import type { SentCommand } from './redis-client.ts';
import type { RedisConfig } from './redis-config.ts';
import { readRedisConfig } from './redis-config.ts';
import { RedisPool } from './redis-pool.ts';
import { encodeResp, errorReply, RespDecoder } from './resp.ts';
import type { Resp } from './resp.ts';
import { RespError } from './resp-input.ts';
import type { SplitContext } from './splitter.ts';
import { Splitter } from './splitter.ts';
import { Transaction } from './transaction.ts';

const counters = [
  'downstream_cx_drain_close',
  'downstream_cx_protocol_error',
  'downstream_cx_rx_bytes_total',
  'downstream_cx_total',
  'downstream_cx_tx_bytes_total',
  'downstream_rq_noproto',
  'downstream_rq_total',
] as const;
const gauges = [
  'downstream_cx_active',
  'downstream_cx_rx_bytes_buffered',
  'downstream_cx_tx_bytes_buffered',
  'downstream_rq_active',
] as const;

/** envoy.filters.network.redis_proxy (envoy `source/extensions/filters/network/redis_proxy/proxy_filter.cc`). */
export const filterType: NetworkFilterType = {
  compile(reader, { proxy }) {
    const config = readRedisConfig(reader);
    const prefix = `redis.${config.statPrefix}.`;
    for (const name of counters) proxy.stats.counter(prefix + name);
    for (const name of gauges) proxy.stats.gauge(prefix + name);
    const pool = new RedisPool(proxy, config);
    const splitter = new Splitter(proxy, config, pool);
    return { create: (callbacks) => new RedisFilter(callbacks, config, splitter, proxy), close: () => pool.close() };
  },
};

interface PendingRequest {
  answer: Resp | undefined;
  sent: SentCommand | undefined;
}

class RedisFilter implements NetworkFilter {
  readonly #callbacks: NetworkCallbacks;
  readonly #config: RedisConfig;
  readonly #splitter: Splitter;
  readonly #proxy: Proxy;
  readonly #decoder = new RespDecoder();
  readonly #pending: PendingRequest[] = [];
  readonly #local: LocalCommands;
  readonly #context: SplitContext;
  #quit = false;
  #unsent = 0;

  constructor(callbacks: NetworkCallbacks, config: RedisConfig, splitter: Splitter, proxy: Proxy) {
    this.#callbacks = callbacks;
    this.#config = config;
    this.#splitter = splitter;
    this.#proxy = proxy;
    this.#local = new LocalCommands(config, splitter, proxy);
    const { info } = callbacks.connection;
    const { environment, loop } = proxy;
    this.#context = {
      transaction: new Transaction(),
      format: (): FormatContext => ({ info, requestHeaders: undefined, nowNs: loop.nowNs, environment }),
      note: (code, text) => callbacks.note(code, text),
    };
    this.#count('downstream_cx_total', 1);
    this.#gauge('downstream_cx_active', 1n);
  }

  onData(data: BodyBuffer): NetworkResult {
    const bytes = data.take();
    this.#count('downstream_cx_rx_bytes_total', bytes.length);
    try {
      this.#decoder.feed(bytesToByteString(bytes), (value) => this.#request(value));
      return NetworkStatus.Continue;
    } catch (error) {
      if (!(error instanceof RespError)) throw error;
      this.#count('downstream_cx_protocol_error', 1);
      this.#callbacks.note('protocol error', 'what the client sent is not RESP: the connection ends');
      // Closed before the socket has taken the error, so its bytes are in no statistic.
      this.#takeUnsent();
      this.#callbacks.connection.write(new BodyBuffer(byteStringToBytes(encodeResp(errorReply('downstream protocol error')))), false);
      this.#callbacks.connection.close('no-flush');
      return NetworkStatus.StopIteration;
    }
  }

  onEvent(): void {
    for (const { sent } of this.#pending.splice(0)) {
      sent?.cancel();
      this.#gauge('downstream_rq_active', -1n);
    }
    this.#context.transaction.close();
    this.#gauge('downstream_cx_active', -1n);
  }

  #request(value: Resp): void {
    this.#count('downstream_rq_total', 1);
    this.#gauge('downstream_rq_active', 1n);
    const pending: PendingRequest = { answer: undefined, sent: undefined };
    this.#pending.push(pending);
    const answer = (reply: Resp): void => {
      if (!this.#pending.includes(pending)) return;
      pending.answer = reply;
      pending.sent = undefined;
      this.#flush();
    };
    const sent = this.#dispatch(value, answer);
    if (pending.answer === undefined) pending.sent = sent;
  }

  #dispatch(value: Resp, answer: (reply: Resp) => void): SentCommand | undefined {
    const words = wordsOf(value);
    const invalid = (why: string): undefined => {
      this.#splitter.invalidRequest.add(1n);
      this.#callbacks.note('invalid request', why);
      answer(errorReply('invalid request'));
    };
    if (words === undefined) return invalid('a request is a list of texts; this one is not');
    const [spelled = '', ...rest] = words;
    const name = spelled.toLowerCase();
    this.#callbacks.note('request', `decoded: ${words.join(' ')}`);
    const kind = this.#splitter.kindOf(name);
    if (kind === undefined && !localCommands.has(name)) {
      this.#splitter.unsupportedCommand.add(1n);
      answer(errorReply(`ERR unknown command '${spelled}', with args beginning with: ${rest[0] ?? ''}`));
      return undefined;
    }
    if (name === 'quit' && this.#local.allowed) this.#quit = true;
    const local = this.#local.answer(name, words);
    if (local === 'invalid') return invalid(`${name} lacks an argument`);
    if (local !== undefined) {
      this.#callbacks.note('local answer', `${name} is answered by Envoy itself`);
      answer(local);
      return undefined;
    }
    if (name === 'scan' && rest.length === 0) {
      answer(errorReply(`ERR wrong number of arguments for '${spelled}' command`));
      return undefined;
    }
    if (rest.length === 0 && kind !== 'transaction' && !bareCommands.has(name)) return invalid(`${name} lacks an argument`);
    return this.#splitter.start(words, this.#context, answer);
  }

  /** Answers leave in the order of the requests. */
  #flush(): void {
    const { connection } = this.#callbacks;
    let text = '';
    for (let first = this.#pending[0]; first?.answer !== undefined; first = this.#pending[0]) {
      text += encodeResp(first.answer);
      this.#pending.shift();
      this.#gauge('downstream_rq_active', -1n);
    }
    if (text !== '') {
      this.#unsent += text.length;
      // The socket takes the bytes when the event is over.
      this.#proxy.loop.post(() => this.#count('downstream_cx_tx_bytes_total', this.#takeUnsent()));
      connection.write(new BodyBuffer(byteStringToBytes(text)), false);
    }
    const isIdle = this.#pending.length === 0;
    if (isIdle && this.#quit) {
      connection.close('flush');
      return;
    }
    this.#context.transaction.settle(isIdle);
  }

  #takeUnsent(): number {
    const unsent = this.#unsent;
    this.#unsent = 0;
    return unsent;
  }

  #count(name: (typeof counters)[number], by: number): void {
    this.#proxy.stats.counter(`redis.${this.#config.statPrefix}.${name}`).add(BigInt(by));
  }

  #gauge(name: (typeof gauges)[number], by: bigint): void {
    this.#proxy.stats.gauge(`redis.${this.#config.statPrefix}.${name}`).add(by);
  }
}

function wordsOf(value: Resp): readonly string[] | undefined {
  if (value.type !== 'array' || value.items.length === 0) return undefined;
  const words = value.items.flatMap((item) => (item.type === 'bulk' ? [item.text] : []));
  return words.length === value.items.length ? words : undefined;
}
