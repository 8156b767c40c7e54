import { readFileSync } from 'node:fs';
import { bench, describe } from 'vitest';
import type { JsonValue } from '#base/json.ts';
import { keepOfDump } from '#envoy/config-dump/keep.ts';
import { readDumpTextSteps } from '#envoy/config-dump/read-text.ts';
import { runSteps } from '#envoy/config-dump/steps.ts';
import { diffConfigurations, type ProxyConfiguration } from '#envoy/diff/diff-listeners.ts';
import { envoyTypes } from '#testing/envoy-types.ts';
import { createDumpJoiner, dumpParts } from './dump-parts.ts';

/** What a dump of 50 MB costs: in the worker, and in the slices that the page takes over. */
const types = await envoyTypes();
const one = readFileSync(new URL('../../conformance/config-dumps/sidecar-1.18.2-full.json', import.meta.url), 'utf8');
const { configs } = JSON.parse(one) as { configs: JsonValue[] };
const text = JSON.stringify({ configs: Array.from({ length: 38 }, () => configs).flat() });

const read = (source: string) => runSteps(readDumpTextSteps({ name: 'dump.json', text: source }, types));
const dump = read(text);
const kept = keepOfDump(dump);
const parts = [...dumpParts(kept)].map((part) => structuredClone(part));
const largest = parts.reduce((a, b) => (sizeOf(a) > sizeOf(b) ? a : b));
const few = { iterations: 2, warmupIterations: 0, time: 0 };

const sideOf = ({ listeners, extensions, routes }: typeof dump): ProxyConfiguration => ({
  listeners: listeners.map(({ listener }) => listener),
  extensions,
  routes,
});
const [before, after] = [sideOf(read(one)), sideOf(read(one))];

describe('a dump of 50 MB', () => {
  bench('read in the worker', () => void read(text), few);
  bench('kept and sliced', () => void [...dumpParts(keepOfDump(dump))], few);
  bench('largest slice taken over by the page', () => void structuredClone(largest));
  bench(
    'put together in the page',
    () => {
      const joiner = createDumpJoiner();
      for (const part of parts) joiner.add(part);
      joiner.joined();
    },
    few,
  );
});

describe('difference', () => {
  bench('of two dumps with 144 listeners', () => void diffConfigurations(before, after));
});

function sizeOf(part: object): number {
  return JSON.stringify(part).length;
}
