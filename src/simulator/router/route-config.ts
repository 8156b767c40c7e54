import type { JsonValue } from '#base/json.ts';
import { isObject } from '#base/json.ts';
import { ConfigError } from '../config-error.ts';
import { ConfigReader } from '../config-reader.ts';
import type { Headers } from '../http/headers.ts';
import { withoutPort } from '../http/host-port.ts';
import { compileRateLimits } from '../rate-limit/policy.ts';
import { headerLevel, perFilterConfigs } from './levels.ts';
import { bodyBufferLimit } from './body-buffer-limit.ts';
import { compileMirror } from './mirrors.ts';
import { compileRetryPolicy } from './retry-policy.ts';
import type { CompiledRoute, MatchContext, PerFilterConfigs, Route, RouteConfigLevel, VirtualHost } from './route.ts';
import { compileRoute } from './route-entry.ts';

/** A compiled `RouteConfiguration`: chooses the route of a request (envoy `source/common/router/config_impl.cc`). */
export interface RouteTable {
  readonly name: string;
  select(headers: Headers, context: MatchContext): Route | undefined;
  /** Clusters that routes name, for checks. */
  readonly virtualHosts: readonly VirtualHost[];
  /** `typed_per_filter_config` of every level. */
  readonly perFilter: readonly PerFilterConfigs[];
}

/** `knows` tells which clusters exist, for a configuration that stands in the listener itself; one that is served later is not checked unless it says so. */
export function compileRouteConfig(value: JsonValue | undefined, knows?: (cluster: string) => boolean, isServed = false): RouteTable {
  const config = new ConfigReader(value);
  const isChecked = config.bool('validate_clusters', !isServed);
  const allPerFilter: PerFilterConfigs[] = [];
  const level: RouteConfigLevel = {
    name: config.string('name'),
    level: headerLevel(config),
    perFilter: perFilterConfigs(config, allPerFilter),
    allPerFilter,
    mostSpecificWins: config.bool('most_specific_header_mutations_wins'),
    mirrors: config.messages('request_mirror_policies').map(compileMirror),
    maxDirectBody: config.number('max_direct_response_body_size_bytes', 4096),
    checkCluster(cluster, what) {
      if (isChecked && cluster !== '' && knows?.(cluster) === false) throw new ConfigError(`route: unknown ${what} '${cluster}'`);
    },
  };
  const domains = new DomainTable();
  const virtualHosts: VirtualHost[] = [];
  for (const host of config.messages('virtual_hosts')) {
    const compiled = compileVirtualHost(host, level);
    virtualHosts.push(compiled);
    for (const domain of host.strings('domains')) domains.add(domain.toLowerCase(), compiled);
  }
  const ignorePort = config.bool('ignore_port_in_host_matching');
  const hostHeader = config.string('vhost_header', '').toLowerCase();
  return {
    name: level.name,
    virtualHosts,
    perFilter: allPerFilter,
    select(headers, context) {
      const host = (hostHeader === '' ? headers.get(':authority') : headers.get(hostHeader)) ?? '';
      const virtualHost = domains.find((ignorePort ? withoutPort(host) : host).toLowerCase());
      return virtualHost === undefined ? undefined : selectRoute(virtualHost, headers, context);
    },
  };
}

function selectRoute(host: VirtualHost, headers: Headers, context: MatchContext): Route | undefined {
  const proto = headers.get('x-forwarded-proto');
  // Only a request that was refused early, or one whose header a filter took away, has none (envoy `VirtualHostImpl::getRouteFromEntries`).
  if (proto === undefined) return undefined;
  const secure = proto === 'https';
  const internal = headers.get('x-envoy-internal') === 'true';
  if (!secure && (host.requireTls === 'ALL' || (host.requireTls === 'EXTERNAL_ONLY' && !internal))) return tlsRedirect(host);
  for (const route of host.routes) if (route.matches(headers, context)) return route.resolve(headers, context);
  return undefined;
}

