import type { ConfigReader } from '../config-reader.ts';
import type { ActiveFilter } from '../http/active-filter.ts';
import type { HeadersStatus as HeadersResult, HttpFilter } from '../http/filter.ts';
import { HeadersStatus } from '../http/filter.ts';
import type { Headers } from '../http/headers.ts';
import { runtimeFraction } from '../matching/fraction.ts';
import type { StringPredicate } from '../matching/string-matcher.ts';
import { compileAny } from '../matching/string-matcher.ts';
import type { HttpFilterType } from './filter-type.ts';
import { routeOptions } from './filter-type.ts';
import { tell } from './tell.ts';

interface CsrfPolicy {
  readonly enabled: number;
  /** The share of requests that are only counted. */
  readonly shadow: number;
  readonly additional: StringPredicate | undefined;
}

/** envoy.filters.http.csrf (envoy `source/extensions/filters/http/csrf/csrf_filter.cc`). */
export const filterType: HttpFilterType = {
  compile(config, context) {
    const own = readPolicy(config);
    const ofRoute = routeOptions(context, readPolicy);
    const count = (counter: Counter, by = 1n): void => context.proxy.stats.counter(`http.${context.statPrefix}.csrf.${counter}`).add(by);
    for (const counter of ['missing_source_origin', 'request_invalid', 'request_valid'] as const) count(counter, 0n);
    return { create: (callbacks) => new CsrfFilter(callbacks, () => ofRoute(callbacks) ?? own, count) };
  },
};

function readPolicy(config: ConfigReader): CsrfPolicy {
  return {
    enabled: runtimeFraction(config.message('filter_enabled'), 1),
    shadow: runtimeFraction(config.message('shadow_enabled'), 0),
    additional: compileAny(config.messages('additional_origins')),
  };
}

type Counter = 'missing_source_origin' | 'request_invalid' | 'request_valid';

const modifying = new Set(['POST', 'PUT', 'DELETE', 'PATCH']);

class CsrfFilter implements HttpFilter {
  readonly #callbacks: ActiveFilter;
  readonly #policy: () => CsrfPolicy;
  readonly #count: (counter: Counter) => void;

  constructor(callbacks: ActiveFilter, policy: () => CsrfPolicy, count: (counter: Counter) => void) {
    this.#callbacks = callbacks;
    this.#policy = policy;
    this.#count = count;
  }

  decodeHeaders(headers: Headers): HeadersResult {
    const policy = this.#policy();
    const enabled = this.#draw(policy.enabled);
    if (!enabled && !this.#draw(policy.shadow)) return HeadersStatus.Continue;
    if (!modifying.has(headers.get(':method') ?? '')) return HeadersStatus.Continue;
    const source = sourceOrigin(headers);
    if (source === '') this.#count('missing_source_origin');
    else if (source === headers.get(':authority') || policy.additional?.(source) === true) {
      this.#count('request_valid');
      return HeadersStatus.Continue;
    } else this.#count('request_invalid');
    tell(
      this.#callbacks,
      'request',
      'csrf',
      source === '' ? 'The request does not say where it comes from' : `The request comes from ${source}`,
    );
    if (!enabled) return HeadersStatus.Continue;
    this.#callbacks.sendLocalReply({ code: 403, body: 'Invalid origin', details: 'csrf_origin_mismatch' });
    return HeadersStatus.StopIteration;
  }

  #draw(share: number): boolean {
    return share >= 1 || (share > 0 && this.#callbacks.stream.manager.proxy.random.next() < share);
  }
}

/** The page that sent the request; an origin of `null` hides it, whatever the referer says. */
function sourceOrigin(headers: Headers): string {
  const origin = headers.get('origin');
  if (origin === 'null') return '';
  return hostAndPort(origin) || hostAndPort(headers.get('referer'));
}

/** Host and port of an absolute URL; anything else stays as it is (envoy `hostAndPort` of the filter). */
function hostAndPort(url: string | undefined): string {
  if (url === undefined) return '';
  const match = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/([^/?#]+)/.exec(url);
  return match === null ? url : (match[1] ?? '');
}
