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
import { tell } from './tell.ts';

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
    const count = (counter: Counter, by = 1n): void => context.proxy.stats.counter(`http.${context.statPrefix}.cors.${counter}`).add(by);
    for (const counter of ['origin_valid', 'origin_invalid'] as const) count(counter, 0n);
    return { create: (callbacks) => new CorsFilter(callbacks, policies, count) };
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

type Counter = 'origin_valid' | 'origin_invalid';

class CorsFilter implements HttpFilter {
  readonly #callbacks: ActiveFilter;
  readonly #load: (callbacks: ActiveFilter) => readonly CorsPolicy[];
  readonly #count: (counter: Counter) => void;
  #policies: readonly CorsPolicy[] = [];
  #origin: string | undefined;

  constructor(callbacks: ActiveFilter, load: (callbacks: ActiveFilter) => readonly CorsPolicy[], count: (counter: Counter) => void) {
    this.#callbacks = callbacks;
    this.#load = load;
    this.#count = count;
  }

  decodeHeaders(headers: Headers): HeadersResult {
    if (this.#callbacks.stream.routes.get()?.forward === undefined) return HeadersStatus.Continue;
    this.#policies = this.#load(this.#callbacks);
    const [policy] = this.#policies;
    if (policy === undefined) return HeadersStatus.Continue;
    const enabled = this.#draw(policy.enabled ?? 1);
    if (!enabled && !this.#draw(policy.shadow ?? 0)) return HeadersStatus.Continue;
    const origin = headers.get('origin') ?? '';
    if (origin === '') return HeadersStatus.Continue;
    const allowed = this.#judge(origin, enabled);
    if (!enabled) return HeadersStatus.Continue;
    if (allowed) this.#origin = origin;
    const method = headers.get('access-control-request-method') ?? '';
    if (headers.get(':method') !== 'OPTIONS' || method === '') return HeadersStatus.Continue;
    if (!allowed && this.#first(({ forwardNotMatching }) => forwardNotMatching) !== false) return HeadersStatus.Continue;
    this.#answer(this.#preflight(headers, method));
    return HeadersStatus.StopIteration;
  }

  /** Whether pages of that origin are allowed; counted and told. */
  #judge(origin: string, enabled: boolean): boolean {
    const origins = this.#first(({ origins: list }) => list);
    const allowed = origins?.('*') === true || origins?.(origin) === true;
    this.#count(allowed ? 'origin_valid' : 'origin_invalid');
    const words = `Pages of ${origin} are ${allowed ? '' : 'not '}allowed${enabled ? '' : '; the policy only watches'}`;
    tell(this.#callbacks, 'request', 'cors', words);
    return allowed;
  }

  /** The answer to a preflight; a stranger is not told that its origin is allowed. */
  #preflight(headers: Headers, method: string): Headers {
    const response = Headers.response([[':status', '200']]);
    const set = (name: string, value: string): void => {
      if (value !== '') response.set(name, value);
    };
    if (this.#origin !== undefined) response.set('access-control-allow-origin', this.#origin);
    if (this.#first(({ credentials }) => credentials) === true) response.set('access-control-allow-credentials', 'true');
    const methods = this.#text((policy) => policy.methods);
    set('access-control-allow-methods', methods === '*' ? method : methods);
    const names = this.#text((policy) => policy.headers);
    if (names === '*') response.set('access-control-allow-headers', headers.get('access-control-request-headers') ?? '');
    else set('access-control-allow-headers', names);
    set(
      'access-control-max-age',
      this.#text((policy) => policy.maxAge),
    );
    const asksNetwork = headers.get('access-control-request-private-network') === 'true';
    if (asksNetwork && this.#first(({ privateNetwork }) => privateNetwork) === true)
      response.set('access-control-allow-private-network', 'true');
    return response;
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

  #draw(share: number): boolean {
    return share >= 1 || (share > 0 && this.#callbacks.stream.manager.proxy.random.next() < share);
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
