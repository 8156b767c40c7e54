import { describe, expect, test } from 'vitest';
import { httpManagerOf } from '#envoy/listener.ts';
import { parseYaml } from '#yaml/parse.ts';
import { stringifyDocuments } from '#yaml/stringify.ts';
import { buildMesh } from './build-listeners.ts';
import { describeProxy, type ProxyDescription } from './describe-proxy.ts';
import { findProxies } from './find-proxies.ts';
import { readResources } from './read-resources.ts';

const base: ProxyDescription = {
  type: 'sidecar',
  name: 'shop',
  namespace: 'demo',
  labels: {},
  ports: [
    { name: 'http', port: 8080 },
    { name: 'tcp-db', port: 5432 },
  ],
};

function listenersOf(description: ProxyDescription): readonly string[] {
  const { resources, diagnostics } = readResources([parseYaml(stringifyDocuments(describeProxy(description)), 'described.yaml')]);
  expect(diagnostics).toEqual([]);
  const [proxy, ...others] = findProxies(resources);
  expect(others).toEqual([]);
  expect(proxy).toMatchObject({ type: description.type, name: description.name, namespace: description.namespace });
  if (proxy === undefined) return [];
  const { listeners } = buildMesh({ resources, proxy, istio: '1.31' });
  return listeners.flatMap(({ name, filterChains }) =>
    filterChains.map((chain) => `${name} ${chain.name} ${httpManagerOf(chain) === undefined ? 'tcp' : 'http'}`),
  );
}

describe('a proxy described by hand', () => {
  test('a sidecar takes each port as its name says', () => {
    const chains = listenersOf(base);
    expect(chains).toContain('virtualInbound 0.0.0.0_8080 http');
    expect(chains).toContain('virtualInbound 0.0.0.0_5432 tcp');
  });

  test('a gateway opens its ports to all hosts', () => {
    expect(listenersOf({ ...base, type: 'router', ports: [{ name: 'http', port: 8080 }] })).toEqual(['0.0.0.0_8080  http']);
  });

  test('a waypoint', () => {
    expect(listenersOf({ ...base, type: 'waypoint', ports: [] })).not.toEqual([]);
  });
});
