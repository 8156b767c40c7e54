import { ConfigError } from '../../config-error.ts';
import type { ConfigReader } from '../../config-reader.ts';
import { enumName } from '../../format/header-operations.ts';
import type { ActiveFilter } from '../../http/active-filter.ts';
import type { BodyBuffer } from '../../http/body-buffer.ts';
import type {
  DataStatus as DataResult,
  HeadersStatus as HeadersResult,
  HttpFilter,
  TrailersStatus as TrailersResult,
} from '../../http/filter.ts';
import { DataStatus, HeadersStatus, TrailersStatus } from '../../http/filter.ts';
import type { Headers } from '../../http/headers.ts';
import { runtimeEnabled } from '../../matching/fraction.ts';
import type { Proxy } from '../../proxy.ts';
import { TokenBucket } from '../../token-bucket.ts';
import type { Direction } from '../../trace.ts';
import type { HttpFilterType } from '../filter-type.ts';
import { routeOptions } from '../filter-type.ts';
import { tell } from '../tell.ts';
import { StreamRateLimiter } from './rate-limiter.ts';

const DEFAULT_INTERVAL_MS = 50;
const KILOBYTE = 1024;
const modes = ['DISABLED', 'REQUEST', 'RESPONSE', 'REQUEST_AND_RESPONSE'] as const;

interface BandwidthConfig {
  readonly limits: Readonly<Record<Direction, boolean>>;
  readonly kbps: number;
  readonly bucket: TokenBucket;
  readonly intervalMs: number;
  readonly addsTrailers: boolean;
  readonly trailerPrefix: string;
  readonly proxy: Proxy;
  readonly statPrefix: string;
}

/** envoy.filters.http.bandwidth_limit (envoy `source/extensions/filters/http/bandwidth_limit`), on virtual time: exact to the interval. */
export const filterType: HttpFilterType = {
  compile(config, context) {
    const own = readConfig(config, context.proxy);
    const ofRoute = routeOptions(context, (route) => {
      if (!route.has('limit_kbps')) throw new ConfigError('limit must be set for per route filter config');
      return readConfig(route, context.proxy);
    });
    return { create: (callbacks) => new BandwidthLimitFilter(callbacks, () => ofRoute(callbacks) ?? own) };
  },
};

function readConfig(config: ConfigReader, proxy: Proxy): BandwidthConfig {
  const kbps = config.number('limit_kbps', 0);
  const invalid = (text: string): ConfigError =>
    new ConfigError(`Proto constraint validation failed (BandwidthLimitValidationError.${text})`);
  if (config.has('limit_kbps') && kbps < 1) throw invalid('LimitKbps: value must be greater than or equal to 1');
  const bytes = kbps * KILOBYTE;
  const intervalMs = config.duration('fill_interval') ?? DEFAULT_INTERVAL_MS;
  if (intervalMs < 20 || intervalMs > 1000) throw invalid('FillInterval: value must be inside range [20ms, 1s]');
  const bucket = new TokenBucket(() => proxy.loop.nowNs, bytes, bytes, 1000);
  bucket.reset(Math.floor((bytes * intervalMs) / 1000));
  const mode = enumName(config.raw('enable_mode'), modes) ?? 'DISABLED';
  const isOn = runtimeEnabled(config.message('runtime_enabled'));
  const prefix = config.string('response_trailer_prefix');
  const compiled: BandwidthConfig = {
    limits: { request: isOn && mode.includes('REQUEST'), response: isOn && mode.endsWith('RESPONSE') },
    kbps,
    bucket,
    intervalMs,
    addsTrailers: config.bool('enable_response_trailers'),
    trailerPrefix: prefix === '' ? '' : `${prefix}-`,
    proxy,
    statPrefix: `${config.string('stat_prefix')}.http_bandwidth_limit.`,
  };
  for (const direction of ['request', 'response'] as const) declareStats(compiled, direction);
  return compiled;
}

function declareStats({ proxy, statPrefix }: BandwidthConfig, direction: Direction): void {
  for (const name of ['enabled', 'enforced', 'incoming_total_size', 'allowed_total_size'])
    proxy.stats.counter(`${statPrefix}${direction}_${name}`);
  for (const name of ['pending', 'incoming_size', 'allowed_size']) proxy.stats.gauge(`${statPrefix}${direction}_${name}`);
  proxy.stats.metric('histogram', `${statPrefix}${direction}_transfer_duration`);
}

/** One direction of a stream that is limited. */
class Half {
  readonly config: BandwidthConfig;
  readonly #direction: Direction;
  readonly limiter: StreamRateLimiter;
  #startNs: bigint | undefined;
  /** Milliseconds the body took, and those of them that were waiting for tokens. */
  durationMs = 0;
  delayMs = 0;

