import { ConfigError } from '../../config-error.ts';
import type { ConfigReader } from '../../config-reader.ts';
import { lowerName } from '../../http/headers.ts';
import type { StringPredicate } from '../../matching/string-matcher.ts';
import { compileStringMatcher } from '../../matching/string-matcher.ts';
import { dataSource } from '../../router/direct-action.ts';
import { defaultLocations } from './extractor.ts';
import type { Jwk } from './jwks.ts';
import { parseJwks } from './jwks.ts';
import { statusText } from './status.ts';

export interface TokenLocations {
  readonly headers: readonly { readonly name: string; readonly prefix: string }[];
  readonly params: readonly string[];
  readonly cookies: readonly string[];
}

export interface ClaimToHeader {
  readonly header: string;
  /** Keys from the payload down. */
  readonly path: readonly string[];
}

export interface RemoteKeys {
  readonly cluster: string;
  readonly uri: string;
  readonly timeoutMs: number;
  readonly cacheMs: number;
  readonly async: { readonly fast: boolean; readonly failedRefetchMs: number } | undefined;
  readonly retries: number;
}

/** `JwtProvider`: where tokens of one issuer are found, what they must say, who signed them and what becomes of them. */
export interface Provider {
  readonly name: string;
  readonly issuer: string;
  readonly audiences: ReadonlySet<string>;
  readonly subjects: StringPredicate | undefined;
  /** Longest remaining life in seconds; Infinity: an expiration is needed, any will do. */
  readonly maxLifetime: number | undefined;
  readonly clockSkew: number;
  readonly locations: TokenLocations;
  readonly forward: boolean;
  readonly forwardPayloadHeader: string;
  readonly padPayload: boolean;
  readonly claimToHeaders: readonly ClaimToHeader[];
  readonly payloadKey: string;
  readonly headerKey: string;
  readonly failedStatusKey: string;
  readonly spaceDelimited: readonly string[];
  readonly clearRouteCache: boolean;
  /** Headers that clients must not set themselves. */
  readonly ownedHeaders: readonly string[];
  /** Keys in the configuration. */
  readonly localKeys: readonly Jwk[] | undefined;
  readonly remote: RemoteKeys | undefined;
}

const DEFAULT_SKEW_S = 60;
const DEFAULT_CACHE_MS = 600_000;

export function readProvider(name: string, config: ConfigReader): Provider {
  // Whether a token was verified before changes the time a verification takes, not its outcome.
  config.message('jwt_cache_config')?.accept();
  const lifetime = config.duration('max_lifetime');
  const subjects = config.message('subjects');
  const local = config.message('local_jwks');
  const text = local === undefined ? '' : dataSource(local);
  const localKeys = text === '' ? undefined : parseJwks(text);
  if (typeof localKeys === 'string')
    throw new ConfigError(`Provider '${name}' in jwt_authn config has invalid local jwks: ${statusText(localKeys)}`);
  const remote = config.message('remote_jwks');
  const forwardPayloadHeader = lowerName(config.string('forward_payload_header'));
  const claimToHeaders = config.messages('claim_to_headers').map(readClaimToHeader);
  return {
    name,
    issuer: config.string('issuer'),
    audiences: audienceSet(config.strings('audiences')),
    subjects: subjects === undefined ? undefined : compileStringMatcher(subjects),
    maxLifetime: lifetime !== undefined ? lifetime / 1000 : config.bool('require_expiration') ? Number.POSITIVE_INFINITY : undefined,
    clockSkew: config.number('clock_skew_seconds', 0) || DEFAULT_SKEW_S,
    locations: readLocations(config),
    forward: config.bool('forward'),
    forwardPayloadHeader,
    padPayload: config.bool('pad_forward_payload_header'),
    claimToHeaders,
    payloadKey: config.string('payload_in_metadata'),
    headerKey: config.string('header_in_metadata'),
    failedStatusKey: config.string('failed_status_in_metadata'),
    spaceDelimited: config.message('normalize_payload_in_metadata')?.strings('space_delimited_claims') ?? [],
    clearRouteCache: config.bool('clear_route_cache'),
    ownedHeaders: [...(forwardPayloadHeader === '' ? [] : [forwardPayloadHeader]), ...claimToHeaders.map(({ header }) => header)],
    localKeys,
    remote: text !== '' || remote === undefined ? undefined : readRemote(name, remote),
  };
}

function readLocations(config: ConfigReader): TokenLocations {
  const headers = config
    .messages('from_headers')
    .map((header) => ({ name: lowerName(header.string('name')), prefix: header.string('value_prefix') }));
  const params = config.strings('from_params');
  const cookies = config.strings('from_cookies');
  return headers.length + params.length + cookies.length === 0 ? defaultLocations : { headers, params, cookies };
}

function readClaimToHeader(config: ConfigReader): ClaimToHeader {
  const path = config.messages('claim_path').map((segment) => segment.string('key'));
  return { header: lowerName(config.string('header_name')), path: path.length > 0 ? path : config.string('claim_name').split('.') };
}

function readRemote(provider: string, config: ConfigReader): RemoteKeys {
  const http = config.message('http_uri');
  const async = config.message('async_fetch');
  const retry = config.message('retry_policy');
  const uri = http?.string('uri') ?? '';
  if (!/^https?:\/\/[^/?#]+/i.test(uri)) throw new ConfigError(`Provider '${provider}' has an invalid URI: '${uri}'`);
  retry?.accept();
  return {
    cluster: http?.string('cluster') ?? '',
    uri,
    timeoutMs: http?.duration('timeout') ?? 0,
    cacheMs: config.duration('cache_duration') ?? DEFAULT_CACHE_MS,
    async:
      async === undefined
        ? undefined
        : { fast: async.bool('fast_listener'), failedRefetchMs: async.duration('failed_refetch_duration') ?? 1000 },
    retries: retry === undefined ? 0 : retry.number('num_retries', 1),
  };
}

/** Audiences with the scheme and one slash at the end taken off, as `CheckAudience` (envoy `source/common/jwt/check_audience.cc`) compares them. */
export function audienceSet(audiences: readonly string[]): ReadonlySet<string> {
  return new Set(audiences.map(sanitizeAudience));
}

/** Is one of a token's audiences allowed? Nothing configured allows all. */
export function audienceAllowed(allowed: ReadonlySet<string>, audiences: readonly string[]): boolean {
  return allowed.size === 0 || audiences.some((audience) => allowed.has(sanitizeAudience(audience)));
}

function sanitizeAudience(audience: string): string {
  return audience.replace(/^https?:\/\//, '').replace(/\/$/, '');
}
