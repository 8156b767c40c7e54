import { expect, test } from 'vitest';
import type { KeptDump } from '#envoy/config-dump/keep.ts';
import { createDumpJoiner, dumpParts, withPlaces } from './dump-parts.ts';

const listener = (name: string, size: number): KeptDump['listeners'][number] => ({
  state: 'active',
  listener: {
    name,
    address: 'x'.repeat(size),
    direction: 'INBOUND',
    listenerFilters: [],
    filterChains: [],
    rest: {},
    provenance: { origin: 'config', reasons: [] },
  },
});

const dump = (sizes: readonly number[]): KeptDump => ({
  listeners: sizes.map((size, i) => listener(`l${i}`, size)),
  routes: [{ name: 'r' }],
  extensions: [],
  clusters: ['a', 'b'],
  plugins: [],
  node: { id: 'n', cluster: 'c', labels: {}, metadata: {} },
  diagnostics: [],
});

function joined(whole: KeptDump): KeptDump {
  const joiner = createDumpJoiner();
  for (const part of dumpParts(whole)) joiner.add(structuredClone(part));
  return joiner.joined();
}

test('slices give the whole again', () => {
  for (const sizes of [[], [1], [10, 300_000, 10], [150_000, 150_000, 150_000], [400_000]]) {
    expect(joined(dump(sizes))).toEqual(dump(sizes));
  }
});

test('no slice is much larger than what a page takes over in a moment', () => {
  const parts = [...dumpParts(dump(Array.from({ length: 50 }, () => 50_000)))];
  expect(Math.max(...parts.map((part) => JSON.stringify(part).length))).toBeLessThan(260_000);
  expect(parts.length).toBeGreaterThan(10);
});

test('a message says its line, for the page has no text to look it up in', () => {
  const item = { code: 'x/y', severity: 'error', message: 'Broken' } as const;
  const at = { file: 'f', range: { start: 7, end: 8 } };
  expect(withPlaces([{ ...item, at }, item], 'one\ntwo three').map(({ message }) => message)).toEqual([
    'Broken (line 2, column 4)',
    'Broken',
  ]);
});
