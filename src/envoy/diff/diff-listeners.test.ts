import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import { listenerFromProto } from '../from-proto.ts';
import type { ExtensionConfig } from '../listener.ts';
import { diffConfigurations, type ProxyConfiguration } from './diff-listeners.ts';
import { foldDifferences, foldedText } from './difference.ts';

const manager = 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';
const provenance = { origin: 'config', reasons: [] } as const;

function chain(name: string, filters: readonly (string | JsonObject)[], match?: JsonObject): JsonObject {
  const httpFilters = filters.map((filter) => (typeof filter === 'string' ? { name: filter } : filter));
  return {
    name,
    ...(match === undefined ? {} : { filterChainMatch: match }),
    filters: [{ name: 'hcm', typedConfig: { '@type': manager, httpFilters } }],
  };
}

function proxy(chains: readonly JsonObject[], extensions: readonly ExtensionConfig[] = [], name = 'in'): ProxyConfiguration {
  return { listeners: [listenerFromProto({ name, filterChains: chains }, provenance)], extensions, routes: [] };
}

function lines(before: ProxyConfiguration, after: ProxyConfiguration): readonly string[] {
  return foldDifferences(diffConfigurations(before, after)).map((item) => foldedText(item).trim().replace(/\n +/, ' | '));
}

describe('differences of two configurations', () => {
  test('a filter that came, one that went, one that moved', () => {
    expect(lines(proxy([chain('c', ['a', 'b', 'c', 'd'])]), proxy([chain('c', ['d', 'a', 'b', 'new'])]))).toEqual([
      'moved in › c › hcm › d',
      'added in › c › hcm › new',
      'removed in › c › hcm › c',
    ]);
  });

  test('a configuration, by the field', () => {
    const lua = (code: string): JsonObject => ({
      name: 'lua',
      typedConfig: { '@type': 'x/Lua', defaultSourceCode: { inlineString: code } },
    });
    expect(lines(proxy([chain('c', [lua('a')])]), proxy([chain('c', [lua('b')])]))).toEqual([
      'changed in › c › hcm › lua | typedConfig.defaultSourceCode.inlineString: "a" → "b"',
    ]);
  });

  test('the same in several chains is told once', () => {
    const both = (filters: readonly string[]): JsonObject[] => [
      chain('one', filters, { destinationPort: 80 }),
      chain('two', filters, { destinationPort: 81 }),
    ];
    expect(lines(proxy(both(['a'])), proxy(both(['a', 'b'])))).toEqual(['added b, in 2 places from in › one › hcm › b']);
  });

  test('chains are the same by their match, whatever they are called', () => {
    const before = proxy([chain('old', ['a'], { destinationPort: 80 }), chain('gone', [], { destinationPort: 81 })]);
    expect(lines(before, proxy([chain('new', ['a'], { destinationPort: 80 })]))).toEqual([
      'changed in › new | name: "old" → "new"',
      'removed in › gone',
    ]);
  });

  test('a plugin keeps its identity when an upgrade renames its filter', () => {
    const configDiscovery = { typeUrls: ['type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm'] };
    const name = (text: string): JsonObject => ({ name: text, configDiscovery });
    const answer = (text: string, value: string): ExtensionConfig => ({ name: text, typedConfig: { '@type': 'x/Wasm', value } });
    const fresh = 'extensions.istio.io/wasmplugin/demo.p';
    expect(
      lines(proxy([chain('c', [name('demo.p')])], [answer('demo.p', '1')]), proxy([chain('c', [name(fresh)])], [answer(fresh, '2')])),
    ).toEqual([
      `changed in › c › hcm › ${fresh} | name: "demo.p" → "${fresh}"`,
      `changed in › c › hcm › ${fresh} | extension.value: "1" → "2"`,
    ]);
  });

  test('what the agent makes of a plugin is told as expected, whichever side is the dump; what somebody changed is not', () => {
    const configDiscovery = { typeUrls: ['type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm'] };
    const side = (root: string, code: JsonObject, keyValues: JsonObject): ProxyConfiguration => {
      const config = { rootId: root, vmConfig: { runtime: 'envoy.wasm.runtime.v8', code, environmentVariables: { keyValues } } };
      return proxy([chain('c', [{ name: 'demo.p', configDiscovery }])], [{ name: 'demo.p', typedConfig: { '@type': 'x/Wasm', config } }]);
    };
    const served = side('a', { remote: { httpUri: { uri: 'oci://x/y' } } }, { ISTIO_META_WASM_IMAGE_PULL_POLICY: 'Always', MINE: '1' });
    const run = side('b', { local: { filename: '/var/lib/istio/data/0a/0b.wasm' } }, { MINE: '2' });
    const told = (before: ProxyConfiguration, after: ProxyConfiguration): readonly string[] =>
      diffConfigurations(before, after).map(({ field, expected }) => `${(field ?? []).at(-1)} ${expected ?? ''}`.trim());
    const lines = ['rootId', 'remote istio-agent', 'local istio-agent', 'ISTIO_META_WASM_IMAGE_PULL_POLICY istio-agent', 'MINE'];
    expect(told(served, run).toSorted()).toEqual(lines.toSorted());
    expect(told(run, served).toSorted()).toEqual(lines.toSorted());
    const mine = side('a', { local: { filename: '/plugins/mine.wasm' } }, { MINE: '1' });
    expect(told(served, mine)).toEqual(['remote', 'local', 'ISTIO_META_WASM_IMAGE_PULL_POLICY']);
  });

  test('listeners without a name are told apart by their address', () => {
    const at = (portValue: number): ProxyConfiguration => ({
      ...proxy([]),
      listeners: [listenerFromProto({ address: { socketAddress: { address: '0.0.0.0', portValue } } }, provenance)],
    });
    expect(lines(at(80), at(81))).toEqual(['added 0.0.0.0:81', 'removed 0.0.0.0:80']);
  });

  const names = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 8 });

  test('property: a configuration does not differ from itself, and the order of keys does not count', () => {
    fc.assert(
      fc.property(names, (filters) => {
        const one = proxy([chain('c', filters, { destinationPort: 1, transportProtocol: 'tls' })]);
        const other = proxy([chain('c', filters, { transportProtocol: 'tls', destinationPort: 1 })]);
        expect(diffConfigurations(one, other)).toEqual([]);
      }),
    );
  });

  test('property: what came on the way there goes on the way back', () => {
    const count = (before: ProxyConfiguration, after: ProxyConfiguration, kind: string): number =>
      diffConfigurations(before, after).filter((item) => item.kind === kind).length;
    fc.assert(
      fc.property(names, names, (a, b) => {
        const [one, other] = [proxy([chain('c', a)]), proxy([chain('c', b)])];
        expect(count(one, other, 'added')).toBe(count(other, one, 'removed'));
        expect(a.length + count(one, other, 'added') - count(one, other, 'removed')).toBe(b.length);
      }),
    );
  });
});
