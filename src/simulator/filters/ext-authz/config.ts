import type { ByteString } from '#base/bytes.ts';
import type { JsonObject } from '#base/json.ts';
import { asObject } from '#base/json.ts';
import { ConfigError } from '../../config-error.ts';
import type { ConfigReader } from '../../config-reader.ts';
import { statusCode } from '../../format/status-code.ts';
import { lowerName } from '../../http/headers.ts';
import type { HttpStream } from '../../http/stream.ts';
import { runtimeEnabled, runtimeFraction } from '../../matching/fraction.ts';
import type { MutationRules } from '../../matching/header-mutation-rules.ts';
import { compileMutationRules } from '../../matching/header-mutation-rules.ts';
import { compileMetadataMatcher } from '../../matching/metadata-matcher.ts';
import { compileAny } from '../../matching/string-matcher.ts';
import type { FilterContext } from '../filter-type.ts';
import { isValidHeader } from './apply-result.ts';
import type { BodyOptions, HeaderSelection } from './check-attributes.ts';
import type { RequestOptions } from './check-request.ts';
import { compileAuthGrpc } from './grpc-service.ts';
import type { AuthService } from './http-service.ts';
import { compileHttpService } from './http-service.ts';

const counters = [
  'ok',
  'denied',
  'error',
  'disabled',
  'failure_mode_allowed',
  'invalid',
  'ignored_dynamic_metadata',
  'filter_state_name_collision',
  'omitted_response_headers',
  'request_header_limits_reached',
  'response_header_limits_reached',
  'shadow_denied',
  'shadow_error',
] as const;
type Counter = (typeof counters)[number];

export interface AuthConfig {
  readonly service: AuthService;
  readonly selection: HeaderSelection;
  readonly body: BodyOptions | undefined;
  readonly failureModeAllow: boolean;
  readonly failureHeader: boolean;
  readonly statusOnError: number;
  readonly denyAtDisable: boolean;
  readonly validate: boolean;
  readonly rules: MutationRules | undefined;
  readonly metadataNamespaces: readonly string[];
  readonly routeNamespaces: readonly string[];
  readonly ingestMetadata: boolean;
  readonly maxBody: number;
  readonly shadow: boolean;
  enabled(stream: HttpStream): boolean;
  /** Does an OK that touches these headers choose the route anew? */
  clearsRoute(names: readonly ByteString[], parameters: boolean): boolean;
  valid(name: ByteString, value: ByteString): boolean;
  count(counter: Counter): void;
  /** Also for the cluster of the route. */
  countBoth(counter: Counter, stream: HttpStream): void;
  makeService(config: ConfigReader): AuthService | undefined;
}

/** `ExtAuthzPerRoute`. */
export interface RouteSettings {
  readonly disabled: boolean;
  readonly context: JsonObject;
  readonly noBody: boolean;
  readonly body: BodyOptions | undefined;
  readonly service: AuthService | undefined;
}

export function readConfig(config: ConfigReader, context: FilterContext): AuthConfig {
  config.ignore(
    'transport_api_version',
    'charge_cluster_response_stats',
    'emit_client_span',
    'enforce_response_header_limits',
    'emit_filter_state_stats',
    'filter_metadata',
  );
  const prefix = config.string('stat_prefix');
  const name = (counter: Counter): string => `ext_authz.${prefix === '' ? '' : `${prefix}.`}${counter}`;
  const { stats, random, node } = context.proxy;
  const count = (counter: Counter): void => stats.counter(`http.${context.statPrefix}.${name(counter)}`).add(1n);
  for (const counter of counters) stats.counter(`http.${context.statPrefix}.${name(counter)}`);
  const selection = readSelection(config);
  const labelsKey = config.string('bootstrap_metadata_labels_key');
  const options: RequestOptions = {
    rawHeaders: config.bool('encode_raw_headers'),
    tlsSession: config.bool('include_tls_session'),
    destinationLabels: labelsKey === '' ? {} : asObject(asObject(node['metadata'])[labelsKey]),
  };
  const makeService = (holder: ConfigReader): AuthService | undefined => {
    const grpc = holder.message('grpc_service');
    const http = holder.message('http_service');
    if (grpc !== undefined) return compileAuthGrpc(grpc, options);
    return http === undefined ? undefined : compileHttpService(http, selection.allowed !== undefined);
  };
  const service = makeService(config);
  if (service === undefined) throw new ConfigError('Either grpc_service or http_service must be set');
  const share = config.has('filter_enabled') ? runtimeFraction(config.message('filter_enabled'), 1) : 1;
  const enabledMetadata = config.message('filter_enabled_metadata');
  const matches = enabledMetadata === undefined ? undefined : compileMetadataMatcher(enabledMetadata);
  const rules = config.message('decoder_header_mutation_rules');
  const clear = config.bool('clear_route_cache');
  const clearing = new Set(config.strings('clear_route_cache_headers').map(lowerName));
  return {
    service,
    selection,
    body: readBody(config.message('with_request_body')),
    failureModeAllow: config.bool('failure_mode_allow'),
    failureHeader: config.bool('failure_mode_allow_header_add'),
    statusOnError: statusCode(config.message('status_on_error')?.raw('code')) ?? 403,
    denyAtDisable: config.has('deny_at_disable') && runtimeEnabled(config.message('deny_at_disable')),
    validate: config.bool('validate_mutations'),
    rules: rules === undefined ? undefined : compileMutationRules(rules),
    metadataNamespaces: config.strings('metadata_context_namespaces'),
    routeNamespaces: config.strings('route_metadata_context_namespaces'),
    ingestMetadata: config.bool('enable_dynamic_metadata_ingestion', true),
    maxBody: config.number('max_denied_response_body_bytes', 0),
    shadow: config.bool('shadow_mode'),
    enabled: (stream) => (share >= 1 || random.next() < share) && matches?.(stream.info.dynamicMetadata) !== false,
    clearsRoute: (names, parameters) =>
      clear && (parameters || (clearing.size === 0 ? names.length > 0 : names.some((item) => clearing.has(lowerName(item))))),
    valid: isValidHeader,
    count,
    countBoth(counter, stream) {
      count(counter);
      const cluster = stream.info.clusterName;
      if (cluster !== undefined) stats.counter(`cluster.${cluster}.${name(counter)}`).add(1n);
    },
    makeService,
  };
}

function readSelection(config: ConfigReader): HeaderSelection {
  const allowed = config.message('allowed_headers');
  const http = config.message('http_service');
  const always = new Set(http === undefined ? [] : ['authorization', ':method', ':path', ':authority', 'host']);
  const test = allowed === undefined ? undefined : (compileAny(allowed.messages('patterns')) ?? (() => false));
  return {
    allowed: test === undefined ? undefined : (name) => test(name) || always.has(name),
    disallowed: compileAny(config.message('disallowed_headers')?.messages('patterns') ?? []),
  };
}

function readBody(config: ConfigReader | undefined): BodyOptions | undefined {
  if (config === undefined) return undefined;
  return {
    maxBytes: config.number('max_request_bytes', 0),
    partial: config.bool('allow_partial_message'),
    asBytes: config.bool('pack_as_bytes'),
  };
}

export function readRoute(config: ConfigReader, filter: AuthConfig): RouteSettings {
  const settings = config.message('check_settings');
  settings?.ignore('emit_client_span');
  return {
    disabled: config.bool('disabled'),
    context: asObject(settings?.raw('context_extensions')),
    noBody: settings?.bool('disable_request_body_buffering') ?? false,
    body: readBody(settings?.message('with_request_body')),
    service: settings === undefined ? undefined : filter.makeService(settings),
  };
}
