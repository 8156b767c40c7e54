import type { PathTemplate } from '../matching/path-template.ts';
import type { JsonObject } from '#base/json.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { HeaderOperations } from '../format/header-operations.ts';
import type { FormatContext } from '../format/formatter.ts';
import type { Headers } from '../http/headers.ts';
import type { RateLimitPolicy } from '../rate-limit/policy.ts';
import type { StringPredicate } from '../matching/string-matcher.ts';

/** What a match may look at beside the headers. */
export interface MatchContext {
  /** Uniform in [0, 1): decides fractions; one draw per route selection, as in Envoy. */
  random(): number;
  readonly secure: boolean;
}

/** Header changes of one level: weighted cluster, route, virtual host or route configuration. */
export interface HeaderLevel {
  readonly request: HeaderOperations | undefined;
  readonly response: HeaderOperations | undefined;
}

/** `typed_per_filter_config` of one level, by filter name. */
export type PerFilterConfigs = ReadonlyMap<string, ConfigReader>;

export interface VirtualHost {
  readonly name: string;
  readonly routes: readonly CompiledRoute[];
  readonly level: HeaderLevel;
  readonly perFilter: PerFilterConfigs;
  readonly requireTls: 'NONE' | 'EXTERNAL_ONLY' | 'ALL';
  readonly attemptCountInRequest: boolean;
  readonly attemptCountInResponse: boolean;
  readonly retryPolicy: RetryPolicy | undefined;
  readonly isHedged: boolean;
  readonly bufferLimit: number | undefined;
  readonly timeoutRetryHeader: boolean;
  readonly mirrors: readonly MirrorPolicy[];
  readonly metadata: JsonObject | undefined;
  readonly rateLimits?: readonly RateLimitPolicy[] | undefined;
  readonly config: RouteConfigLevel;
}

/** What the route configuration gives to all its routes. */
export interface RouteConfigLevel {
  readonly name: string;
  readonly level: HeaderLevel;
  readonly perFilter: PerFilterConfigs;
  /** Those of all levels of the table. */
  readonly allPerFilter: PerFilterConfigs[];
  readonly mostSpecificWins: boolean;
  readonly mirrors: readonly MirrorPolicy[];
  /** How long the body of a direct response may be. */
  readonly maxDirectBody: number;
  /** Refuses a cluster that does not exist, where the configuration is to be checked. */
  readonly checkCluster: (name: string, what: string) => void;
}

/** A route of the configuration, before a cluster was drawn. */
export interface CompiledRoute {
  readonly name: string;
  matches(headers: Headers, context: MatchContext): boolean;
  /** The route as it applies to one stream. */
  resolve(headers: Headers, context: MatchContext): Route;
}

/** The route of one stream (envoy `Router::Route`). */
export interface Route {
  readonly name: string;
  readonly virtualHost: VirtualHost;
  readonly metadata: JsonObject | undefined;
  /** From the route to the route configuration. */
  readonly levels: readonly HeaderLevel[];
  /** What the chosen one of weighted clusters changes, before all levels. */
  readonly weighted: HeaderLevel | undefined;
  /** Per-filter configuration from the most specific level up. */
  readonly perFilter: readonly PerFilterConfigs[];
  readonly direct: DirectAction | undefined;
  readonly forward: ForwardAction | undefined;
  readonly rateLimits?: { readonly policies: readonly RateLimitPolicy[]; readonly includeHost: boolean } | undefined;
  /** The path of the request that the match covered, for rewrites. */
  readonly match: PathMatch;
}

export interface PathMatch {
  readonly kind: 'prefix' | 'path' | 'regex' | 'template' | 'connect' | 'other';
  readonly matches: StringPredicate;
  /** Replaces the matched part of a path without query. */
  rewritePrefix(path: string, replacement: string): string;
  readonly template?: (PathTemplate & { readonly text: string }) | undefined;
}

/** A redirect or a direct response. */
export interface DirectAction {
  readonly code: number;
  readonly body: string;
  readonly bodyFormat: ((context: FormatContext) => string) | undefined;
  readonly contentType: string | undefined;
  /** The path the request has from here on. */
  rewritePath(path: string): string;
  /** The new URL; a direct response tells it with 201 and 3xx. */
  location(headers: Headers): string;
}

export interface ForwardAction {
  readonly cluster: string;
  readonly timeoutMs: number;
  readonly idleTimeoutMs: number | undefined;
  readonly maxStreamDuration: MaxStreamDuration | undefined;
  readonly maxGrpcTimeoutMs: number | undefined;
  readonly grpcTimeoutOffsetMs: number | undefined;
  readonly clusterNotFoundCode: number;
  /** Of a path without its query, which stays; nothing is rewritten to nothing. */
  readonly rewritePath: ((path: string, context: FormatContext) => string) | undefined;
  readonly rewriteHost: ((headers: Headers, context: FormatContext) => string) | undefined;
  /** The host the chosen one of weighted clusters gets; the rewrite of the route comes after it. */
  readonly weightedHost?: string | undefined;
  readonly appendForwardedHost: boolean;
  readonly autoHostRewrite: boolean;
  readonly retryPolicy: RetryPolicy | undefined;
  readonly isHedged: boolean;
  /** How much of a body is kept for retries and internal redirects. */
  readonly bufferLimit: number | undefined;
  readonly internalRedirect: InternalRedirectPolicy | undefined;
  readonly mirrors: readonly MirrorPolicy[];
}

/** `RouteAction.max_stream_duration`; times in milliseconds, 0 = for ever. */
export interface MaxStreamDuration {
  readonly durationMs: number | undefined;
  readonly grpcTimeoutMaxMs: number | undefined;
  readonly grpcTimeoutOffsetMs: number | undefined;
}

export interface MirrorPolicy {
  readonly cluster: string;
  readonly clusterHeader: string;
  readonly percent: number;
  readonly shadowSuffix: boolean;
  readonly hostRewrite: string;
  readonly mutate: HeaderOperations | undefined;
}

export interface RetryPolicy {
  readonly on: ReadonlySet<string>;
  readonly retries: number;
  /** 0 = no limit. */
  readonly perTryTimeoutMs: number;
  readonly perTryIdleTimeoutMs: number;
  readonly statusCodes: readonly number[];
  readonly headers: readonly ((headers: Headers) => boolean)[];
  readonly requestHeaders: readonly ((headers: Headers) => boolean)[];
  readonly baseIntervalMs: number;
  readonly maxIntervalMs: number;
  readonly resetHeaders: readonly RetryResetHeader[];
  readonly resetMaxMs: number;
}

/** A response header that says when to try again: seconds from now, or a point in time. */
export interface RetryResetHeader {
  readonly name: string;
  readonly isTimestamp: boolean;
}

export interface InternalRedirectPolicy {
  readonly codes: readonly number[];
  readonly max: number;
  readonly allowCrossScheme: boolean;
  /** Response headers that go into the new request. */
  readonly headersToCopy: readonly string[];
}
