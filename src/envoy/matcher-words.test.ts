import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { envoyTypes } from '#testing/envoy-types.ts';
import { readConfigDump } from './config-dump/read.ts';
import { chainMatchInWords } from './matcher-words.ts';

const text = readFileSync(new URL('../../conformance/config-dumps/waypoint-1.21.json', import.meta.url), 'utf8');

test('the way through the matcher of a waypoint', async () => {
  const dump = readConfigDump({ name: 'dump.json', text }, await envoyTypes());
  const main = dump.listeners.map(({ listener }) => listener).find(({ name }) => name === 'main_internal');
  expect(main?.filterChains.map((chain) => chainMatchInWords(main, chain))).toEqual([
    'dst 10.104.171.68 · dst port 8000',
    'dst 10.104.171.68 · dst port 8100',
    'dst 192.168.195.248',
    "dst 192.168.195.248 · protocol 'h2c' · or 1 more",
  ]);
});

test('without a matcher the match of the chain counts', () => {
  expect(chainMatchInWords({ rest: {} }, { name: 'a', match: { destinationPort: 80 } })).toBe('dst port 80');
  expect(chainMatchInWords({ rest: { filterChainMatcher: {} } }, { name: 'a', match: { destinationPort: 80 } })).toBe('never');
});