/** envoy `SslRedirectRoute`: 301 to the same URL with https. */
function tlsRedirect(host: VirtualHost): Route {
  return {
    name: '',
    virtualHost: host,
    metadata: undefined,
    levels: [],
    weighted: undefined,
    perFilter: [],
    forward: undefined,
    direct: {
      code: 301,
      body: '',
      bodyFormat: undefined,
      contentType: undefined,
      rewritePath: (path) => path,
      location: (headers) => `https://${headers.get(':authority') ?? ''}${headers.get(':path') ?? ''}`,
    },
    match: { kind: 'other', matches: () => true, rewritePrefix: (path) => path },
  };
}

/** Exact names first, then `*.suffix`, then `prefix.*` (the longest wins), then `*`. */
class DomainTable {
  readonly #exact = new Map<string, VirtualHost>();
  readonly #suffixes: (readonly [string, VirtualHost])[] = [];
  readonly #prefixes: (readonly [string, VirtualHost])[] = [];
  #any: VirtualHost | undefined;

  add(domain: string, host: VirtualHost): void {
    const duplicate = (taken: boolean): void => {
      if (taken)
        throw new ConfigError(
          `Only unique values for domains are permitted. Duplicate entry of domain ${domain} in route ${host.config.name}`,
        );
    };
    if (domain === '*') {
      if (this.#any !== undefined) throw new ConfigError(`Only a single wildcard domain is permitted in route ${host.config.name}`);
      this.#any = host;
    } else if (domain.startsWith('*')) {
      duplicate(this.#suffixes.some(([known]) => known === domain.slice(1)));
      insertLongestFirst(this.#suffixes, domain.slice(1), host);
    } else if (domain.endsWith('*')) {
      duplicate(this.#prefixes.some(([known]) => known === domain.slice(0, -1)));
      insertLongestFirst(this.#prefixes, domain.slice(0, -1), host);
    } else {
      duplicate(this.#exact.has(domain));
      this.#exact.set(domain, host);
    }
  }

  find(host: string): VirtualHost | undefined {
    return (
      this.#exact.get(host) ??
      this.#suffixes.find(([suffix]) => host.length > suffix.length && host.endsWith(suffix))?.[1] ??
      this.#prefixes.find(([prefix]) => host.length > prefix.length && host.startsWith(prefix))?.[1] ??
      this.#any
    );
  }
}

function insertLongestFirst(list: (readonly [string, VirtualHost])[], text: string, host: VirtualHost): void {
  const at = list.findIndex(([other]) => other.length < text.length);
  list.splice(at < 0 ? list.length : at, 0, [text, host]);
}

function compileVirtualHost(config: ConfigReader, table: RouteConfigLevel): VirtualHost {
  const tls = config.string('require_tls', 'NONE');
  const routes: CompiledRoute[] = [];
  const retry = config.message('retry_policy');
  const mirrors = config.messages('request_mirror_policies').map(compileMirror);
  const host: VirtualHost = {
    name: config.string('name'),
    routes,
    level: headerLevel(config),
    perFilter: perFilterConfigs(config, table.allPerFilter),
    requireTls: tls === 'ALL' || tls === 'EXTERNAL_ONLY' ? tls : 'NONE',
    attemptCountInRequest: config.bool('include_request_attempt_count'),
    attemptCountInResponse: config.bool('include_attempt_count_in_response'),
    retryPolicy: retry === undefined ? undefined : compileRetryPolicy(retry),
    isHedged: config.message('hedge_policy')?.bool('hedge_on_per_try_timeout') ?? false,
    bufferLimit: bodyBufferLimit(config),
    timeoutRetryHeader: config.bool('include_is_timeout_retry_header'),
    mirrors: mirrors.length === 0 ? table.mirrors : mirrors,
    metadata: objectOf(config.raw('metadata')),
    rateLimits: compileRateLimits(config.messages('rate_limits'), 'route'),
    config: table,
  };
  for (const route of config.messages('routes')) routes.push(compileRoute(route, host));
  return host;
}

function objectOf(value: JsonValue | undefined): Route['metadata'] {
  return isObject(value) ? value : undefined;
}
