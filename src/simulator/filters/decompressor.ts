import type { Decompressor, DecompressorLibrary } from '../compression/library.ts';
import { compileDecompressorLibrary } from '../compression/library.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { ActiveFilter } from '../http/active-filter.ts';
import type { BodyBuffer } from '../http/body-buffer.ts';
import type {
  DataStatus as DataResult,
  HeadersStatus as HeadersResult,
  HttpFilter,
  TrailersStatus as TrailersResult,
} from '../http/filter.ts';
import { DataStatus, HeadersStatus, TrailersStatus } from '../http/filter.ts';
import type { Headers } from '../http/headers.ts';
import { runtimeEnabled } from '../matching/fraction.ts';
import type { Direction } from '../trace.ts';
import type { FilterContext, HttpFilterType } from './filter-type.ts';
import { tell } from './tell.ts';

interface DirectionConfig {
  readonly direction: Direction;
  readonly enabled: boolean;
  readonly ignoreNoTransform: boolean;
  count(counter: string, by?: number): void;
}

interface DecompressorConfig {
  readonly library: DecompressorLibrary;
  readonly advertise: boolean;
  readonly request: DirectionConfig;
  readonly response: DirectionConfig;
  readonly trailers: string;
  countError(counter: string, by: number): void;
}

const counters = ['decompressed', 'not_decompressed', 'total_uncompressed_bytes', 'total_compressed_bytes'];

/** envoy.filters.http.decompressor (envoy `source/extensions/filters/http/decompressor`). */
export const filterType: HttpFilterType = {
  compile(config, context) {
    const compiled = readConfig(config, context);
    return { create: (callbacks) => new DecompressorFilter(callbacks, compiled) };
  },
};

function readConfig(config: ConfigReader, context: FilterContext): DecompressorConfig {
  const extension = config.message('decompressor_library');
  const library = compileDecompressorLibrary(extension);
  const request = config.message('request_direction_config');
  const response = config.message('response_direction_config');
  const name = extension?.string('name') ?? '';
  const root = `http.${context.statPrefix}.decompressor.${name}.${library.statPrefix}`;
  const count = (counter: string, by: number): void => context.proxy.stats.counter(`${root}${counter}`).add(BigInt(by));
  const directionOf = (direction: Direction, common: ConfigReader | undefined): DirectionConfig => {
    for (const counter of counters) count(`${direction}.${counter}`, 0);
    return {
      direction,
      enabled: runtimeEnabled(common?.message('enabled')),
      ignoreNoTransform: common?.bool('ignore_no_transform_header') ?? false,
      count: (counter, by = 1) => count(`${direction}.${counter}`, by),
    };
  };
  return {
    library,
    advertise: request?.bool('advertise_accept_encoding', true) ?? true,
    request: directionOf('request', request?.message('common_config')),
    response: directionOf('response', response?.message('common_config')),
    trailers: `x-envoy-decompressor-${name}`,
    countError: (counter, by) => count(`decompressor_library.${counter}`, by),
  };
}

/** One direction of a stream that is decompressed. */
class Running {
  readonly #decompressor: Decompressor;
  readonly #config: DecompressorConfig;
  readonly #direction: DirectionConfig;
  #compressed = 0;
  #uncompressed = 0;

  constructor(config: DecompressorConfig, direction: DirectionConfig) {
    this.#config = config;
    this.#direction = direction;
    for (const counter of config.library.counters) config.countError(counter, 0);
    this.#decompressor = config.library.create((counter) => config.countError(counter, 1));
  }

  data(data: BodyBuffer): void {
    const out = this.#decompressor.decompress(data.all());
    this.#compressed += data.length;
    this.#uncompressed += out.length;
    this.#direction.count('total_compressed_bytes', data.length);
    this.#direction.count('total_uncompressed_bytes', out.length);
    data.replace(out);
  }

  /** How much it was before and after, for whoever reads the trailers. */
  report(trailers: Headers): void {
    this.#decompressor.end?.();
    trailers.add(`${this.#config.trailers}-compressed-bytes`, String(this.#compressed));
    trailers.add(`${this.#config.trailers}-uncompressed-bytes`, String(this.#uncompressed));
  }
}

class DecompressorFilter implements HttpFilter {
  readonly #callbacks: ActiveFilter;
  readonly #config: DecompressorConfig;
  #request: Running | undefined;
  #response: Running | undefined;

  constructor(callbacks: ActiveFilter, config: DecompressorConfig) {
    this.#callbacks = callbacks;
    this.#config = config;
  }

  decodeHeaders(headers: Headers, endStream: boolean): HeadersResult {
    const { advertise, library, request, response } = this.#config;
    if (response.enabled && advertise) headers.set('accept-encoding', withEncoding(headers.get('accept-encoding') ?? '', library.encoding));
    if (!endStream) this.#request = this.#begin(headers, request);
    return HeadersStatus.Continue;
  }

  decodeData(data: BodyBuffer, endStream: boolean): DataResult {
    this.#request?.data(data);
    if (endStream) this.#request?.report(this.#callbacks.addDecodedTrailers());
    return DataStatus.Continue;
  }

  decodeTrailers(trailers: Headers): TrailersResult {
    this.#request?.report(trailers);
    return TrailersStatus.Continue;
  }

  encodeHeaders(headers: Headers, endStream: boolean): HeadersResult {
    if (!endStream) this.#response = this.#begin(headers, this.#config.response);
    return HeadersStatus.Continue;
  }

  encodeData(data: BodyBuffer, endStream: boolean): DataResult {
    this.#response?.data(data);
    if (endStream) this.#response?.report(this.#callbacks.addEncodedTrailers());
    return DataStatus.Continue;
  }

  encodeTrailers(trailers: Headers): TrailersResult {
    this.#response?.report(trailers);
    return TrailersStatus.Continue;
  }

  #begin(headers: Headers, direction: DirectionConfig): Running | undefined {
    const refusal = this.#refusal(headers, direction);
    if (refusal !== undefined) {
      direction.count('not_decompressed');
      tell(this.#callbacks, direction.direction, 'not-decompressed', `The body stays as it is: ${refusal}`);
      return undefined;
    }
    direction.count('decompressed');
    headers.remove('content-length');
    const [, ...rest] = (headers.get('content-encoding') ?? '').split(',');
    if (rest.length > 0) headers.set('content-encoding', rest.join(',').trim());
    else headers.remove('content-encoding');
    tell(this.#callbacks, direction.direction, 'decompressed', `The body is decompressed from ${this.#config.library.encoding}`);
    return new Running(this.#config, direction);
  }

  #refusal(headers: Headers, direction: DirectionConfig): string | undefined {
    if (!direction.enabled) return 'decompression is switched off';
    const noTransform = (headers.get('cache-control') ?? '').split(',').some((item) => item.trim().toLowerCase() === 'no-transform');
    if (noTransform && !direction.ignoreNoTransform) return 'cache-control says no-transform';
    const { encoding } = this.#config.library;
    const first = (headers.get('content-encoding') ?? '').split(',')[0]?.trim().toLowerCase();
    return first === encoding ? undefined : `it is not encoded with ${encoding}`;
  }
}

/** envoy `HeaderUtility::addEncodingToAcceptEncoding`: the encoding stands once, at the end, and without a weight. */
function withEncoding(accept: string, encoding: string): string {
  const items = accept.split(',').map((item) => item.trim());
  const others = items.filter((item) => item !== '' && item.split(';')[0]?.trim().toLowerCase() !== encoding);
  return [...others, encoding].join(',');
}
