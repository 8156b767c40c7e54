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

interface CsrfPolicy {
  readonly enabled: number;
  readonly additional: StringPredicate | undefined;
}

/** envoy.filters.http.csrf (envoy `source/extensions/filters/http/csrf/csrf_filter.cc`). */
export const filterType: HttpFilterType = {
  compile(config, context) {
    const own = readPolicy(config);
    const ofRoute = routeOptions(context, readPolicy);
    return { create: (callbacks) => new CsrfFilter(callbacks, () => ofRoute(callbacks) ?? own) };
  },
};

function readPolicy(config: ConfigReader): CsrfPolicy {
  config.ignore('shadow_enabled');
  return { enabled: runtimeFraction(config.message('filter_enabled'), 1), additional: compileAny(config.messages('additional_origins')) };
}

const modifying = new Set(['POST', 'PUT', 'DELETE', 'PATCH']);

class CsrfFilter implements HttpFilter {
  readonly #callbacks: ActiveFilter;
  readonly #policy: () => CsrfPolicy;

  constructor(callbacks: ActiveFilter, policy: () => CsrfPolicy) {
    this.#callbacks = callbacks;
    this.#policy = policy;
  }

  decodeHeaders(headers: Headers): HeadersResult {
    const policy = this.#policy();
    const enabled = policy.enabled >= 1 || this.#callbacks.stream.manager.proxy.random.next() < policy.enabled;
    if (!enabled || !modifying.has(headers.get(':method') ?? '')) return HeadersStatus.Continue;
    const source = hostAndPort(headers.get('origin')) || hostAndPort(headers.get('referer'));
    const target = headers.get(':authority') ?? '';
    if (source !== '' && (source === target || policy.additional?.(source) === true)) return HeadersStatus.Continue;
    this.#callbacks.sendLocalReply({ code: 403, body: 'Invalid origin', details: 'csrf_origin_mismatch' });
    return HeadersStatus.StopIteration;
  }
}

/** Host and port of an absolute URL; anything else stays as it is (envoy `hostAndPort` of the filter). */
function hostAndPort(url: string | undefined): string {
  if (url === undefined) return '';
  const match = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/([^/?#]+)/.exec(url);
  return match === null ? url : (match[1] ?? '');
}
