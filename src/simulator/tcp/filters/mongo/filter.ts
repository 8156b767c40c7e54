import type { JsonValue } from '#base/json.ts';
import { isArray } from '#base/json.ts';
import type { BodyBuffer } from '../../../http/body-buffer.ts';
import { fractionOf } from '../../../matching/fraction.ts';
import type { Proxy } from '../../../proxy.ts';
import type {
  CloseEvent,
  NetworkCallbacks,
  NetworkFilter,
  NetworkFilterType,
  NetworkStatus as NetworkResult,
} from '../../network-filter.ts';
import { NetworkStatus } from '../../network-filter.ts';
import type { BsonDocument } from './bson.ts';
import { MongoError } from './bson.ts';
import type { MongoMessage } from './messages.ts';
import { MongoBuffer } from './messages.ts';
import type { QueryInfo } from './query-info.ts';
import { queryInfo } from './query-info.ts';

const NAMESPACE = 'envoy.filters.network.mongo_proxy';
const counters =
  'cx_destroy_local_with_active_rq cx_destroy_remote_with_active_rq cx_drain_close decoding_error delays_injected op_command ' +
  'op_command_reply op_get_more op_insert op_kill_cursors op_query op_query_await_data op_query_exhaust op_query_multi_get ' +
  'op_query_no_cursor_timeout op_query_no_max_time op_query_scatter_get op_query_tailable_cursor op_reply op_reply_cursor_not_found ' +
  'op_reply_query_failure op_reply_valid_cursor';
const queryFlags: readonly (readonly [number, string])[] = [
  [0x02, 'tailable_cursor'],
  [0x10, 'no_cursor_timeout'],
  [0x20, 'await_data'],
  [0x40, 'exhaust'],
];

interface Options {
  readonly prefix: string;
  readonly commands: ReadonlySet<string>;
  readonly emitMetadata: boolean;
  readonly delayMs: number;
  readonly delayShare: number;
}

/** envoy.filters.network.mongo_proxy: counts what passes, holds it back where a delay says so (envoy `source/extensions/filters/network/mongo_proxy/proxy.cc`). */
export const filterType: NetworkFilterType = {
  compile(config, { proxy }) {
    // Written to a file, which there is none of.
    config.ignore('access_log');
    const delay = config.message('delay');
    const commands = config.strings('commands');
    const options: Options = {
      prefix: `mongo.${config.string('stat_prefix')}.`,
      commands: new Set(commands.length > 0 ? commands : ['delete', 'insert', 'update']),
      emitMetadata: config.bool('emit_dynamic_metadata'),
      delayMs: delay?.duration('fixed_delay') ?? 0,
      delayShare: fractionOf(delay?.message('percentage')),
    };
    for (const name of counters.split(' ')) proxy.stats.counter(options.prefix + name);
    proxy.stats.gauge(`${options.prefix}op_query_active`);
    return { create: (callbacks) => new MongoFilter(callbacks, options, proxy) };
  },
};

interface ActiveQuery {
  readonly info: QueryInfo;
  readonly beganNs: bigint;
}

class MongoFilter implements NetworkFilter {
  readonly #callbacks: NetworkCallbacks;
  readonly #options: Options;
  readonly #proxy: Proxy;
  readonly #requests = new MongoBuffer();
  readonly #responses = new MongoBuffer();
  readonly #active: ActiveQuery[] = [];
  #sniffing = true;
  #delay: { cancel(): void } | undefined;

  constructor(callbacks: NetworkCallbacks, options: Options, proxy: Proxy) {
    this.#callbacks = callbacks;
    this.#options = options;
    this.#proxy = proxy;
  }

  onData(data: BodyBuffer): NetworkResult {
    this.#decode(this.#requests, data);
    return this.#delay === undefined ? NetworkStatus.Continue : NetworkStatus.StopIteration;
  }

  onWrite(data: BodyBuffer): NetworkResult {
    this.#decode(this.#responses, data);
    return NetworkStatus.Continue;
  }

