import type { CompressorLibrary } from '../../compression/library.ts';
import { compileCompressorLibrary } from '../../compression/library.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { Headers } from '../../http/headers.ts';
import { runtimeEnabled } from '../../matching/fraction.ts';
import type { StringPredicate } from '../../matching/string-matcher.ts';
import { compileAny } from '../../matching/string-matcher.ts';
import type { FilterContext } from '../filter-type.ts';

/** What requests and responses have in common. */
export interface DirectionConfig {
  readonly enabled: boolean;
  isLongEnough(headers: Headers): boolean;
  /** By the value of `content-type` without its parameters; a message without the header is taken. */
  isTypeAllowed(headers: Headers): boolean;
  count(counter: string, by?: number): void;
}

export interface ResponseConfig extends DirectionConfig {
  readonly disableOnEtag: boolean;
  readonly weakenEtag: boolean;
  readonly removeAcceptEncoding: boolean;
  readonly uncompressibleCodes: ReadonlySet<number>;
  readonly statusHeader: boolean;
  /** Counters of `accept-encoding`: they have no direction in their name. */
  countAccept(counter: string): void;
}

export interface CompressorConfig {
  readonly library: CompressorLibrary;
  readonly chooseFirst: boolean;
  readonly request: DirectionConfig;
  readonly response: ResponseConfig;
}

/** `CompressorPerRoute`; undefined fields leave what the filter says. */
export interface CompressorRoute {
  readonly enabled: boolean | undefined;
  readonly removeAcceptEncoding: boolean | undefined;
  readonly library: CompressorLibrary | undefined;
}

/** envoy `compressor_filter.cc` `defaultContentEncoding`. */
const defaultTypes = [
  'text/html',
  'text/plain',
  'text/css',
  'application/javascript',
  'application/x-javascript',
  'text/javascript',
  'text/x-javascript',
  'text/ecmascript',
  'text/js',
  'text/jscript',
  'text/x-js',
  'application/ecmascript',
  'application/x-json',
  'application/xml',
  'application/json',
  'image/svg+xml',
  'text/xml',
  'application/xhtml+xml',
  'application/grpc-web',
  'application/grpc-web+proto',
];

const DEFAULT_LENGTH = 30;
const commonCounters = ['compressed', 'not_compressed', 'total_uncompressed_bytes', 'total_compressed_bytes', 'content_length_too_small'];
const acceptCounters = [
  'no_accept_header',
  'header_identity',
  'header_compressor_used',
  'header_compressor_overshadowed',
  'header_wildcard',
  'header_not_valid',
  'not_compressed_etag',
];

export function readConfig(config: ConfigReader, context: FilterContext): CompressorConfig {
  const extension = config.message('compressor_library');
  const library = compileCompressorLibrary(extension);
  const root = `http.${context.statPrefix}.compressor.${extension?.string('name') ?? ''}.${library.statPrefix}`;
  const count = (name: string, by = 1): void => context.proxy.stats.counter(`${root}${name}`).add(BigInt(by));
  const request = config.message('request_direction_config');
  const response = config.message('response_direction_config');
  const responsePrefix = response === undefined ? '' : 'response.';
  // The oldest fields count where there is no message for responses.
  const old = response === undefined ? config : undefined;
  const source = response ?? config;
  const common = response?.message('common_config');
  for (const name of commonCounters) {
    count(`request.${name}`, 0);
    count(`${responsePrefix}${name}`, 0);
  }
  for (const name of acceptCounters) count(name, 0);
  return {
    library,
    chooseFirst: config.bool('choose_first'),
    request: {
      ...readDirection(request?.message('common_config'), (name, by) => count(`request.${name}`, by)),
      enabled: request !== undefined && runtimeEnabled(request.message('common_config')?.message('enabled')),
    },
    response: {
      ...readDirection(common ?? old, (name, by) => count(`${responsePrefix}${name}`, by), old !== undefined),
      enabled: runtimeEnabled(old === undefined ? common?.message('enabled') : old.message('runtime_enabled')),
      disableOnEtag: source.bool('disable_on_etag_header'),
      removeAcceptEncoding: source.bool('remove_accept_encoding_header'),
      weakenEtag: response?.bool('weaken_etag_on_compress') ?? false,
      uncompressibleCodes: new Set(response?.numbers('uncompressible_response_codes')),
      statusHeader: response?.bool('status_header_enabled') ?? false,
      countAccept: count,
    },
  };
}

function readDirection(config: ConfigReader | undefined, count: DirectionConfig['count'], isOld = false): Omit<DirectionConfig, 'enabled'> {
  const least = config?.number(isOld ? 'content_length' : 'min_content_length', 0) || DEFAULT_LENGTH;
  const matches = isOld ? undefined : compileAny(config?.messages('content_type_matcher') ?? []);
  const isAllowed = compileTypes(config?.strings('content_type') ?? [], matches);
  return {
    count,
    isLongEnough(headers) {
      const length = headers.get('content-length');
      if (length === undefined) return true;
      const isEnough = /^\s*\d+\s*$/.test(length) && Number(length) >= least;
      if (!isEnough) count('content_length_too_small');
      return isEnough;
    },
    isTypeAllowed(headers) {
      const type = headers.get('content-type');
      return type === undefined || isAllowed((type.split(';')[0] ?? '').trim());
    },
  };
}

function compileTypes(given: readonly string[], matches: StringPredicate | undefined): StringPredicate {
  // Matchers, where there are any, take the place of the old list (measured).
  if (matches !== undefined) return matches;
  const types = new Set((given.length === 0 ? defaultTypes : given).map((type) => type.toLowerCase()));
  return (type) => types.has(type.toLowerCase());
}

export function readRoute(config: ConfigReader): CompressorRoute {
  if (config.bool('disabled')) return { enabled: false, removeAcceptEncoding: undefined, library: undefined };
  const overrides = config.message('overrides');
  const response = overrides?.message('response_direction_config');
  const library = overrides?.message('compressor_library');
  return {
    enabled: response === undefined ? undefined : true,
    removeAcceptEncoding:
      response?.has('remove_accept_encoding_header') === true ? response.bool('remove_accept_encoding_header') : undefined,
    library: library === undefined ? undefined : compileCompressorLibrary(library),
  };
}
