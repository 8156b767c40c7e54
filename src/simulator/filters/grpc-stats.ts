import type { ByteString } from '#base/bytes.ts';
import { utf8Bytes } from '#base/bytes.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { ActiveFilter } from '../http/active-filter.ts';
import type { BodyBuffer } from '../http/body-buffer.ts';
import type {
  DataStatus as DataResult,
  HeadersStatus as HeadersResult,
  HttpFilter,
  TrailersStatus as TrailersResult,
} from '../http/filter.ts';
import { DataStatus, HeadersStatus, TrailersStatus } from '../http/filter.ts';
import type { Headers } from '../http/headers.ts';
import { isGrpcRequest } from '../http/local-reply.ts';
import { GrpcFrameCounter } from '../upstreams/grpc-frames.ts';
import type { HttpFilterType } from './filter-type.ts';

interface StatsOptions {
  readonly emitFilterState: boolean;
  readonly upstreamStats: boolean;
  /** `service.method` in names of statistics, or nothing for calls that are counted together. */
  prefixOf(service: string, method: string): string;
}

const FILTER_STATE = 'envoy.filters.http.grpc_stats';

/** envoy.filters.http.grpc_stats (envoy `source/extensions/filters/http/grpc_stats`): counts calls and messages. */
export const filterType: HttpFilterType = {
  compile(config) {
    const options = readOptions(config);
    return { create: (callbacks) => new GrpcStatsFilter(callbacks, options) };
  },
};

function readOptions(config: ConfigReader): StatsOptions {
  const listed = new Set(
    (config.message('individual_method_stats_allowlist')?.messages('services') ?? []).flatMap((service) =>
      service.strings('method_names').map((method) => `${service.string('name')}/${method}`),
    ),
  );
  const all = config.bool('stats_for_all_methods');
  const replaceDots = config.bool('replace_dots_in_grpc_service_name');
  return {
    emitFilterState: config.bool('emit_filter_state'),
    upstreamStats: config.bool('enable_upstream_stats'),
    prefixOf(service, method) {
      if (!all && !listed.has(`${service}/${method}`)) return '';
      return `${replaceDots ? service.replaceAll('.', '_') : service}.${method}.`;
    },
  };
}

/** `/service/method`; undefined for other paths (envoy `Grpc::Common::resolveServiceAndMethod`). */
function namesIn(path: ByteString): readonly [string, string] | undefined {
  const parts = path.split('?', 1)[0]?.split('/') ?? [];
  const [, service = '', method = ''] = parts;
  return parts.length === 3 && service !== '' && method !== '' ? [service, method] : undefined;
}

class GrpcStatsFilter implements HttpFilter {
  readonly #callbacks: ActiveFilter;
  readonly #options: StatsOptions;
  readonly #requests = new GrpcFrameCounter();
  readonly #responses = new GrpcFrameCounter();
  #isRequest = false;
  #isResponse = false;
  /** What the names of statistics begin with; undefined: nothing is counted. */
  #base: string | undefined;

  constructor(callbacks: ActiveFilter, options: StatsOptions) {
    this.#callbacks = callbacks;
    this.#options = options;
  }

  decodeHeaders(headers: Headers): HeadersResult {
    this.#isRequest = isGrpcRequest(headers);
    if (!this.#isRequest) return HeadersStatus.Continue;
    const { stream } = this.#callbacks;
    stream.routes.get();
    const cluster = stream.info.clusterName;
    const names = namesIn(headers.get(':path') ?? '');
    if (cluster !== undefined && names !== undefined) this.#base = `cluster.${cluster}.grpc.${this.#options.prefixOf(...names)}`;
    return HeadersStatus.Continue;
  }

  decodeData(data: BodyBuffer): DataResult {
    if (this.#isRequest) this.#count(this.#requests, data, 'request_message_count');
    return DataStatus.Continue;
  }

  encodeHeaders(headers: Headers, endStream: boolean): HeadersResult {
    this.#isResponse = endStream ? headers.has('grpc-status') : headers.get(':status') === '200' && isGrpcRequest(headers);
    this.#charge(headers);
    if (endStream) this.#noteTime();
    return HeadersStatus.Continue;
  }

  encodeData(data: BodyBuffer): DataResult {
    if (this.#isResponse) this.#count(this.#responses, data, 'response_message_count');
    return DataStatus.Continue;
  }

  encodeTrailers(trailers: Headers): TrailersResult {
    this.#charge(trailers);
    this.#noteTime();
    return TrailersStatus.Continue;
  }

  #count(counter: GrpcFrameCounter, data: BodyBuffer, name: string): void {
    const more = counter.add(data.all());
    if (more === 0) return;
    if (this.#base !== undefined) this.#add(name, more);
    if (!this.#options.emitFilterState) return;
    const counts = [this.#requests.count, this.#responses.count];
    const fields = { request_message_count: counts[0] ?? 0, response_message_count: counts[1] ?? 0 };
    this.#callbacks.stream.info.filterState.set(FILTER_STATE, {
      bytes: utf8Bytes(counts.join(',')),
      readOnly: false,
      type: 1,
      fields,
    });
  }

  /** One call has its status (envoy `Grpc::ContextImpl::chargeStat`). */
  #charge(map: Headers): void {
    const status = map.get('grpc-status');
    if (this.#base === undefined || status === undefined) return;
    this.#add(/^\d+$/.test(status) ? String(Number(status)) : status, 1);
    this.#add(status === '0' ? 'success' : 'failure', 1);
    this.#add('total', 1);
  }

  #noteTime(): void {
    const { info, manager } = this.#callbacks.stream;
    if (!this.#options.upstreamStats || this.#base === undefined || info.upstreamStartNs === undefined) return;
    const took = (manager.loop.nowNs - (info.requestEndNs ?? info.startNs)) / 1_000_000n;
    manager.proxy.stats.metric('histogram', `${this.#base}upstream_rq_time`).record(took);
  }

  #add(name: string, by: number): void {
    this.#callbacks.stream.manager.proxy.stats.counter(`${this.#base ?? ''}${name}`).add(BigInt(by));
  }
}
