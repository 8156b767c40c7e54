import type { TraceMetric } from './trace.ts';

/** One counter, gauge or histogram. Values are unsigned 64-bit, as in Envoy. */
export class Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  value = 0n;
  readonly samples: bigint[] = [];
  readonly #changed: () => void;

  constructor(name: string, type: Metric['type'], changed: () => void) {
    this.name = name;
    this.type = type;
    this.#changed = changed;
  }

  add(offset: bigint): void {
    this.#changed();
    this.value = BigInt.asUintN(64, this.value + offset);
  }

  set(value: bigint): void {
    this.#changed();
    this.value = BigInt.asUintN(64, value);
  }

  record(value: bigint): void {
    this.#changed();
    this.samples.push(value);
  }
}

/** The statistics of a proxy by their full name. */
export class StatsStore {
  readonly #metrics = new Map<string, Metric>();
  #snapshot: readonly TraceMetric[] | undefined;
  readonly #changed = (): void => void (this.#snapshot = undefined);

  metric(type: Metric['type'], name: string): Metric {
    const key = `${type} ${name}`;
    let found = this.#metrics.get(key);
    if (found === undefined) {
      found = new Metric(name, type, this.#changed);
      this.#changed();
      this.#metrics.set(key, found);
    }
    return found;
  }

  counter(name: string): Metric {
    return this.metric('counter', name);
  }

  gauge(name: string): Metric {
    return this.metric('gauge', name);
  }

  /** All values as they are now: of a histogram the number of samples. The same list as long as nothing has changed. */
  snapshot(): readonly TraceMetric[] {
    return (this.#snapshot ??= this.all().map(({ name, type, value, samples }) => ({
      name,
      type,
      value: type === 'histogram' ? samples.length : Number(value),
    })));
  }

  all(): readonly Metric[] {
    return [...this.#metrics.values()];
  }

  /** Metrics whose names begin with `prefix`, sorted by name. */
  withPrefix(prefix: string): readonly Metric[] {
    return this.all()
      .filter((metric) => metric.name.startsWith(prefix))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }
}
