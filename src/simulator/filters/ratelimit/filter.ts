import type { HeaderPair } from '#proxywasm/host.ts';
import { bytesToByteString } from '#base/bytes.ts';
import type { ActiveFilter } from '../../http/active-filter.ts';
import type {
  DataStatus as DataResult,
  HeadersStatus as HeadersResult,
  HttpFilter,
  TrailersStatus as TrailersResult,
} from '../../http/filter.ts';
import { DataStatus, HeadersStatus, TrailersStatus } from '../../http/filter.ts';
import type { Headers } from '../../http/headers.ts';
import type { Proxy } from '../../proxy.ts';
import type { Descriptor, DescriptorContext } from '../../rate-limit/descriptor.ts';
import { descriptorText } from '../../rate-limit/descriptor.ts';
import { describeAll } from '../../rate-limit/policy.ts';
import { describeByRoute } from '../../rate-limit/policy-of-route.ts';
import type { HttpFilterType } from '../filter-type.ts';
import { routeOptions } from '../filter-type.ts';
import { tell } from '../tell.ts';
import type { RateLimitConfig, RateLimitRoute } from './config.ts';
import { readConfig, readRoute } from './config.ts';
import { limitHeaders, retryAfter } from './limit-headers.ts';
import type { RateLimitAnswer } from './service.ts';
import { askService } from './service.ts';

/** envoy.filters.http.ratelimit (envoy `source/extensions/filters/http/ratelimit/ratelimit.cc`). */
export const filterType: HttpFilterType = {
  compile(config, context) {
    const compiled = readConfig(config);
    const ofRoute = routeOptions(context, readRoute);
    return { create: (callbacks) => new RateLimitFilter(callbacks, compiled, () => ofRoute(callbacks)) };
  },
};

const RESOURCE_EXHAUSTED = 8;
const HITS_KEY = 'envoy.ratelimit.hits_addend';
const TOO_MANY = 429;

class RateLimitFilter implements HttpFilter {
  readonly #callbacks: ActiveFilter;
  readonly #config: RateLimitConfig;
  readonly #route: () => RateLimitRoute | undefined;
  #headers: Headers | undefined;
  #call: { cancel(): void } | undefined;
  #state: 'idle' | 'calling' | 'responded' = 'idle';
  #isInitiating = false;
  #isEnforcing = true;
  #response: readonly HeaderPair[] = [];

  constructor(callbacks: ActiveFilter, config: RateLimitConfig, route: () => RateLimitRoute | undefined) {
    this.#callbacks = callbacks;
    this.#config = config;
    this.#route = route;
  }

