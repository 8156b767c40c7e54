import type { Metric } from '../../../stats.ts';
import type { HostClass } from '../objects.ts';
import { ScriptError } from '../script-error.ts';
import type { StreamRun } from '../stream-run.ts';
import { logMethods } from './log-methods.ts';

const units = ['ms', 'milliseconds', 'microseconds', 'nanoseconds', 'bytes', 'unspecified'] as const;

/** Statistics of a script, below the filter's own (envoy `StatsScopeWrapper`). */
export const statsClass: HostClass<{ readonly prefix: string }, StreamRun> = {
  name: 'stats',
  cppName: 'N5Envoy10Extensions11HttpFilters3Lua17StatsScopeWrapperE',
  methods: {
    ...logMethods,
    counter: ({ prefix }, args, run) => [run.object(undefined, counterClass, run.stats.counter(prefix + args.string(2)))],
    gauge: ({ prefix }, args, run) => [run.object(undefined, gaugeClass, run.stats.gauge(prefix + args.string(2)))],
    histogram({ prefix }, args, run) {
      const name = args.string(2);
      const unit = args.optionalString(3) ?? 'unspecified';
      if (!units.some((known) => known === unit)) {
        const all = units.map((known) => `'${known}'`);
        throw new ScriptError(`invalid histogram unit '${unit}', expected ${all.slice(0, -1).join(', ')}, or ${all.at(-1) ?? ''}`);
      }
      return [run.object(undefined, histogramClass, run.stats.metric('histogram', prefix + name))];
    },
  },
};

const whole = (value: number): bigint => BigInt(Math.trunc(value));

const counterClass: HostClass<Metric, StreamRun> = {
  name: 'counter',
  cppName: 'N5Envoy10Extensions11HttpFilters3Lua14CounterWrapperE',
  methods: {
    ...logMethods,
    inc: (metric) => (metric.add(1n), []),
    add: (metric, args) => (metric.add(whole(args.number(2))), []),
    value: (metric) => [Number(metric.value)],
  },
};

const gaugeClass: HostClass<Metric, StreamRun> = {
  name: 'gauge',
  cppName: 'N5Envoy10Extensions11HttpFilters3Lua12GaugeWrapperE',
  methods: {
    ...logMethods,
    inc: (metric) => (metric.add(1n), []),
    dec: (metric) => (metric.add(-1n), []),
    add: (metric, args) => (metric.add(whole(args.number(2))), []),
    sub: (metric, args) => (metric.add(-whole(args.number(2))), []),
    set: (metric, args) => (metric.set(whole(args.number(2))), []),
    value: (metric) => [Number(metric.value)],
  },
};

const histogramClass: HostClass<Metric, StreamRun> = {
  name: 'histogram',
  cppName: 'N5Envoy10Extensions11HttpFilters3Lua16HistogramWrapperE',
  methods: { ...logMethods, recordValue: (metric, args) => (metric.record(whole(args.number(2))), []) },
};

export const statsClasses = [statsClass, counterClass, gaugeClass, histogramClass] as const;
