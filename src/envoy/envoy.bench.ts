import { readFileSync } from 'node:fs';
import { bench, describe } from 'vitest';
import { asObject, type JsonValue } from '#base/json.ts';
import { envoyTypes } from '#testing/envoy-types.ts';
import { readConfigDump } from './config-dump/read.ts';
import { inflate } from './docs.ts';
import { loadEnvoyTypes } from './registry.ts';
import { listenerToProto } from './to-proto.ts';

const types = await envoyTypes();
const bytes = await inflate(new Uint8Array(readFileSync(new URL('../../public/envoy/descriptors.binpb.gz', import.meta.url))));
const text = readFileSync(new URL('../../conformance/config-dumps/sidecar-1.18.2-full.json', import.meta.url), 'utf8');
const dump = readConfigDump({ name: 'dump.json', text }, types);
const largest = dump.listeners
  .map((item) => listenerToProto(item.listener))
  .sort((a, b) => JSON.stringify(b).length - JSON.stringify(a).length)[0];
const { configs } = JSON.parse(text) as { configs: JsonValue[] };
const fiftyMegabytes = JSON.stringify({ configs: Array.from({ length: 38 }, () => configs).flat() });
const LISTENER = 'envoy.config.listener.v3.Listener';

describe('vocabulary', () => {
  bench('load', () => void loadEnvoyTypes(bytes));
  bench('load and describe the connection manager', () => {
    loadEnvoyTypes(bytes).describe('envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager');
  });
  bench('normalise the largest listener of a sidecar', () => void types.normalise(LISTENER, largest ?? {}));
  bench('validate it', () => void types.validate(LISTENER, largest ?? {}));
  bench('merge a field into it', () => void types.merge(LISTENER, asObject(largest), { statPrefix: 'x' }));
});

describe('config_dump', () => {
  bench('1.4 MB', () => void readConfigDump({ name: 'dump.json', text }, types));
  bench('50 MB', () => void readConfigDump({ name: 'dump.json', text: fiftyMegabytes }, types), {
    iterations: 2,
    warmupIterations: 0,
    time: 0,
  });
});