  onEvent(event: CloseEvent): void {
    this.#delay?.cancel();
    this.#delay = undefined;
    if (this.#active.length > 0) this.#count(`cx_destroy_${event}_with_active_rq`);
  }

  onDestroy(): void {
    this.#proxy.stats.gauge(`${this.#options.prefix}op_query_active`).add(BigInt(-this.#active.length));
  }

  #decode(buffer: MongoBuffer, data: BodyBuffer): void {
    if (!this.#sniffing) return;
    buffer.append(data.all());
    if (this.#options.emitMetadata) this.#callbacks.connection.info.dynamicMetadata.set(NAMESPACE, {});
    try {
      for (let message = buffer.next(); message !== undefined; message = buffer.next()) this.#message(message);
    } catch (error) {
      if (!(error instanceof MongoError)) throw error;
      this.#count('decoding_error');
      this.#sniffing = false;
      buffer.clear();
      this.#callbacks.note('decoding error', 'this is no message of MongoDB: from here on the connection passes and is not counted');
    }
  }

  #message(message: MongoMessage): void {
    if (message.kind !== 'reply') this.#injectDelay();
    switch (message.kind) {
      case 'reply':
        this.#reply(message);
        return;
      case 'query':
        this.#metadata('query', message.collection);
        this.#count('op_query');
        this.#query(message);
        return;
      case 'insert':
        this.#metadata('insert', message.collection);
        this.#callbacks.note('request', `decoded: insert into ${message.collection}`);
        this.#count('op_insert');
        return;
      default:
        this.#callbacks.note('request', `decoded: ${message.kind.replace('_', ' ')}`);
        this.#count(`op_${message.kind}`);
    }
  }

  #query({ id, flags, collection, query }: Extract<MongoMessage, { kind: 'query' }>): void {
    for (const [bit, name] of queryFlags) if ((flags & bit) !== 0) this.#count(`op_query_${name}`);
    const info = queryInfo(id, collection, query);
    if (info.command === '') this.#chargeQuery(info);
    else this.#count(`cmd.${this.#commandName(info.command)}.total`);
    this.#callbacks.note(
      'request',
      info.command === '' ? `decoded: query of ${info.collection}, ${info.type.replace('_', ' ')}` : `decoded: command ${info.command}`,
    );
    this.#active.push({ info, beganNs: this.#proxy.loop.nowNs });
    this.#proxy.stats.gauge(`${this.#options.prefix}op_query_active`).add(1n);
  }

  #commandName(command: string): string {
    return this.#options.commands.has(command) ? command : 'unknown_command';
  }

  #chargeQuery(info: QueryInfo): void {
    const { type, callsite } = info;
    const scopes = [`collection.${info.collection}`, ...(callsite === '' ? [] : [`collection.${info.collection}.callsite.${callsite}`])];
    for (const scope of scopes) {
      this.#count(`${scope}.query.total`);
      if (type !== 'primary_key') this.#count(`${scope}.query.${type}`);
    }
    if (info.maxTimeMs < 1) this.#count('op_query_no_max_time');
    if (type !== 'primary_key') this.#count(`op_query_${type}`);
  }

  #reply({ responseTo, flags, cursor, documents }: Extract<MongoMessage, { kind: 'reply' }>): void {
    this.#count('op_reply');
    if (cursor !== 0n) this.#count('op_reply_valid_cursor');
    if ((flags & 1) !== 0) this.#count('op_reply_cursor_not_found');
    if ((flags & 2) !== 0) this.#count('op_reply_query_failure');
    const at = this.#active.findIndex(({ info }) => info.id === responseTo);
    const [query] = at < 0 ? [] : this.#active.splice(at, 1);
    this.#callbacks.note(
      'response',
      `decoded: reply with ${documents.length} document(s)${query === undefined ? ', to no known query' : ''}`,
    );
    if (query === undefined) return;
    this.#proxy.stats.gauge(`${this.#options.prefix}op_query_active`).add(-1n);
    const { command, collection, callsite } = query.info;
    if (command !== '') this.#chargeReply(query, `cmd.${this.#commandName(command)}`, documents);
    else {
      this.#chargeReply(query, `collection.${collection}.query`, documents);
      if (callsite !== '') this.#chargeReply(query, `collection.${collection}.callsite.${callsite}.query`, documents);
    }
  }

  #chargeReply(query: ActiveQuery, scope: string, documents: readonly BsonDocument[]): void {
    const record = (name: string, value: bigint): void =>
      this.#proxy.stats.metric('histogram', `${this.#options.prefix}${scope}.${name}`).record(value);
    record('reply_num_docs', BigInt(documents.length));
    record('reply_size', BigInt(documents.reduce((sum, { size }) => sum + size, 0)));
    record('reply_time_ms', (this.#proxy.loop.nowNs - query.beganNs) / 1_000_000n);
  }

  #injectDelay(): void {
    const { delayMs, delayShare } = this.#options;
    if (this.#delay !== undefined || delayMs <= 0 || this.#proxy.random.next() >= delayShare) return;
    this.#delay = this.#proxy.loop.setTimer(delayMs, () => {
      this.#delay = undefined;
      this.#callbacks.continueReading();
    });
    this.#count('delays_injected');
    this.#callbacks.note('delay', `the bytes are held back for ${delayMs} ms`);
  }

  #metadata(operation: string, resource: string): void {
    if (!this.#options.emitMetadata) return;
    const { info } = this.#callbacks.connection;
    const before: JsonValue | undefined = info.dynamicMetadata.get(NAMESPACE)?.[resource];
    info.setDynamicMetadata(NAMESPACE, { [resource]: [...(isArray(before) ? before : []), operation] });
  }

  #count(name: string): void {
    this.#proxy.stats.counter(this.#options.prefix + name).add(1n);
  }
}
