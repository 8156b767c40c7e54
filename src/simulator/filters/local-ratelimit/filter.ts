import type { ActiveFilter } from '../../http/active-filter.ts';
import type { HeadersStatus as HeadersResult, HttpFilter } from '../../http/filter.ts';
import { HeadersStatus } from '../../http/filter.ts';
import type { FilterStates } from '../../http/filter-state.ts';
import type { Headers } from '../../http/headers.ts';
import type { Descriptor, DescriptorContext } from '../../rate-limit/descriptor.ts';
import { descriptorText } from '../../rate-limit/descriptor.ts';
import { describeAll } from '../../rate-limit/policy.ts';
import { describeByRoute } from '../../rate-limit/policy-of-route.ts';
import type { HttpFilterType } from '../filter-type.ts';
import { routeOptions } from '../filter-type.ts';
import { tell } from '../tell.ts';
import type { LocalLimitConfig } from './config.ts';
import { readConfig } from './config.ts';
import type { LimitResult } from './limiter.ts';
import { Limiter } from './limiter.ts';

/** envoy.filters.http.local_ratelimit (envoy `source/extensions/filters/http/local_ratelimit`): buckets of the listener, and of each route that has its own. */
export const filterType: HttpFilterType = {
  compile(config, context) {
    const own = readConfig(config, context.proxy, false);
    const ofRoute = routeOptions(context, (route) => readConfig(route, context.proxy, true));
    return { create: (callbacks) => new LocalRateLimitFilter(callbacks, () => ofRoute(callbacks) ?? own) };
  },
};

const RESOURCE_EXHAUSTED = 8;
const TOO_MANY = 429;

/** The buckets of connections; the first configuration that asks makes them, as in Envoy. */
const ofConnections = new WeakMap<FilterStates, Limiter>();

class LocalRateLimitFilter implements HttpFilter {
  readonly #callbacks: ActiveFilter;
  readonly #config: () => LocalLimitConfig;
  #used: LocalLimitConfig | undefined;
  #result: LimitResult | undefined;

  constructor(callbacks: ActiveFilter, config: () => LocalLimitConfig) {
    this.#callbacks = callbacks;
    this.#config = config;
  }

  decodeHeaders(headers: Headers): HeadersResult {
    const config = this.#config();
    if (!this.#draw(config.enabled)) return HeadersStatus.Continue;
    this.#used = config;
    config.count('enabled');
    const descriptors = config.hasDescriptors ? this.#describe(config, headers) : [];
    const result = this.#limiter(config).ask(descriptors);
    this.#result = result;
    tell(this.#callbacks, 'request', 'local-ratelimit', () => wordsOf(descriptors, result));
    if (result.allowed) {
      config.count('ok');
      return HeadersStatus.Continue;
    }
    config.count('rate_limited');
    if (result.isShadow) {
      config.count('shadow_mode');
      return HeadersStatus.Continue;
    }
    const { stream } = this.#callbacks;
    if (!this.#draw(config.enforced)) {
      config.requestHeaders?.(headers, stream.manager.formatContext(stream));
      return HeadersStatus.Continue;
    }
    config.count('enforced');
    this.#refuse(config, result);
    return HeadersStatus.StopIteration;
  }

  encodeHeaders(headers: Headers): HeadersResult {
    const bucket = this.#result?.bucket;
    const isShown = this.#result?.limitHeaders ?? this.#used?.limitHeaders ?? false;
    if (bucket === undefined || !isShown) return HeadersStatus.Continue;
    headers.add('x-ratelimit-limit', String(bucket.max));
    headers.add('x-ratelimit-remaining', String(bucket.tokens));
    headers.add('x-ratelimit-reset', String(bucket.secondsToToken));
    return HeadersStatus.Continue;
  }

  #refuse(config: LocalLimitConfig, { bucket }: LimitResult): void {
    const { stream } = this.#callbacks;
    stream.info.setFlag('RL');
    const context = stream.manager.formatContext(stream);
    this.#callbacks.sendLocalReply({
      code: config.code,
      body: 'local_rate_limited',
      details: 'local_rate_limited',
      grpcStatus: config.exhausted ? RESOURCE_EXHAUSTED : undefined,
      modifyHeaders: (headers) => {
        config.responseHeaders?.(headers, { ...context, responseHeaders: headers });
        if (!config.retryAfter || config.code !== TOO_MANY || bucket === undefined || headers.has('retry-after')) return;
        headers.set('retry-after', String(Math.max(1, bucket.secondsToToken)));
      },
    });
  }

  #limiter({ limiter, perConnection }: LocalLimitConfig): Limiter {
    if (perConnection === undefined) return limiter;
    const connection = this.#callbacks.stream.info.connection.filterState;
    let own = ofConnections.get(connection);
    if (own === undefined) ofConnections.set(connection, (own = new Limiter(perConnection)));
    return own;
  }

  #describe(config: LocalLimitConfig, headers: Headers): readonly Descriptor[] {
    const { stream } = this.#callbacks;
    const context: DescriptorContext = { stream, headers, route: stream.routes.get(), format: stream.manager.formatContext(stream) };
    if (config.policies.length > 0) return describeAll(config.policies, context, undefined, false);
    return describeByRoute(context, config.stage, config.hostOption, false);
  }

  #draw(share: number): boolean {
    return share >= 1 || (share > 0 && this.#callbacks.stream.manager.proxy.random.next() < share);
  }
}

function wordsOf(descriptors: readonly Descriptor[], { allowed, bucket, isShadow }: LimitResult): string {
  const what = descriptors.length === 0 ? 'The request' : `The request ${descriptors.map(descriptorText).join(' ')}`;
  const left = bucket === undefined ? 'nothing limits it' : `${bucket.tokens} of ${bucket.max} tokens are left`;
  if (allowed) return `${what} may pass: ${left}`;
  return `${what} finds no token${isShadow ? ', but this limit only watches' : ''}`;
}
