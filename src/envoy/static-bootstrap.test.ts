import { describe, expect, test } from 'vitest';
import { formatPath } from '#base/json.ts';
import { envoyTypes } from '#testing/envoy-types.ts';
import { httpManagerOf } from './listener.ts';
import { readStaticBootstrap } from './static-bootstrap.ts';

const types = await envoyTypes();
const manager = {
  '@type': 'type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager',
  stat_prefix: 'in',
  route_config: {
    name: 'local',
    virtual_hosts: [{ name: 'all', domains: ['*'], routes: [{ match: { prefix: '/' }, direct_response: { status: 200 } }] }],
  },
  http_filters: [{ name: 'router', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.router.v3.Router' } }],
};
const bootstrap = {
  static_resources: {
    listeners: [
      {
        name: 'main',
        address: { socket_address: { address: '0.0.0.0', port_value: 10000 } },
        filter_chains: [{ filters: [{ name: 'hcm', typed_config: manager }] }],
      },
    ],
    clusters: [{ name: 'up', connect_timeout: '1s' }],
  },
};

describe('a static envoy.yaml', () => {
  test('gives listeners, clusters and inline routes', () => {
    const read = readStaticBootstrap(bootstrap, types);
    expect(read.problems).toEqual([]);
    expect(read.listeners.map((listener) => [listener.name, listener.address])).toEqual([['main', '0.0.0.0:10000']]);
    expect(httpManagerOf(read.listeners[0]!.filterChains[0]!)?.httpFilters?.map((filter) => filter.name)).toEqual(['router']);
    expect(read.clusters).toEqual([{ name: 'up', connectTimeout: '1s' }]);
    expect(read.routes.map((route) => route['name'])).toEqual(['local']);
  });

  test('says where it is wrong and reads the rest', () => {
    const listener = bootstrap.static_resources.listeners[0]!;
    const broken = { static_resources: { listeners: [listener, { ...listener, adress: 1, per_connection_buffer_limit_bytes: 'x' }] } };
    const read = readStaticBootstrap(broken, types);
    expect(read.listeners).toHaveLength(2);
    expect(read.problems.map((problem) => `${problem.code} ${formatPath(problem.path)}`)).toEqual([
      'envoy/unknown-field static_resources.listeners[1].adress',
      'envoy/wrong-type static_resources.listeners[1].per_connection_buffer_limit_bytes',
    ]);
  });

  test.each([null, 'x', [], { static_resources: [] }, { static_resources: { listeners: [null, 1] } }])(
    '%j is a problem, not an exception',
    (value) => {
      expect(() => readStaticBootstrap(value, types)).not.toThrow();
    },
  );
});
