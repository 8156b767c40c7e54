import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { inflate } from './docs.ts';
import { loadEnvoyTypes } from './registry.ts';

const bytes = await inflate(new Uint8Array(readFileSync(new URL('../../public/envoy/descriptors.binpb.gz', import.meta.url))));
const types = loadEnvoyTypes(bytes);

describe('the vocabulary', () => {
  test.each([
    'envoy.config.listener.v3.Listener',
    'envoy.extensions.filters.http.wasm.v3.Wasm',
    'envoy.extensions.filters.network.mysql_proxy.v3.MySQLProxy',
    'istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig',
    'stats.PluginConfig',
    'udpa.type.v1.TypedStruct',
    'xds.type.v3.TypedStruct',
    'io.istio.http.peer_metadata.Config',
    'envoy.tcp.metadataexchange.config.MetadataExchange',
  ])('knows %s', (name) => {
    expect(types.has(name)).toBe(true);
  });

  test('does not take map entries and enums for messages', () => {
    expect(types.has('envoy.config.core.v3.Metadata.FilterMetadataEntry')).toBe(false);
    expect(types.has('envoy.config.core.v3.TrafficDirection')).toBe(false);
  });
});
