import type { JsonObject } from '#base/json.ts';
import type { ConfigReader } from '../../../config-reader.ts';
import type { BodyBuffer } from '../../../http/body-buffer.ts';
import type { Proxy } from '../../../proxy.ts';
import type { NetworkCallbacks, NetworkFilter, NetworkFilterType, NetworkStatus as NetworkResult } from '../../network-filter.ts';
import { NetworkStatus } from '../../network-filter.ts';
import type { ZooKeeperSink } from './decoder.ts';
import { ZooKeeperDecoder } from './decoder.ts';
import { opcodeOfConfig, opcodes } from './opcodes.ts';
import type { RequestFields } from './requests.ts';

const NAMESPACE = 'envoy.filters.network.zookeeper_proxy';
const MEBIBYTE = 1024 * 1024;
const DEFAULT_THRESHOLD_MS = 100;
const schemes = new Set(['auth', 'digest', 'host', 'ip', 'ping_response', 'world', 'x509']);

interface Options {
  readonly prefix: string;
  readonly maxPacket: number;
  readonly requestBytes: boolean;
  readonly responseBytes: boolean;
  readonly decoderErrors: boolean;
  readonly thresholds: ((opcode: string) => number) | undefined;
}

/** envoy.filters.network.zookeeper_proxy: looks at what passes and counts (envoy `source/extensions/filters/network/zookeeper_proxy/filter.cc`). */
export const filterType: NetworkFilterType = {
  compile(config, { proxy }) {
    const options = readOptions(config);
    declare(proxy, options.prefix);
    return { create: (callbacks) => new ZooKeeperFilter(callbacks, options, proxy) };
  },
};

function readOptions(config: ConfigReader): Options {
  // Written to a file, which there is none of.
  config.ignore('access_log');
  const byDefault = config.duration('default_latency_threshold') ?? DEFAULT_THRESHOLD_MS;
  const overrides = new Map(
    config
      .messages('latency_threshold_overrides')
      .map((item): [string, number] => [opcodeOfConfig(item.string('opcode', 'Connect')), item.duration('threshold') ?? 0]),
  );
  return {
    prefix: `${config.string('stat_prefix')}.zookeeper.`,
    maxPacket: config.number('max_packet_bytes', MEBIBYTE),
    requestBytes: config.bool('enable_per_opcode_request_bytes_metrics'),
    responseBytes: config.bool('enable_per_opcode_response_bytes_metrics'),
    decoderErrors: config.bool('enable_per_opcode_decoder_error_metrics'),
    thresholds: config.bool('enable_latency_threshold_metrics') ? (opcode) => overrides.get(opcode) ?? byDefault : undefined,
  };
}

/** Every counter stands from the beginning (envoy `ALL_ZOOKEEPER_PROXY_STATS`). */
function declare({ stats }: Proxy, prefix: string): void {
  const suffixes = ['decoder_error', 'resp', 'resp_bytes', 'resp_fast', 'resp_slow', 'rq', 'rq_bytes'];
  for (const name of [...opcodes.values(), 'setauth'])
    // Authentication is counted by scheme.
    for (const suffix of suffixes) if (name !== 'auth' || suffix !== 'rq') stats.counter(`${prefix}${name}_${suffix}`);
  for (const name of [
    'connect_readonly_rq',
    'connect_readonly_rq_bytes',
    'decoder_error',
    'request_bytes',
    'response_bytes',
    'watch_event',
  ])
    stats.counter(prefix + name);
}

class ZooKeeperFilter implements NetworkFilter, ZooKeeperSink {
  readonly #callbacks: NetworkCallbacks;
  readonly #options: Options;
  readonly #proxy: Proxy;
  readonly #decoder: ZooKeeperDecoder;

  constructor(callbacks: NetworkCallbacks, options: Options, proxy: Proxy) {
    this.#callbacks = callbacks;
    this.#options = options;
    this.#proxy = proxy;
    this.#decoder = new ZooKeeperDecoder(this, options.maxPacket, () => proxy.loop.nowNs);
  }

  onData(data: BodyBuffer): NetworkResult {
    this.#callbacks.connection.info.dynamicMetadata.set(NAMESPACE, {});
    this.#decoder.feed('request', data.all());
    return NetworkStatus.Continue;
  }

  onWrite(data: BodyBuffer): NetworkResult {
    this.#callbacks.connection.info.dynamicMetadata.set(NAMESPACE, {});
    this.#decoder.feed('response', data.all());
    return NetworkStatus.Continue;
  }

  // ZooKeeperSink

  request(opcode: string, fields: RequestFields): void {
    const { readonly, scheme = '', ...shown } = fields;
    if (opcode === 'auth') this.#count(`auth.${schemes.has(scheme) ? scheme : 'unknown_scheme'}_rq`);
    else this.#count(readonly === 'true' ? 'connect_readonly_rq' : `${opcode}_rq`);
    this.#callbacks.note('request', `decoded: ${opcode}${fields['path'] === undefined ? '' : ` ${fields['path']}`}`);
    if (opcode !== 'check') this.#metadata({ opname: readonly === 'true' ? 'connect_readonly' : opcode, ...shown });
  }

  requestBytes(opcode: string | undefined, bytes: number): void {
    this.#count('request_bytes', bytes);
    if (this.#options.requestBytes && opcode !== undefined) this.#count(`${opcode}_rq_bytes`, bytes);
    this.#metadata({ bytes: String(bytes) });
  }

  response(opcode: string, fields: RequestFields, beganNs: bigint): void {
    const latencyMs = Number((this.#proxy.loop.nowNs - beganNs) / 1_000_000n);
    this.#count(`${opcode}_resp`);
    const limit = this.#options.thresholds?.(opcode);
    if (limit !== undefined) this.#count(`${opcode}_resp_${latencyMs <= limit ? 'fast' : 'slow'}`);
    const shown = /^(connect|ping|auth)$/.test(opcode) ? `${opcode}_response` : `${opcode}_resp`;
    this.#proxy.stats.metric('histogram', `${this.#options.prefix}${shown}_latency`).record(BigInt(latencyMs));
    const speed = limit === undefined ? '' : `, ${latencyMs <= limit ? 'fast' : 'slow'}: the threshold is ${limit} ms`;
    this.#callbacks.note('response', `decoded: answer to ${opcode} after ${latencyMs} ms${speed}`);
    this.#metadata({ opname: shown, ...fields });
  }

  watchEvent(fields: RequestFields): void {
    this.#count('watch_event');
    this.#callbacks.note('watch event', `decoded: watch event for ${fields['path'] ?? ''}`);
    this.#metadata({ opname: 'watch_event', ...fields });
  }

  responseBytes(opcode: string | undefined, bytes: number): void {
    this.#count('response_bytes', bytes);
    if (this.#options.responseBytes && opcode !== undefined) this.#count(`${opcode}_resp_bytes`, bytes);
    this.#metadata({ bytes: String(bytes) });
  }

  failed(opcode: string | undefined): void {
    this.#count('decoder_error');
    if (this.#options.decoderErrors && opcode !== undefined) this.#count(`${opcode}_decoder_error`);
    this.#callbacks.note('decoding error', 'this is no packet of ZooKeeper: it passes and is not counted');
    this.#metadata({ opname: 'error' });
  }

  #metadata(values: JsonObject): void {
    this.#callbacks.connection.info.setDynamicMetadata(NAMESPACE, values);
  }

  #count(name: string, by = 1): void {
    this.#proxy.stats.counter(this.#options.prefix + name).add(BigInt(by));
  }
}
