import type { ConfigReader } from '../config-reader.ts';
import { enumName } from '../format/header-operations.ts';
import type { ActiveFilter } from '../http/active-filter.ts';
import type {
  DataStatus as DataResult,
  HeadersStatus as HeadersResult,
  HttpFilter,
  TrailersStatus as TrailersResult,
} from '../http/filter.ts';
import { DataStatus, HeadersStatus, TrailersStatus } from '../http/filter.ts';
import type { Headers } from '../http/headers.ts';
import { fractionOf } from '../matching/fraction.ts';
import type { HeaderPredicate } from '../matching/header-matcher.ts';
import { compileHeaderMatchers } from '../matching/header-matcher.ts';
import type { HttpFilterType } from './filter-type.ts';
import { routeOptions } from './filter-type.ts';

interface FaultOptions {
  readonly upstreamCluster: string;
  readonly downstreamNodes: readonly string[];
  readonly headers: HeaderPredicate;
  readonly delay: { readonly ms: number; readonly byHeader: boolean; readonly share: number; readonly most: number } | undefined;
  readonly abort:
    | { readonly status: number | undefined; readonly grpc: number | undefined; readonly byHeader: boolean; readonly share: number }
    | undefined;
}

/** envoy.filters.http.fault (envoy `source/extensions/filters/http/fault/fault_filter.cc`): delays and aborts. */
export const filterType: HttpFilterType = {
  compile(config, context) {
    const own = readOptions(config);
    const ofRoute = routeOptions(context, readOptions);
    return { create: (callbacks) => new FaultFilter(callbacks, () => ofRoute(callbacks) ?? own) };
  },
};

const denominators = ['HUNDRED', 'TEN_THOUSAND', 'MILLION'] as const;

function readOptions(config: ConfigReader): FaultOptions {
  config.ignore(
    'delay_percent_runtime',
    'abort_percent_runtime',
    'delay_duration_runtime',
    'abort_http_status_runtime',
    'abort_grpc_status_runtime',
    'max_active_faults_runtime',
    'max_active_faults',
    'disable_downstream_cluster_stats',
    'filter_metadata',
  );
  const delay = config.message('delay');
  const abort = config.message('abort');
  const scale = (percentage: ConfigReader | undefined): number => {
    const unit = enumName(percentage?.raw('denominator'), denominators);
    return unit === 'MILLION' ? 1e6 : unit === 'TEN_THOUSAND' ? 1e4 : 100;
  };
  const percentage = delay?.message('percentage');
  return {
    upstreamCluster: config.string('upstream_cluster'),
    downstreamNodes: config.strings('downstream_nodes'),
    headers: compileHeaderMatchers(config.messages('headers')),
    delay:
      delay === undefined
        ? undefined
        : {
            ms: delay.duration('fixed_delay') ?? 0,
            byHeader: delay.has('header_delay'),
            share: fractionOf(percentage),
            most: scale(percentage),
          },
    abort:
      abort === undefined
        ? undefined
        : {
            status: abort.number('http_status'),
            grpc: abort.number('grpc_status'),
            byHeader: abort.has('header_abort'),
            share: fractionOf(abort.message('percentage')),
          },
  };
}

class FaultFilter implements HttpFilter {
  readonly #callbacks: ActiveFilter;
  readonly #options: () => FaultOptions;
  #waiting = false;
  #timer: { cancel(): void } | undefined;

  constructor(callbacks: ActiveFilter, options: () => FaultOptions) {
    this.#callbacks = callbacks;
    this.#options = options;
  }

  decodeHeaders(headers: Headers): HeadersResult {
    const options = this.#options();
    const { stream } = this.#callbacks;
    if (options.upstreamCluster !== '' && stream.routes.get()?.forward?.cluster !== options.upstreamCluster) return HeadersStatus.Continue;
    const node = headers.get('x-envoy-downstream-service-node') ?? '';
    if (options.downstreamNodes.length > 0 && !options.downstreamNodes.includes(node)) return HeadersStatus.Continue;
    if (!options.headers(headers)) return HeadersStatus.Continue;
    const delayMs = this.#delay(options, headers);
    if (delayMs > 0) {
      stream.info.setFlag('DI');
      this.#waiting = true;
      this.#timer = stream.setTimer(delayMs, () => {
        this.#waiting = false;
        if (!this.#abort(options, headers)) this.#callbacks.continueDecoding();
      });
      return HeadersStatus.StopIteration;
    }
    return this.#abort(options, headers) ? HeadersStatus.StopIteration : HeadersStatus.Continue;
  }

  decodeData(): DataResult {
    return this.#waiting ? DataStatus.StopIterationAndWatermark : DataStatus.Continue;
  }

  decodeTrailers(): TrailersResult {
    return this.#waiting ? TrailersStatus.StopIteration : TrailersStatus.Continue;
  }

  onDestroy(): void {
    this.#timer?.cancel();
  }

  #delay({ delay }: FaultOptions, headers: Headers): number {
    if (delay === undefined) return 0;
    const asked = delay.byHeader ? numberOf(headers, 'x-envoy-fault-delay-request') : delay.ms;
    if (asked === undefined || asked <= 0) return 0;
    const share = delay.byHeader
      ? this.#headerShare(headers, 'x-envoy-fault-delay-request-percentage', delay.share, delay.most)
      : delay.share;
    return this.#draw(share) ? asked : 0;
  }

  #abort({ abort }: FaultOptions, headers: Headers): boolean {
    if (abort === undefined) return false;
    let { status, grpc } = abort;
    let { share } = abort;
    if (abort.byHeader) {
      status = numberOf(headers, 'x-envoy-fault-abort-request');
      grpc = numberOf(headers, 'x-envoy-fault-abort-grpc-request');
      if (status !== undefined && (status < 200 || status > 599)) status = undefined;
      share = this.#headerShare(headers, 'x-envoy-fault-abort-request-percentage', share, 100);
    }
    if (status === undefined && grpc === undefined) return false;
    if (!this.#draw(share)) return false;
    const { info } = this.#callbacks.stream;
    info.setFlag('FI');
    const code = status ?? 200;
    this.#callbacks.sendLocalReply({ code, body: 'fault filter abort', grpcStatus: grpc, details: 'fault_filter_abort' });
    return true;
  }

  /** A percentage in a header may lower the configured one, not raise it. */
  #headerShare(headers: Headers, name: string, share: number, scale: number): number {
    const asked = numberOf(headers, name);
    return asked === undefined ? share : Math.min(asked / scale, share);
  }

  #draw(share: number): boolean {
    return share >= 1 || (share > 0 && this.#callbacks.stream.manager.proxy.random.next() < share);
  }
}

function numberOf(headers: Headers, name: string): number | undefined {
  const value = headers.get(name);
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : undefined;
}