  constructor(config: BandwidthConfig, direction: Direction, callbacks: ActiveFilter, finish: () => void) {
    this.config = config;
    this.#direction = direction;
    this.counter('enabled', 1);
    const { stream } = callbacks;
    const isRequest = direction === 'request';
    const path = isRequest ? stream.request : stream.response;
    this.limiter = new StreamRateLimiter(
      {
        setTimer: (ms, run) => stream.setTimer(ms, run),
        write: (data, endStream) => {
          if (endStream) finish();
          path.inject(isRequest ? callbacks.decode : callbacks.encode, data, endStream);
        },
        continue: () => {
          finish();
          if (isRequest) callbacks.continueDecoding();
          else callbacks.continueEncoding();
        },
        note: (bytes, isHeld) => {
          this.gauge('allowed_size', bytes);
          this.counter('allowed_total_size', bytes);
          if (!isHeld) return;
          this.counter('enforced', 1);
          this.delayMs += config.intervalMs;
        },
      },
      config.bucket,
      config.intervalMs,
    );
  }

  receive(bytes: number): void {
    const { proxy, statPrefix } = this.config;
    if (this.#startNs === undefined) {
      this.#startNs = proxy.loop.nowNs;
      proxy.stats.gauge(`${statPrefix}${this.#direction}_pending`).add(1n);
    }
    this.gauge('incoming_size', bytes);
    this.counter('incoming_total_size', bytes);
  }

  finish(): void {
    if (this.#startNs === undefined) return;
    const { proxy, statPrefix } = this.config;
    this.durationMs = Math.floor(Number(proxy.loop.nowNs - this.#startNs) / 1e6);
    this.#startNs = undefined;
    proxy.stats.metric('histogram', `${statPrefix}${this.#direction}_transfer_duration`).record(BigInt(this.durationMs));
    proxy.stats.gauge(`${statPrefix}${this.#direction}_pending`).add(-1n);
  }

  counter(name: string, by: number): void {
    const { proxy, statPrefix } = this.config;
    proxy.stats.counter(`${statPrefix}${this.#direction}_${name}`).add(BigInt(by));
  }

  gauge(name: string, value: number): void {
    const { proxy, statPrefix } = this.config;
    proxy.stats.gauge(`${statPrefix}${this.#direction}_${name}`).set(BigInt(value));
  }
}

class BandwidthLimitFilter implements HttpFilter {
  readonly #callbacks: ActiveFilter;
  readonly #config: () => BandwidthConfig;
  #request: Half | undefined;
  #response: Half | undefined;
  #trailers: Headers | undefined;

  constructor(callbacks: ActiveFilter, config: () => BandwidthConfig) {
    this.#callbacks = callbacks;
    this.#config = config;
  }

  decodeHeaders(): HeadersResult {
    const config = this.#config();
    if (!config.limits.request) return HeadersStatus.Continue;
    this.#request = new Half(config, 'request', this.#callbacks, () => this.#request?.finish());
    tell(this.#callbacks, 'request', 'bandwidth', `The request body is let through at ${config.kbps} KiB/s`);
    return HeadersStatus.Continue;
  }

  decodeData(data: BodyBuffer, endStream: boolean): DataResult {
    if (this.#request === undefined) return DataStatus.Continue;
    this.#request.receive(data.length);
    this.#request.limiter.writeData(data, endStream);
    return DataStatus.StopIterationNoBuffer;
  }

  decodeTrailers(): TrailersResult {
    if (this.#request === undefined) return TrailersStatus.Continue;
    if (this.#request.limiter.onTrailers()) return TrailersStatus.StopIteration;
    this.#request.finish();
    return TrailersStatus.Continue;
  }

  encodeHeaders(): HeadersResult {
    const config = this.#config();
    if (!config.limits.response) return HeadersStatus.Continue;
    this.#response = new Half(config, 'response', this.#callbacks, () => this.#finishResponse());
    tell(this.#callbacks, 'response', 'bandwidth', `The response body is let through at ${config.kbps} KiB/s`);
    return HeadersStatus.Continue;
  }

  encodeData(data: BodyBuffer, endStream: boolean): DataResult {
    const half = this.#response;
    if (half === undefined) return DataStatus.Continue;
    const addsTrailers = endStream && half.config.addsTrailers;
    if (addsTrailers) this.#trailers = this.#callbacks.addEncodedTrailers();
    half.receive(data.length);
    half.limiter.writeData(data, endStream, addsTrailers);
    return DataStatus.StopIterationNoBuffer;
  }

  encodeTrailers(trailers: Headers): TrailersResult {
    const half = this.#response;
    if (half === undefined) return TrailersStatus.Continue;
    if (half.config.addsTrailers) this.#trailers = trailers;
    if (half.limiter.onTrailers()) return TrailersStatus.StopIteration;
    this.#finishResponse();
    return TrailersStatus.Continue;
  }

  onDestroy(): void {
    this.#request?.limiter.destroy();
    this.#response?.limiter.destroy();
  }

  #finishResponse(): void {
    const half = this.#response;
    half?.finish();
    const { trailerPrefix } = half?.config ?? this.#config();
    const delays: readonly (readonly [string, number])[] = [
      ['request-delay-ms', this.#request?.durationMs ?? 0],
      ['response-delay-ms', half?.durationMs ?? 0],
      ['request-filter-delay-ms', this.#request?.delayMs ?? 0],
      ['response-filter-delay-ms', half?.delayMs ?? 0],
    ];
    for (const [name, ms] of delays) if (ms > 0) this.#trailers?.set(`${trailerPrefix}bandwidth-${name}`, String(ms));
  }
}
