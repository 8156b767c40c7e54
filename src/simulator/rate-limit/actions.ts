import { utf8ToByteString } from '#base/bytes.ts';
import type { JsonObject, JsonValue } from '#base/json.ts';
import { asObject, getIn } from '#base/json.ts';
import { ConfigError } from '../config-error.ts';
import type { ConfigReader } from '../config-reader.ts';
import { compileFormat } from '../format/formatter.ts';
import { enumName } from '../format/header-operations.ts';
import { hostOf } from '../http/connection-info.ts';
import { lowerName } from '../http/headers.ts';
import { QueryParams } from '../http/query-params.ts';
import { compileHeaderMatchers } from '../matching/header-matcher.ts';
import { isInRange } from '../matching/ip.ts';
import { compileStringMatcher } from '../matching/string-matcher.ts';
import type { DescriptorContext, DescriptorEntry } from './descriptor.ts';
import { compileExtension } from './extension.ts';
import { maskedAddress } from './masked-address.ts';

/** One entry; `skip`: none, but the descriptor goes on; undefined: there is no descriptor. */
export type Action = (context: DescriptorContext) => DescriptorEntry | 'skip' | undefined;

type Compile = (config: ConfigReader) => Action;

const sources = ['DYNAMIC', 'ROUTE_ENTRY', 'CLUSTER_ENTRY', 'CLUSTER_LOCALITY_ENTRY'] as const;

const compilers: Readonly<Record<string, Compile>> = {
  source_cluster:
    () =>
    ({ stream }) => ['source_cluster', stream.manager.proxy.nodeCluster],
  destination_cluster:
    () =>
    ({ route }) => ['destination_cluster', route?.forward?.cluster ?? ''],
  remote_address:
    () =>
    ({ stream }) => ['remote_address', hostOf(stream.info.connection.remoteAddress)],
  masked_remote_address: maskedRemoteAddress,
  generic_key: genericKey,
  request_headers: requestHeaders,
  query_parameters: queryParameters,
  header_value_match: headerValueMatch,
  query_parameter_value_match: queryParameterValueMatch,
  remote_address_match: remoteAddressMatch,
  metadata: (config) => metadata(config, enumName(config.raw('source'), sources) ?? 'DYNAMIC', config.bool('skip_if_absent')),
};

/** A `RateLimit.Action` (envoy `source/common/router/router_ratelimit.cc`, `extensions/filters/common/ratelimit_config`). */
export function compileAction(config: ConfigReader): Action {
  for (const [kind, compile] of Object.entries(compilers)) {
    const message = config.message(kind);
    if (message !== undefined) return compile(message);
  }
  const extension = config.message('extension');
  if (extension !== undefined) return compileExtension(extension);
  if (config.has('dynamic_metadata')) {
    throw new ConfigError("Using deprecated option 'envoy.config.route.v3.RateLimit.Action.dynamic_metadata'");
  }
  throw new ConfigError('Proto constraint validation failed (ActionValidationError.ActionSpecifier: value is required)');
}

/** A fixed entry where the request matches. Formats in `descriptor_value` and `default_value` are behind a guard that is off (measured). */
function entryIf(config: ConfigReader, key: string, matches: (context: DescriptorContext) => boolean): Action {
  config.ignore('default_value');
  const entry: DescriptorEntry = [config.string('descriptor_key') || key, utf8ToByteString(config.string('descriptor_value'))];
  return (context) => (matches(context) ? entry : undefined);
}

function genericKey(config: ConfigReader): Action {
  return entryIf(config, 'generic_key', () => true);
}

function headerValueMatch(config: ConfigReader): Action {
  const expected = config.bool('expect_match', true);
  const matches = compileHeaderMatchers(config.messages('headers'));
  return entryIf(config, 'header_match', ({ headers }) => matches(headers) === expected);
}

