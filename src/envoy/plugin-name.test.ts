import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePluginName, parseUnmarkedPluginName, pluginFilterName } from './plugin-name.ts';

describe('names of plugin filters', () => {
  test.each([
    ['extensions.istio.io/trafficextension/ns.a.b~istio-translated-wasmplugin', 'WasmPlugin', 'a.b', 30, undefined],
    ['extensions.istio.io/trafficextension/ns.a', 'TrafficExtension', 'a', 30, undefined],
    ['extensions.istio.io/wasmplugin/ns.a', 'WasmPlugin', 'a', 26, 29],
    ['extenstions.istio.io/wasmplugin/ns.a', 'WasmPlugin', 'a', 21, 25],
  ])('%s', (filter, kind, name, from, to) => {
    expect(parsePluginName(filter)).toEqual({ kind, namespace: 'ns', name, from, to });
  });

  test.each(['envoy.filters.http.router', 'istio.stats', 'my-filter', 'extensions.istio.io/wasmplugin/ns'])('%s is none', (filter) => {
    expect(parsePluginName(filter)).toBeUndefined();
    expect(parseUnmarkedPluginName(filter)).toBeUndefined();
  });

  test('without a mark only where asked for', () => {
    expect(parsePluginName('ns.a')).toBeUndefined();
    expect(parseUnmarkedPluginName('ns.a')).toMatchObject({ kind: 'WasmPlugin', namespace: 'ns', name: 'a', to: 20 });
  });

  test('what istiod writes is read back, whatever the minor', () => {
    const label = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}[a-z0-9]$/).filter((text) => text !== 'envoy' && text !== 'istio');
    fc.assert(
      fc.property(
        label,
        label,
        fc.integer({ min: 18, max: 33 }),
        fc.constantFrom('WasmPlugin', 'TrafficExtension'),
        (namespace, name, minor, kind) => {
          const parsed = parseUnmarkedPluginName(pluginFilterName(kind, namespace, name, minor));
          expect(parsed).toMatchObject({ kind, namespace, name });
          if (kind === 'WasmPlugin') expect([minor >= (parsed?.from ?? 99), minor <= (parsed?.to ?? 99)]).toEqual([true, true]);
        },
      ),
    );
  });
});
