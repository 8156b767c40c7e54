import { describe, expect, it } from 'vitest';
import { asArray, asObject, asString, isObject, type JsonValue } from '#base/json.ts';
import { goldenCase } from '#testing/golden.ts';
import { resourcesOf } from '#testing/resources.ts';
import { minorOf } from '../minors.ts';
import type { Proxy } from '../resource.ts';
import { resolveExtensions } from './resolve.ts';

const proxy: Proxy = {
  type: 'sidecar',
  name: 'cart',
  namespace: 'shop',
  labels: { app: 'cart' },
  ip: '10.1.0.1',
  istioVersion: '1.31.0',
  metadata: {},
};

/** The ECDS part of a golden: names with the `PluginConfig` behind each. */
function recorded(path: string): readonly JsonValue[] {
  return asArray(goldenCase(path).output['ecds']);
}

function answered(path: string, istio: string): readonly unknown[] {
  const resources = resourcesOf(asString(goldenCase(path).input['resources']) ?? '');
  const names = recorded(path).map((entry) => asString(asObject(entry)['name']) ?? '');
  return resolveExtensions(names, { proxy, resources, minor: minorOf(istio), rootNamespace: 'istio-system' }).map((config) =>
    config.missing === true
      ? { name: config.name, missing: true }
      : {
          name: config.name,
          type: config.typedConfig?.['@type'].slice('type.googleapis.com/'.length),
          config: config.typedConfig?.['config'],
        },
  );
}

describe('ECDS answers of the real istiod', () => {
  const files = ['urls', 'plugin-config', 'pull-and-vm', 'fail-strategy'];
  it.each([
    ...['trafficextension', 'types-mixed', ...files].map((file) => [`golden/${file}`, '1.31'] as const),
    ...files.map((file) => [`golden/minor/1.29.1/${file}`, '1.29.1'] as const),
    ...files.map((file) => [`golden/minor/1.24.0/${file}`, '1.24.0'] as const),
  ])('%s', (path, istio) => {
    expect(answered(path, istio)).toEqual(recorded(path));
  });
});

describe('what a proxy may ask for', () => {
  const text = (namespace: string): string => `
apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: {name: p, namespace: ${namespace}}
spec: {url: "oci://registry.example/p:1"}
`;
  const name = (namespace: string): string => `extensions.istio.io/trafficextension/${namespace}.p~istio-translated-wasmplugin`;
  const missing = (namespace: string, istio = '1.31', services: readonly string[] = []): boolean => {
    const context = {
      proxy,
      resources: resourcesOf(text(namespace)),
      minor: minorOf(istio),
      rootNamespace: 'istio-system',
      serviceNamespaces: services,
    };
    return resolveExtensions([name(namespace)], context)[0]?.missing === true;
  };

  it('its own namespace and the root namespace', () => {
    expect([missing('shop'), missing('istio-system'), missing('other')]).toEqual([false, false, true]);
  });

  it('a waypoint also the namespaces of its services, since 1.30', () => {
    expect(missing('other', '1.31', ['other'])).toBe(false);
  });

  it('only looks up the pull secret of a plugin that applies to it', () => {
    const resources = resourcesOf(asString(goldenCase('golden/pull-and-vm').input['resources']) ?? '');
    const filter = 'extensions.istio.io/trafficextension/shop.secret~istio-translated-wasmplugin';
    const [config] = resolveExtensions([filter], {
      proxy,
      resources,
      minor: minorOf('1.31'),
      rootNamespace: 'istio-system',
      attached: () => false,
    });
    const vm = asObject(asObject(config?.typedConfig?.['config'])['vmConfig']);
    expect(asObject(asObject(vm['environmentVariables'])['keyValues'])['ISTIO_META_WASM_IMAGE_PULL_SECRET']).toBe('');
    expect(isObject(vm)).toBe(true);
  });
});
