import { describe, expect, test } from 'vitest';
import { findProvider, mergeProxyConfig, resolveMeshConfig } from './mesh-config.ts';

describe('the mesh configuration', () => {
  test('nothing given: the defaults of istiod', () => {
    const mesh = resolveMeshConfig();
    expect(mesh.rootNamespace).toBe('istio-system');
    expect(mesh.defaultProviders.metrics).toEqual([]);
    expect(mesh.extensionProviders.map((provider) => provider['name'])).toEqual(['prometheus', 'stackdriver', 'envoy']);
  });

  test('durations are read as Go reads them, and zero replaces a default too', () => {
    const { raw } = resolveMeshConfig({ protocolDetectionTimeout: '100ms', enableTracing: false });
    expect(raw['protocolDetectionTimeout']).toBe('0.100s');
    expect(raw['enableTracing'] ?? false).toBe(false);
  });

  test('providers of the same name replace, others are added', () => {
    const mesh = resolveMeshConfig({
      extensionProviders: [
        { name: 'envoy', envoyFileAccessLog: { path: '/log' } },
        { name: 'own', prometheus: {} },
      ],
    });
    expect(findProvider(mesh, 'ENVOY')).toEqual({ name: 'envoy', envoyFileAccessLog: { path: '/log' } });
    expect(mesh.extensionProviders).toHaveLength(4);
  });

  test('what istiod cannot read leaves the defaults, with its words', () => {
    const mesh = resolveMeshConfig({ rootNamespace: 'own', enableTracing: 'x' });
    expect(mesh.rootNamespace).toBe('istio-system');
    expect(mesh.error).toBe('json: cannot unmarshal string into Go value of type bool');
  });
});

test('a ProxyConfig keeps some headers of the one below it', () => {
  const base = { proxyHeaders: { server: { disabled: true }, preserveHttp1HeaderCase: true } };
  expect(mergeProxyConfig(base, { proxyHeaders: { requestId: { disabled: true } } })['proxyHeaders']).toEqual({
    server: { disabled: true },
    requestId: { disabled: true },
  });
});