  get #proxy(): Proxy {
    return this.#callbacks.stream.manager.proxy;
  }

  decodeHeaders(headers: Headers): HeadersResult {
    if (!draw(this.#proxy, this.#config.enabled)) return HeadersStatus.Continue;
    this.#headers = headers;
    const isInternal = headers.get('x-envoy-internal') === 'true';
    if (this.#config.requests === (isInternal ? 'external' : 'internal')) return HeadersStatus.Continue;
    const { stream } = this.#callbacks;
    if (stream.routes.get()?.forward === undefined || stream.info.clusterName === undefined) return HeadersStatus.Continue;
    const descriptors = this.#describe(headers, false);
    if (descriptors.length === 0) {
      tell(this.#callbacks, 'request', 'ratelimit', 'No rate limit applies to this route');
      return HeadersStatus.Continue;
    }
    tell(this.#callbacks, 'request', 'ratelimit', () => `The service is asked about ${descriptors.map(descriptorText).join(' ')}`);
    this.#state = 'calling';
    this.#isInitiating = true;
    this.#call = this.#ask(descriptors, (answer) => this.#answered(answer));
    this.#isInitiating = false;
    return this.#isHeld ? HeadersStatus.StopIteration : HeadersStatus.Continue;
  }

  decodeData(): DataResult {
    return this.#isHeld ? DataStatus.StopIterationAndWatermark : DataStatus.Continue;
  }

  decodeTrailers(): TrailersResult {
    return this.#isHeld ? TrailersStatus.StopIteration : TrailersStatus.Continue;
  }

  encodeHeaders(headers: Headers): HeadersResult {
    this.#addResponseHeaders(headers);
    return HeadersStatus.Continue;
  }

  log(): void {
    if (this.#headers === undefined) return;
    const descriptors = this.#describe(this.#headers, true);
    if (descriptors.length > 0) this.#ask(descriptors, () => undefined);
  }

  onDestroy(): void {
    if (this.#state === 'calling') this.#call?.cancel();
  }

  /** Whether an answer is awaited, or the request has had its reply. */
  get #isHeld(): boolean {
    return this.#state !== 'idle';
  }

  #ask(descriptors: readonly Descriptor[], done: (answer: RateLimitAnswer) => void): { cancel(): void } {
    const { stream } = this.#callbacks;
    const hits = stream.info.filterState.get(HITS_KEY)?.bytes;
    const addend = hits === undefined ? 0 : Number(bytesToByteString(hits));
    return askService(stream, this.#config, this.#route()?.domain || this.#config.domain, descriptors, addend, done);
  }

  #describe(headers: Headers, onStreamDone: boolean): readonly Descriptor[] {
    const { stream } = this.#callbacks;
    const route = this.#route();
    const context: DescriptorContext = { stream, headers, route: stream.routes.current, format: stream.manager.formatContext(stream) };
    const { stage, policies } = this.#config;
    if (route !== undefined && route.policies.length > 0) return describeAll(route.policies, context, undefined, onStreamDone);
    if (policies.length > 0) return describeAll(policies, context, undefined, onStreamDone);
    return describeByRoute(context, stage, route?.hostOption ?? 'OVERRIDE', onStreamDone);
  }

  #answered(answer: RateLimitAnswer): void {
    this.#state = 'idle';
    const { stream } = this.#callbacks;
    const config = this.#config;
    if (Object.keys(answer.metadata).length > 0) stream.info.setDynamicMetadata(config.metadataNamespace, answer.metadata);
    this.#count(answer.status === 'over-limit' ? 'over_limit' : answer.status);
    const isOver = answer.status === 'over-limit';
    this.#response = [
      ...answer.responseHeaders,
      ...(isOver && config.limitedHeader ? ([['x-envoy-ratelimited', 'true']] satisfies HeaderPair[]) : []),
      ...(config.limitHeaders ? limitHeaders(answer.statuses) : []),
    ];
    tell(this.#callbacks, 'request', 'ratelimit', `The service says: ${answer.status}`);
    if (isOver) {
      this.#isEnforcing = draw(this.#proxy, config.enforced);
      if (this.#isEnforcing) this.#limit(answer);
      else this.#continue(answer);
    } else if (answer.status === 'error' && draw(this.#proxy, config.denyOnFailure)) {
      this.#state = 'responded';
      stream.info.setFlag('RLSE');
      this.#callbacks.sendLocalReply({ code: config.errorCode, body: answer.body, details: 'rate_limiter_error' });
    } else {
      if (answer.status === 'error') this.#count('failure_mode_allowed');
      this.#continue(answer);
    }
  }

  #limit(answer: RateLimitAnswer): void {
    const { stream } = this.#callbacks;
    const config = this.#config;
    this.#state = 'responded';
    stream.info.setFlag('RL');
    const context = stream.manager.formatContext(stream);
    this.#callbacks.sendLocalReply({
      code: config.code,
      body: answer.body,
      details: 'request_rate_limited',
      grpcStatus: config.exhausted ? RESOURCE_EXHAUSTED : undefined,
      modifyHeaders: (headers) => {
        this.#addResponseHeaders(headers);
        config.responseHeaders?.(headers, { ...context, responseHeaders: headers });
        const wait = config.retryAfter && config.code === TOO_MANY ? retryAfter(answer.statuses) : undefined;
        if (wait !== undefined && !headers.has('retry-after')) headers.set('retry-after', String(wait));
      },
    });
  }

  #continue(answer: RateLimitAnswer): void {
    for (const [name, value] of answer.requestHeaders) this.#headers?.add(name, value);
    if (!this.#isInitiating) this.#callbacks.continueDecoding();
  }

  #addResponseHeaders(headers: Headers): void {
    for (const [name, value] of this.#response) headers.add(name, value);
    this.#response = [];
  }

  #count(counter: string): void {
    const cluster = this.#callbacks.stream.info.clusterName ?? '';
    this.#proxy.stats.counter(`cluster.${cluster}.ratelimit.${this.#config.statPrefix}${counter}`).add(1n);
  }
}

function draw(proxy: Proxy, share: number): boolean {
  return share >= 1 || (share > 0 && proxy.random.next() < share);
}
