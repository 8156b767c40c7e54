import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryMessage } from '#testing/arbitrary-message.ts';
import { envoyTypes, envoyTypesWithDocs } from '#testing/envoy-types.ts';
import type { TypedConfig } from './listener.ts';
import type { EnvoyTypes, FieldDoc } from './types.ts';

const types = await envoyTypes();
const HCM = 'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';

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

  test('does not take map entries, enums and retired messages for messages', () => {
    expect(types.has('envoy.config.core.v3.Metadata.FilterMetadataEntry')).toBe(false);
    expect(types.has('envoy.config.core.v3.TrafficDirection')).toBe(false);
    expect(types.has('envoy.config.filter.http.lua.v2.Lua')).toBe(false);
  });
});

function field(from: EnvoyTypes, message: string, name: string): FieldDoc | undefined {
  return from.describe(message)?.fields.find((item) => item.name === name);
}

describe('describe', () => {
  test('fields stand in declaration order', () => {
    expect(types.describe('envoy.config.core.v3.SocketAddress')?.fields.map((item) => item.jsonName)).toEqual([
      'protocol',
      'address',
      'portValue',
      'namedPort',
      'resolverName',
      'ipv4Compat',
      'networkNamespaceFilepath',
    ]);
  });

  test('rules, necessity and oneofs', () => {
    expect(field(types, 'envoy.config.core.v3.SocketAddress', 'port_value')).toMatchObject({
      type: 'uint32',
      oneof: 'port_specifier',
      required: false,
      rules: { uint32: { lte: 65535 } },
    });
    expect(field(types, HCM, 'stat_prefix')).toMatchObject({ required: true, rules: { string: { minLen: 1 } } });
    expect(types.describe(HCM)?.oneofs.find((oneof) => oneof.name === 'route_specifier')).toEqual({
      name: 'route_specifier',
      required: true,
      members: ['rds', 'routeConfig', 'scopedRoutes'],
    });
  });

  test('lists, maps, enums, deprecation', () => {
    expect(field(types, HCM, 'http_filters')).toMatchObject({ type: 'message', list: true, map: false });
    expect(field(types, 'envoy.config.core.v3.Metadata', 'filter_metadata')).toMatchObject({
      map: true,
      list: false,
      mapKeyType: 'string',
      typeName: 'google.protobuf.Struct',
    });
    expect(field(types, 'envoy.extensions.wasm.v3.PluginConfig', 'fail_open')?.deprecated).toBe(true);
    expect(field(types, 'envoy.extensions.wasm.v3.PluginConfig', 'failure_policy')?.enumValues).toContain('FAIL_RELOAD');
  });

  test('comments come with the docs, as plain text', async () => {
    const withDocs = await envoyTypesWithDocs();
    expect(withDocs.describe('envoy.extensions.wasm.v3.VmConfig')?.comment).toContain('Wasm VM');
    const { comment = '', enumComments } = field(withDocs, 'envoy.extensions.wasm.v3.PluginConfig', 'failure_policy') ?? {};
    expect(comment).toContain('failure policy');
    expect(enumComments?.['FAIL_OPEN']).toBeTruthy();
    const all = withDocs.names().map((name) => withDocs.describe(name));
    const texts = all.flatMap((doc) => [doc?.comment ?? '', ...(doc?.fields ?? []).map((item) => item.comment)]);
    expect(texts.filter((text) => text !== '').length).toBeGreaterThan(3000);
    expect(texts.filter((text) => /:ref:`|\[#/.test(text))).toEqual([]);
  });
});

describe('normalise and merge', () => {
  const names = types.names().filter((name) => name.startsWith('envoy.') && types.describe(name)?.fields.length !== 0);
  const written = fc.constantFrom(...names).chain((name) => arbitraryMessage(types, name).map((value) => ({ name, value })));

  test('what is canonical stays as it is', () => {
    fc.assert(
      fc.property(written, ({ name, value }) => {
        const once = types.normalise(name, value).value;
        const again = types.normalise(name, once);
        expect(again.value).toEqual(once);
        expect(again.problems).toEqual([]);
      }),
    );
  });

  test('an empty patch and an empty base change nothing', () => {
    fc.assert(
      fc.property(written, fc.boolean(), ({ name, value }, replaceLists) => {
        const { value: message } = types.normalise(name, value);
        expect(types.merge(name, message, {}, { replaceLists })).toEqual(message);
        expect(types.merge(name, {}, message, { replaceLists })).toEqual(message);
      }),
    );
  });

  test('merging does not change what is merged', () => {
    const base = Object.freeze({ httpFilters: Object.freeze([{ name: 'a' }]) });
    types.merge(HCM, base, { httpFilters: [{ name: 'b' }] });
    expect(base).toEqual({ httpFilters: [{ name: 'a' }] });
  });

  test('typed configs merge when their types agree', () => {
    const router = (fields: object): TypedConfig => ({
      '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router',
      ...fields,
    });
    expect(types.mergeAny(router({ dynamicStats: true }), router({ suppressEnvoyHeaders: true }))).toEqual({
      ok: true,
      value: router({ dynamicStats: true, suppressEnvoyHeaders: true }),
    });
    const other = { '@type': 'type.googleapis.com/envoy.extensions.filters.http.buffer.v3.Buffer' };
    expect(types.mergeAny(router({}), other)).toMatchObject({ ok: false, error: { code: 'different-type' } });
    expect(types.mergeAny(router({}), { '@type': 'type.googleapis.com/example.Nothing' })).toMatchObject({
      error: { code: 'unknown-type' },
    });
  });

  test('typed configs of a message with a JSON of its own', () => {
    const text = (value: string): TypedConfig => ({ '@type': 'type.googleapis.com/google.protobuf.StringValue', value });
    expect(types.mergeAny(text('a'), text('b'))).toEqual({ ok: true, value: text('b') });
    expect(types.mergeAny(text('a'), text(''))).toEqual({ ok: true, value: text('a') });
  });
});
