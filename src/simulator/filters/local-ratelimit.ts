import type { ConfigReader } from '../config-reader.ts';
import type { HeaderOperations } from '../format/header-operations.ts';
import { compileHeaderOperations } from '../format/header-operations.ts';
import type { ActiveFilter } from '../http/active-filter.ts';
import type { HeadersStatus as HeadersResult, HttpFilter } from '../http/filter.ts';
import { HeadersStatus } from '../http/filter.ts';
import type { Headers } from '../http/headers.ts';
import { runtimeFraction } from '../matching/fraction.ts';
import type { Proxy } from '../proxy.ts';
import { TokenBucket } from '../token-bucket.ts';
import type { HttpFilterType } from './filter-type.ts';
import { routeOptions } from './filter-type.ts';

interface Limiter {
  readonly bucket: TokenBucket | undefined;
  readonly enabled: number;
  readonly enforced: number;
  readonly code: number;
  readonly responseHeaders: HeaderOperations | undefined;
  readonly requestHeaders: HeaderOperations | undefined;
  readonly limitHeaders: boolean;
  readonly exhausted: boolean;
}

/** envoy.filters.http.local_ratelimit: one token bucket for the listener, one for each route that has its own configuration. */
export const filterType: HttpFilterType = {
  compile(config, context) {
    const own = readLimiter(config, context.proxy);
    const ofRoute = routeOptions(context, (route) => readLimiter(route, context.proxy));
    return { create: (callbacks) => new LocalRateLimitFilter(callbacks, () => ofRoute(callbacks) ?? own) };
  },
};

const MINIMUM_CODE = 400;
const TOO_MANY = 429;

function readLimiter(config: ConfigReader, proxy: Proxy): Limiter {
  config.ignore('stat_prefix', 'stage');
  const bucket = config.message('token_bucket');
  const code = config.message('status')?.raw('code');
  const number = typeof code === 'number' ? code : TOO_MANY;
  const headers = config.raw('enable_x_ratelimit_headers') ?? 'OFF';
  return {
    bucket:
      bucket === undefined
        ? undefined
        : new TokenBucket(
            () => proxy.loop.nowNs,
            bucket.number('max_tokens', 0),
            bucket.number('tokens_per_fill', 1),
            bucket.duration('fill_interval') ?? 1000,
          ),
    enabled: runtimeFraction(config.message('filter_enabled'), 0),
    enforced: runtimeFraction(config.message('filter_enforced'), 0),
    code: number < MINIMUM_CODE ? TOO_MANY : number,
    responseHeaders: compileHeaderOperations(config.messages('response_headers_to_add'), []),
    requestHeaders: compileHeaderOperations(config.messages('request_headers_to_add_when_not_enforced'), []),
    limitHeaders: headers === 'DRAFT_VERSION_03' || headers === 1,
    exhausted: config.bool('rate_limited_as_resource_exhausted'),
  };
}

class LocalRateLimitFilter implements HttpFilter {
  readonly #callbacks: ActiveFilter;
  readonly #limiter: () => Limiter;
  #used: Limiter | undefined;

  constructor(callbacks: ActiveFilter, limiter: () => Limiter) {
    this.#callbacks = callbacks;
    this.#limiter = limiter;
  }

  decodeHeaders(headers: Headers): HeadersResult {
    const limiter = this.#limiter();
    if (!this.#draw(limiter.enabled)) return HeadersStatus.Continue;
    this.#used = limiter;
    if (limiter.bucket === undefined || limiter.bucket.take()) return HeadersStatus.Continue;
    const { stream } = this.#callbacks;
    const context = stream.manager.formatContext(stream);
    if (!this.#draw(limiter.enforced)) {
      limiter.requestHeaders?.(headers, context);
      return HeadersStatus.Continue;
    }
    stream.info.setFlag('RL');
    this.#callbacks.sendLocalReply({
      code: limiter.code,
      body: 'local_rate_limited',
      details: 'local_rate_limited',
      grpcStatus: limiter.exhausted ? 8 : undefined,
      modifyHeaders: (response) => limiter.responseHeaders?.(response, { ...context, responseHeaders: response }),
    });
    return HeadersStatus.StopIteration;
  }

  encodeHeaders(headers: Headers): HeadersResult {
    const bucket = this.#used?.bucket;
    if (bucket === undefined || this.#used?.limitHeaders !== true) return HeadersStatus.Continue;
    headers.replace('x-ratelimit-limit', String(bucket.max));
    headers.replace('x-ratelimit-remaining', String(bucket.tokens));
    headers.replace('x-ratelimit-reset', String(Math.ceil(bucket.msToFill / 1000)));
    return HeadersStatus.Continue;
  }

  #draw(share: number): boolean {
    return share >= 1 || (share > 0 && this.#callbacks.stream.manager.proxy.random.next() < share);
  }
}