function queryParameterValueMatch(config: ConfigReader): Action {
  const expected = config.bool('expect_match', true);
  const tests = config.messages('query_parameters').map((matcher) => {
    const name = matcher.string('name');
    const string = matcher.message('string_match');
    const test = string === undefined ? undefined : compileStringMatcher(string);
    const present = matcher.bool('present_match', true);
    return (params: QueryParams): boolean => {
      const value = params.first(name);
      return test === undefined ? (value !== undefined) === present : value !== undefined && test(value);
    };
  });
  return entryIf(config, 'query_match', ({ headers }) => {
    const params = QueryParams.ofPath(headers.get(':path') ?? '', true);
    return tests.every((test) => test(params)) === expected;
  });
}

/** The one kind whose value is a format. */
function remoteAddressMatch(config: ConfigReader): Action {
  const matcher = config.message('address_matcher');
  const ranges = matcher?.messages('ranges').map((range) => `${range.string('address_prefix')}/${range.number('prefix_len', 0)}`) ?? [];
  const invert = matcher?.bool('invert_match') ?? false;
  const key = config.string('descriptor_key') || 'remote_address_match';
  const value = compileFormat(config.string('descriptor_value'), true);
  const otherwise = utf8ToByteString(config.string('default_value'));
  return ({ stream, format }) => {
    const address = hostOf(stream.info.connection.remoteAddress);
    if (ranges.some((range) => isInRange(address, range)) === invert) return undefined;
    const text = value(format) || otherwise;
    return text === '' ? undefined : [key, text];
  };
}

function requestHeaders(config: ConfigReader): Action {
  const name = lowerName(config.string('header_name'));
  const key = config.string('descriptor_key');
  const skip = config.bool('skip_if_absent');
  return ({ headers }) => {
    const value = headers.get(name);
    return value === undefined ? (skip ? 'skip' : undefined) : [key, value];
  };
}

function queryParameters(config: ConfigReader): Action {
  const name = config.string('query_parameter_name');
  const key = config.string('descriptor_key');
  const skip = config.bool('skip_if_absent');
  return ({ headers }) => {
    const value = QueryParams.ofPath(headers.get(':path') ?? '', true).first(name);
    return value === undefined ? (skip ? 'skip' : undefined) : [key, value];
  };
}

function maskedRemoteAddress(config: ConfigReader): Action {
  const v4 = config.number('v4_prefix_mask_len', 32);
  const v6 = config.number('v6_prefix_mask_len', 128);
  return ({ stream }) => {
    const masked = maskedAddress(hostOf(stream.info.connection.remoteAddress), v4, v6);
    return masked === undefined ? undefined : ['masked_remote_address', masked];
  };
}

function metadata(config: ConfigReader, source: (typeof sources)[number], skip: boolean): Action {
  const read = compileMetadataKey(config.message('metadata_key'));
  const key = config.string('descriptor_key');
  const otherwise = config.string('default_value');
  return (context) => {
    const value = read(metadataOf(context, source));
    const text = typeof value === 'string' && value !== '' ? utf8ToByteString(value) : otherwise;
    return text === '' ? (skip ? 'skip' : undefined) : [key, text];
  };
}

/** A `type.metadata.v3.MetadataKey`. */
export function compileMetadataKey(config: ConfigReader | undefined): (metadata: JsonObject) => JsonValue | undefined {
  const path = [config?.string('key') ?? '', ...(config?.messages('path').map((segment) => segment.string('key')) ?? [])];
  return (values) => getIn(values, path);
}

function metadataOf({ stream, route }: DescriptorContext, source: (typeof sources)[number]): JsonObject {
  if (source === 'DYNAMIC') return Object.fromEntries(stream.info.dynamicMetadata);
  if (source === 'ROUTE_ENTRY') return filterMetadata(route?.metadata);
  const cluster = stream.manager.proxy.clusters.get(stream.info.clusterName ?? '');
  return source === 'CLUSTER_ENTRY' ? filterMetadata(asObject(cluster?.config['metadata'])) : {};
}

function filterMetadata(value: JsonObject | undefined): JsonObject {
  return asObject(value?.['filter_metadata'] ?? value?.['filterMetadata']);
}
