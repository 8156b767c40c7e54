import { byteStringToUtf8 } from '#base/bytes.ts';
import { asObject, asString } from '#base/json.ts';
import { compileProblem } from '../../cel/check.ts';
import { evaluateCel } from '../../cel/evaluate.ts';
import { parseCel } from '../../cel/parse.ts';
import { streamActivation } from '../../cel/stream-activation.ts';
import type { CelNode } from '../../cel/syntax.ts';
import type { ConfigReader } from '../../config-reader.ts';
import type { ActiveFilter } from '../../http/active-filter.ts';
import type { HttpFilter } from '../../http/filter.ts';
import type { HttpStream } from '../../http/stream.ts';
import type { FilterContext, HttpFilterType } from '../filter-type.ts';
import type { Labels, Reporter } from './stats-labels.ts';
import { labelsOf } from './stats-labels.ts';
import type { Workload } from './workload.ts';
import { workloadOf } from './workload.ts';

/** How one metric, or all of them, differ from the standard. */
interface Override {
  /** Empty: every metric. */
  readonly metric: string;
  readonly drop: boolean;
  readonly removed: ReadonlySet<string>;
  readonly dimensions: readonly (readonly [string, CelNode | undefined])[];
}

interface StatsOptions {
  readonly own: Workload;
  readonly gateway: boolean;
  readonly hostFallback: boolean;
  readonly overrides: readonly Override[];
}

/** istio.stats for HTTP (istio/proxy `source/extensions/filters/http/istio_stats`): metrics of a request with the labels of both workloads. Written after the source. */
export const filterType: HttpFilterType = {
  compile(config, context) {
    const options = readOptions(config, context);
    return {
      create: (callbacks) => new StatsFilter(callbacks, options),
      note: 'after Istio’s source, not checked against a real proxy',
    };
  },
};

function readOptions(config: ConfigReader, { proxy }: FilterContext): StatsOptions {
  config.ignore('tcp_reporting_duration', 'rotation_interval', 'graceful_deletion_interval');
  const reporter = config.raw('reporter');
  return {
    own: workloadOf(asObject(proxy.node['metadata'])),
    gateway: reporter === 'SERVER_GATEWAY' || reporter === 1,
    hostFallback: !config.bool('disable_host_header_fallback'),
    overrides: config.messages('metrics').map((metric) => ({
      metric: metric.string('name'),
      drop: metric.bool('drop'),
      removed: new Set(metric.strings('tags_to_remove')),
      dimensions: Object.entries(asObject(metric.raw('dimensions')))
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, text]) => [name, expression(asString(text) ?? '')] as const),
    })),
  };
}

function expression(text: string): CelNode | undefined {
  const parsed = parseCel(text);
  return parsed.ok && compileProblem(parsed.value) === undefined ? parsed.value : undefined;
}

class StatsFilter implements HttpFilter {
  readonly #callbacks: ActiveFilter;
  readonly #options: StatsOptions;

  constructor(callbacks: ActiveFilter, options: StatsOptions) {
    this.#callbacks = callbacks;
    this.#options = options;
  }

  log(): void {
    const { stream } = this.#callbacks;
    const { info, manager } = stream;
    const labels = labelsOf(stream, this.#reporter(), this.#options.own, this.#options.hostFallback);
    const took = ((info.endNs ?? manager.loop.nowNs) - info.startNs) / 1_000_000n;
    this.#record(stream, 'counter', 'requests_total', labels, 1n);
    this.#record(stream, 'histogram', 'request_duration_milliseconds', labels, took);
    this.#record(stream, 'histogram', 'request_bytes', labels, BigInt(info.bytesReceived + (stream.request.headers?.byteSize ?? 0)));
    this.#record(stream, 'histogram', 'response_bytes', labels, BigInt(info.bytesSent + (stream.response.headers?.byteSize ?? 0)));
    stream.observer?.note('istio-stats', `Counted in istio_requests_total as reporter ${this.#reporter()}`);
  }

  /** A gateway's listener reports for its workloads, a sidecar's by its direction. */
  #reporter(): Reporter {
    if (this.#options.gateway) return 'waypoint';
    return this.#callbacks.stream.info.connection.listener?.direction === 1 ? 'destination' : 'source';
  }

  #record(stream: HttpStream, type: 'counter' | 'histogram', metric: string, labels: Labels, value: bigint): void {
    const overrides = this.#options.overrides.filter((item) => item.metric === '' || item.metric === metric);
    if (overrides.some(({ drop }) => drop)) return;
    const tags = overrides.reduce((list, override) => changed(list, override, stream), labels);
    const name = `istiocustom.istio_${metric}${tags.map(([key, text]) => `.${key}.${text}`).join('')}`;
    const found = stream.manager.proxy.stats.metric(type, name);
    if (type === 'counter') found.add(value);
    else found.record(value);
  }
}

function changed(labels: Labels, { removed, dimensions }: Override, stream: HttpStream): Labels {
  if (removed.size === 0 && dimensions.length === 0) return labels;
  const activation = streamActivation(stream);
  const values = new Map(dimensions.map(([name, node]) => [name, node === undefined ? 'unknown' : printed(evaluateCel(node, activation))]));
  const kept = labels
    .filter(([name]) => !removed.has(name))
    .map(([name, text]): readonly [string, string] => [name, values.get(name) ?? text]);
  const known = new Set(labels.map(([name]) => name));
  return [...kept, ...[...values].filter(([name]) => !known.has(name))];
}

function printed(value: ReturnType<typeof evaluateCel>): string {
  if (value.kind === 'string') return byteStringToUtf8(value.value);
  return value.kind === 'int' || value.kind === 'uint' || value.kind === 'bool' || value.kind === 'double'
    ? String(value.value)
    : 'unknown';
}
