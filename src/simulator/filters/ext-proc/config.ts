import type { ByteString } from '#base/bytes.ts';
import type { HeaderPair } from '#proxywasm/host.ts';
import { ConfigError } from '../../config-error.ts';
import type { ConfigReader } from '../../config-reader.ts';
import { enumName } from '../../format/header-operations.ts';
import { statusCode } from '../../format/status-code.ts';
import { lowerName } from '../../http/headers.ts';
import type { MutationRules } from '../../matching/header-mutation-rules.ts';
import { compileMutationRules } from '../../matching/header-mutation-rules.ts';
import { compileAny } from '../../matching/string-matcher.ts';
import type { GrpcServiceTarget } from '../../upstreams/grpc-service.ts';
import { compileGrpcService } from '../../upstreams/grpc-service.ts';
import type { FilterContext } from '../filter-type.ts';
import type { Attribute } from './attributes.ts';
import { compileAttributes } from './attributes.ts';
import type { ProcessingMode } from './processing-mode.ts';
import { readCheckedMode, readMode } from './processing-mode.ts';
import type { HttpTarget } from './processor-stream.ts';

const counters = [
  'streams_started',
  'stream_msgs_sent',
  'stream_msgs_received',
  'spurious_msgs_received',
  'streams_closed',
  'streams_failed',
  'failure_mode_allowed',
  'message_timeouts',
  'rejected_header_mutations',
  'clear_route_cache_ignored',
  'clear_route_cache_disabled',
  'override_message_timeout_received',
  'override_message_timeout_ignored',
  'http_not_ok_resp_received',
  'immediate_responses_sent',
  'server_half_closed',
  'clear_route_cache_upstream_ignored',
] as const;
export type Counter = (typeof counters)[number];

const routeActions = ['DEFAULT', 'CLEAR', 'RETAIN'] as const;

/** Name spaces of metadata that a processor is shown, or may write. */
export interface Namespaces {
  readonly forwarded: readonly string[] | undefined;
  readonly received: readonly string[] | undefined;
}

export interface ProcConfig {
  readonly service: GrpcServiceTarget | HttpTarget;
  readonly mode: ProcessingMode;
  readonly failureModeAllow: boolean;
  readonly statusOnError: number;
  readonly messageTimeoutMs: number;
  readonly maxMessageTimeoutMs: number;
  readonly rules: MutationRules;
  readonly allowModeOverride: boolean;
  readonly allowedModes: readonly ProcessingMode[];
  readonly immediateAllowed: boolean;
  readonly observing: boolean;
  readonly deferredCloseMs: number;
  readonly routeAction: (typeof routeActions)[number];
  readonly bodyAtOnce: boolean;
  readonly allowLength: boolean;
  readonly namespaces: Namespaces;
  readonly requestAttributes: readonly Attribute[];
  readonly responseAttributes: readonly Attribute[];
  forwards(name: ByteString): boolean;
  count(counter: Counter): void;
}

const DEFAULT_MESSAGE_TIMEOUT_MS = 200;
const DEFAULT_CLOSE_MS = 5000;

export function readConfig(config: ConfigReader, context: FilterContext): ProcConfig {
  config.ignore('filter_metadata', 'emit_client_span');
  const mode = readCheckedMode(config.message('processing_mode'));
  const service = readService(config, mode);
  const prefix = config.string('stat_prefix');
  const base = `http.${context.statPrefix}.ext_proc.${prefix === '' ? '' : `${prefix}.`}`;
  const { stats } = context.proxy;
  for (const counter of counters) stats.counter(base + counter);
  const keepsRoute = config.bool('disable_clear_route_cache');
  const routeAction = enumName(config.raw('route_cache_action'), routeActions) ?? 'DEFAULT';
  if (keepsRoute && routeAction !== 'DEFAULT')
    throw new ConfigError('disable_clear_route_cache and route_cache_action can not be set to none-default at the same time.');
  const rules = config.message('forward_rules');
  const allowed = compileAny(rules?.message('allowed_headers')?.messages('patterns') ?? []);
  const disallowed = compileAny(rules?.message('disallowed_headers')?.messages('patterns') ?? []);
  return {
    service,
    mode,
    failureModeAllow: config.bool('failure_mode_allow'),
    statusOnError: statusCode(config.message('status_on_error')?.raw('code')) ?? 500,
    messageTimeoutMs: config.duration('message_timeout') ?? DEFAULT_MESSAGE_TIMEOUT_MS,
    maxMessageTimeoutMs: config.duration('max_message_timeout') ?? 0,
    rules: compileMutationRules(config.message('mutation_rules')),
    allowModeOverride: config.bool('allow_mode_override'),
    allowedModes: config.messages('allowed_override_modes').map(readMode),
    immediateAllowed: !config.bool('disable_immediate_response'),
    observing: config.bool('observability_mode'),
    deferredCloseMs: config.duration('deferred_close_timeout') ?? DEFAULT_CLOSE_MS,
    routeAction: keepsRoute ? 'RETAIN' : routeAction,
    bodyAtOnce: config.bool('send_body_without_waiting_for_header_response'),
    allowLength: config.bool('allow_content_length_header'),
    namespaces: readNamespaces(config.message('metadata_options')),
    requestAttributes: compileAttributes(config.strings('request_attributes')),
    responseAttributes: compileAttributes(config.strings('response_attributes')),
    forwards: (name) => disallowed?.(name) !== true && (allowed === undefined || allowed(name)),
    count: (counter) => stats.counter(base + counter).add(1n),
  };
}

/** One of two services; by HTTP only headers can be shown. */
function readService(config: ConfigReader, mode: ProcessingMode): GrpcServiceTarget | HttpTarget {
  const grpc = config.message('grpc_service');
  const http = config.message('http_service');
  if ((grpc === undefined) === (http === undefined))
    throw new ConfigError('One and only one of grpc_service or http_service must be configured');
  if (grpc !== undefined) return compileGrpcService(grpc);
  if (showsMoreThanHeaders(mode)) {
    throw new ConfigError(
      'If the ext_proc filter is configured with http_service instead of gRPC service, then the processing modes of this filter can not be configured to send body or trailer.',
    );
  }
  return readHttpTarget(http?.message('http_service'));
}

function showsMoreThanHeaders(mode: ProcessingMode): boolean {
  return mode.requestBody !== 'NONE' || mode.responseBody !== 'NONE' || mode.requestTrailers === 'SEND' || mode.responseTrailers === 'SEND';
}

function readHttpTarget(config: ConfigReader | undefined): HttpTarget {
  const uri = config?.message('http_uri');
  const [, host = '', path = ''] = /^(?:[a-z]+:\/\/)?([^/]*)(.*)$/i.exec(uri?.string('uri') ?? '') ?? [];
  const added = (config?.messages('request_headers_to_add') ?? []).map((option): HeaderPair => {
    const header = option.message('header');
    return [lowerName(header?.string('key') ?? ''), header?.string('value') ?? ''];
  });
  return {
    cluster: uri?.string('cluster') ?? '',
    timeoutMs: uri?.duration('timeout') ?? 0,
    headers: [
      [':method', 'POST'],
      [':scheme', 'http'],
      [':path', path === '' ? '/' : path],
      [':authority', host],
      ['content-type', 'application/json'],
      ...added,
    ],
  };
}

export function readNamespaces(config: ConfigReader | undefined): Namespaces {
  return {
    forwarded: config?.message('forwarding_namespaces')?.strings('untyped'),
    received: config?.message('receiving_namespaces')?.strings('untyped'),
  };
}
