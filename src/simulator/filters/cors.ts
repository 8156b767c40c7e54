import type { ConfigReader } from '../config-reader.ts';
import type { ActiveFilter } from '../http/active-filter.ts';
import type { HeadersStatus as HeadersResult, HttpFilter } from '../http/filter.ts';
import { HeadersStatus } from '../http/filter.ts';
import { Headers } from '../http/headers.ts';
import { runtimeFraction } from '../matching/fraction.ts';
import type { StringPredicate } from '../matching/string-matcher.ts';
import { compileAny } from '../matching/string-matcher.ts';
import type { FilterContext, HttpFilterType } from './filter-type.ts';
import { allRouteOptions } from './filter-type.ts';

interface CorsPolicy {
  readonly origins: StringPredicate | undefined;
  readonly methods: string;
  readonly headers: string;
  readonly exposed: string;
  readonly maxAge: string;
  readonly credentials: boolean | undefined;
  readonly privateNetwork: boolean | undefined;
  readonly forwardNotMatching: boolean | undefined;
  readonly enabled: number | undefined;
  readonly shadow: number | undefined;
}

/** envoy.filters.http.cors (envoy `source/extensions/filters/http/cors/cors_filter.cc`): all of its policy comes from routes. */
export const filterType: HttpFilterType = {
  compile(_config, context: FilterContext) {
    const policies = allRouteOptions(context, readPolicy);
    return { create: (callbacks) => new CorsFilter(callbacks, policies) };
  },
};

function readPolicy(config: ConfigReader): CorsPolicy {
  const enabled = config.message('filter_enabled');
  const shadow = config.message('shadow_enabled');
  return {
    origins: compileAny(config.messages('allow_origin_string_match')),
    methods: config.string('allow_methods'),
    headers: config.string('allow_headers'),
    exposed: config.string('expose_headers'),
    maxAge: config.string('max_age'),
    credentials: config.has('allow_credentials') ? config.bool('allow_credentials') : undefined,
    privateNetwork: config.has('allow_private_network_access') ? config.bool('allow_private_network_access') : undefined,
    forwardNotMatching: config.has('forward_not_matching_preflights') ? config.bool('forward_not_matching_preflights') : undefined,
    enabled: enabled === undefined ? undefined : runtimeFraction(enabled, 1),
    shadow: shadow === undefined ? undefined : runtimeFraction(shadow, 0),
  };
}

class CorsFilter implements HttpFilter {
  readonly #callbacks: ActiveFilter;
  readonly #load: (callbacks: ActiveFilter) => readonly CorsPolicy[];
  #policies: readonly CorsPolicy[] = [];
  #origin: string | undefined;

  constructor(callbacks: ActiveFilter, load: (callbacks: ActiveFilter) => readonly CorsPolicy[]) {
    this.#callbacks = callbacks;
    this.#load = load;
  }

  decodeHeaders(headers: Headers): HeadersResult {
    this.#policies = this.#load(this.#callbacks);
    if (this.#policies.length === 0 || !this.#enabled()) return HeadersStatus.Continue;
    const origin = headers.get('origin') ?? '';
    if (origin === '') return HeadersStatus.Continue;
    const preflight = headers.get(':method') === 'OPTIONS' && (headers.get('access-control-request-method') ?? '') !== '';
    const allowed = this.#first((policy) => policy.origins)?.(origin) === true;
    if (!allowed) {
      if (!preflight || this.#first((policy) => policy.forwardNotMatching) !== false) return HeadersStatus.Continue;
      this.#answer(Headers.response([[':status', '200']]));
      return HeadersStatus.StopIteration;
    }
    this.#origin = origin;
    if (!preflight) return HeadersStatus.Continue;
    const response = Headers.response([[':status', '200']]);
    response.set('access-control-allow-origin', origin);
    if (this.#first((policy) => policy.credentials) === true) response.set('access-control-allow-credentials', 'true');
    const methods = this.#text((policy) => policy.methods);
    if (methods !== '') response.set('access-control-allow-methods', methods);
    const names = this.#text((policy) => policy.headers);
    if (names !== '') response.set('access-control-allow-headers', names);
    const maxAge = this.#text((policy) => policy.maxAge);
    if (maxAge !== '') response.set('access-control-max-age', maxAge);
    if (this.#first((policy) => policy.privateNetwork) === true && headers.get('access-control-request-private-network') === 'true') {
      response.set('access-control-allow-private-network', 'true');
    }
    this.#answer(response);
    return HeadersStatus.StopIteration;
  }

  #answer(response: Headers): void {
    const { stream } = this.#callbacks;
    stream.info.responseCode = 200;
    stream.info.responseCodeDetails = 'cors_response';
    stream.encodeHeaders(response, true);
  }

  encodeHeaders(headers: Headers): HeadersResult {
    if (this.#origin === undefined) return HeadersStatus.Continue;
    headers.set('access-control-allow-origin', this.#origin);
    if (this.#first((policy) => policy.credentials) === true) headers.set('access-control-allow-credentials', 'true');
    const exposed = this.#text((policy) => policy.exposed);
    if (exposed !== '') headers.set('access-control-expose-headers', exposed);
    return HeadersStatus.Continue;
  }

  #enabled(): boolean {
    const share = this.#policies[0]?.enabled ?? 1;
    return share >= 1 || this.#callbacks.stream.manager.proxy.random.next() < share;
  }

  #first<T>(read: (policy: CorsPolicy) => T | undefined): T | undefined {
    for (const policy of this.#policies) {
      const value = read(policy);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  #text(read: (policy: CorsPolicy) => string): string {
    return this.#policies.map(read).find((value) => value !== '') ?? '';
  }
}
