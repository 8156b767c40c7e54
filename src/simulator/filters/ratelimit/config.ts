import type { ConfigReader } from '../../config-reader.ts';
import type { HeaderOperations } from '../../format/header-operations.ts';
import { compileHeaderOperations, enumName } from '../../format/header-operations.ts';
import { statusCode } from '../../format/status-code.ts';
import { runtimeFraction } from '../../matching/fraction.ts';
import { ConfigError } from '../../config-error.ts';
import type { RateLimitPolicy } from '../../rate-limit/policy.ts';
import { compileRateLimits } from '../../rate-limit/policy.ts';
import type { HostOption } from '../../rate-limit/policy-of-route.ts';
import type { GrpcServiceTarget } from '../../upstreams/grpc-service.ts';
import { compileGrpcService } from '../../upstreams/grpc-service.ts';

const TOO_MANY = 429;
const FAILED = 500;
const DEFAULT_TIMEOUT_MS = 20;
const versions = ['OFF', 'DRAFT_VERSION_03'] as const;
const hostOptions = ['OVERRIDE', 'INCLUDE', 'IGNORE'] as const;

/** envoy.filters.http.ratelimit, as configured. */
export interface RateLimitConfig {
  readonly domain: string;
  readonly stage: number;
  readonly requests: 'both' | 'internal' | 'external';
  readonly target: GrpcServiceTarget;
  readonly timeoutMs: number;
  /** Shares of requests, 0 to 1. */
  readonly enabled: number;
  readonly enforced: number;
  readonly denyOnFailure: number;
  readonly exhausted: boolean;
  readonly limitHeaders: boolean;
  readonly limitedHeader: boolean;
  readonly retryAfter: boolean;
  readonly code: number;
  readonly errorCode: number;
  readonly responseHeaders: HeaderOperations | undefined;
  readonly policies: readonly RateLimitPolicy[];
  readonly metadataNamespace: string;
  readonly statPrefix: string;
}

export function readConfig(config: ConfigReader): RateLimitConfig {
  const service = config.message('rate_limit_service');
  service?.ignore('transport_api_version');
  const grpc = service?.message('grpc_service');
  if (grpc === undefined)
    throw new ConfigError('Proto constraint validation failed (RateLimitValidationError.RateLimitService: value is required)');
  const type = config.string('request_type', 'both');
  const deny = config.bool('failure_mode_deny') ? 1 : 0;
  const statPrefix = config.string('stat_prefix');
  const code = statusCode(config.message('rate_limited_status')?.raw('code')) ?? TOO_MANY;
  return {
    domain: config.string('domain'),
    stage: config.number('stage', 0),
    requests: type === 'internal' || type === 'external' ? type : 'both',
    target: compileGrpcService(grpc),
    timeoutMs: config.duration('timeout') ?? DEFAULT_TIMEOUT_MS,
    enabled: runtimeFraction(config.message('filter_enabled'), 1),
    enforced: runtimeFraction(config.message('filter_enforced'), 1),
    denyOnFailure: config.has('failure_mode_deny_percent') ? runtimeFraction(config.message('failure_mode_deny_percent'), 0) : deny,
    exhausted: config.bool('rate_limited_as_resource_exhausted'),
    limitHeaders: enumName(config.raw('enable_x_ratelimit_headers'), versions) === 'DRAFT_VERSION_03',
    limitedHeader: !config.bool('disable_x_envoy_ratelimited_header'),
    retryAfter: config.bool('enable_retry_after_header'),
    code: code < 400 ? TOO_MANY : code,
    errorCode: statusCode(config.message('status_on_error')?.raw('code')) ?? FAILED,
    responseHeaders: compileHeaderOperations(config.messages('response_headers_to_add'), []),
    policies: compileRateLimits(config.messages('rate_limits'), 'filter'),
    metadataNamespace: config.string('metadata_namespace') || 'envoy.filters.http.ratelimit',
    statPrefix: statPrefix === '' ? '' : `${statPrefix}.`,
  };
}

/** `RateLimitPerRoute`. */
export interface RateLimitRoute {
  readonly hostOption: HostOption;
  readonly policies: readonly RateLimitPolicy[];
  readonly domain: string;
}

export function readRoute(config: ConfigReader): RateLimitRoute {
  // Envoy takes no notice of it (measured).
  config.ignore('override_option');
  return {
    hostOption: enumName(config.raw('vh_rate_limits'), hostOptions) ?? 'OVERRIDE',
    policies: compileRateLimits(config.messages('rate_limits'), 'filter'),
    domain: config.string('domain'),
  };
}
