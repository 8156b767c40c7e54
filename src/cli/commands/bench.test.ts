import { expect, test } from 'vitest';
import { run, scratchFolder } from '../testing.ts';

const folder = scratchFolder();
const file = new URL('../../../conformance/envoy/scenarios/wasm-path-rewrite.json', import.meta.url).pathname;

test('figures for the whole and for each filter of the chain; the shares make one whole', async () => {
  const { code, out } = await run('bench', file, '--requests', '20', '--json');
  const { name, requests, streamsPerSecond, microsecondsPerStream, filters, rest } = JSON.parse(out);
  expect({ code, name, requests }).toEqual({ code: 0, name: 'wasm-path-rewrite', requests: 20 });
  expect(streamsPerSecond).toBeGreaterThan(0);
  expect(microsecondsPerStream).toBeGreaterThan(0);
  expect(filters.map((filter: { name: string }) => filter.name)).toEqual(['envoy.filters.http.wasm', 'envoy.filters.http.router']);
  expect(filters[0].calls).toBeGreaterThanOrEqual(5);
  const sum = filters.reduce((total: number, filter: { share: number }) => total + filter.share, rest.share);
  expect(sum).toBeCloseTo(1, 2);
});

test('as a table', async () => {
  const { out } = await run('bench', file, '--requests', '5');
  expect(out).toMatch(/^wasm-path-rewrite: 5 requests, \d+ streams\/s, [\d.]+ µs per stream\n/);
  expect(out).toMatch(/^ {2}envoy\.filters\.http\.wasm .* %$/m);
});

const noModule = {
  name: 'envoy.filters.http.wasm',
  typed_config: {
    '@type': 'type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm',
    config: {
      vm_config: {
        runtime: 'envoy.wasm.runtime.v8',
        code: { local: { filename: new URL('../../../conformance/guests/bad/text.wasm', import.meta.url).pathname } },
      },
    },
  },
};

test.each([
  ['a conversation', { conversation: [{ client: 'a' }] }, 'The case sends no HTTP request, so there is nothing to measure.'],
  ['what Envoy refuses', { request: {}, filters: [noModule] }, 'Envoy would refuse this: '],
  ['no case', { steps: 5 }, '"steps" must be a list.'],
])('%s cannot be measured', async (_, scenario, message) => {
  const { code, out, err } = await run('bench', folder.write('case.json', JSON.stringify(scenario)));
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toContain(message);
});
