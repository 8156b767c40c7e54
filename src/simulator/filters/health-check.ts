import type { ActiveFilter } from '../http/active-filter.ts';
import type {
  DataStatus as DataResult,
  HeadersStatus as HeadersResult,
  HttpFilter,
  TrailersStatus as TrailersResult,
} from '../http/filter.ts';
import { DataStatus, HeadersStatus, TrailersStatus } from '../http/filter.ts';
import type { BodyBuffer } from '../http/body-buffer.ts';
import type { Headers } from '../http/headers.ts';
import type { HeaderPredicate } from '../matching/header-matcher.ts';
import { compileHeaderMatchers } from '../matching/header-matcher.ts';
import type { HttpFilterType } from './filter-type.ts';

/** envoy.filters.http.health_check (envoy `source/extensions/filters/http/health_check/health_check.cc`). The proxy itself always counts as healthy. */
export const filterType: HttpFilterType = {
  compile(config) {
    const matches = compileHeaderMatchers(config.messages('headers'));
    const passThrough = config.bool('pass_through_mode');
    return { create: (callbacks) => new HealthCheckFilter(callbacks, matches, passThrough) };
  },
};

class HealthCheckFilter implements HttpFilter {
  readonly #callbacks: ActiveFilter;
  readonly #matches: HeaderPredicate;
  readonly #passThrough: boolean;
  #isCheck = false;
  #handling = false;

  constructor(callbacks: ActiveFilter, matches: HeaderPredicate, passThrough: boolean) {
    this.#callbacks = callbacks;
    this.#matches = matches;
    this.#passThrough = passThrough;
  }

  decodeHeaders(headers: Headers, endStream: boolean): HeadersResult {
    this.#isCheck = this.#matches(headers);
    this.#handling = this.#isCheck && !this.#passThrough;
    if (endStream && this.#handling) this.#answer();
    return this.#handling ? HeadersStatus.StopIteration : HeadersStatus.Continue;
  }

  decodeData(_data: BodyBuffer, endStream: boolean): DataResult {
    if (endStream && this.#handling) this.#answer();
    return this.#handling ? DataStatus.StopIterationNoBuffer : DataStatus.Continue;
  }

  decodeTrailers(): TrailersResult {
    if (this.#handling) this.#answer();
    return this.#handling ? TrailersStatus.StopIteration : TrailersStatus.Continue;
  }

  encodeHeaders(headers: Headers): HeadersResult {
    if (this.#isCheck) headers.set('x-envoy-upstream-healthchecked-cluster', this.#callbacks.stream.manager.proxy.nodeCluster);
    return HeadersStatus.Continue;
  }

  #answer(): void {
    this.#callbacks.sendLocalReply({ code: 200, body: '', details: 'health_check_ok' });
  }
}
