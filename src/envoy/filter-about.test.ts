import { describe, expect, test } from 'vitest';
import { envoyTypes } from '#testing/envoy-types.ts';
import { aboutFilter, knownFilters } from './filter-about.ts';
import { filterTitle } from './filter-title.ts';
import { type TypedConfig } from './listener.ts';

const types = await envoyTypes();

function config(type: string, fields: object = {}): TypedConfig {
  return { '@type': `type.googleapis.com/${type}`, ...fields };
}

describe('the table', () => {
  test.each(knownFilters.map((about) => [about.layer, about.name, about] as const))('%s %s', (_layer, _name, about) => {
    expect(types.has(about.type)).toBe(true);
    expect(about.about).toMatch(/^[A-Z][^\n]*\.$/);
    expect(about.title).not.toBe('');
  });

  test('covers every HTTP, network and listener filter that a mesh is likely to meet', () => {
    expect(knownFilters.length).toBeGreaterThan(100);
    expect(new Set(knownFilters.map((about) => `${about.layer} ${about.name}`)).size).toBe(knownFilters.length);
  });
});

describe('aboutFilter', () => {
  test('the type decides, whatever the name', () => {
    expect(aboutFilter('my-own', config('envoy.extensions.filters.http.lua.v3.Lua'))?.name).toBe('envoy.filters.http.lua');
  });

  test('a name of istiod tells more than its type', () => {
    const struct = { typeUrl: 'type.googleapis.com/io.istio.http.peer_metadata.Config', value: {} };
    const exchange = aboutFilter('istio.metadata_exchange', config('udpa.type.v1.TypedStruct', struct));
    expect(exchange).toMatchObject({ layer: 'http', title: 'metadata_exchange' });
    expect(aboutFilter('connect_authority', config('envoy.extensions.filters.network.set_filter_state.v3.Config'))?.layer).toBe('network');
  });

  test('without a configuration, the usual name and the layer', () => {
    expect(aboutFilter('envoy.filters.http.rbac')?.layer).toBe('http');
    expect(aboutFilter('istio.stats', undefined, 'network')?.layer).toBe('network');
    expect(aboutFilter('nothing of ours')).toBeUndefined();
  });
});

test.each([
  ['envoy.filters.listener.tls_inspector', undefined, 'tls_inspector'],
  ['envoy.filters.network.http_connection_manager', undefined, 'HTTP connection manager'],
  [
    'envoy.http_connection_manager',
    'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
    'HTTP connection manager',
  ],
  ['envoy.router', undefined, 'router'],
  ['istio.metadata_exchange', undefined, 'metadata_exchange'],
  ['envoy.filters.http.something_new', undefined, 'something_new'],
  ['my-lua', 'envoy.extensions.filters.http.lua.v3.Lua', 'my-lua'],
  ['', 'envoy.extensions.filters.http.lua.v3.Lua', 'Lua'],
  ['extensions.istio.io/wasmplugin/demo.regex-replace', undefined, 'demo/regex-replace'],
  ['extensions.istio.io/trafficextension/demo.regex-replace~istio-translated-wasmplugin', undefined, 'demo/regex-replace'],
])('the title of %s (%s) is %s', (name, type, title) => {
  expect(filterTitle(name, type === undefined ? undefined : config(type))).toBe(title);
});
