import type { ByteString } from '#base/bytes.ts';
import { WasmResult } from './abi.ts';
import type { Host, HostMetric, MetricType } from './host.ts';

const types: readonly MetricType[] = ['counter', 'gauge', 'histogram'];

/**
 * The metrics one VM has defined. The two low bits of an id tell the type: counters 4, 8 …, gauges 5, 9 …, histograms 6, 10 … (envoy
 * `source/extensions/common/wasm/wasm.h` `nextCounterMetricId`). The values belong to the proxy.
 */
export class Metrics {
  readonly #host: Host;
  readonly #byId = new Map<number, { readonly type: MetricType; readonly metric: HostMetric }>();
  readonly #next = [4, 5, 6];

  constructor(host: Host) {
    this.#host = host;
  }

  /** The new id, or undefined for an unknown type. */
  define(type: number, name: ByteString): number | undefined {
    const kind = types[type];
    if (kind === undefined) return undefined;
    const id = this.#next[type] ?? 0;
    this.#next[type] = id + 4;
    this.#byId.set(id, { type: kind, metric: this.#host.metric(kind, name) });
    return id;
  }

  /** Counters only go up, gauges both ways, histograms not at all. */
  increment(id: number, offset: bigint): number {
    if (types[id & 3] === undefined || types[id & 3] === 'histogram') return WasmResult.BadArgument;
    const known = this.#byId.get(id);
    if (known === undefined) return WasmResult.NotFound;
    if (known.type === 'counter' && offset <= 0n) return WasmResult.BadArgument;
    known.metric.increment(offset);
    return WasmResult.Ok;
  }

  record(id: number, value: bigint): number {
    const known = this.#byId.get(id);
    if (known === undefined) return WasmResult.NotFound;
    known.metric.record(value);
    return WasmResult.Ok;
  }

  /** The value, or a status. */
  value(id: number): bigint | number {
    if (types[id & 3] === undefined || types[id & 3] === 'histogram') return WasmResult.BadArgument;
    const known = this.#byId.get(id);
    return known === undefined ? WasmResult.NotFound : known.metric.value();
  }
}
