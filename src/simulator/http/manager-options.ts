import { ConfigError } from '../config-error.ts';
import type { ConfigReader } from '../config-reader.ts';
import { enumName } from '../format/header-operations.ts';
import type { ProxyStatusOptions } from './proxy-status.ts';
import { readProxyStatus } from './proxy-status.ts';
import { compileLocalReplyConfig } from './local-reply-config.ts';
import type { LocalReplyConfig } from './local-reply-config.ts';

const escapedSlashActions = [
  'IMPLEMENTATION_SPECIFIC_DEFAULT',
  'KEEP_UNCHANGED',
  'REJECT_REQUEST',
  'UNESCAPE_AND_REDIRECT',
  'UNESCAPE_AND_FORWARD',
] as const;
const serverHeaderModes = ['OVERWRITE', 'APPEND_IF_ABSENT', 'PASS_THROUGH'] as const;
const underscoreActions = ['ALLOW', 'REJECT_REQUEST', 'DROP_HEADER'] as const;
const clientCertModes = ['SANITIZE', 'FORWARD_ONLY', 'APPEND_FORWARD', 'SANITIZE_SET', 'ALWAYS_FORWARD_ONLY'] as const;

/** The fields of `HttpConnectionManager` that decide about headers and limits. Times in milliseconds; 0 = never. */
export interface ManagerOptions {
  readonly statPrefix: string;
  readonly generateRequestId: boolean;
  readonly preserveExternalRequestId: boolean;
  readonly alwaysSetRequestIdInResponse: boolean;
  readonly serverName: string;
  readonly serverHeader: (typeof serverHeaderModes)[number];
  readonly useRemoteAddress: boolean;
  readonly xffTrustedHops: number;
  readonly skipXffAppend: boolean;
  readonly appendForwardedPort: boolean;
  readonly internalRanges: readonly string[];
  readonly via: string;
  readonly addUserAgent: boolean;
  readonly normalizePath: boolean;
  readonly mergeSlashes: boolean;
  readonly escapedSlashes: (typeof escapedSlashActions)[number];
  readonly stripPort: 'none' | 'matching' | 'any';
  readonly stripTrailingDot: boolean;
  readonly schemeOverwrite: string;
  readonly forwardClientCert: (typeof clientCertModes)[number];
  readonly clientCertDetails: ConfigReader | undefined;
  readonly streamIdleTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly requestHeadersTimeoutMs: number;
  readonly maxStreamDurationMs: number;
  readonly localReply: LocalReplyConfig | undefined;
  readonly tracing: boolean;
  readonly proxyStatus: ProxyStatusOptions | undefined;
  readonly maxHeadersCount: number;
  readonly maxHeadersBytes: number;
  readonly underscores: (typeof underscoreActions)[number];
  readonly proxy100Continue: boolean;
  /** Extended CONNECT (RFC 8441) is taken. */
  readonly allowConnect: boolean;
  readonly http2StreamWindow: number;
}

/** Default of Envoy 1.40, measured. */
const HTTP2_WINDOW = 16 * 1024 * 1024;
const MINUTES_5 = 300_000;
const MAX_HEADERS = 100;
const MAX_HEADERS_KB = 60;

export function readManagerOptions(config: ConfigReader, nodeId: string): ManagerOptions {
  const proxyStatus = config.message('proxy_status_config');
  if (config.bool('strip_any_host_port') && config.bool('strip_matching_host_port')) {
    throw new ConfigError('Error: Only one of `strip_matching_host_port` or `strip_any_host_port` can be set.');
  }
  const strip = config.bool('strip_any_host_port') ? 'any' : config.bool('strip_matching_host_port') ? 'matching' : 'none';
  const common = config.message('common_http_protocol_options');
  const localReply = config.message('local_reply_config');
  const internal = config.message('internal_address_config');
  return {
    statPrefix: config.string('stat_prefix'),
    generateRequestId: config.bool('generate_request_id', true),
    preserveExternalRequestId: config.bool('preserve_external_request_id'),
    alwaysSetRequestIdInResponse: config.bool('always_set_request_id_in_response'),
    serverName: config.string('server_name', 'envoy') || 'envoy',
    serverHeader: enumName(config.raw('server_header_transformation'), serverHeaderModes) ?? 'OVERWRITE',
    useRemoteAddress: config.bool('use_remote_address'),
    xffTrustedHops: config.number('xff_num_trusted_hops', 0),
    skipXffAppend: config.bool('skip_xff_append'),
    appendForwardedPort: config.bool('append_x_forwarded_port'),
    internalRanges: (internal?.messages('cidr_ranges') ?? []).map(
      (range) => `${range.string('address_prefix')}/${range.number('prefix_len', 0)}`,
    ),
    via: config.string('via'),
    addUserAgent: config.bool('add_user_agent'),
    normalizePath: config.bool('normalize_path'),
    mergeSlashes: config.bool('merge_slashes'),
    escapedSlashes: enumName(config.raw('path_with_escaped_slashes_action'), escapedSlashActions) ?? 'IMPLEMENTATION_SPECIFIC_DEFAULT',
    stripPort: strip,
    stripTrailingDot: config.bool('strip_trailing_host_dot'),
    schemeOverwrite: config.message('scheme_header_transformation')?.string('scheme_to_overwrite') ?? '',
    forwardClientCert: enumName(config.raw('forward_client_cert_details'), clientCertModes) ?? 'SANITIZE',
    clientCertDetails: config.message('set_current_client_cert_details'),
    streamIdleTimeoutMs: config.duration('stream_idle_timeout') ?? MINUTES_5,
    requestTimeoutMs: config.duration('request_timeout') ?? 0,
    requestHeadersTimeoutMs: config.duration('request_headers_timeout') ?? 0,
    maxStreamDurationMs: common?.duration('max_stream_duration') ?? 0,
    localReply: localReply === undefined ? undefined : compileLocalReplyConfig(localReply),
    tracing: config.has('tracing'),
    proxyStatus: proxyStatus === undefined ? undefined : readProxyStatus(proxyStatus, nodeId),
    maxHeadersCount: common?.number('max_headers_count') ?? MAX_HEADERS,
    maxHeadersBytes: config.number('max_request_headers_kb', MAX_HEADERS_KB) * 1024,
    underscores: enumName(common?.raw('headers_with_underscores_action'), underscoreActions) ?? 'ALLOW',
    proxy100Continue: config.bool('proxy_100_continue'),
    allowConnect: config.message('http2_protocol_options')?.bool('allow_connect') ?? false,
    http2StreamWindow: config.message('http2_protocol_options')?.number('initial_stream_window_size') ?? HTTP2_WINDOW,
  };
}
