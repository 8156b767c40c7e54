import { expect, test } from 'vitest';
import type { JsonObject } from '#base/json.ts';
import type { FilterChain } from '#envoy/listener.ts';
import { laneRoute } from './lane-route.ts';

const provenance = { origin: 'istio' as const, reasons: [] };

function chainOf(name: string, typedConfig: JsonObject): FilterChain {
  const http = name === 'http_connection_manager' ? { httpFilters: [] } : {};
  const filter = { name: `envoy.filters.network.${name}`, typedConfig, provenance, ...http };
  return { name: '', match: undefined, networkFilters: [filter], provenance } as unknown as FilterChain;
}

const hosts = (...routes: readonly JsonObject[]): JsonObject => ({ name: 'default', virtualHosts: [{ name: 'all', routes: [...routes] }] });
const inline = (...routes: readonly JsonObject[]): FilterChain => chainOf('http_connection_manager', { routeConfig: hosts(...routes) });

test.each<[string, FilterChain, string, unknown]>([
  ['one route to a cluster', inline({ route: { cluster: 'a' } }), 'default', { kind: 'cluster', cluster: 'a' }],
  ['with a name of its own', inline({ name: 'mine', redirect: {} }), 'mine', { kind: 'redirect' }],
  ['a direct response', inline({ directResponse: { status: 403 } }), 'default', { kind: 'direct-response', status: 403 }],
  [
    'by weight',
    inline({ route: { weightedClusters: { clusters: [{ name: 'a' }, { name: 'b' }] } } }),
    'default',
    { kind: 'clusters', clusters: ['a', 'b'] },
  ],
  ['by a header', inline({ route: { clusterHeader: 'x-to' } }), 'default', { kind: 'clusters', clusters: [] }],
  ['several', inline({ route: { cluster: 'a' } }, { redirect: {} }), 'default', { kind: 'routes', routes: 2, hosts: 1 }],
  ['none', inline(), 'default', { kind: 'none' }],
  ['bytes', chainOf('tcp_proxy', { cluster: 'b' }), 'tcp_proxy', { kind: 'cluster', cluster: 'b' }],
  ['a filter that is no proxy', chainOf('echo', {}), '', { kind: 'none' }],
])('%s', (_, chain, title, target) => {
  expect(laneRoute(chain, [])).toEqual({ title, target });
});

test('by RDS: told as soon as the route configuration is known', () => {
  const chain = chainOf('http_connection_manager', { rds: { routeConfigName: 'http.8080' } });
  expect(laneRoute(chain, [])).toEqual({ title: 'http.8080', target: { kind: 'rds' } });
  expect(laneRoute(chain, [{ ...hosts({ route: { cluster: 'a' } }), name: 'http.8080' }])).toEqual({
    title: 'http.8080',
    target: { kind: 'cluster', cluster: 'a' },
  });
});
